"""The sum of a run's events, whatever the runner."""

from collections.abc import Sequence

from aurora.domain.findings import TestCounts
from aurora.domain.runs import ExecEnd, FailureKind, TestCase, TestOutcome
from aurora.ports import TestExecution
from aurora.toolchains.runs.events import Events


def counts_of(events: Events, cases: Sequence[TestCase], errors: Sequence[TestCase]) -> TestCounts:
    return of_cases(cases, collected=len(events.collected), errors=len(errors))


def of_cases(cases: Sequence[TestCase], *, collected: int, errors: int = 0) -> TestCounts:
    """The counts of cases by their outcomes. `errors`: files that could not be collected."""
    count = {outcome: sum(c.outcome is outcome for c in cases) for outcome in TestOutcome}
    return TestCounts(
        collected=collected,
        passed=count[TestOutcome.PASSED],
        failed=count[TestOutcome.FAILED],
        errors=count[TestOutcome.ERROR] + errors,
        skipped=count[TestOutcome.SKIPPED],
        xfailed=count[TestOutcome.XFAILED],
        xpassed=count[TestOutcome.XPASSED],
    )


def in_flight(test_id: str, execution: TestExecution) -> TestCase:
    """A test that was running when the process ended."""
    late = execution.end is ExecEnd.OUT_OF_TIME
    ended = execution.end.value.replace("_", " ") if execution.end is not ExecEnd.EXITED else "by itself"
    return TestCase(
        test_id=test_id,
        outcome=TestOutcome.ERROR,
        kind=FailureKind.TIMEOUT if late else FailureKind.APPLICATION,
        message=f"The process ended ({ended}, exit code {execution.exit_code}) while this test ran.",
    )


def last_line(output: str) -> str:
    return next((line for line in reversed(output.splitlines()) if line.strip(" =")), "it printed nothing")[:300]
