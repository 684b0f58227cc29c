"""define_interfaces: routes, models and service signatures as importable stubs that raise NotImplementedError."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.turn import StepSpec, Turns
from aurora.domain.steps import Step


def _opening(brief: Brief) -> str:
    return opening(brief, "Write the interfaces of the plan, then call finish.")


SPEC = StepSpec(step=Step.DEFINE_INTERFACES, opening=_opening, effort="medium")


@dataclass(frozen=True)
class InterfaceWriter:
    turns: Turns

    @activity.defn
    async def define_interfaces(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
