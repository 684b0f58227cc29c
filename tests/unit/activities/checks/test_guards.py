"""New tests that pass before the code: named as guards, or refused."""

from activities.checks.guards import with_unnamed
from aurora.domain import runs
from aurora.domain.findings import Report, ReportStatus
from aurora.toolchains.runs import counts

USERS = "tests/test_users.py"
SEEN = Report(checker="red", status=ReportStatus.PASSED, summary="1 red for the right reason")


def run_of(**outcomes: str) -> runs.TestRun:
    """By names of tests; `test_a__b` is the case `b` of `test_a`."""
    cases = tuple(_case(*name.partition("__"), said) for name, said in outcomes.items())
    numbers = counts.of_cases(cases, collected=len(cases))
    return runs.TestRun(cases=cases, counts=numbers, end=runs.ExecEnd.EXITED, exit_code=1, output="")


def _case(name: str, mark: str, case: str, said: str) -> runs.TestCase:
    test_id = f"{USERS}::{name}[{case}]" if mark else f"{USERS}::{name}"
    return runs.TestCase(test_id=test_id, outcome=runs.TestOutcome(said))


def reported(run: runs.TestRun, *guards: str, base: tuple[str, ...] = ()) -> list[str]:
    report = with_unnamed(SEEN, run, {USERS}, guards, base)
    assert report.passed is not bool(report.findings)
    return [finding.test_id for finding in report.findings]


def test_a_green_test_is_refused_unless_it_is_named() -> None:
    run = run_of(test_new="failed", test_as_before="passed")
    assert reported(run) == [f"{USERS}::test_as_before"]
    assert reported(run, f"{USERS}::test_as_before") == []
    assert reported(run, f"{USERS}::test_other") == [f"{USERS}::test_as_before"]


def test_a_test_of_many_cases_is_one_and_red_if_one_of_them_is() -> None:
    assert reported(run_of(test_new="failed", test_bad__a="passed", test_bad__b="failed")) == []
    assert reported(run_of(test_new="failed", test_bad__a="passed", test_bad__b="passed")) == [f"{USERS}::test_bad[a]"]
    assert reported(run_of(test_new="failed", test_bad__a="passed"), f"{USERS}::test_bad") == []


def test_tests_of_the_base_commit_are_no_new_ones() -> None:
    assert reported(run_of(test_new="failed", test_old="passed"), base=(f"{USERS}::test_old",)) == []


def test_where_none_is_red_that_is_said_already() -> None:
    assert reported(run_of(test_new="passed")) == []
