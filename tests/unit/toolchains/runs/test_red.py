"""The red tests that prove that new tests were written before their code, and the judgement of a run against its
baseline."""

import pytest

from aurora.domain import runs
from aurora.domain.findings import ReportStatus, TestCounts
from aurora.domain.runs import ExecEnd, FailureKind
from aurora.domain.workspace import Baseline
from aurora.toolchains.python.wording import PYTEST
from aurora.toolchains.runs.red import RIGHT, red_reasons
from aurora.toolchains.runs.report import report

FILE = "tests/test_new.py"


def case(name: str, kind: FailureKind | None = None, outcome: str | None = None, message: str = "why") -> runs.TestCase:
    said = outcome or ("failed" if kind else "passed")
    return runs.TestCase(
        test_id=f"{FILE}::{name}",
        outcome=runs.TestOutcome(said),
        kind=kind,
        message=message,
        frame=f"{FILE}:7 in {name}",
    )


def run_of(*cases: runs.TestCase, **more: object) -> runs.TestRun:
    given = {"counts": TestCounts(), "end": ExecEnd.EXITED, "exit_code": 1, "output": "the tail"}
    return runs.TestRun(cases=cases, **{**given, **more})


@pytest.mark.parametrize("kind", RIGHT)
def test_red_for_a_right_reason_passes(kind):
    assert red_reasons(run_of(case("test_a", kind)), [FILE], PYTEST).status is ReportStatus.PASSED


@pytest.mark.parametrize("kind", sorted(set(FailureKind) - set(RIGHT)))
def test_red_for_a_wrong_reason_is_a_finding_that_says_how_to_mend_it(kind):
    said = red_reasons(run_of(case("test_a", FailureKind.ASSERTION), case("test_b", kind)), [FILE], PYTEST)
    assert said.status is ReportStatus.FAILED
    assert [(f.test_id, f.path, f.line) for f in said.findings] == [(f"{FILE}::test_b", FILE, 7)]
    assert said.findings[0].hint and kind.value in said.findings[0].message


def test_tests_that_are_all_green_before_the_code_do_not_pass():
    said = red_reasons(run_of(case("test_a"), case("test_b")), [FILE], PYTEST)
    assert said.status is ReportStatus.FAILED and "green before the code" in said.findings[0].message


def test_green_ones_among_red_ones_are_said_and_do_not_block():
    said = red_reasons(run_of(case("test_a"), case("test_b", FailureKind.ASSERTION)), [FILE], PYTEST)
    assert said.passed and "1 pass already, such as test_a" in said.summary


@pytest.mark.parametrize("outcome", ["skipped", "xfailed"])
def test_a_new_test_may_not_be_skipped_or_expected_to_fail(outcome):
    said = red_reasons(run_of(case("test_a", FailureKind.ASSERTION), case("test_b", outcome=outcome)), [FILE], PYTEST)
    assert [f.test_id for f in said.findings] == [f"{FILE}::test_b"]


def test_a_new_file_without_tests_is_a_finding():
    said = red_reasons(run_of(case("test_a", FailureKind.ASSERTION)), [FILE, "tests/test_empty.py"], PYTEST)
    assert [f.path for f in said.findings] == ["tests/test_empty.py"]


def test_no_tests_at_all_do_not_pass():
    assert not red_reasons(run_of(), [FILE], PYTEST).passed


def test_a_collection_error_is_wrong_wherever_it_is():
    broken = case("x", FailureKind.IMPORT).model_copy(update={"test_id": "tests/conftest.py"})
    said = red_reasons(run_of(case("test_a", FailureKind.ASSERTION), collection_errors=(broken,)), [FILE], PYTEST)
    assert [f.test_id for f in said.findings] == ["tests/conftest.py"]


def test_an_invalid_run_says_why_and_is_no_result():
    said = red_reasons(
        run_of(case("test_a", FailureKind.ASSERTION), valid=False, why_invalid="it hung"), [FILE], PYTEST
    )
    assert said.status is ReportStatus.INVALID
    assert "it hung" in said.findings[0].message and "the tail" in said.findings[0].message


def baseline(red: tuple[str, ...] = (), green: tuple[str, ...] = ()) -> Baseline:
    return Baseline(counts=TestCounts(), red=red, green=green, lint=())


def test_what_failed_at_the_base_commit_is_counted_and_does_not_block():
    said = report(run_of(case("test_a", FailureKind.ASSERTION), case("test_b")), baseline((f"{FILE}::test_a",)))
    assert said.passed and said.findings == () and "1 red as at the base commit" in said.summary


def test_what_did_not_fail_before_is_a_finding():
    said = report(run_of(case("test_a", FailureKind.ASSERTION), case("test_b", FailureKind.APPLICATION)), baseline())
    assert said.status is ReportStatus.FAILED
    assert [(f.check, f.test_id) for f in said.findings] == [("tests", f"{FILE}::test_a"), ("tests", f"{FILE}::test_b")]


def test_every_finding_is_kept_with_a_clipped_message():
    many = [case(f"test_{n}", FailureKind.ASSERTION, message="m" * 9000) for n in range(30)]
    said = report(run_of(*many), None)
    assert (len(said.findings), said.total) == (30, 30)
    assert all(len(f.message) <= 4000 for f in said.findings)


def test_in_a_whole_run_a_test_that_passed_and_is_gone_or_skipped_is_a_finding():
    before = baseline(green=(f"{FILE}::test_a", f"{FILE}::test_b", f"{FILE}::test_c"))
    now = run_of(case("test_a"), case("test_b", outcome="skipped"))
    assert [f.test_id for f in report(now, before, whole=True).findings] == [f"{FILE}::test_b", f"{FILE}::test_c"]
    assert report(now, before).passed


def test_tests_of_a_file_that_does_not_collect_are_not_reported_twice():
    broken = case("x", FailureKind.SYNTAX).model_copy(update={"test_id": FILE})
    said = report(run_of(collection_errors=(broken,)), baseline(green=(f"{FILE}::test_a",)), whole=True)
    assert [f.test_id for f in said.findings] == [FILE]


def test_a_run_that_ended_out_of_time_says_how_long_the_suite_took_before():
    slow = run_of(end=ExecEnd.OUT_OF_TIME, exit_code=137, valid=False, why_invalid="the tests ended out of time")
    known = baseline().model_copy(update={"seconds": 478.4})
    (found,) = report(slow, known, whole=True).findings
    assert "took 478 seconds" in found.message and "budget.test_seconds" in found.hint
    (hung,) = report(slow.model_copy(update={"end": ExecEnd.KILLED}), known, whole=True).findings
    assert "478" not in hung.message
