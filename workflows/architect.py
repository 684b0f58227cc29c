"""Questions and answers: who was asked, what was said. Silence decides nothing; an answer is applied once, however
often it arrives. Nothing here waits or calls: the task context does.

The ladder of a question: asked -> reminded -> passed on to each person of `escalation` in turn -> it keeps waiting, or,
for missing_spec and decision under `on_silence: default`, what it assumes is taken. A rung's time begins when people
were really told of it, so hours without a worker or a webhook cost nobody his turn.
"""

import hashlib
from collections.abc import Collection
from typing import Final

from pydantic import BaseModel, ConfigDict
from temporalio.exceptions import ApplicationError

from aurora import names
from aurora.domain.questions import (
    MAX_ANSWER_CHARS,
    MAX_OPTIONS,
    Answer,
    AuditEntry,
    Exchange,
    Question,
    QuestionDraft,
    QuestionKind,
    Receipt,
)
from aurora.domain.steps import Step
from aurora.domain.value import Value
from aurora.domain.view import Clarification
from aurora.settings.repository import ArchitectSettings
from aurora.settings.webhooks import NoticeEvent
from aurora.text import fit
from workflows.clock import now

AT_ONCE: Final = 8
"""Questions asked together; more are asked after them."""
TEXT_BYTES: Final = 16_000
"""Bytes of the questions that are open together."""
OPTION_BYTES: Final = 160
ASSUMED_BYTES: Final = 300
NAME_BYTES: Final = 60
LIGHT_BYTES: Final = 700
"""An exchange larger than this does not travel in the state."""
AT_A_TIME_BYTES: Final = 500_000
"""Bytes of exchanges in one order to `keep_texts`: Temporal takes 2 MiB, and gets a task stuck that passes more."""
CLARIFICATION_BYTES: Final = 400_000
"""Bytes of what was said unasked and is not heard yet: one order carries it, beside the answers."""
CLARIFICATION_HEADS_BYTES: Final = 24_000
"""Bytes of its heads, which travel in the state."""
MOST_AUDIT: Final = 1_500
"""Entries between two records; the oldest go first."""
KEPT_RECEIPTS: Final = 60
KEPT_REFUSALS: Final = 10
KEPT_AUDIT: Final = 60
DEFAULTED: Final = (QuestionKind.MISSING_SPEC, QuestionKind.DECISION)
"""The only kinds that silence may decide, and only if it was so settled before."""
NEXT: Final = {"next_step", "next_person", "silence_decides"}
"""Fields of a question that is open."""


class Undelivered(Value):
    """Somebody could not be determined, for a reason that no further try fixes."""

    questions: tuple[str, ...]
    text: str


class Due(Value):
    """People must be told: the same moment, the same person, one message."""

    event: NoticeEvent
    to: str
    questions: tuple[str, ...]
    key: str
    at: int


