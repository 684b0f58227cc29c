"""reflect: what a red run teaches: evidence, cause, wrong assumption, next change, what not to repeat."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.contradiction import Reported
from aurora.domain.plan import Reflection
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch


def _opening(brief: Brief) -> str:
    return opening(brief, "Reflect on this run. Read what you must, then answer with the JSON result.")


SPEC = StepSpec(step=Step.REFLECT, opening=_opening, output=Reflection, effort="high", max_tokens=8_000)


@dataclass(frozen=True)
class ReflectActivity:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def reflect(self, order: TurnInput) -> TurnReply:
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        reflection = await fetch(self.artifacts.of(order.draft.task), reply.result, Reflection)
        if not reflection.contradiction.strip():
            return reply
        reported = Reported.of(reflection.contradicted_by, reflection.contradiction, reflection.cause)
        return reply.model_copy(update={"blocked": reported})
