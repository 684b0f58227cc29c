"""What the events of a run add up to, whatever the runner."""

from collections.abc import Sequence

from aurora.domain.findings import Census
from aurora.domain.runs import ExecEnd, FailureKind, TestCase, TestOutcome
from aurora.ports import TestExecution
from aurora.toolchains.runs.events import Events


def census(events: Events, cases: Sequence[TestCase], errors: Sequence[TestCase]) -> Census:
    count = {outcome: sum(c.outcome is outcome for c in cases) for outcome in TestOutcome}
    return Census(
        collected=len(events.collected),
        passed=count[TestOutcome.PASSED],
        failed=count[TestOutcome.FAILED],
        errors=count[TestOutcome.ERROR] + len(errors),
        skipped=count[TestOutcome.SKIPPED],
        xfailed=count[TestOutcome.XFAILED],
        xpassed=count[TestOutcome.XPASSED],
    )


def in_flight(node: str, execution: TestExecution) -> TestCase:
    """A test that was running when the process ended."""
    late = execution.end is ExecEnd.OUT_OF_TIME
    ended = execution.end.value.replace("_", " ") if execution.end is not ExecEnd.EXITED else "by itself"
    return TestCase(
        node=node,
        outcome=TestOutcome.ERROR,
        kind=FailureKind.TIMEOUT if late else FailureKind.APPLICATION,
        message=f"The process ended ({ended}, exit code {execution.exit_code}) while this test ran.",
    )


def last_line(output: str) -> str:
    return next((line for line in reversed(output.splitlines()) if line.strip(" =")), "it printed nothing")[:300]
