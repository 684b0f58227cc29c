"""Steps before the plan: the context checked until nothing is missing."""

from activities.messages import OpenedWorkspace
from aurora.domain.outcome import OutcomeKind
from aurora.domain.plan import PlanShape
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Value
from workflows.answers import record_answers
from workflows.dependencies import add_packages
from workflows.task_context import GO_ON, TaskContext
from workflows.turns import take_turns


class DraftedPlan(Value):
    """A plan as a visit gave it."""

    result: Digest
    questions: tuple[QuestionDraft, ...] = ()
    """The questions that it raises: its approval, protected files."""
    without_interfaces: bool = False
    shape: PlanShape | None = None


class ClearedContext(Value):
    draft: Draft
    plan: DraftedPlan | None = None
    """Drafted in the same breath, where nothing was missing."""


class ContextCheck(Value):
    draft: Draft
    rounds: int = 0
    question_ids: tuple[str, ...] = ()
    """The questions that wait."""
    nudge: str = ""
    """The result for packages that an answer allowed."""


async def until_clear(context: TaskContext, opened: OpenedWorkspace) -> ClearedContext:
    """check_context, asking everything at once, until nothing is missing; the bound itself is a question."""
    loop = context.journal.loop(ContextCheck)
    at = loop.at or loop.go(ContextCheck(draft=opened.draft))
    while True:
        if not at.question_ids:
            made = await take_turns(context, Step.CHECK_CONTEXT, at.draft, nudge=at.nudge)
            draft = made.draft.checked(made.result)
            if made.plan_ahead is not None:
                plan = DraftedPlan(
                    result=made.plan_ahead,
                    questions=made.questions,
                    without_interfaces=made.without_interfaces,
                    shape=made.shape,
                )
                return ClearedContext(draft=draft, plan=plan)
            if not made.questions:
                return ClearedContext(draft=draft)
            asked = context.architect.ask(Step.CHECK_CONTEXT, made.questions)
            at = loop.go(ContextCheck(draft=draft, rounds=at.rounds + 1, question_ids=asked))
        exchanges = await context.answers(at.question_ids)
        added = await add_packages(context, at.draft, exchanges)
        draft = await record_answers(context, added.draft, *exchanges)
        if at.rounds >= opened.bounds.architect.max_context_rounds:
            text = f"The context check asked {at.rounds} times and is still not clear. Go on anyway, or abandon?"
            said = await context.decide(QuestionKind.DECISION, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
            return ClearedContext(draft=await record_answers(context, draft, said, name="last answer"))
        nudge = "\n".join(added.outcomes.values())
        at = loop.go(ContextCheck(draft=draft, rounds=at.rounds, nudge=nudge))
