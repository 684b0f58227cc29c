"""draft_plan: files, symbols, tests and contract operations, before a line is written."""

from dataclasses import dataclass

from temporalio import activity

from activities.brief import Brief, opening, render_plan
from activities.keeping import fetch, workspace_of
from activities.turn import StepSpec, Turns
from activities.wire import TurnOrder, TurnReply
from aurora.domain import Plan, QuestionDraft, QuestionKind, Step, clip
from aurora.ports import ArtifactStore


def _opening(brief: Brief) -> str:
    return opening(brief, "Draft the plan. Read what you must, then answer with the JSON result.")


SPEC = StepSpec(step=Step.DRAFT_PLAN, opening=_opening, read_only=True, output=Plan, effort="high", max_tokens=8_000)

APPROVE = "approve"


@dataclass(frozen=True)
class Planner:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def draft_plan(self, order: TurnOrder) -> TurnReply:
        """A turn of planning; where approval is asked for, its result carries the question that shows the plan."""
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        if not workspace.settings.architect.approve_plan:
            return reply
        plan = await fetch(artifacts, reply.result, Plan)
        question = QuestionDraft(
            kind=QuestionKind.PLAN,
            text=clip("Approve this plan, or say what to change.\n\n" + render_plan(plan), 4_000),
            options=(APPROVE, "abandon"),
        )
        return reply.model_copy(update={"questions": (question,)})
