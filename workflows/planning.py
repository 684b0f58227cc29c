"""The plan: drafted, approved where approval is asked for, and drafted again with what was said."""

from aurora.domain.outcome import OutcomeKind
from aurora.domain.plan import PlanShape
from aurora.domain.questions import APPROVALS, WITHOUT, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.text import fit
from workflows.answers import record_answers
from workflows.context_check import ClearedContext, DraftedPlan
from workflows.task_context import ABANDON, GO_ON, TaskContext
from workflows.turns import take_turns

PLAN_VERSIONS = 5


class Planned(Value):
    draft: Draft
    with_interfaces: bool = True
    """True if the plan gains symbols that tests are written against."""
    shape: PlanShape | None = None
    """None for a plan of before there were parts."""

    @property
    def in_parts(self) -> bool:
        return self.shape is not None and bool(self.shape.parts)


class Planning(Value):
    draft: Draft
    drafted: DraftedPlan | None = None
    """A plan that is there already."""
    last: Planned | None = None
    """The plan that was sent back."""
    versions: int = 0
    advice: str = ""


async def plan(context: TaskContext, cleared: ClearedContext) -> Planned:
    """draft_plan, unless its plan came with the context; where approval is asked for, again with what the Architect
    said, until it is given."""
    loop = context.journal.loop(Planning)
    at = loop.at or loop.go(Planning(draft=cleared.draft, drafted=cleared.plan))
    while at.versions < PLAN_VERSIONS:
        draft, made = await _drafted(context, at)
        planned = Planned(
            draft=draft.planned(made.result), with_interfaces=not made.without_interfaces, shape=made.shape
        )
        context.state.draft = planned.draft
        if not made.questions:
            return planned
        context.show_step(Step.DRAFT_PLAN)
        (exchange,) = await context.ask(*made.questions)
        planned = planned.model_copy(update={"draft": await record_answers(context, planned.draft, exchange)})
        if exchange.word in APPROVALS:
            return planned
        at = at.model_copy(update={"last": planned})
        if exchange.word == ABANDON:
            break
        protected = made.questions[0].allows
        if protected and exchange.word == WITHOUT:
            advice = fit(f"Plan the same again, without these files: {', '.join(protected)}", 400)
        else:
            advice = fit(f"The last plan was sent back: {exchange.text}", 400)
        at = loop.go(Planning(draft=planned.draft, last=planned, versions=at.versions + 1, advice=advice))
    text = "No plan was approved. Go on with the last one?"
    await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
    assert at.last is not None
    return at.last


async def _drafted(context: TaskContext, at: Planning) -> tuple[Draft, DraftedPlan]:
    if at.drafted is not None:
        return at.draft, at.drafted
    made = await take_turns(context, Step.DRAFT_PLAN, at.draft, advice=at.advice)
    assert made.result is not None
    plan = DraftedPlan(
        result=made.result, questions=made.questions, without_interfaces=made.without_interfaces, shape=made.shape
    )
    return made.draft, plan
