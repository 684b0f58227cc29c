"""check_context: does the task, with the contract and the repository, say what a backend task must say?"""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import TurnInput, TurnReply
from activities.turns.brief import Brief, opening
from activities.turns.questions import AT_ONCE, worded
from activities.turns.turn import StepSpec, Turns
from aurora.domain.context_report import ContextReport
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore
from aurora.stored_values import fetch
from aurora.text import counted, fit


def _opening(brief: Brief) -> str:
    return opening(brief, "Check the context. Answer with the JSON result when you know enough.")


SPEC = StepSpec(step=Step.CHECK_CONTEXT, opening=_opening, output=ContextReport, effort="medium", max_tokens=8_000)


@dataclass(frozen=True)
class ContextChecker:
    turns: Turns
    artifacts: ArtifactStore

    @activity.defn
    async def check_context(self, order: TurnInput) -> TurnReply:
        """A turn of the check; its result carries the questions, all at once."""
        reply = await self.turns.reply(order, SPEC)
        if reply.result is None:
            return reply
        report = await fetch(self.artifacts.of(order.draft.task), reply.result, ContextReport)
        missing = report.missing[:AT_ONCE]
        drafts = [
            worded(QuestionKind.MISSING_SPEC, piece.question, piece.options, piece.assumed, among=len(missing))
            for piece in missing
        ]
        questions = tuple(draft for draft in drafts if draft is not None)
        said = f"{counted(len(questions), 'question')}: {report.summary}" if questions else f"clear: {report.summary}"
        return reply.model_copy(update={"questions": questions, "summary": fit(said, 300)})
