"""How a Node project's application is served, by what its files say."""

import json
from typing import Any

import pytest

from aurora.domain.workspace import ServeRecipe
from tests.support.projects import detected

EXPRESS = "const express = require('express')\nconst app = express()\n"
LISTENING = EXPRESS + "app.listen(process.env.PORT || 3000)\n"


def package(scripts: dict[str, str] | None = None, *names: str, **more: Any) -> str:
    said = {"name": "shop", "scripts": {"test": "jest", **(scripts or {})}, **more}
    return json.dumps(
        {**said, "dependencies": dict.fromkeys(("express", *names), "*"), "devDependencies": {"jest": "^29"}}
    )


async def served(files: dict[str, str]) -> ServeRecipe:
    found = (await detected(files)).serve
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("script", "argv"),
    [
        ("node src/index.js", ("node", "src/index.js")),
        ("nodemon src/index.js", ("node", "src/index.js")),
        ("nodemon --watch src --exec node src/index.js", ("node", "src/index.js")),
        ("cross-env NODE_ENV=production node --watch src/index.js", ("node", "src/index.js")),
        ("env-cmd -f .env node -r esm src/index.js", ("node", "-r", "esm", "src/index.js")),
        ("node --env-file=.env src/index", ("node", "src/index")),
        ("npm run lint && npm run serve", ("node", "src/index.js")),
        ('concurrently "npm:serve" "tsc -w"', ("node", "src/index.js")),
    ],
)
async def test_a_script_is_read_without_what_watches_and_loads_variables(script: str, argv: tuple[str, ...]) -> None:
    scripts = {"start": script, "serve": "node src/index.js", "lint": "eslint ."}
    found = await served({"package.json": package(scripts), "src/index.js": LISTENING})
    assert found.argv == argv
    assert (found.env["PORT"], found.port) == ("{port}", None)


async def test_a_built_entry_runs_by_the_projects_own_runner_where_it_has_one() -> None:
    scripts = {"start": "node dist/index.js", "dev": "tsx watch src/index.ts", "build": "tsc"}
    found = await served({"package.json": package(scripts, "tsx"), "src/index.ts": LISTENING})
    assert (found.argv, found.prepare) == (("tsx", "src/index.ts"), ())


async def test_typescript_that_a_script_gives_to_node_itself_is_not_built() -> None:
    scripts = {"start": "node --env-file=.env --import ./src/tracing.ts --watch src/index.ts | pino-pretty"}
    files = {"src/index.ts": LISTENING, "src/tracing.ts": "", "tsconfig.json": '{"compilerOptions": {"noEmit": true}}'}
    found = await served({"package.json": package(scripts, "typescript"), **files})
    assert (found.argv, found.prepare) == (("node", "--import", "./src/tracing.ts", "src/index.ts"), ())


async def test_decorators_that_a_script_gives_to_node_itself_are_built() -> None:
    main = "import { Controller } from '@nestjs/common'\n@Controller()\nclass C {}\n" + LISTENING
    files = {"src/index.ts": main, "tsconfig.json": "{}"}
    found = await served({"package.json": package({"start": "node src/index.ts"}, "typescript"), **files})
    assert (found.argv, found.prepare) == (("node", "dist/index.js"), (("tsc",),))


async def test_a_built_entry_is_built_before_where_nothing_else_runs_its_source() -> None:
    scripts = {"start": "node dist/index.js", "build": "npm run clean && tsc -p .", "clean": "rimraf dist"}
    found = await served({"package.json": package(scripts), "src/index.ts": LISTENING, "tsconfig.json": "{}"})
    assert (found.argv, found.prepare) == (("node", "dist/index.js"), (("sh", "-c", "rimraf dist && tsc -p ."),))


async def test_nest_is_built_and_its_page_has_a_document() -> None:
    scripts = {"start": "nest start", "start:prod": "node dist/main", "build": "nest build"}
    main = (
        "import { NestFactory } from '@nestjs/core'\nasync function bootstrap() {\n"
        "  const app = await NestFactory.create(M)\n  app.setGlobalPrefix('api')\n"
        "  SwaggerModule.setup('docs', app, doc, { useGlobalPrefix: true })\n  await app.listen(3000)\n}\n"
    )
    found = await served({"package.json": package(scripts, "@nestjs/core"), "src/main.ts": main})
    assert (found.framework, found.argv, found.prepare) == ("nest", ("node", "dist/main"), (("nest", "build"),))
    assert found.documents == ("/api/docs-json",)
    assert found.port == 3000


