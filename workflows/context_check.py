"""Before the plan: the context checked until nothing is missing."""

from activities.messages import OpenedWorkspace
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from workflows.answers import record_answers
from workflows.task_context import GO_ON, TaskContext
from workflows.turns import take_turns


class ContextCheck(Value):
    draft: Draft
    rounds: int = 0
    question_ids: tuple[str, ...] = ()
    """The questions that wait."""


async def until_clear(context: TaskContext, opened: OpenedWorkspace) -> Draft:
    """check_context, asking everything at once, until nothing is missing; the bound itself is a question."""
    loop = context.journal.loop(ContextCheck)
    at = loop.at or loop.go(ContextCheck(draft=opened.draft))
    while True:
        if not at.question_ids:
            made = await take_turns(context, Step.CHECK_CONTEXT, at.draft)
            draft = made.draft.checked(made.result)
            if not made.questions:
                return draft
            asked = context.architect.ask(Step.CHECK_CONTEXT, made.questions)
            at = loop.go(ContextCheck(draft=draft, rounds=at.rounds + 1, question_ids=asked))
        exchanges = await context.answers(at.question_ids)
        draft = await record_answers(context, at.draft, *exchanges)
        if at.rounds >= opened.bounds.architect.max_context_rounds:
            text = (
                f"The context check asked {at.rounds} times and is not clear yet. Go on with what was said, or abandon?"
            )
            said = await context.decide(QuestionKind.DECISION, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
            return await record_answers(context, draft, said, name="last answer")
        at = loop.go(ContextCheck(draft=draft, rounds=at.rounds))
