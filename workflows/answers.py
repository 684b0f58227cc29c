"""The Architect's words, on their way into the draft and into a conversation."""

from activities.messages import RecordAnswersInput
from aurora.domain.questions import Exchange
from aurora.domain.steps import Auxiliary
from aurora.domain.task import Draft
from aurora.domain.value import Value
from workflows.architect import name_of
from workflows.task_context import TaskContext


class RecordedAnswers(Value):
    draft: Draft
    clarifications: tuple[str, ...] = ()


async def record_answers(context: TaskContext, draft: Draft, *exchanges: Exchange, name: str = "answers") -> Draft:
    """The draft with these exchanges, and with every clarification that no step has heard yet, among its answers."""

    async def record() -> RecordedAnswers:
        await context.ready()
        clarifications = context.architect.clarifications
        everything = (*exchanges, *clarifications)
        if not everything:
            return RecordedAnswers(draft=draft)
        order = RecordAnswersInput(draft=draft, exchanges=everything)
        answered = await context.run(Auxiliary.RECORD_ANSWERS, order, Draft, f"{len(everything)} answers")
        context.state.draft = answered
        return RecordedAnswers(draft=answered, clarifications=tuple(name_of(e) for e in clarifications))

    taken = await context.journal.once(name, RecordedAnswers, record)
    context.architect.drop_clarifications(taken.clarifications)
    return taken.draft


def answer_ids(exchange: Exchange) -> tuple[str, ...]:
    """The exchange, as a conversation's next reply is given it."""
    return (name_of(exchange),)
