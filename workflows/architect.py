"""Questions: asking, waiting, answers. Silence decides nothing; an answer is applied once, however often it arrives."""

import hashlib
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from aurora.domain import MAX_ANSWER_CHARS, Answer, Exchange, Question, QuestionDraft, Receipt, Step, clip
from aurora.settings import ArchitectSettings
from aurora.view import Clarification

KEPT_REFUSALS = 20


def now() -> int:
    return int(workflow.now().timestamp())


class Architect:
    """The open questions of one task and what was said. Handlers are synchronous: validate, record, return."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.settings = ArchitectSettings()
        self.open: dict[str, Question] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.receipts: dict[str, Receipt] = {}
        self.withdrawn: set[str] = set()
        self.unasked: list[Exchange] = []
        self.refusals: list[str] = []
        self._count = 0
        self._changed = changed

    # ── asking ──

    def put(self, step: Step, draft: QuestionDraft) -> Question:
        self._count += 1
        question = Question(id=f"q{self._count}", step=step, asked_at=now(), **draft.model_dump())
        self.open[question.id] = question
        self._changed()
        return question

    async def ask(self, step: Step, *drafts: QuestionDraft) -> tuple[Exchange, ...]:
        """Ask all of them at once and wait, for days if it must, until each one has its answer."""
        questions = [self.put(step, draft) for draft in drafts]
        await workflow.wait_condition(
            lambda: all(q.id in self.exchanges for q in questions),
            timeout_summary="waits for the Architect",
        )
        return tuple(self.exchanges[q.id] for q in questions)

    def withdraw(self, question: Question) -> None:
        """The question answered itself (the world is well again)."""
        if self.open.pop(question.id, None) is not None:
            self.withdrawn.add(question.id)
            self._changed()

    # ── answers ──

    def check(self, answer: Answer) -> None:
        """Raises what the sender is told; called by the update's validator and by the signal's handler."""
        if len(answer.text) > MAX_ANSWER_CHARS:
            raise _refused(f"the answer has {len(answer.text)} characters; at most {MAX_ANSWER_CHARS} are taken")
        if not answer.text.strip():
            raise _refused("the answer is empty: silence decides nothing")
        given = self.exchanges.get(answer.question_id)
        if given is not None:
            if given.text != answer.text:
                raise _refused(
                    f"question {answer.question_id!r} was answered by {given.by or 'somebody'!r} already, differently; "
                    "use clarify to add to it"
                )
            return
        if answer.question_id in self.withdrawn:
            raise _refused(f"question {answer.question_id!r} is no longer open: its trouble has passed")
        if answer.question_id not in self.open:
            known = ", ".join(self.open) or "none"
            raise _refused(f"no question {answer.question_id!r} is open; open ones: {known}")
        allowed = self.settings.answered_by
        if allowed and answer.by not in allowed:
            raise _refused(
                f"{answer.by or 'an unnamed sender'!r} may not answer; aurora.yaml names {', '.join(allowed)}"
            )

    def record(self, answer: Answer) -> Receipt:
        """Apply a checked answer; the same one again gives the same receipt."""
        if answer.question_id in self.receipts:
            return self.receipts[answer.question_id]
        question = self.open.pop(answer.question_id)
        self.exchanges[question.id] = Exchange(question=question, text=answer.text, by=answer.by, at=now())
        receipt = Receipt(
            question_id=question.id,
            accepted_at=now(),
            text_digest=hashlib.sha256(answer.text.encode()).hexdigest(),
        )
        self.receipts[question.id] = receipt
        self._changed()
        return receipt

    def record_signal(self, answer: Answer) -> None:
        try:
            self.check(answer)
        except ApplicationError as refusal:
            self.refusals = [*self.refusals, clip(str(refusal))][-KEPT_REFUSALS:]
            return
        self.record(answer)

    def clarify(self, said: Clarification) -> None:
        text = said.text.strip()
        if not text or len(text) > MAX_ANSWER_CHARS:
            self.refusals = [*self.refusals, f"a clarification of {len(text)} characters"][-KEPT_REFUSALS:]
            return
        self.unasked.append(Exchange(question=None, text=text, by=said.by, at=now()))

    def heard(self) -> tuple[Exchange, ...]:
        """What was said unasked since the last call; each is given once."""
        said, self.unasked = tuple(self.unasked), []
        return said


def _refused(why: str) -> ApplicationError:
    return ApplicationError(why, type="AnswerRefused", non_retryable=True)
