"""fix_code: one change, as the reflection says, after a red run."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.steps import Step

SPEC = StepSpec(step=Step.FIX_CODE)


@dataclass(frozen=True)
class FixCodeActivity:
    turns: Turns

    @activity.defn
    async def fix_code(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
