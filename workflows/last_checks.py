"""Checks that run once the whole suite is green, each in a run of its own: what they find goes the way of a finding
of the gates."""

from typing import NamedTuple

from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Report
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from workflows.task_context import TaskContext


class LastCheck(NamedTuple):
    step: Step
    """An activity from `CheckInput` to `CheckResult`; the result's draft is not used."""
    summary: str


LAST_CHECKS = (
    LastCheck(Step.OBSERVE_TESTS, "observes the tests of the change"),
    LastCheck(Step.EXERCISE_CONTRACT, "serves the application and checks it against its contract"),
    LastCheck(Step.CHECK_MUTANTS, "mutates the new code, and checks that a test fails"),
    LastCheck(Step.ASK_CHECKERS, "asks other agents about the draft"),
)
"""Last checks in the order in which they run."""


async def last_checks(context: TaskContext, draft: Draft) -> tuple[Report, ...]:
    """The reports of these checks; after one that did not pass, none is run."""
    reports: tuple[Report, ...] = ()
    for step, summary in LAST_CHECKS:
        context.show_step(step)
        checked = await context.run(step, CheckInput(draft=draft), CheckResult, summary, memo=step)
        reports = (*reports, checked.report)
        if not checked.report.passed:
            break
    return reports
