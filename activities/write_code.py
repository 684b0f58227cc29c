"""write_code: the implementation that turns the frozen tests green."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.steps import Step

SPEC = StepSpec(step=Step.WRITE_CODE)


@dataclass(frozen=True)
class WriteCodeActivity:
    turns: Turns

    @activity.defn
    async def write_code(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
