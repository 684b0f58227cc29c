"""Repositories that strangers bring: where their Node tests are handed on to, which folder and language they are."""

import json

import pytest

from aurora.errors import Refusal
from tests.support.projects import detected
from tests.support.strangers import package

PNPM = 'packages:\n  - "apps/*"\n  - "packages/*"\n'


def workspace(script: str, member: str = "vitest run", runner: str = "vitest", **more: object) -> dict[str, str]:
    """A root that hands its tests on, a service and a library."""
    return {
        "package.json": package(script, dev=("typescript",), name="mono", private=True, workspaces=["apps/*"], **more),
        "apps/api/package.json": package(member, "express", dev=(runner,), name="@mono/api"),
        "apps/api/src/one.ts": "",
        "apps/api/src/one.test.ts": "",
        "packages/money/package.json": package(member, dev=(runner,), name="@mono/money"),
        "packages/money/src/two.ts": "",
        "packages/money/src/two.test.ts": "",
    }


@pytest.mark.parametrize(
    "script",
    [
        "pnpm -r test",
        "pnpm -r run test",
        "pnpm run -r test",
        "pnpm --recursive --stream test",
        "pnpm -r --workspace-concurrency=1 test",
        "pnpm -r exec vitest run",
        "turbo run test",
        "turbo test --concurrency 4",
        "npx turbo run lint test",
        "pnpm turbo run test",
        "dotenv -- turbo run test",
        "yarn workspaces foreach -A run test",
        "yarn workspaces foreach --all --parallel run test",
        "yarn workspaces run test",
        "npm test --workspaces",
        "npm run test --workspaces --if-present",
        "npm run test -ws",
        "lerna run test",
        "lerna run test --stream --concurrency 1",
        "nx run-many -t test",
        "nx run-many --target=test --all",
        "nx affected -t lint test",
        "wsrun -c test",
        "moon run :test",
        "CI=1 pnpm -r test",
        "cross-env NODE_ENV=test NODE_OPTIONS=--max-old-space-size=4096 pnpm -r test",
        "npm run lint && pnpm -r test",
    ],
)
async def test_a_script_for_every_package_leads_to_the_service_among_them(script):
    chain = await detected(workspace(script))
    assert (chain.root, chain.runner, chain.test) == ("apps/api", "vitest", ("vitest", "run"))
    assert chain.test_roots == ("apps/api/src/one.test.ts",)
    assert any("packages/money" in line for line in chain.why)


@pytest.mark.parametrize(
    "script",
    [
        "pnpm --filter @mono/money test",
        "pnpm --filter=money test",
        "pnpm -F './packages/*' run test",
        "pnpm --filter '@mono/money...' test",
        "pnpm --filter '!@mono/api' -r test",
        "pnpm --dir packages/money test",
        "pnpm -C packages/money test",
        "turbo run test --filter=@mono/money",
        "yarn workspace @mono/money test",
        "yarn --cwd packages/money test",
        "npm test -w @mono/money",
        "npm run test --workspace=packages/money",
        "npm --prefix packages/money test",
        "npm run test --prefix ./packages/money",
        "lerna run test --scope=@mono/money",
        "nx test money",
        "nx run money:test",
        "moon run money:test",
        "cd packages/money && npm test",
        "cd packages/money; vitest run",
        "cd ./packages/money && npx vitest",
        "pnpm --filter money exec vitest run",
        "bun run --filter '@mono/money' test",
    ],
)
async def test_a_script_for_one_package_leads_to_that_one(script):
    chain = await detected(workspace(script))
    assert (chain.root, chain.runner, chain.test) == ("packages/money", "vitest", ("vitest", "run"))


@pytest.mark.parametrize(
    ("scripts", "wireit"),
    [
        pytest.param({"test": "npm run test:all", "test:all": "turbo run test"}, {}, id="through another script"),
        pytest.param({"test": "run-s lint test:*", "lint": "eslint .", "test:all": "pnpm -r test"}, {}, id="run-s"),
        pytest.param({"test": "concurrently npm:test:*", "test:all": "lerna run test"}, {}, id="concurrently"),
        pytest.param({"test": "wireit"}, {"test": {"dependencies": ["./apps/api:test"]}}, id="wireit, another package"),
        pytest.param({"test": "wireit"}, {"test": {"command": "pnpm -r test"}}, id="wireit, a command"),
        pytest.param({"test:ci": "turbo run test --filter=api"}, {}, id="a script of another name"),
    ],
)
async def test_what_hands_on_may_stand_behind_other_scripts(scripts, wireit):
    files = workspace("", scripts=scripts, wireit=wireit)
    assert ((chain := await detected(files)).root, chain.runner) == ("apps/api", "vitest"), chain.why


