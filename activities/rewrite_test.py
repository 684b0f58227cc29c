"""rewrite_test: one frozen test that contradicts a clause, rewritten to say what the clause says."""

from dataclasses import dataclass, replace

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening, render_case
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.step_notes import StepNotes
from aurora.domain.steps import Step


def _opening(brief: Brief) -> str:
    assert brief.case is not None
    text = brief.frozen.texts.get(brief.case.path, "") if brief.frozen is not None else ""
    plain = replace(brief, frozen=None, reflections=(), notes=StepNotes())
    return opening(plain, render_case(brief.case, text), "Rewrite this test, then call finish; or call disagree.")


SPEC = StepSpec(step=Step.REWRITE_TEST, opening=_opening, disagrees=True, effort="medium")


@dataclass(frozen=True)
class RewriteTestActivity:
    turns: Turns

    @activity.defn
    async def rewrite_test(self, order: TurnInput) -> TurnReply:
        return await self.turns.reply(order, SPEC)
