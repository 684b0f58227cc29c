"""The records of a task in the artifacts: its record, diff, evidence and audit. They outlive Temporal's retention."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from aurora.domain.evidence import Evidence
from aurora.domain.finished_parts import FinishedParts
from aurora.domain.questions import Answer, AnswerBook, AuditEntry, Exchange, Receipt
from aurora.domain.task import Draft, TaskRef
from aurora.domain.view import TaskView
from aurora.errors import ArtifactError, Refusal
from aurora.names import AUDIT
from aurora.ports import ArtifactStore
from aurora.stored_values import record_of

_SAID = ("asked", "answered", "defaulted")
_AUDIT = TypeAdapter(tuple[AuditEntry, ...])


@dataclass(frozen=True)
class Change:
    """A unified diff. `committed` is False for the work so far; `range` then names it in the repository, if kept."""

    text: str
    committed: bool = True
    range: str = ""
    """Range as git takes it: `<base>..<ref>`; empty when no ref keeps the work."""


@dataclass(frozen=True)
class Records:
    artifacts: ArtifactStore
    tenant: str

    async def ids(self) -> Sequence[str]:
        """Newest first."""
        return await self.artifacts.tasks(self.tenant)

    async def view(self, task_id: str) -> TaskView | None:
        """None for a task without a record, or with one that can't be read."""
        try:
            return await record_of(self.artifacts.of(TaskRef(id=task_id, tenant=self.tenant)))
        except Refusal:  # no id that a task may have
            return None

    async def has_ended(self, task_id: str) -> bool:
        """Return whether the record says so, also long after Temporal forgot the task."""
        record = await self.view(task_id)
        return record is not None and record.outcome is not None

    async def audit(self, task_id: str) -> Sequence[AuditEntry]:
        """The audit as far as it was written; empty when nothing was, or it can't be read."""
        content = await self.text(task_id, AUDIT)
        try:
            return _AUDIT.validate_json(content) if content else ()
        except ValidationError:
            return ()

    async def work(self, view: TaskView) -> Change | None:
        """The work so far, also of a task that ended without a commit; None when nothing was made."""
        draft = view.draft or (view.outcome.draft if view.outcome else None)
        diffs = [*await self._diffs_of_parts(view.task_id, draft), draft.diff] if draft else []
        texts = [text for diff in diffs if diff and (text := await self.blob(view.task_id, diff)) is not None]
        if draft is None or not texts:
            return None
        text = "".join(texts)
        kept = view.outcome.kept if view.outcome else ""
        return Change(text, committed=False, range=f"{draft.base[:12]}..{kept}" if kept else "")

    async def evidence_of_part(self, task_id: str, newest: str, part: int) -> str | None:
        """The evidence of a part as JSON; None where the part has no commit of its own. `newest`: the evidence of the
        last commit."""
        try:
            known = Evidence.model_validate_json(newest)
        except ValidationError:
            return None
        if known.part == part:
            return newest
        digest = next((one.evidence for one in known.finished if one.number == part), None)
        return await self.blob(task_id, digest) if digest else None

    async def _diffs_of_parts(self, task_id: str, draft: Draft) -> list[str | None]:
        """The diffs of the parts that are done: a draft's own diff begins where its part does."""
        content = await self.blob(task_id, draft.finished) if draft.finished else None
        try:
            return [part.diff for part in FinishedParts.model_validate_json(content).parts] if content else []
        except ValidationError:
            return []

    async def exchange(self, view: TaskView, question_id: str) -> Exchange | None:
        """A question that was answered, with the whole answer; None when the answers don't hold it."""
        draft = view.draft or (view.outcome.draft if view.outcome else None)
        book = await self.blob(view.task_id, draft.answers) if draft and draft.answers else None
        try:
            exchanges = AnswerBook.model_validate_json(book).exchanges if book else ()
            for exchange in exchanges:
                if exchange.question and exchange.question.id == question_id:
                    whole = await self.blob(view.task_id, exchange.whole) if exchange.whole else None
                    return Exchange.model_validate_json(whole) if whole else exchange
        except ValidationError:
            return None
        return None

    async def in_full(self, view: TaskView, entries: Sequence[AuditEntry]) -> Sequence[AuditEntry]:
        """The entries with the whole texts of questions and answers: the workflow keeps only their heads."""
        words: dict[tuple[str, str], str] = {("asked", q.id): q.text for q in view.questions}
        for id in {entry.about for entry in entries if entry.what in _SAID}:
            if (exchange := await self.exchange(view, id)) and exchange.question:
                words |= {("asked", id): exchange.question.text, ("answered", id): exchange.text}
                words["defaulted", id] = exchange.text
        return [
            entry.model_copy(update={"note": text}) if (text := words.get((entry.what, entry.about))) else entry
            for entry in entries
        ]

    async def receipt(self, view: TaskView, answer: Answer) -> Receipt | None:
        """That of the same answer, given before; None when there is none, or it was another one."""
        given = await self.exchange(view, answer.question_id)
        if given is None or given.silent or given.text != answer.text:
            return None
        digest = hashlib.sha256(answer.text.encode()).hexdigest()
        return Receipt(question_id=answer.question_id, accepted_at=given.at, text_digest=digest, by=given.by)

    async def text(self, task_id: str, name: str) -> str | None:
        try:
            content = await self.artifacts.of(TaskRef(id=task_id, tenant=self.tenant)).read(name)
        except (ArtifactError, Refusal, ValueError):
            return None
        return None if content is None else content.decode(errors="replace")

    async def blob(self, task_id: str, digest: str) -> str | None:
        """An artifact as text; None when it is not there."""
        try:
            content = await self.artifacts.of(TaskRef(id=task_id, tenant=self.tenant)).get(digest)
        except (ArtifactError, Refusal, ValueError):
            return None
        return content.decode(errors="replace")


def merged(kept: Sequence[AuditEntry], newest: Sequence[AuditEntry]) -> Sequence[AuditEntry]:
    """Both, each entry as often as the one that has it more often; the oldest first."""
    fresh = Counter(newest) - Counter(kept)
    extra = []
    for entry in reversed(newest):  # what is missing is the end of it
        if fresh[entry] > 0:
            fresh[entry] -= 1
            extra.append(entry)
    return sorted([*kept, *reversed(extra)], key=lambda entry: entry.at)
