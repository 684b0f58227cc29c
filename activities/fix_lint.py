"""fix_lint: fixes what the linter found and could not fix by itself."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.steps import Step

SPEC = StepSpec(step=Step.FIX_LINT)


@dataclass(frozen=True)
class FixLintActivity:
    turns: Turns

    @activity.defn
    async def fix_lint(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
