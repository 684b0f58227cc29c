"""write_code: the implementation that turns the frozen tests green."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.turn import StepSpec, Turns
from aurora.domain.steps import Step


def _opening(brief: Brief) -> str:
    return opening(brief, "Write the implementation, then call finish.")


SPEC = StepSpec(step=Step.WRITE_CODE, opening=_opening, effort="medium")


@dataclass(frozen=True)
class Coder:
    turns: Turns

    @activity.defn
    async def write_code(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
