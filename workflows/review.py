"""A last look before the commit: one visit of `review` a task, whose findings go the way of a failing gate."""

from aurora.domain.findings import Report, ReportStatus
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.text import fit
from workflows.task_context import TaskContext
from workflows.turns import take_turns

MOST_TURNS = 6
"""The most turns of the review: a look at a few files beside the change."""
LEAST_MICRODOLLARS = 2_000_000
"""Least microdollars of a task's budget that pays for a review where the settings leave it to the flow."""
LEAST_SHARE = 10
"""The part of the budget that must be left for it: a tenth."""
LEAST_TURNS = 10
"""That must be left: a review that finds something costs a round of fixing."""
OFF, DONE = "off", "done"


async def review_once(context: TaskContext, draft: Draft, reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """The report, once a task; none where the review is off, can't be paid or does not finish.

    In later rounds what became of it: it passed, or its findings were sent back once."""
    state = context.state
    why = context.journal.note("no review", str, lambda: _why_not(context))
    if why == DONE:
        assert state.review is not None
        return (sent_back(state.review),)
    if why:
        context.warn([f"no review before the commit: {why}"] if why != OFF else ())
        return ()
    seen = await take_turns(
        context,
        Step.REVIEW,
        draft,
        reports=tuple(report.whole for report in reports if report.whole),
        most_turns=MOST_TURNS,
    )
    if seen.report is None:
        context.warn([f"no review before the commit: {seen.summary}"])
        return ()
    # in one breath with the visit's end
    state.review = seen.report.model_copy(update={"findings": ()})
    return (seen.report,)


def sent_back(review: Report) -> Report:
    """The evidence of a review whose findings went back to the coder: they are not looked for again."""
    if review.passed:
        return review
    summary = fit(f"{review.summary}; sent back to the coder once", 400)
    return review.model_copy(update={"status": ReportStatus.PASSED, "summary": summary})


def _why_not(context: TaskContext) -> str:
    """The reason that it is left out; empty where it is done now."""
    state, ledger = context.state, context.ledger
    assert state.bounds is not None
    if state.review is not None:
        return DONE
    if state.bounds.review != "auto":
        return OFF if state.bounds.review == "off" else ""
    if ledger.budget < LEAST_MICRODOLLARS:
        return OFF
    if ledger.left * LEAST_SHARE < ledger.budget or ledger.max_turns - ledger.turns < LEAST_TURNS:
        return "too little of the budget is left"
    return ""
