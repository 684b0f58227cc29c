"""define_interfaces: routes, models and service signatures as importable stubs that raise NotImplementedError."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.steps import Step

SPEC = StepSpec(step=Step.DEFINE_INTERFACES)


@dataclass(frozen=True)
class DefineInterfacesActivity:
    turns: Turns

    @activity.defn
    async def define_interfaces(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
