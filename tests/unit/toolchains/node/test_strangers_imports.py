"""Repositories that strangers bring: which imports are their own modules, and which their runtime's or runner's."""

import json

import pytest

from aurora.toolchains.node import source
from aurora.toolchains.node.bill_of_materials import NodeBill
from aurora.toolchains.node.own_modules import of_regex
from aurora.toolchains.node.resolution import unresolved
from tests.support.projects import detected
from tests.support.strangers import package

BASE = {"src/users/user.entity.ts": "", "src/config.ts": "", "test/a.test.ts": ""}
NEST = package("jest", "@nestjs/core", dev=("jest", "typescript"))


async def refused(files: dict[str, str], *specifiers: str, path: str = "src/app.ts") -> list[str]:
    chain = await detected(files)
    manifests = {"": json.loads(files["package.json"].removeprefix("\ufeff"))}
    text = "".join(f"import {{ x }} from '{one}';\n" for one in specifiers)
    bill = NodeBill(manifests, frozenset(), (), chain.own_modules)
    findings = bill.check(path, source.read(path, text), None, in_tests=path.startswith("test/"))
    return [specifiers[finding.line - 1] for finding in findings]


def tsconfig(**options: object) -> str:
    return json.dumps({"compilerOptions": options})


JEST = {"jest": {"moduleNameMapper": {"^@/(.*)$": "<rootDir>/src/$1", "^(src|test)/(.*)$": "<rootDir>/$1/$2"}}}
VITE = """\
import { defineConfig } from 'vitest/config'
import path from 'node:path'
export default defineConfig({
  resolve: {alias: {'~': path.resolve(__dirname, './src'), '#db': '/src/db', users: path.join(here, 'src/users')}},
})
"""
VITE_LIST = """\
export default { resolve: { alias: [
  { find: '~', replacement: '/src' }, { find: /^@lib\\/(.*)/, replacement: '/lib/$1' },
] } }
"""


@pytest.mark.parametrize(
    ("files", "allowed"),
    [
        pytest.param(
            {"tsconfig.json": tsconfig(baseUrl="./")}, ("src/users/user.entity", "src/config", "test/a.test"),
            id="Nest's default: baseUrl is the root",
        ),
        pytest.param({"tsconfig.json": tsconfig(baseUrl="src")}, ("users/user.entity", "config"), id="baseUrl is src"),
        pytest.param(
            {"tsconfig.json": "\ufeff// one\n{'extends': './tsconfig.base.json',}".replace("'", '"'),
             "tsconfig.base.json": tsconfig(paths={"@/*": ["./src/*"], "env": ["./src/config.ts"]})},
            ("@/users", "env"), id="paths of an extended configuration",
        ),
        pytest.param(
            {"tsconfig.json": json.dumps({"extends": ["@tsconfig/node22/tsconfig.json", "./config/base"]}),
             "config/base.json": tsconfig(baseUrl="../src", paths={"@app/*": ["*"]})},
            ("@app/x", "users/user.entity"), id="a list of extended ones, one of another name",
        ),
        pytest.param(
            {"tsconfig.json": tsconfig(), "tsconfig.build.json": tsconfig(paths={"~/*": ["./src/*"]})}, ("~/x",),
            id="a configuration beside tsconfig.json",
        ),
        pytest.param({"jsconfig.json": tsconfig(paths={"@/*": ["src/*"]})}, ("@/x",), id="jsconfig"),
        pytest.param({"package.json": JEST}, ("@/users", "src/config", "test/a"), id="jest in package.json"),
        pytest.param(
            {"jest.config.ts": "export default {moduleNameMapper: {'^@app/(.*)$': '<rootDir>/src/$1', '^env$': 'x'}}"},
            ("@app/users", "env"), id="jest.config.ts",
        ),
        pytest.param(
            {"test/jest-e2e.json": json.dumps({"moduleNameMapper": {"^@app/(.*)": "x"},
                                               "modulePaths": ["<rootDir>/../src"]})
            },
            ("@app/users", "users/user.entity"), id="jest's own JSON in another folder",
        ),
        pytest.param(
            {"jest.config.js": "module.exports = {moduleDirectories: ['node_modules', 'src']}"}, ("users/user.entity",),
            id="jest's moduleDirectories",
        ),
        pytest.param({"vitest.config.ts": VITE}, ("~/x", "~", "#db/x", "users/user.entity"), id="vite's alias"),
        pytest.param({"vite.config.mts": VITE_LIST}, ("~/x", "@lib/y"), id="vite's list of aliases"),
        pytest.param(
            {"babel.config.js": "module.exports = {plugins: [['module-resolver', {alias: {'@models': './m'}}]]}"},
            ("@models/x",), id="babel's module-resolver",
        ),
        pytest.param(
            {".babelrc": json.dumps({"plugins": [["module-resolver", {"alias": {"^@lib/(.+)": "./src/\\1"}}]]})},
            ("@lib/x",), id="babel's, as a regular expression",
        ),
        pytest.param({"package.json": {"_moduleAliases": {"@root": "."}}}, ("@root/x", "@root"), id="module-alias"),
        pytest.param(
            {"package.json": {"scripts": {"test": "NODE_PATH=src jest"}}}, ("users/user.entity", "config"),
            id="NODE_PATH",
        ),
    ],
)  # fmt: skip
async def test_a_projects_own_modules_are_known_as_it_knows_them(files, allowed):
    more = files.pop("package.json", {})
    manifest = {**json.loads(NEST), **(more if isinstance(more, dict) else {})}
    project = {"package.json": json.dumps(manifest), **BASE, **files}
    assert await refused(project, *allowed) == []
    strangers = ["express-made-up", "@made/up", "usersx", "srcs/x"]
    assert await refused(project, *strangers) == strangers


