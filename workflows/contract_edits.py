"""A check of a draft that may ask whether its change of the contract is meant."""

from activities.messages import CheckInput, CheckResult
from aurora.domain.outcome import OutcomeKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from workflows.answers import record_answers
from workflows.ending import Ended
from workflows.task_context import ABANDON, TaskContext


class Judging(Value):
    draft: Draft


async def settled_check(context: TaskContext, step: Step, draft: Draft, summary: str, memo: str) -> CheckResult:
    """The check's result once nothing of the contract's change is left to be asked: a change that was answered is not
    asked about again, so each pass settles some."""

    async def work() -> CheckResult:
        loop = context.journal.loop(Judging)
        at = loop.at or loop.go(Judging(draft=draft))
        while True:
            context.show_step(step)
            checked = await context.run(step, CheckInput(draft=at.draft), CheckResult, summary, memo="check")
            if checked.question is None:
                return checked
            (said,) = await context.ask(checked.question)
            if said.word == ABANDON:
                raise Ended(OutcomeKind.ABANDONED, "abandoned by the Architect over the change to the contract")
            answered = await record_answers(context, at.draft, said)
            at = loop.go(Judging(draft=answered))

    return await context.journal.once(memo, CheckResult, work)
