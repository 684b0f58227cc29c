"""draft_plan: files, symbols, tests and contract operations, before a line is written."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.plan_question import questions_of
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch

SPEC = StepSpec(step=Step.DRAFT_PLAN, output=Plan)


@dataclass(frozen=True)
class DraftPlanActivity:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def draft_plan(self, order: TurnInput) -> TurnReply:
        """A turn of planning; its result carries the question that the plan raises."""
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        artifacts = self.artifacts.of(order.draft.task)
        plan = await fetch(artifacts, reply.result, Plan)
        asked = await questions_of(artifacts, order, plan)
        return reply.model_copy(
            update={"questions": asked, "without_interfaces": not plan.has_interfaces, "shape": plan.shape}
        )