async def test_an_application_that_only_is_exported_is_listened_for() -> None:
    found = await served({"package.json": package(), "src/app.js": EXPRESS + "module.exports = app\n"})
    assert found.argv == ("node", "/opt/aurora/plugins/aurora_listen.mjs", "src/app.js", "default", "{port}")


async def test_prisma_generates_and_applies_its_migrations_before_a_build() -> None:
    files = {
        "package.json": package({"start": "node dist/a.js", "build": "tsc"}, "@prisma/client"),
        "src/a.ts": LISTENING,
        "prisma/schema.prisma": "",
        "prisma/migrations/1/migration.sql": "",
    }
    found = await served(files)
    assert found.prepare == (("prisma", "generate"), ("prisma", "migrate", "deploy"), ("tsc",))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("app.listen(process.env.APP_PORT)", "APP_PORT"),
        ("const { PORT } = process.env\napp.listen(PORT)", "PORT"),
        ("const s = z.object({ PORT: z.coerce.number() })\napp.listen(s.PORT)", "PORT"),
        ("app.listen(config.get('HTTP_PORT'))", "HTTP_PORT"),
    ],
)
async def test_the_variable_of_the_port_is_found(text: str, name: str) -> None:
    text += "\nconst db = process.env.DB_PORT\n"
    found = await served({"package.json": package({"start": "node a.js"}), "a.js": EXPRESS + text})
    assert {key: value for key, value in found.env.items() if key.endswith("PORT")} == {name: "{port}"}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("app.use('/gql', expressMiddleware(server))", "/gql"),
        ("startStandaloneServer(server, { listen: { port: 4000 } })", "/"),
        ("createYoga({ schema, graphqlEndpoint: '/api/graphql' })", "/api/graphql"),
    ],
)
async def test_the_path_of_graphql_is_found(text: str, path: str) -> None:
    files = {"package.json": package({"start": "node a.js"}, "@apollo/server"), "a.js": LISTENING + text}
    assert (await served(files)).graphql_path == path


async def test_pages_of_a_browser_are_no_service() -> None:
    manifest = json.dumps(
        {"name": "x", "scripts": {"start": "vite", "test": "vitest run"}, "devDependencies": {"vitest": "^3"}}
    )
    assert (await detected({"package.json": manifest, "src/main.ts": "x()"})).serve is None


async def test_a_runner_that_comes_with_a_package_of_another_name_is_taken() -> None:
    for package_name, script, argv in (
        ("@babel/node", "nodemon --exec babel-node src/a.js", ("babel-node", "src/a.js")),
        ("ts-node-dev", "ts-node-dev --respawn src/a.ts", ("ts-node-dev", "src/a.ts")),
    ):
        files = {"package.json": package({"start": script}, package_name), argv[-1]: LISTENING}
        assert (await served(files)).argv == argv


async def test_a_bound_on_calls_of_an_example_file_is_lifted() -> None:
    found = await served(
        {
            "package.json": package({"start": "node src/index.js"}),
            "src/index.js": LISTENING,
            ".env.example": "RATE_LIMIT_MAX=20\nRATE_LIMIT_WINDOW_MS=1000\n",
        }
    )
    assert (found.env["RATE_LIMIT_MAX"], found.env["RATE_LIMIT_WINDOW_MS"]) == ("1000000", "1000")
    assert any("RATE_LIMIT_MAX, so that no request is refused" in one for one in found.why)


async def test_what_nest_wrote_is_looked_for_where_sources_stand_beside_src() -> None:
    scripts = {"start": "nest start", "start:prod": "NODE_ENV=production node dist/main", "build": "nest build"}
    files = {"package.json": package(scripts, "@nestjs/core"), "src/main.ts": LISTENING, "vitest.config.ts": ""}
    found = await served({**files, "tsconfig.build.json": "{}"})
    assert found.argv[:2] == ("sh", "-c")
    assert "if [ -f dist/src/main.js ]; then exec node dist/src/main; else exec node dist/main; fi" in found.argv
