"""write_tests: tests of the behaviour asked for, written before the code and against its interfaces only."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.steps import Step

SPEC = StepSpec(step=Step.WRITE_TESTS)


@dataclass(frozen=True)
class TestWriter:
    turns: Turns

    @activity.defn
    async def write_tests(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
