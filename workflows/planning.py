"""The plan: drafted, approved where approval is asked for, and drafted again with what was said."""

from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import APPROVALS, WITHOUT, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.text import fit
from workflows.answers import record_answers
from workflows.task_context import ABANDON, GO_ON, TaskContext
from workflows.turns import take_turns

PLAN_VERSIONS = 5


class Planning(Value):
    draft: Draft
    versions: int = 0
    advice: str = ""


async def plan(context: TaskContext, draft: Draft) -> Draft:
    """draft_plan; where approval is asked for, again with what the Architect said, until it is given."""
    loop = context.journal.loop(Planning)
    at = loop.at or loop.go(Planning(draft=draft))
    while at.versions < PLAN_VERSIONS:
        made = await take_turns(context, Step.DRAFT_PLAN, at.draft, advice=at.advice)
        assert made.result is not None
        draft = made.draft.planned(made.result)
        context.state.draft = draft
        if not made.questions:
            return draft
        (exchange,) = await context.ask(*made.questions)
        draft = await record_answers(context, draft, exchange)
        if exchange.word in APPROVALS:
            return draft
        if exchange.word == ABANDON:
            break
        protected = made.questions[0].allows
        if protected and exchange.word == WITHOUT:
            advice = fit(f"Plan the same again, without these files: {', '.join(protected)}", 400)
        else:
            advice = fit(f"The last plan was sent back: {exchange.text}", 400)
        at = loop.go(Planning(draft=draft, versions=at.versions + 1, advice=advice))
    text = "No plan was approved. Go on with the last one?"
    await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
    return draft if draft.plan else at.draft
