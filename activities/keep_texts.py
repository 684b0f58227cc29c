"""keep_texts: what was said goes into artifacts, whole; a workflow's state carries the heads."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import KeepTextsInput, KeepTextsResult
from aurora.domain.questions import Exchange, Question
from aurora.ports import ArtifactStore
from aurora.stored_values import keep
from aurora.text import fit

HEAD_BYTES = 300
NAME_BYTES = 120


@dataclass(frozen=True)
class KeepTextsActivity:
    artifacts: ArtifactStore

    @activity.defn
    async def keep_texts(self, order: KeepTextsInput) -> KeepTextsResult:
        """Every exchange with `whole` and only its head; one that already has `whole` stays what it is."""
        artifacts = self.artifacts.of(order.task)
        return KeepTextsResult(exchanges=tuple([head(e, e.whole or await keep(artifacts, e)) for e in order.exchanges]))


def head(exchange: Exchange, whole: str) -> Exchange:
    question = exchange.question and _question(exchange.question)
    return exchange.model_copy(
        update={
            "question": question,
            "text": fit(exchange.text, HEAD_BYTES),
            "by": fit(exchange.by, NAME_BYTES),
            "whole": whole,
        }
    )


def _question(question: Question) -> Question:
    return question.model_copy(
        update={
            # a question must say something, and one of control characters alone has no head
            "text": fit(question.text, HEAD_BYTES).strip() or "…",
            "options": (),
            "assumed": fit(question.assumed, HEAD_BYTES),
            "asked": tuple(fit(name, NAME_BYTES) for name in question.asked[-3:]),
        }
    )
