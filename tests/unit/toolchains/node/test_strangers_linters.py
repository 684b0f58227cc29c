"""Repositories that strangers bring: their linters are those that their own scripts run, and what those print."""

import json

import pytest

from aurora.domain.runs import ExecEnd
from aurora.ports import Execution
from aurora.toolchains.folders import COPY
from aurora.toolchains.node import lint_output
from tests.support.projects import detected
from tests.support.strangers import package


@pytest.mark.parametrize(
    ("scripts", "dev", "files", "tools"),
    [
        pytest.param({"lint": "oxlint"}, ("oxlint",), {}, ["oxlint"], id="oxlint"),
        pytest.param({}, ("oxlint",), {".oxlintrc.json": "{}"}, ["oxlint"], id="oxlint, by its configuration"),
        pytest.param({"lint": "oxlint && eslint ."}, ("oxlint", "eslint"), {"eslint.config.js": ""},
                     ["eslint", "oxlint"], id="oxlint and eslint"),
        pytest.param({"lint": "oxlint", "fmt": "oxfmt --check"}, ("oxlint", "oxfmt"), {}, ["oxlint", "oxfmt"],
                     id="oxfmt"),
        pytest.param({"test": "standard && node --test"}, ("standard",), {}, ["standard"],
                     id="standard before the tests"),
        pytest.param({"lint": "npx semistandard 'src/**'"}, ("semistandard",), {}, ["semistandard"], id="semistandard"),
        pytest.param({"posttest": "ts-standard"}, ("ts-standard",), {}, ["ts-standard"], id="ts-standard"),
        pytest.param({"test": "xo && ava"}, ("xo", "mocha"), {}, ["xo"], id="xo"),
        pytest.param({"lint": "biome lint ."}, ("@biomejs/biome",), {}, ["biome"], id="biome without a configuration"),
        pytest.param({"lint": "eslint -c config/lint.mjs src"}, ("eslint",), {}, ["eslint"],
                     id="eslint, configured aside"),
        pytest.param({"format": "prettier --check ."}, ("prettier",), {}, ["prettier"], id="prettier, by a script"),
        pytest.param({}, ("prettier",), {}, [], id="prettier that nobody runs"),
        pytest.param({}, ("prettier",), {".lintstagedrc": '{"*.js": "prettier --write"}'}, ["prettier"],
                     id="lint-staged's own file"),
        pytest.param({}, ("prettier",), {".lintstagedrc.json": "*.js: prettier"}, [], id="one that is not JSON"),
        pytest.param({}, ("standard",), {}, [], id="standard that nobody runs"),
        pytest.param({"lint": "standard"}, (), {}, [], id="standard that nobody declares"),
        pytest.param({"lint": "tslint -p ."}, ("tslint",), {}, [], id="a linter that is not run here"),
    ],
)  # fmt: skip
async def test_the_linters_are_those_that_the_projects_scripts_run(scripts, dev, files, tools):
    text = package(None, "ms", dev=dev, scripts={"test": "node --test", **scripts})
    chain = await detected({"package.json": text, "src/a.js": "", **files})
    assert [argv[0] for argv in chain.lint] == tools
    if "tslint" in dev:
        assert "lint: a script runs tslint, which is not run here" in chain.why


async def test_a_script_of_the_workspaces_root_counts_for_its_member():
    files = {
        "package.json": package(None, dev=("oxlint", "turbo"), workspaces=["apps/*"],
                                scripts={"test": "turbo test", "lint": "oxlint --deny-warnings -c lint.json"}),
        "apps/api/package.json": package("node --test", "ms"),
    }  # fmt: skip
    (argv,) = (await detected(files)).lint
    assert argv[0] == "oxlint" and argv[-3:] == ("--deny-warnings", "-c", "lint.json")


async def test_what_lint_staged_runs_is_the_projects_too():
    manifest = json.loads(package("node --test", "ms", dev=("prettier", "eslint")))
    manifest["lint-staged"] = {"*.js": ["eslint --fix", "prettier --write"]}
    chain = await detected({"package.json": json.dumps(manifest)})
    assert [argv[0] for argv in chain.lint] == ["eslint", "prettier"]


