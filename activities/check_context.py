"""check_context: does the task, with the contract and the repository, say what a backend task must say?"""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.context_pieces import question_of
from activities.turns.plan_question import questions_of
from activities.turns.questions import AT_ONCE
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.context_report import ContextReport
from aurora.domain.plan import Plan
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch, workspace_of
from aurora.text import counted, fit

SPEC = StepSpec(step=Step.CHECK_CONTEXT, output=ContextReport)


@dataclass(frozen=True)
class CheckContextActivity:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def check_context(self, order: TurnInput) -> TurnReply:
        """A turn of the check; its result carries the questions, all at once, or those of the plan that came along."""
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        artifacts = self.artifacts.of(order.draft.task)
        report = await fetch(artifacts, reply.result, ContextReport)
        missing = report.missing[:AT_ONCE]
        workspace = await workspace_of(artifacts, order.draft)
        drafts = [await question_of(artifacts, workspace, piece, len(missing)) for piece in missing]
        questions = tuple(draft for draft in drafts if draft is not None)
        said = f"{counted(len(questions), 'question')}: {report.summary}" if questions else f"clear: {report.summary}"
        reply = reply.model_copy(update={"questions": questions, "summary": fit(said, 300)})
        if reply.ahead is None:
            return reply
        plan = await fetch(artifacts, reply.ahead, Plan)
        asked = await questions_of(artifacts, order, plan)
        return reply.model_copy(
            update={"questions": asked, "without_interfaces": not plan.has_interfaces, "shape": plan.shape}
        )
