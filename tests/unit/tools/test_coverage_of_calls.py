"""A call of the linters or the tests that judged nothing says so, and what to name instead."""

from collections.abc import Sequence

import pytest

from aurora.domain import runs
from aurora.domain.findings import Report, ReportStatus, TestCounts
from aurora.domain.runs import ExecEnd
from aurora.ports import Box
from aurora.tools.path_policy import PathPolicy
from tests.support.tools_on import AllowingChecks, refused, tools_on, used

TREE = {"app/views.py": "", "app/urls.py": "", "tests/test_views.py": "", "README.md": ""}


class CleanChecks(AllowingChecks):
    """Every file is clean; says which were asked for."""

    async def lint(self, box: Box, paths: Sequence[str]) -> Report:
        return Report(checker="lint", status=ReportStatus.PASSED, summary=f"clean: {', '.join(paths)}")


def run_of(*test_ids: str, outcome: runs.TestOutcome = runs.TestOutcome.PASSED) -> runs.TestRun:
    cases = tuple(runs.TestCase(test_id=one, outcome=outcome) for one in test_ids)
    return runs.TestRun(cases=cases, counts=TestCounts(), end=ExecEnd.EXITED, exit_code=0, output="")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("app", "0 files were checked: app/ is a folder. Give files, or nothing"),
        ("app/", "app/ is a folder"),
        ("app/veiws.py", "app/veiws.py does not exist (is it app/views.py?)"),
        ("src/views.py", "src/views.py does not exist (is it app/views.py?)"),
        ("nowhere/at/all.py", "nowhere/at/all.py does not exist. Give"),
    ],
)
async def test_a_lint_call_for_no_file_is_refused_and_says_what_was_named(path, said):
    tools, _ = tools_on(TREE, checks=CleanChecks())
    assert said in await refused(tools, "run_linter", paths=[path])


async def test_a_lint_call_names_what_it_left_out_beside_what_it_checked():
    tools, _ = tools_on(TREE, checks=CleanChecks())
    said = await used(tools, "run_linter", paths=["app/views.py", "app", "app/x.py"])
    assert "clean: app/views.py\n" in said
    assert "Not checked: app/ is a folder; app/x.py does not exist" in said


async def test_a_hidden_file_is_not_what_a_misspelt_one_is_said_to_be():
    tools, _ = tools_on(TREE, checks=CleanChecks(), policy=PathPolicy(exclude=("app/views.py",)))
    assert "views.py?" not in await refused(tools, "run_linter", paths=["app/veiws.py"])
    assert "app/views.py is hidden" in await refused(tools, "run_linter", paths=["app/views.py"])


@pytest.mark.parametrize("one", ["tests/test_veiws.py", "tests/test_veiws.py::test_a", "test/test_views.py > a > b"])
async def test_a_test_call_for_a_path_that_does_not_exist_runs_nothing(one):
    tools, _ = tools_on(TREE, checks=AllowingChecks())
    assert "No test was run: " in await refused(tools, "run_tests", selection=[one])


@pytest.mark.parametrize(
    ("selection", "ran", "said"),
    [
        (["tests/test_views.py::test_b"], [], "0 tests were run: no test matches tests/test_views.py::test_b."),
        (["README.md"], [], "0 tests were run: no test matches README.md."),
        ([], [], "0 tests were run: the project's runner found none."),
        (
            ["tests/test_views.py::test_a", "tests/test_views.py::test_b"],
            ["tests/test_views.py::test_a[1]"],
            "1 of 2 selected ran no test: no test matches tests/test_views.py::test_b.",
        ),
        (["tests/test_views.py::test_a"], ["tests/test_views.py::test_ab"], "1 of 1 selected ran no test"),
    ],
)
async def test_a_selection_that_ran_no_test_is_named(selection, ran, said):
    tools, _ = tools_on(TREE, checks=AllowingChecks(run=run_of(*ran)))
    reported = await used(tools, "run_tests", selection=selection)
    assert reported.startswith(said)


@pytest.mark.parametrize("one", ["tests", "tests/", "tests/test_views.py", "tests/test_views.py::TestA"])
async def test_a_folder_a_file_and_a_class_are_covered_by_their_tests(one):
    tools, _ = tools_on(TREE, checks=AllowingChecks(run=run_of("tests/test_views.py::TestA::test_a")))
    assert "no test matches" not in await used(tools, "run_tests", selection=[one])


async def test_tests_that_a_name_left_out_are_no_run_of_it():
    left_out = run_of("tests/test_views.py > a", "tests/test_views.py > b", outcome=runs.TestOutcome.SKIPPED)
    tools, _ = tools_on(TREE, checks=AllowingChecks(run=left_out))
    said = await used(tools, "run_tests", selection=["tests/test_views.py > c"])
    assert said.startswith("0 tests were run: no test matches tests/test_views.py > c (2 tests of these files")


async def test_a_run_that_can_not_be_trusted_says_itself_what_went_wrong():
    broken = run_of().model_copy(update={"valid": False, "why_invalid": "pytest did not start"})
    tools, _ = tools_on(TREE, checks=AllowingChecks(run=broken))
    assert "no test matches" not in await used(tools, "run_tests", selection=["tests"])