@pytest.mark.parametrize(
    ("files", "allowed", "otherwise"),
    [
        pytest.param({"wrangler.toml": ""}, "cloudflare:workers", True, id="cloudflare, by its file"),
        pytest.param({"bun.lock": "{}"}, "bun:sqlite", True, id="bun, by its lock"),
        pytest.param({"bunfig.toml": ""}, "bun", True, id="bun itself"),
        pytest.param({"vite.config.ts": ""}, "virtual:pages", True, id="vite's virtual modules"),
        pytest.param({"svelte.config.js": ""}, "$app/paths", True, id="svelte's modules"),
        pytest.param({"docusaurus.config.ts": ""}, "@theme/Tabs", True, id="docusaurus's modules"),
        pytest.param({}, "node:sqlite", False, id="a module of node"),
        pytest.param({}, "fs/promises", False, id="a module of node without its prefix"),
        pytest.param({}, "#internal/db", False, id="the imports of a manifest"),
    ],
)
async def test_modules_of_a_runtime_are_allowed_where_it_is_used(files, allowed, otherwise):
    manifest = {"package.json": package("node --test", "hono")}
    assert await refused(manifest | files, allowed) == []
    assert (await refused(manifest, allowed) == [allowed]) == otherwise


@pytest.mark.parametrize(
    ("runner", "allowed", "strange"),
    [("jest", "@jest/globals", "@vitest/spy"), ("jest", "expect", "chai"), ("vitest", "vite", "@jest/globals")],
)
async def test_what_a_runner_brings_may_be_imported_by_tests_only(runner, allowed, strange):
    files = {"package.json": package(runner, "express", dev=(f"{runner}@^29",)), "src/app.ts": ""}
    assert await refused(files, allowed, strange, path="test/a.test.ts") == [strange]
    assert await refused(files, allowed) == [allowed]


async def test_names_of_every_package_are_no_alias():
    files = {"package.json": NEST, "tsconfig.json": tsconfig(paths={"*": ["./types/*"]}), "types/legacy.d.ts": ""}
    assert await refused(files, "made-up") == ["made-up"]


async def test_a_configuration_of_any_shape_is_read():
    texts = [
        "{",
        "[]",
        "3",
        '{"compilerOptions": 3}',
        '{"extends": "./tsconfig.json"}',
        '{"extends": {}}',
        "\x00",
    ]
    for text in texts:
        files = {"package.json": NEST, "tsconfig.json": text, "jest.config.js": text, ".babelrc": text}
        assert await refused(files, "made-up") == ["made-up"]


@pytest.mark.parametrize(
    ("pattern", "specifiers"),
    [
        ("^@/(.*)$", ["@/*"]),
        ("^lodash-es$", ["lodash-es"]),
        (r"^(\.{1,2}/.*)\.js$", []),
        (r"\.(css|less)$", []),
        ("^(app|lib)/(.*)$", ["app/*", "lib/*"]),
        (r"^@scope\/(.*)$", ["@scope/*"]),
        ("^~(.*)$", ["~*"]),
        (".*", []),
        ("^src/?(.*)$", ["src*"]),
    ],
)
def test_a_regular_expression_of_specifiers_gives_what_they_begin_with(pattern, specifiers):
    assert of_regex(pattern) == specifiers


async def test_a_configuration_that_a_member_of_the_workspace_shares_is_followed():
    files = {
        "package.json": NEST,
        "tsconfig.json": json.dumps({"extends": "@acme/tsconfig/base"}),
        "packages/tsconfig/package.json": json.dumps({"name": "@acme/tsconfig"}),
        "packages/tsconfig/base.json": tsconfig(paths={"@/*": ["./src/*"], "@made/*": ["./x/*"]}),
        "src/app.ts": "",
    }
    assert await refused(files, "@/users", "@made/one", "@acme/other") == ["@acme/other"]


