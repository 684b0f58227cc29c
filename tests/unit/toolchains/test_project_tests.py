"""One answer to what is a test: the language's, the runner's own configuration included."""

import json

import pytest

from aurora.settings.repository import Commands
from aurora.toolchains import project_tests, registry
from aurora.toolchains.node import collected_files
from aurora.tools.path_policy import PathPolicy
from tests.support.projects import DictProbe, detected
from tests.support.workspaces import workspace

SPECS = "[pytest]\npython_files = *_spec.py\n"
JEST = {"name": "x", "scripts": {"test": "jest"}, "devDependencies": {"jest": "29"}}


def node(test: str = "vitest run", **more: object) -> str:
    tool = test.split()[0]
    return json.dumps({"name": "x", "scripts": {"test": test}, "devDependencies": {tool: "9"}, **more})


PROJECTS = [
    pytest.param(
        {"requirements.txt": "pytest", "pytest.ini": SPECS, "specs/a_spec.py": "", "svc/__init__.py": ""},
        ["specs/a_spec.py", "specs/data.json", "svc/b_spec.py", "conftest.py"],
        ["svc/__init__.py", "svc/test_client.py"],
        id="python_files",
    ),
    pytest.param(
        {
            "back/setup.py": "",
            "back/svc/a.py": "",
            "back/checks/check_a.py": "",
            "setup.cfg": "[tool:pytest]\npython_files = check_*.py",
        },
        ["back/checks/check_a.py", "back/svc/check_b.py"],
        ["back/svc/a.py", "back/svc/test_b.py"],
        id="configured above the project's folder",
    ),
    pytest.param(
        {
            "pyproject.toml": "[project]\nname='x'\n[tool.pytest.ini_options]\naddopts=['-o','python_files=it_*.py']",
            "it_a.py": "",
            "a.py": "",
        },
        ["it_a.py", "sub/it_b.py"],
        ["a.py", "sub/item.py"],
        id="overridden by an option",
    ),
    pytest.param(
        {"pytest.toml": "[pytest]\npython_files = ['*_check.py']", "a.py": "", "checks/a_check.py": ""},
        ["checks/a_check.py", "b_check.py"],
        ["a.py"],
        id="pytest.toml",
    ),
    pytest.param(
        {"setup.py": "", "app/a.py": "", "tests/test_a.py": "", "tests/data/x.json": ""},
        ["tests/data/x.json", "tests/__init__.py", "app/test_b.py", "app/b_test.py", "app/conftest.py"],
        ["app/a.py", "app/testing.py", "app/tests.py", "latest.py", "app/contest.py"],
        id="usual names",
    ),
    pytest.param(
        {
            "manage.py": "import django\nexecute_from_command_line()",
            "shop/tests.py": "from django.test import TestCase",
            "shop/models.py": "",
        },
        ["shop/tests.py", "blog/tests.py", "blog/test_views.py", "shop/tests_orders.py"],
        ["shop/models.py", "shop/testimonials.py", "shop/testing.py"],
        id="Django",
    ),
    pytest.param(
        {
            "setup.py": "",
            "pytest.ini": "[pytest]\naddopts = -p tools.plug -p no:cacheprovider",
            "tools/plug.py": "pytest_plugins = ('tools.more',)",
            "tests/conftest.py": "pytest_plugins = ['app.testing.fixtures']",
            "tests/test_a.py": "",
            "app/a.py": "",
        },
        ["tools/plug.py", "tools/more.py", "app/testing/fixtures.py", "app/testing/fixtures/__init__.py"],
        ["app/testing/__init__.py", "tools/other.py", "app/a.py", "cacheprovider.py"],
        id="plugins",
    ),
    pytest.param(
        {
            "pyproject.toml": "[project]\nname='pytest-x'\nversion='1'\n"
            "[project.entry-points.pytest11]\nx='pytest_x.plugin'\n"
            "[tool.pytest.ini_options]\naddopts='-p pytest_x.plugin'",
            "pytest_x/plugin.py": "",
            "tests/conftest.py": "pytest_plugins = 'pytester'",
            "tests/test_a.py": "",
        },
        ["tests/test_a.py"],
        ["pytest_x/plugin.py", "pytest_x/other.py"],
        id="the plugin that a project is",
    ),
    pytest.param(
        {"package.json": node('mocha "src/tests/**/*.js" --exit'), "src/api/one.js": "", "src/tests/one.js": ""},
        ["src/tests/one.js", "src/tests/deep/two.js", "src/__mocks__/one.js", "src/a.test.js"],
        ["src/api/one.js", "src/api/tests.js", "src/testing.js"],
        id="mocha's command",
    ),
    pytest.param(
        {
            "package.json": node("mocha"),
            ".mocharc.yml": "spec: ['checks/**/*.check.js']\nrequire: [./hooks/setup.js, ts-node/register]",
            "a.js": "",
        },
        ["checks/a.check.js", "hooks/setup.js"],
        ["a.js", "hooks/other.js", "checks/a.js"],
        id="mocharc",
    ),
    pytest.param(
        {
            "package.json": json.dumps(
                {
                    **JEST,
                    "jest": {
                        "testMatch": ["<rootDir>/specs/**/?(*.)+(check).[jt]s?(x)"],
                        "setupFilesAfterEnv": ["<rootDir>/boot.js"],
                    },
                }
            ),
            "a.js": "",
        },
        ["specs/a.check.ts", "specs/x/check.jsx", "boot.js", "src/__mocks__/fs.js", "lib/a.spec.ts"],
        ["a.js", "specs/a.js", "src/boot.js"],
        id="testMatch",
    ),
    pytest.param(
        {
            "package.json": json.dumps({**JEST, "jest": {"testRegex": "(/checks/.*|(\\.|/)(check|probe))\\.tsx?$"}}),
            "a.ts": "",
        },
        ["checks/deep/a.ts", "src/a.check.ts", "src/a.probe.tsx"],
        ["a.ts", "src/checks.ts"],
        id="testRegex",
    ),
    pytest.param(
        {
            "package.json": node(),
            "vitest.config.ts": "export default defineConfig({ test: { "
            "include: ['src/**/*.{check,it}.?(c|m)[jt]s?(x)'], setupFiles: './boot.ts' } })",
            "a.ts": "",
        },
        ["src/a.check.ts", "src/deep/b.it.mts", "boot.ts", "src/a.test.ts"],
        ["a.ts", "src/split.ts"],
        id="vitest's include",
    ),
    pytest.param(
        {
            "package.json": node("node --require ./hook.cjs --env-file=.env.test --test checks/*.mjs"),
            "a.mjs": "",
            "checks/a.mjs": "",
        },
        ["checks/b.mjs", "hook.cjs", ".env.test"],
        ["a.mjs", ".env"],
        id="node --test",
    ),
]


