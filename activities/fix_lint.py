"""fix_lint: mends what the linter found and could not mend by itself."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.turn import StepSpec, Turns
from aurora.domain.steps import Step


def _opening(brief: Brief) -> str:
    return opening(brief, "Mend these findings and nothing else, then call finish.")


SPEC = StepSpec(step=Step.FIX_LINT, opening=_opening, effort="low")


@dataclass(frozen=True)
class LintFixer:
    turns: Turns

    @activity.defn
    async def fix_lint(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
