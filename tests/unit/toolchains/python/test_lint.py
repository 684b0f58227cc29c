"""The words of linters, whether or not they are installed here."""

import pytest

from aurora.domain.findings import Finding
from aurora.domain.runs import ExecEnd
from aurora.ports import Execution
from aurora.toolchains.python import lint as python_lint
from aurora.toolchains.python.lint_output import tool_of
from aurora.toolchains.runs.lint_report import UNFORMATTED, unformatted
from tests.support.projects import detected


async def test_no_paths_start_no_linter():
    assert python_lint.commands(await detected({"app.py": ""}), [], fix=True) == ()


def ended(stdout: str = "", stderr: str = "", code: int = 1) -> Execution:
    return Execution(end=ExecEnd.EXITED, exit_code=code, stdout=stdout, stderr=stderr)


@pytest.mark.parametrize(
    ("argv", "execution", "expected"),
    [
        pytest.param(
            ["black", "--check", "a.py"],
            ended(stderr="would reformat a.py\n\nOh no!\n1 file would be reformatted.\n"),
            [("black", "a.py", 0, True)],
            id="black",
        ),
        pytest.param(
            ["black", "--check", "b.py"],
            ended(stderr="error: cannot parse: b.py:1:4\n    def (\n", code=123),
            [("black", "b.py", 0, False)],
            id="black, syntax",
        ),
        pytest.param(
            ["ruff", "format", "--check", "a.py"],
            ended("Would reformat: a.py\n1 file would be reformatted\n"),
            [("ruff format", "a.py", 0, True)],
            id="ruff format, older",
        ),
        pytest.param(
            ["ruff", "check", "a.py"],
            ended("a.py:1:5: E999 SyntaxError: Expected\nb.py:1:1: SyntaxError: Expected\nFound 2 errors.\n"),
            [("ruff:E999", "a.py", 1, False), ("ruff:SyntaxError", "b.py", 1, False)],
            id="ruff, older",
        ),
        pytest.param(
            ["python", "-m", "flake8", "a.py"],
            ended("./a.py:2:1: E302 expected 2 blank lines, found 0\n"),
            [("flake8:E302", "a.py", 2, False)],
            id="flake8",
        ),
        pytest.param(
            ["mypy", "a.py"],
            ended('a.py:3: error: Name "x" is not defined  [name-defined]\na.py:3: note: see\nFound 1 error\n'),
            [("mypy:name-defined", "a.py", 3, False)],
            id="mypy",
        ),
        pytest.param(["make", "lint"], ended("boom\n", code=2), [("lint:make", "", 0, False)], id="unknown tool"),
        pytest.param(["make", "lint"], ended("all good\n", code=0), [], id="unknown tool, content"),
        pytest.param(
            ["ruff", "check"],
            Execution(end=ExecEnd.OUT_OF_TIME, exit_code=137, stdout="", stderr=""),
            [("lint:ruff check", "", 0, False)],
            id="out of time",
        ),
    ],
)
def test_what_linters_print_becomes_findings(argv, execution, expected):
    found = python_lint.parse(argv, execution)
    assert [(f.check, f.path, f.line, f.fixable) for f in found] == expected


def test_blacks_absolute_names_at_the_base_commit_are_known_again():
    now = Finding(check="black", path="shop/a.py", message="This file is not formatted.", fixable=True)
    before = now.model_copy(update={"path": "/somewhere/shop/a.py"})
    assert python_lint.report([now], [before.key], ["shop/a.py"]).passed


@pytest.mark.parametrize(
    ("argv", "tool"),
    [
        (["ruff", "check", "."], "ruff check"),
        (["/opt/tools/bin/ruff", "format"], "ruff format"),
        (["python", "-m", "ruff", "check"], "ruff check"),
        (["uv", "run", "black"], "black"),
        (["poetry", "run", "flake8"], "flake8"),
    ],
)
def test_a_tool_is_known_however_it_is_started(argv, tool):
    assert tool_of(argv) == tool


@pytest.mark.parametrize("formatter", [("ruff", "format"), ("black",), ("python", "-m", "black")])
async def test_a_file_that_was_not_formatted_at_the_base_commit_is_not_reformatted(formatter):
    chain = (await detected({"app.py": ""})).model_copy(update={"fix": (("ruff", "check", "--fix"), formatter)})
    old = Finding(check="black", path="old.py", message=UNFORMATTED)
    keep = unformatted([old.key, old.model_copy(update={"path": "new.py", "message": "Can't be parsed."}).key])
    check, run = python_lint.commands(chain, ["old.py", "new.py"], fix=True, unformatted=keep)
    assert (check[-2:], run[-1]) == (("old.py", "new.py"), "new.py") and "old.py" not in run
    only = python_lint.commands(chain, ["old.py"], fix=True, unformatted=keep)
    assert [argv[:2] for argv in only] == [("ruff", "check")], "without paths a formatter takes the whole tree"