class Architect(BaseModel):
    """The open questions of one task and what was said. Handlers are synchronous: validate, record, return."""

    model_config = ConfigDict(extra="ignore")

    settings: ArchitectSettings = ArchitectSettings()
    remind_seconds: int = 86_400
    first: str = ""
    """The person who is asked first: whoever handed the task in."""
    open: dict[str, Question] = {}
    exchanges: dict[str, Exchange] = {}
    receipts: dict[str, Receipt] = {}
    withdrawn: tuple[str, ...] = ()
    clarifications: tuple[Exchange, ...] = ()
    clarification_ids: tuple[str, ...] = ()
    """Ids of clarifications that were heard: each is heard once."""
    refusals: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()
    undelivered_notices: tuple[Undelivered, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    """Since the last record."""
    audit_kept: int = 0
    """Entries that are in the artifacts already."""
    asked: int = 0
    said: int = 0

    # ── asking ──

    def ask(self, step: Step, drafts: tuple[QuestionDraft, ...]) -> tuple[str, ...]:
        """Open these questions and have their first person told; their ids."""
        room = TEXT_BYTES // max(len(drafts), 4)
        ids = []
        for draft in drafts:
            self.asked += 1
            text = fit(draft.text, room)
            question = Question(
                id=f"q{self.asked}",
                step=step,
                kind=draft.kind,
                text=text or "(an empty question)",
                options=tuple(fit(o, OPTION_BYTES) for o in draft.options[:MAX_OPTIONS]),
                assumed=fit(draft.assumed, ASSUMED_BYTES),
                allows=tuple(path for path in draft.allows if path in text),  # nobody allows what can't be read
                packages=draft.packages if all(package in text for package in draft.packages) else (),
                asked_at=now(),
                asked=(self.first,),
            )
            self.open[question.id] = question
            self._audit("asked", question, note=text)
            ids.append(question.id)
        self._notify("on_question", [self.open[i] for i in ids])
        return tuple(ids)

    def answered(self, ids: tuple[str, ...]) -> bool:
        return all(i in self.exchanges for i in ids)

    def withdraw(self, question_id: str) -> None:
        """The question answered itself (the world is well again), or nobody needs its answer any more."""
        question = self.open.pop(question_id, None)
        if question is not None:
            self.withdrawn = (*self.withdrawn, question_id)[-KEPT_RECEIPTS:]
            self._audit("withdrawn", question)

    # ── the ladder ──

    @property
    def next_rung(self) -> int | None:
        """The time when the next rung is taken; none when no question has one."""
        return min((q.deadline for q in self.open.values() if q.deadline), default=None)

    def escalate(self) -> bool:
        """Take at most one rung of each question whose time has come. Returns whether another person is asked now, or
        nobody any more."""
        late = [q for q in self.open.values() if q.deadline and q.deadline <= now()]
        escalated: list[Question] = []
        for question in late:
            rung = question.rung + 1
            if rung > 1 + len(self.settings.escalation):
                self._end_of_ladder(question)
                continue
            person = self.settings.escalation[rung - 2] if rung > 1 else question.asked[-1]
            asked = (*question.asked, person) if rung > 1 else question.asked
            question = question.model_copy(update={"rung": rung, "asked": asked, "deadline": 0, "next_step": ""})
            self.open[question.id] = question
            self._audit("escalated" if rung > 1 else "reminded", question)
            escalated.append(question)
        for rung in sorted({q.rung for q in escalated}):
            event: NoticeEvent = "on_question" if rung > 1 else "on_reminder"
            self._notify(event, [q for q in escalated if q.rung == rung])
        return any(q.rung > 1 for q in escalated) or any(q.id not in self.open for q in late)

    def mark_notified(self, due: Due, how: str) -> None:
        """People know: the next rung's time begins now, where there is one."""
        self.due = tuple(d for d in self.due if d.key != due.key)
        for question_id in due.questions:
            question = self.open.get(question_id)
            if question is None:
                continue
            self.open[question_id] = question.model_copy(update=self._next_of(question))
            self._audit("told", question, note=how)

    def _next_of(self, question: Question) -> dict[str, object]:
        """Return what comes next for a question that its person was told of, and when."""
        rung, silence_decides = question.rung + 1, self._may_default(question)
        person = ""
        if rung <= 1:
            step = "remind"
        elif rung <= 1 + len(self.settings.escalation):
            step, person = "pass_on", self.settings.escalation[rung - 2]
        else:
            step = "assume" if silence_decides else ""
        deadline = now() + self.remind_seconds if step else 0
        return {
            "deadline": deadline,
            "next_step": step,
            "next_person": fit(person, NAME_BYTES),
            "silence_decides": silence_decides,
        }

    @property
    def undelivered(self) -> tuple[str, ...]:
        """The failed notices of questions that are still open: who could not be told of them, and why."""
        return tuple(one.text for one in self.undelivered_notices if any(q in self.open for q in one.questions))

    def note_undelivered(self, due: Due, why: str) -> None:
        text = fit(f"{due.to or 'nobody'} could not be told of {', '.join(due.questions)}: {why}", 240)
        kept = tuple(one for one in self.undelivered_notices if any(q in self.open for q in one.questions))
        self.undelivered_notices = (*kept, Undelivered(questions=due.questions, text=text))[-KEPT_REFUSALS:]

    def is_obsolete(self, due: Due) -> bool:
        """Return whether nothing of it is open any more."""
        return not any(q in self.open for q in due.questions)

    def drop(self, due: Due) -> None:
        self.due = tuple(d for d in self.due if d.key != due.key)

    def _notify(self, event: NoticeEvent, questions: list[Question]) -> None:
        if not questions:
            return
        ids = tuple(q.id for q in questions)
        rung, person = questions[0].rung, questions[0].asked[-1]
        self.due = (*self.due, Due(event=event, to=person, questions=ids, key=f"{'+'.join(ids)}.{rung}", at=now()))

    def _may_default(self, question: Question) -> bool:
        return self.settings.on_silence == "default" and question.kind in DEFAULTED and bool(question.assumed)

    def _end_of_ladder(self, question: Question) -> None:
        if not self._may_default(question):
            self.open[question.id] = question.model_copy(update={"deadline": 0, "next_step": ""})
            return
        del self.open[question.id]
        self._record_exchange(Exchange(question=question, text=question.assumed, at=now(), silent=True))
        self._audit("defaulted", question, note=question.assumed)

    # ── answers ──

    def check(self, answer: Answer) -> None:
        """Raises what the sender is told; called by the update's validator and by the signal's handler."""
        if len(answer.text) > MAX_ANSWER_CHARS:
            raise refused(f"the answer has {len(answer.text)} characters; at most {MAX_ANSWER_CHARS} are allowed")
        if not answer.text.strip():
            raise refused("the answer is empty")
        asked = fit(answer.question_id, NAME_BYTES)
        given = self.receipts.get(answer.question_id)
        if given is not None:
            if given.text_digest != digest(answer.text):
                how = (
                    f"answered differently by {given.by!r}" if given.by else "closed without an answer, by its default"
                )
                raise refused(f"question {asked!r} was already {how}; to add something, clarify the task")
            return
        if answer.question_id in self.withdrawn:
            raise refused(f"question {asked!r} is no longer open: what it was about has been resolved")
        if answer.question_id not in self.open:
            known = ", ".join(self.open) or "none"
            raise refused(f"no question {asked!r} is open; open questions: {known}")
        allowed = self.settings.answered_by
        if allowed and answer.by not in allowed:
            who = fit(answer.by, NAME_BYTES) or "an unnamed sender"
            raise refused(f"{who!r} may not answer; allowed: {', '.join(allowed)}", names.NOT_PERMITTED)

    def record(self, answer: Answer) -> Receipt:
        """Apply a checked answer; the same one again gives the same receipt."""
        if answer.question_id in self.receipts:
            return self.receipts[answer.question_id]
        question = self.open.pop(answer.question_id)
        by = fit(answer.by, NAME_BYTES) or "somebody"
        self._audit("answered", question, who=by, note=answer.text)
        if not self.open:
            self.refusals = ()  # nobody has to answer again; the audit keeps them
        return self._record_exchange(Exchange(question=question, text=answer.text, by=by, at=now()))

    def record_signal(self, answer: Answer) -> None:
        try:
            self.check(answer)
        except ApplicationError as refusal:
            self.refuse(refusal.message, answer.by)
            return
        self.record(answer)

    def refuse(self, why: str, by: str) -> None:
        self.refusals = (*self.refusals, fit(why, 200))[-KEPT_REFUSALS:]
        self.add_to_audit(AuditEntry(at=now(), what="refused", who=fit(by, NAME_BYTES), note=fit(why, 120)))

    def clarify(self, said: Clarification) -> None:
        text, known = said.text.strip(), fit(said.id, 64)
        if known and known in self.clarification_ids:
            return
        if not text or len(text) > MAX_ANSWER_CHARS:
            self.refuse(f"a clarification must have 1 to {MAX_ANSWER_CHARS} characters, not {len(text)}", said.by)
            return
        by = fit(said.by, NAME_BYTES)
        new = Exchange(question=None, id=f"c{self.said + 1}", text=text, by=by, at=now())
        sizes = [_size(e) for e in (*self.clarifications, new)]
        if sum(sizes) > CLARIFICATION_BYTES or sum(min(s, LIGHT_BYTES) for s in sizes) > CLARIFICATION_HEADS_BYTES:
            self.refuse("too many clarifications wait to be read; send it again after the next step", said.by)
            return
        self.said += 1
        self.clarifications = (*self.clarifications, new)
        if known:
            self.clarification_ids = (*self.clarification_ids, known)[-KEPT_RECEIPTS:]
        self.add_to_audit(AuditEntry(at=now(), what="control", about="clarify", who=by, note=fit(text, 120)))

    def drop_clarifications(self, ids: tuple[str, ...]) -> None:
        """The clarifications that reached the flow are dropped; each is given once."""
        self.clarifications = tuple(e for e in self.clarifications if e.id not in ids)

    def _record_exchange(self, exchange: Exchange) -> Receipt:
        assert exchange.question is not None
        receipt = Receipt(
            question_id=exchange.question.id, accepted_at=now(), text_digest=digest(exchange.text), by=exchange.by
        )
        self.exchanges[receipt.question_id] = exchange
        self.receipts[receipt.question_id] = receipt
        return receipt

    # ── what is kept of it ──

    def add_to_audit(self, entry: AuditEntry) -> None:
        self.audit_kept += max(0, len(self.audit) + 1 - MOST_AUDIT)
        self.audit = (*self.audit, entry)[-MOST_AUDIT:]

    def recorded(self, entries: int) -> None:
        """The artifact holds this many entries now; what came since stays here."""
        self.audit = self.audit[max(0, entries - self.audit_kept) :]
        self.audit_kept = entries

    def _audit(self, what: str, question: Question, *, who: str = "", note: str = "") -> None:
        entry = {"at": now(), "what": what, "about": question.id, "rung": question.rung, "note": fit(note, 120)}
        self.add_to_audit(AuditEntry.model_validate({**entry, "who": who or question.asked[-1]}))

    def oversized(self) -> tuple[Exchange, ...]:
        """The words that would make the state too large to travel: as much of it as goes into one order."""
        oversized, room = list[Exchange](), AT_A_TIME_BYTES
        for exchange in (*self.exchanges.values(), *self.clarifications):
            size = _size(exchange)
            if exchange.whole is None and size > LIGHT_BYTES and size <= room:
                oversized.append(exchange)
                room -= size
        return tuple(oversized)

    def shorten(self, kept: tuple[Exchange, ...]) -> None:
        """Put what `keep_texts` gave back into its place."""
        by_id = {name_of(e): e for e in kept}
        self.exchanges = {i: by_id.get(i, e) for i, e in self.exchanges.items()}
        self.clarifications = tuple(by_id.get(e.id, e) for e in self.clarifications)

    def forget_exchanges(self, needed: Collection[str]) -> None:
        """Drop the exchanges that the flow has taken in; `needed`: ids of questions whose answers it still reads.
        Their receipts stay."""
        self.exchanges = {i: e for i, e in self.exchanges.items() if i in needed}
        self.receipts = dict(list(self.receipts.items())[-KEPT_RECEIPTS:])
        self.audit_kept += max(0, len(self.audit) - KEPT_AUDIT)
        self.audit = self.audit[-KEPT_AUDIT:]

    def forget_receipts(self) -> None:
        self.receipts = dict(list(self.receipts.items())[-10:])


def _size(exchange: Exchange) -> int:
    """The question without the words about its next step: kept histories were played before it did."""
    return len(exchange.model_dump_json(exclude={"question": NEXT}).encode())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def name_of(exchange: Exchange) -> str:
    return exchange.question.id if exchange.question else exchange.id


def refused(why: str, kind: str = "AnswerRefused") -> ApplicationError:
    return ApplicationError(why, type=kind, non_retryable=True)
