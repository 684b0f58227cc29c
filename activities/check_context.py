"""check_context: does the task, with the contract and the repository, say what a backend task must say?"""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.dependency_questions import completed, named
from activities.turns.plan_question import questions_of
from activities.turns.questions import AT_ONCE, worded
from activities.turns.step_spec import StepSpec
from activities.turns.turn import Turns
from aurora.domain.context_report import ContextReport, MissingPiece
from aurora.domain.plan import Plan
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.workspace import Toolchain
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch, workspace_of
from aurora.text import counted, fit

SPEC = StepSpec(step=Step.CHECK_CONTEXT, output=ContextReport)


@dataclass(frozen=True)
class ContextChecker:
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
        chain = (await workspace_of(artifacts, order.draft)).toolchain
        drafts = [_question(piece, len(missing), chain) for piece in missing]
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


def _question(piece: MissingPiece, among: int, chain: Toolchain) -> QuestionDraft | None:
    packages = named(list(piece.packages))
    kind = QuestionKind.DEPENDENCY if packages else QuestionKind.MISSING_SPEC
    question = worded(kind, piece.question, piece.options, piece.assumed, among=among)
    return completed(question, packages, chain) if question is not None and packages else question
