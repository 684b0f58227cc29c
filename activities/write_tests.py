"""write_tests: tests of the behaviour asked for, written before the code and against its interfaces only."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.turn import StepSpec, Turns
from aurora.domain.steps import Step


def _opening(brief: Brief) -> str:
    return opening(brief, "Write the tests of the plan, then call finish.")


SPEC = StepSpec(step=Step.WRITE_TESTS, opening=_opening, effort="medium")


@dataclass(frozen=True)
class TestWriter:
    turns: Turns

    @activity.defn
    async def write_tests(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