OXLINT = """\
src/a.js:1:1: `debugger` statement is not allowed [Warning/eslint(no-debugger)]
src/b.js:3:5: Prefer String#startsWith [Error/unicorn(prefer-string-starts-ends-with)]
src/c.js:4:5: Variable 'a' is declared but never used. [Error/eslint(no-unused-vars)]
src/bad.js:2:1: Unexpected token [Error]

4 problems
"""
STANDARD = f"""\
  {COPY}/src/a.js:1:9: Extra semicolon. (semi)
  {COPY}/src/bad.js:2:2: Parsing error: Unexpected token << (null)
"""
OXFMT = "src/a.js\n\n  x Unexpected token\n   ,-[src/bad.js:2:1]\n 1 | module.exports=1;\n   `----\nError occurred.\n"
XO = json.dumps([{"filePath": f"{COPY}/src/a.js", "messages": [{"ruleId": "semi", "severity": 2, "line": 1}]}])


@pytest.mark.parametrize(
    ("argv", "printed", "found"),
    [
        pytest.param(
            ("oxlint",), OXLINT,
            [("oxlint:unicorn(prefer-string-starts-ends-with)", "src/b.js", 3),
             ("oxlint:no-unused-vars", "src/c.js", 4),
             ("oxlint:syntax", "src/bad.js", 2)], id="oxlint: errors",
        ),
        pytest.param(
            ("oxlint", "--deny-warnings"), OXLINT.partition("src/b")[0], [("oxlint:no-debugger", "src/a.js", 1)],
            id="oxlint: warnings that the project denies",
        ),
        pytest.param(
            ("standard",), STANDARD, [("standard:semi", "src/a.js", 1), ("standard:syntax", "src/bad.js", 2)],
            id="standard",
        ),
        pytest.param(("oxfmt",), OXFMT, [("oxfmt:syntax", "src/bad.js", 2), ("oxfmt", "src/a.js", 0)], id="oxfmt"),
        pytest.param(("xo", "--reporter=json"), XO, [("xo:semi", "src/a.js", 1)], id="xo"),
    ],
)  # fmt: skip
def test_what_they_print_is_read(argv, printed, found):
    ended = Execution(end=ExecEnd.EXITED, exit_code=1, stdout=printed, stderr="")
    assert [(f.check, f.path, f.line) for f in lint_output.parse(argv, ended, COPY)] == found


@pytest.mark.parametrize("tool", ["oxlint", "standard", "oxfmt", "xo"])
def test_one_that_breaks_is_a_finding_in_its_own_words(tool):
    ended = Execution(end=ExecEnd.EXITED, exit_code=2, stdout="", stderr="Failed to parse the configuration")
    (finding,) = lint_output.parse((tool,), ended, COPY)
    assert finding.check == f"lint:{tool}" and "Failed to parse the configuration" in finding.message


@pytest.mark.parametrize(
    ("scripts", "verb", "fix"),
    [
        pytest.param({"lint": "biome lint ."}, "lint", ("--verb=lint",), id="lint alone"),
        pytest.param({"format": "biome format --write ."}, "format", ("--verb=format",), id="format alone"),
        pytest.param({"lint": "biome lint .", "format": "biome format ."}, "check", (), id="both"),
        pytest.param({"ci": "biome ci --error-on-warnings ."}, "check", (), id="ci"),
        pytest.param({}, "check", (), id="no script"),
    ],
)
async def test_biome_judges_what_the_projects_scripts_let_it_judge(scripts, verb, fix):
    manifest = package(None, dev=("@biomejs/biome",), scripts={"test": "node --test", **scripts})
    chain = await detected({"package.json": manifest, "biome.json": "{}", "src/a.js": ""})
    (argv,), (fixing,) = chain.lint, chain.fix
    assert argv[:2] == ("biome", verb)
    assert fixing[2:] == fix
