"""The options that a stranger's runner is given: existing tests are the test writer's alone, code is the coder's."""

import pytest

from aurora.toolchains.project_tests import is_test
from tests.support.projects import detected
from tests.support.strangers import package

PYTHON = '[project]\nname = "shop"\nversion = "1"\n[dependency-groups]\ndev = ["pytest"]\n'


def vitest(config: str) -> dict[str, str]:
    return {"package.json": package("vitest run", dev=("vitest@^3.2.0",)), "vitest.config.ts": config}


@pytest.mark.parametrize(
    ("files", "tests", "code"),
    [
        pytest.param(
            {"pyproject.toml": PYTHON, "pytest.ini": "[pytest]\npython_files = *.py\ntestpaths = qa\n"},
            ["qa/prices.py", "qa/more/stock.py"], ["shop/__init__.py", "shop/prices.py"],
            id="every module below testpaths",
        ),
        pytest.param(
            {"pyproject.toml": PYTHON, "pytest.ini": "[pytest]\npython_files = *.py\n"},
            ["tests/prices.py", "shop/test_a.py"], ["shop/prices.py"], id="every module, and no testpaths",
        ),
        pytest.param(
            {"pyproject.toml": PYTHON, "tox.ini": "[pytest]\npython_files = check_*.py spec_*.py\n"},
            ["checks/check_a.py", "shop/spec_b.py"], ["shop/prices.py", "checks.py"], id="two names in tox.ini",
        ),
        pytest.param(
            vitest(
                'import x from "x"\nexport default x({plugins: [y({include: "src/**/*.tsx"})], optimizeDeps: {include: '
                '["zod"]}, test: {include: ["checks/**/*.ts"], coverage: {include: ["src/**/*.ts"]}}})\n'
            ),
            ["checks/a.ts"], ["src/a.ts", "src/b.tsx", "src/zod"], id="vitest's include, not its coverage's",
        ),
        pytest.param(
            vitest(
                'const coverage = {include: ["src/**/*.ts"]}\nexport default {test: {include: ["checks/*.ts"]}}'
            ),
            ["checks/a.ts"], ["src/a.ts"], id="coverage in a variable",
        ),
        pytest.param(
            {"package.json": package("jest", dev=("jest@^29",), jest={"roots": ["<rootDir>/test"],
             "testMatch": ["**/*.[jt]s"]})},
            ["test/prices.js"], ["src/prices.js", "index.js"], id="every file of jest's roots",
        ),
        pytest.param(
            {"package.json": package("jest", dev=("jest@^29",)),
             "jest.config.js": "module.exports = {projects: ['<rootDir>/packages/*/jest.config.js']}\n",
             "packages/a/jest.config.js": "module.exports = {testMatch: ['<rootDir>/checks/**/*.js']}\n"},
            ["packages/a/checks/x.js", "packages/a/checks/new.js"], ["packages/a/src/x.js"], id="a jest project's own",
        ),
    ],
)  # fmt: skip
async def test_the_runners_configuration_says_what_a_test_is(files, tests, code):
    chain = await detected({**files, **dict.fromkeys([*tests, *code], "")})
    assert {path: is_test(chain, path) for path in (*tests, *code)} == {
        **dict.fromkeys(tests, True),
        **dict.fromkeys(code, False),
    }


@pytest.mark.parametrize(
    ("script", "config", "held", "roots"),
    [
        pytest.param("jest", {"testMatch": ["<rootDir>/it/**/*.js"]}, ["it/a.js", "src/a.js"], ("it",), id="a folder"),
        pytest.param(
            "jest",
            {"testRegex": r"\.unit\.ts$"},
            ["src/a.unit.ts"],
            ("src/a.unit.ts",),
            id="names, beside the code",
        ),
        pytest.param("jest", {}, ["src/a.js"], ("tests",), id="none"),
    ],
)
async def test_tests_under_unusual_names_are_the_test_roots(script, config, held, roots):
    files = {"package.json": package(script, dev=("jest@^29",), jest=config), **dict.fromkeys(held, "")}
    assert (await detected(files)).test_roots == roots
