"""The report on the changed lines that ran: from what the run told, which anybody may have written."""

import pytest

from aurora.domain import runs
from aurora.domain.findings import TestCounts
from aurora.toolchains.runs import changed_lines
from aurora.toolchains.runs.events import MAX_LINES, Events


def run(*files: runs.MeasuredFile, unmeasured: str = "") -> runs.TestRun:
    return runs.TestRun(
        cases=(),
        counts=TestCounts(),
        end=runs.ExecEnd.EXITED,
        exit_code=0,
        output="",
        measured=files,
        unmeasured=unmeasured,
    )


def measured(path: str, statements: set[int], missing: set[int], **within: int) -> runs.MeasuredFile:
    lines = {int(line.removeprefix("l")): first for line, first in within.items()}
    return runs.MeasuredFile(
        path=path, tool="coverage 7", statements=frozenset(statements), missing=frozenset(missing), within=lines
    )


@pytest.mark.parametrize(
    ("file", "touched", "said"),
    [
        pytest.param(measured("a.py", {1, 2, 5}, set()), {1, 2}, "covered 2 of 2 (coverage 7)", id="all"),
        pytest.param(measured("a.py", {1, 2}, {2}), {1, 2}, "covered 1 of 2 (coverage 7); not run: a.py:2", id="one"),
        pytest.param(
            measured("a.py", {1, 2, 4, 5, 6, 9}, {2, 4, 6}),
            {1, 2, 3, 4, 5, 6, 9},
            "covered 3 of 6 (coverage 7); not run: a.py:2-4,6",
            id="neighbours",
        ),
        pytest.param(
            measured("a.py", {4}, {4}, l5=4, l6=4),
            {5, 6},
            "covered 0 of 1 (coverage 7); not run: a.py:4",
            id="two lines of one statement",
        ),
        pytest.param(measured("a.py", {1}, {1}), {2, 3}, "none of them is a statement", id="comments"),
        pytest.param(measured("a.py", {1, 8}, {8}), {1}, "covered 1 of 1 (coverage 7)", id="not changed, not run"),
    ],
)
def test_a_changed_line_counts_as_the_statement_it_is_part_of(file, touched, said):
    assert said in changed_lines.said(run(file), {"a.py": touched})
    assert ("not run" in said) == ("not run" in changed_lines.said(run(file), {"a.py": touched}))


def test_files_that_were_not_measured_are_counted_and_long_lists_are_cut():
    files = [measured(f"a{n:02}.py", {1}, {1}) for n in range(20)]
    touched = {**{file.path: {1} for file in files}, "broken.py": {1}}
    said = changed_lines.said(run(*files), touched)
    assert said.startswith(
        "changed lines covered 0 of 20 (coverage 7), 1 file not measured; not run: a00.py:1 a01.py:1"
    )
    assert said.endswith("and 10 more") or said.endswith("and 10 files more")
    assert len(changed_lines.said(run(*[measured("x" * 300 + str(n), {1}, {1}) for n in range(9)]), {})) <= 400


@pytest.mark.parametrize("step", [1, 2])
def test_a_generated_file_of_many_statements_is_told_as_soon_as_a_small_one(step: int) -> None:
    lines = set(range(1, MAX_LINES))
    reported = changed_lines.said(run(measured("a.py", lines, set(range(1, MAX_LINES, step)))), {"a.py": lines})
    assert reported.startswith(f"changed lines covered {0 if step == 1 else MAX_LINES // 2 - 1} of {MAX_LINES - 1} (")


def test_a_run_that_was_not_measured_says_why():
    assert changed_lines.said(run(unmeasured="pytest-xdist"), {"a.py": {1}}).endswith("not measured: pytest-xdist")


def test_what_is_told_of_coverage_is_read_as_if_anybody_had_written_it():
    hostile = {
        "path": "a.py",
        "tool": "coverage 7",
        "statements": [1, "2", True, -3, 10**9, 4.0, None, [5], 6],
        "missing": [6, 7, {}],
        "spans": [[6, 8], [1, 10**12], "ab", [3], [8, 6], 7],
    }
    events = Events.of([{"seq": 0, "t": "coverage", **hostile}, {"seq": 1, "t": "coverage", "statements": 5}])
    file = events.measured["a.py"]
    assert (file.statements, file.missing) == ({1, 6}, {6})
    assert file.within == {7: 6, 8: 6}
    flood = {"path": "b.py", "spans": [[1, MAX_LINES]] * 1_000}
    assert len(Events.of([{"seq": 0, "t": "coverage", **flood}]).measured["b.py"].within) <= MAX_LINES
    many = [{"seq": n, "t": "coverage", "path": f"{n}.py"} for n in range(5_000)]
    assert len(Events.of(many).measured) == 1_000
