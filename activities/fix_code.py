"""fix_code: one change, as the reflection says, after a red run."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.turn import StepSpec, Turns
from aurora.domain.steps import Step


def _opening(brief: Brief) -> str:
    return opening(brief, "Make the change the reflection names, then call finish.")


SPEC = StepSpec(step=Step.FIX_CODE, opening=_opening, effort="medium")


@dataclass(frozen=True)
class CodeFixer:
    turns: Turns

    @activity.defn
    async def fix_code(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