@pytest.mark.parametrize(
    ("member", "runner", "argv"),
    [
        ("jest", "jest", "jest"),
        ("mocha", "mocha", "mocha"),
        ("node --test", "node:test", "node --test"),
        ("dotenv -e .env.test -- jest --ci", "jest", "env REGION=eu jest --ci"),
    ],
)
async def test_the_packages_own_script_says_how(member, runner, argv):
    files = workspace("turbo run test", member, "typescript") | {"apps/api/.env.test": "REGION=eu\n"}
    chain = await detected(files)
    assert (chain.root, chain.runner, " ".join(chain.test)) == ("apps/api", runner, argv)


async def test_a_command_of_its_own_runs_in_the_folder_it_is_said_for():
    files = workspace("cd apps/api && NODE_ENV=test vitest run --config vitest.unit.config.ts", "echo none")
    assert (chain := await detected(files)).root == "apps/api"
    assert chain.test == ("env", "NODE_ENV=test", "vitest", "run", "--config", "vitest.unit.config.ts")


async def test_packages_are_weighed_by_code_and_tests_and_not_by_the_alphabet():
    files = {
        "package.json": package("turbo run test", private=True, workspaces=["packages/*"]),
        "packages/aaa/package.json": package("vitest run"),
        "packages/aaa/index.ts": "",
        "packages/orders/package.json": package("vitest run"),
        **{f"packages/orders/src/{n}.ts": "" for n in range(20)},
        "packages/orders/src/a.test.ts": "",
    }
    assert (await detected(files)).root == "packages/orders"
    pages = {**files, "packages/orders/package.json": package("vitest run", "react", "react-dom")}
    assert (await detected(pages)).root == "packages/aaa"


@pytest.mark.parametrize(
    "root",
    [
        pytest.param(package("vitest run", workspaces=["apps/*"]), id="a runner for the whole workspace"),
        pytest.param(package("jest", dev=("jest",), jest={"projects": ["<rootDir>/apps/*"]}), id="jest's projects"),
        pytest.param(package(None, "express", dev=("vitest",)), id="a runner that is declared"),
        pytest.param(package("vitest run && pnpm -r test"), id="its own tests first"),
    ],
)
async def test_a_root_that_runs_tests_itself_stays_the_root(root):
    files = workspace("") | {"package.json": root, "src/a.ts": ""}
    assert (await detected(files)).root == ""


@pytest.mark.parametrize(
    "named",
    [
        pytest.param({"test": "pnpm -r test && pnpm test:x", "test:x": "node --test tools/*.test.mjs"}, id="behind it"),
        pytest.param({"test": "node --test tools/*.test.mjs && turbo run test"}, id="before it"),
        pytest.param({"test": "turbo run test", "test:tools": "node --test tools/"}, id="a script beside it"),
        pytest.param({"test": "pnpm -r test", "test:e2e": "playwright test"}, id="tests in a browser"),
        pytest.param({"test": "nx run-many -t test", "test:e2e": "vitest run -c e2e/vitest.ts"}, id="end to end"),
        pytest.param({"test:e2e": "cypress run", "test:all": "lerna run test"}, id="no script `test`"),
    ],
)
async def test_a_few_tests_at_the_top_do_not_hide_those_of_the_packages(named):
    files = workspace("", scripts=named) | {"tools/seed.mjs": "", "tools/seed.test.mjs": ""}
    chain = await detected(files)
    assert (chain.root, chain.runner) == ("apps/api", "vitest")
    left_out = [line for line in chain.why if "is left out: " in line]
    assert len(left_out) == any("node" in text or "vitest" in text for text in named.values())


async def test_many_tests_at_the_top_are_not_left_for_a_few_of_the_packages():
    files = workspace("node --test tools/*.test.mjs && turbo run test")
    assert (await detected(files | {f"tools/{n}.test.mjs": "" for n in range(9)})).root == ""


@pytest.mark.parametrize(
    ("files", "root"),
    [
        pytest.param(
            {"package.json": package("turbo run test", private=True)}, "", id="nothing that it could be handed to"
        ),
        pytest.param(
            {"package.json": package(None, dev=("husky", "prettier")), "services/orders/package.json": package("jest")},
            "services/orders", id="tools at the top",
        ),
        pytest.param(
            {"package.json": package("echo nothing yet", workspaces=["packages/*"]),
             "packages/orders/package.json": package("jest")},
            "packages/orders", id="a workspace whose script runs nothing",
        ),
        pytest.param(
            {"package.json": package(None, "lerna"), "packages/orders/package.json": package("jest")},
            "packages/orders", id="dependencies at the top and no code",
        ),
        pytest.param(
            {"package.json": package(None, "express"), "src/app.ts": "", "tools/seed/package.json": package("jest")},
            "", id="a service with a helper below",
        ),
        pytest.param(
            {"package.json": package("cd web && npm test"), "web/package.json": package("vitest run")},
            "web", id="a folder that the script names, whatever its name",
        ),
    ],
)  # fmt: skip
async def test_the_root_is_where_the_tests_are(files, root):
    assert (await detected(files)).root == root


