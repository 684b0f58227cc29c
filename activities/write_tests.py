"""write_tests: tests of the behaviour asked for, written before the code and against its interfaces only."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.mutants import CHECKER
from aurora.domain.steps import Step

FOR_SURVIVORS = (
    "The code exists now and everything passes. The report names small changes of the code that no test notices. Write "
    "tests that do: in new test files, for the existing ones are frozen; each green on the code as it is, red with one "
    "of these changes, and named by the rule of the task that the change breaks. They are run against the changes. "
    "Leave out changes that nobody could see from outside, and say in finish why. Then call finish; `covers` stays as "
    "it is."
)


def _opening(brief: Brief) -> str:
    if any(report.checker == CHECKER for report in brief.reports):
        return opening(brief, FOR_SURVIVORS)
    return opening(brief)


SPEC = StepSpec(step=Step.WRITE_TESTS, opening=_opening)


@dataclass(frozen=True)
class WriteTestsActivity:
    turns: Turns

    @activity.defn
    async def write_tests(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