@pytest.mark.parametrize(("files", "tests", "code"), PROJECTS)
async def test_chain_and_policy_give_the_same_answer(files, tests, code):
    toolchain = await detected(files)
    space = workspace().model_copy(update={"toolchain": toolchain})
    chain, coder = registry.tools(space), PathPolicy.of(space, no_tests=True)
    writer = PathPolicy.of(space, only_tests=True)
    for path in tests:
        assert chain.is_test(path), path
        assert coder.is_test(path), path
        refused = coder.may_write(path)
        assert refused is not None, path
    for path in code:
        assert not chain.is_test(path), path
        assert not coder.is_test(path), path
        refused = writer.may_write(path)
        assert refused is not None and refused.rule in ("step", "manifest", "environment"), path


@pytest.mark.parametrize("root", [".", "", "./"])
async def test_a_test_root_that_is_the_whole_repository_leaves_it_to_the_names(root):
    files = {"requirements.txt": "pytest", "pytest.ini": SPECS, "a_spec.py": "", "a.py": ""}
    toolchain = await registry.detect(DictProbe(files), Commands(), [root])
    space = workspace().model_copy(update={"toolchain": toolchain})
    chain, policy = registry.tools(space), PathPolicy.of(space)
    for path, due in (("a_spec.py", True), ("deep/b_spec.py", True), ("a.py", False), ("conftest.py", True)):
        assert (chain.is_test(path), policy.is_test(path)) == (due, due), path
    assert chain.is_test_module("deep/b_spec.py") and not chain.is_test_module("conftest.py")


async def test_a_module_of_tests_is_what_the_runner_collects():
    files = {"requirements.txt": "pytest", "pytest.ini": SPECS, "specs/a_spec.py": "", "specs/tools.py": ""}
    chain = registry.tools(workspace().model_copy(update={"toolchain": await detected(files)}))
    assert chain.is_test_module("specs/a_spec.py")
    assert not chain.is_test_module("specs/tools.py") and not chain.is_test_module("specs/data.json")


@pytest.mark.parametrize(
    ("glob", "globs"),
    [
        ("**/*.{test,spec}.?(c|m)[jt]s?(x)", 12),
        ("a/!(b).js", 1),
        ("{a,{b,c}}", 3),
        ("{" + ",".join("ab"[i % 2] + str(i) for i in range(99)) + "}" * 2, 99),
        ("((((((((", 1),
    ],
)
def test_a_glob_of_nodes_runners_is_spread_within_bounds(glob, globs):
    assert len(project_tests.spread(glob)) == globs


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?<=x)y", "[", "(", "a{3}", "\\", "*", "(" * 500])
def test_an_odd_regular_expression_names_nothing(pattern):
    assert isinstance(collected_files.of_regex(pattern), tuple)