async def test_the_nearest_folders_modules_are_known_in_a_large_repository():
    far = {f"aside/pkg{n}/tsconfig.json": tsconfig(baseUrl=".") for n in range(20)}
    far |= {f"aside/pkg{n}/a{m}/x.ts": "" for n in range(20) for m in range(20 * n, 20 * n + 20)}
    files = {"package.json": NEST, "tsconfig.json": tsconfig(baseUrl="src"), "src/zoo/x.ts": "", **far}
    assert await refused(files, "zoo/x") == []


SHOP = {"name": "shop", "dependencies": {"zod": "4", "@shop/db": "*"}, "devDependencies": {"chai": "5", "pg": "8"}}
DB = {"name": "@shop/db", "dependencies": {"pg": "8"}, "devDependencies": {"tsx": "4"}}
SHOPS = NodeBill({"": {"name": "root"}, "apps/api": SHOP, "packages/db": DB}, frozenset(), (), ())


def messages(text: str, path: str, bill: NodeBill = SHOPS) -> list[str]:
    return [one.message for one in bill.check(path, source.read(path, text), None, in_tests=False)]


@pytest.mark.parametrize(
    "path",
    [
        "apps/api/vitest.config.ts", "apps/api/.storybook/preview.ts", "apps/api/.eslintrc.cjs",
        "apps/api/config/webpack.config.js", "apps/api/src/users/users.e2e-spec.ts", "apps/api/src/button.stories.tsx",
        "apps/api/src/users/a.clienttest.tsx", "apps/api/e2e/login.ts", "apps/api/jest.setup.ts",
    ],
)  # fmt: skip
def test_files_beside_the_product_may_import_what_is_for_development(path):
    assert messages("import { expect } from 'chai';", path) == []
    assert len(messages("import { x } from 'made-up';", path)) == 1


@pytest.mark.parametrize("path", ["apps/api/src/database.config.ts", "apps/api/src/latest.ts", "apps/api/src/app.ts"])
def test_files_of_the_product_may_not(path):
    assert ["development only" in one for one in messages("import { expect } from 'chai';", path)] == [True]


def test_what_a_member_brings_into_the_product_may_be_declared_for_development_beside():
    assert messages("import { Pool } from 'pg';", "apps/api/src/app.ts") == []
    assert len(messages("import { x } from 'tsx';", "packages/db/src/app.ts")) == 1


def test_a_development_package_that_is_loaded_when_asked_for_is_allowed():
    assert messages("export const dev = async () => (await import('chai')).expect;", "apps/api/src/app.ts") == []


def test_files_of_a_project_whose_manifest_was_not_read_are_not_judged():
    bill = NodeBill({"": SHOP}, frozenset(), (), (), frozenset({"tools/site"}))
    assert messages("import { x } from 'astro';", "tools/site/src/a.ts", bill) == []
    assert len(messages("import { x } from 'astro';", "tools/a.ts", bill)) == 1


TYPED = NodeBill({"": {"dependencies": {"zod": "4"}, "devDependencies": {"@types/express": "5"}}}, frozenset(), (), ())


@pytest.mark.parametrize(
    "text",
    [
        "import { Request } from 'express';\nexport const f = (r: Request) => 1;",
        "import { type Request } from 'express';\nexport const f = (r: Request) => 1;",
        "import express from 'express';\nexport const f = (r: express.Request) => 1;",
        "import * as e from 'express';\nexport const f = (r: e.Request) => 1;",
        "import { Request as R, Response } from 'express';\nexport class A implements R { s?: Response; }",
    ],
)
def test_what_is_used_as_types_only_needs_no_more_than_its_types(text):
    assert messages(text, "src/app.ts", TYPED) == []


@pytest.mark.parametrize(
    "text",
    [
        "import express from 'express';\nexport const app = express();",
        "import { Router, Request } from 'express';\nexport const f = (r: Request) => Router();",
        "import { Request } from 'express';\nexport { Request };",
        "import { Request } from 'express';\nexport class A extends Request { r?: Request; }",
        "import 'express';",
        "import express from 'express';",
    ],
)
def test_what_is_used_as_a_value_needs_the_package(text):
    assert len(messages(text, "src/app.ts", TYPED)) == 1


def test_what_a_framework_tells_its_users_to_import_is_declared_with_it():
    nest = NodeBill({"": {"dependencies": {"@nestjs/platform-express": "11"}}}, frozenset(), (), ())
    assert messages("import { json } from 'express';", "src/main.ts", nest) == []
    assert len(messages("import { json } from 'fastify';", "src/main.ts", nest)) == 1


@pytest.mark.parametrize(
    "specifier", ["./page.html?raw", "./types.js", "./gen", "./native", "./packaged", "../readme.md"]
)
def test_relative_imports_that_lead_to_files(specifier):
    there = ("src/page.html", "src/types.d.ts", "src/gen/index.d.ts", "src/native/index.node", "readme.md")
    there += ("src/packaged/package.json",)
    read = source.read("src/a.ts", f"import x from '{specifier}';\nimport y from './absent.html?raw';")
    assert [one.line for one in unresolved("src/a.ts", read, there, "")] == [2]