# ── manifests that can't be read ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("generators/app/skeleton/package.json", '{"name": "<%= name %>", "x": {<% if (db) { %>"pg": "8"<% } %>}}'),
        ("packages/create-app/stubs/package.json", '{"name": "{{name}}", {{#if db}}"a": 1{{/if}} }'),
        ("cookiecutter/{{cookiecutter.name}}/package.json", '{"version": {{ cookiecutter.version }}}'),
        ("spec/data/broken/package.json", "{"),
    ],
)
async def test_a_manifest_far_away_that_is_not_json_is_passed_over_and_named(path, text):
    chain = await detected({"package.json": package("node --test", "ms"), "src/one.js": "", path: text})
    assert (chain.root, chain.runner) == ("", "node:test")
    assert path in chain.dependencies.files or path not in json.dumps(chain.dependencies.files)
    if "skeleton" not in path:
        assert any(path in line and "not JSON" in line for line in chain.why)


@pytest.mark.parametrize("folder", ["", "backend/"])
async def test_a_byte_order_mark_is_no_part_of_a_manifest(folder):
    text = "\ufeff" + package("jest", "ms", dev=("jest",))
    chain = await detected({f"{folder}package.json": text, f"{folder}src/one.test.js": ""})
    assert chain.runner == "jest" and "ms@*" in chain.dependencies.requirements
    assert not any("JSON" in line for line in chain.why)


# ── Node or Python ───────────────────────────────────────────────────────────────────────────────────────────────

TOOLS = package(None, dev=("husky", "prettier", "lint-staged"), scripts={"prepare": "husky", "lint": "prettier ."})
PROJECT = "[project]\nname = 'app'\nversion = '1'\n"
SERVICE = {f"backend/app/{name}.py": "" for name in ("__init__", "main", "db", "models")}


@pytest.mark.parametrize(
    ("files", "language", "root"),
    [
        pytest.param(
            {"package.json": TOOLS, "backend/pyproject.toml": PROJECT, **SERVICE}, "python", "backend",
            id="tools of Node above a Python service",
        ),
        pytest.param(
            {"package.json": package("cd backend && pytest"), "backend/pyproject.toml": PROJECT, **SERVICE},
            "python", "backend", id="a script of package.json that runs pytest",
        ),
        pytest.param(
            {"package.json": package(None, dev=("@commitlint/cli",)), "commitlint.config.js": "",
             "backend/requirements.txt": "flask\n", **SERVICE},
            "python", "backend", id="commitlint and its configuration",
        ),
        pytest.param(
            {"package.json": package("jest", dev=("jest",)), "assets/menu.js": "", "assets/menu.test.js": "",
             "backend/requirements.txt": "django\n", **SERVICE, **{f"backend/shop/{n}.py": "" for n in range(9)}},
            "python", "backend", id="a few tested scripts of pages",
        ),
        pytest.param(
            {"package.json": package(None, "serverless", dev=("serverless-python-requirements",)),
             "requirements.txt": "boto3\n", "handler.py": "", "orders.py": ""},
            "python", "", id="a framework that deploys Python",
        ),
        pytest.param(
            {"backend/package.json": package("node --test", "ms"), "backend/src/one.js": "",
             "scripts/requirements.txt": "requests\n", "scripts/load.py": ""},
            "node", "backend", id="a folder of scripts in Python",
        ),
        pytest.param(
            {"server/package.json": package("jest", "express"), "server/src/one.js": "", "requirements.txt": "mkdocs\n",
             "mkdocs.yml": ""},
            "node", "server", id="requirements for documentation and no Python",
        ),
        pytest.param(
            {"package.json": package("vitest run", "fastify"), "src/app.ts": "", "src/b.ts": "",
             "docs/requirements.txt": "sphinx\n", "docs/conf.py": ""},
            "node", "", id="documentation by Sphinx",
        ),
        pytest.param(
            {"package.json": package("jest", "@nestjs/core"), **{f"src/{n}.ts": "" for n in range(12)},
             "requirements.txt": "locust\n", "locustfile.py": ""},
            "node", "", id="one Python file beside a service",
        ),
        pytest.param(
            {"package.json": package("jest", "express"), "src/app.js": "", "setup.cfg": "[flake8]\n"},
            "node", "", id="a linter's file of Python and no Python",
        ),
        pytest.param(
            {"web/package.json": package("vitest run", "ms"), "api/requirements.txt": "flask\n", "api/app.py": "",
             "api/test_app.py": ""},
            "python", "api", id="pages beside a Python service",
        ),
    ],
)  # fmt: skip
async def test_the_language_is_that_of_the_service(files, language, root):
    chain = await detected(files)
    assert (chain.language, chain.root) == (language, root)


# ── how the tests start ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("script", "runner", "argv"),
    [
        ("dotenv -e .env.test -- vitest run", "vitest", "env REGION=eu KEY=a b vitest run"),
        ("dotenv -e .env.test -o -- vitest", "vitest", "env REGION=eu KEY=a b vitest run"),
        ("dotenvx run -f .env.test -- jest -i", "jest", "env REGION=eu KEY=a b jest -i"),
        ("env-cmd -f .env.test jest", "jest", "env REGION=eu KEY=a b jest"),
        ("env-cmd .env.test mocha", "mocha", "env REGION=eu KEY=a b mocha"),
        ("dotenv -e .env.test cross-env TZ=UTC jest", "jest", "env REGION=eu KEY=a b TZ=UTC jest"),
        (
            "node --env-file=.env.test --expose-gc node_modules/jest/bin/jest.js", "jest",
            "env REGION=eu KEY=a b NODE_OPTIONS=--expose-gc jest",
        ),
        ("node -r dotenv/config node_modules/.bin/mocha", "mocha", "env NODE_OPTIONS=-r dotenv/config mocha"),
        ("cross-env-shell 'TZ=UTC jest --ci'", "jest", "env TZ=UTC jest --ci"),
        ("bash -c 'mocha test'", "mocha", "mocha test"),
        ("glob -c 'tsx --test' './test/**/*.test.ts'", "node:test", "node --import tsx --test ./test/**/*.test.ts"),
        ("run-s lint test:*", "jest", "jest unit"),
        ("npm-run-all test:unit", "jest", "jest unit"),
        ("concurrently 'npm:test:unit'", "jest", "jest unit"),
        ("bun run test:unit", "jest", "jest unit"),
        ("bunx vitest run", "vitest", "vitest run"),
        ("wireit", "mocha", "mocha --exit"),
    ],
)  # fmt: skip
async def test_the_runner_is_found_behind_what_stands_in_front(script, runner, argv):
    scripts = {"test": script, "test:unit": "jest unit", "lint": "eslint ."}
    text = package(None, "ms", scripts=scripts, wireit={"test": {"command": "mocha --exit"}})
    chain = await detected({"package.json": text, ".env.test": "# one\nexport REGION=eu\nKEY='a b' # two\n"})
    assert (chain.runner, " ".join(chain.test)) == (runner, argv)


async def test_a_file_of_variables_that_is_not_committed_is_said():
    chain = await detected({"package.json": package("dotenv -e .env.local -- jest", "ms")})
    assert chain.test == ("jest",) and any(".env.local, which is not in the base commit" in line for line in chain.why)


@pytest.mark.parametrize("script", ["node gen.js", "tsc -p .", "prisma generate", "docker compose up -d db"])
async def test_what_runs_before_the_tests_is_named_where_it_does_not_run(script):
    chain = await detected({"package.json": package(None, "ms", scripts={"pretest": script, "test": "node --test"})})
    assert any(script in line and "does not run here" in line for line in chain.why)


@pytest.mark.parametrize(
    ("runner", "spec", "refused"),
    [
        ("vitest", "2.1.9", True),
        ("vitest", "^1.6.0", True),
        ("vitest", "~0.34", True),
        ("vitest", "^1 || ^2", True),
        ("vitest", ">=1.0.0 <3.0.0", True),
        ("vitest", "2.x", True),
        ("vitest", "^3.0.0", False),
        ("vitest", "^2 || ^3", False),
        ("vitest", ">=1", False),
        ("vitest", "latest", False),
        ("vitest", "catalog:", False),
        ("vitest", "4.0.10", False),
        ("jest", "^25.9.0", False),
        ("jest", "^26.0.0", False),
        ("mocha", "^7.2.0", False),
    ],
)
async def test_a_runner_that_is_too_old_is_named_with_the_version_that_is_needed(runner, spec, refused):
    files = {"package.json": package(runner, "ms", dev=(f"{runner}@{spec}",)), "src/a.test.js": ""}
    if not refused:
        assert (await detected(files)).runner == runner
        return
    with pytest.raises(Refusal, match=rf"{runner} \S.*; results are read of {runner} \d+ and later") as caught:
        await detected(files)
    assert "Update" in caught.value.hint


async def test_a_runner_that_the_script_names_and_nobody_reads_is_said():
    files = {"package.json": package("bun test", "hono", dev=("vitest@^3.0.0",)), "bun.lock": "{}"}
    chain = await detected(files)
    assert chain.test == ("vitest", "run") and any("runs bun" in line for line in chain.why)
    assert "bun.lock can't be read here" in chain.why
    with pytest.raises(Refusal, match="run by bun"):
        await detected({"package.json": package("bun test", "hono"), "bun.lock": "{}"})
