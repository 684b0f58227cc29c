"""Values in and out of a task's artifacts, as JSON of their pydantic models."""

from collections.abc import Iterable
from typing import TypeVar

from aurora import names
from aurora.domain.finished_parts import FinishedParts
from aurora.domain.plan import Plan
from aurora.domain.questions import AnswerBook, Exchange
from aurora.domain.task import Draft
from aurora.domain.value import Value
from aurora.domain.view import TaskView
from aurora.domain.workspace import Workspace
from aurora.errors import ArtifactError
from aurora.ports import TaskArtifacts

V = TypeVar("V", bound=Value)


async def keep(artifacts: TaskArtifacts, value: Value) -> str:
    return await artifacts.put(value.model_dump_json().encode())


async def fetch(artifacts: TaskArtifacts, digest: str, kind: type[V]) -> V:
    """Raises `ArtifactMissing`, `ArtifactCorrupt`."""
    return kind.model_validate_json(await artifacts.get(digest))


async def workspace_of(artifacts: TaskArtifacts, draft: Draft) -> Workspace:
    """The workspace as it was opened; in a later part of the plan its `base` is where the part began."""
    workspace = await fetch(artifacts, draft.workspace, Workspace)
    return workspace.model_copy(update={"base": draft.start})


async def plan_of(artifacts: TaskArtifacts, draft: Draft) -> Plan | None:
    """The plan of the draft's part, or the whole plan where it has no parts; None before there is one."""
    return (await fetch(artifacts, draft.plan, Plan)).of_part(draft.part) if draft.plan else None


async def finished_of(artifacts: TaskArtifacts, draft: Draft) -> FinishedParts:
    return await fetch(artifacts, draft.finished, FinishedParts) if draft.finished else FinishedParts()


async def answers_of(artifacts: TaskArtifacts, draft: Draft) -> AnswerBook:
    return AnswerBook() if draft.answers is None else await fetch(artifacts, draft.answers, AnswerBook)


async def record_of(artifacts: TaskArtifacts) -> TaskView | None:
    """The task as it was recorded last; None when it was not, or its record can't be read."""
    try:
        content = await artifacts.read(names.RECORD)
        return TaskView.model_validate_json(content) if content else None
    except (ArtifactError, ValueError):  # pydantic's errors are ValueErrors
        return None


async def whole(artifacts: TaskArtifacts, exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """Each exchange with all of its text, whatever head of it has travelled."""
    return tuple([e if e.whole is None else await fetch(artifacts, e.whole, Exchange) for e in exchanges])


async def tell(artifacts: TaskArtifacts, draft: Draft, exchanges: tuple[Exchange, ...]) -> Draft:
    """The draft with these exchanges added to its answers, whole; the same draft when they are all there already."""
    if not exchanges:
        return draft
    book = await answers_of(artifacts, draft)
    known = {_identity(e): e for e in book.exchanges}
    for exchange in await whole(artifacts, exchanges):
        known.setdefault(_identity(exchange), exchange)
    if len(known) == len(book.exchanges):
        return draft
    return draft.answered(await keep(artifacts, AnswerBook(exchanges=tuple(known.values()))))


def _identity(exchange: Exchange) -> str:
    """A question is answered once; what was said unasked has an id of its own, or else is what it says."""
    if exchange.question is not None:
        return f"question {exchange.question.id}"
    return f"unasked {exchange.id}" if exchange.id else f"unasked at {exchange.at} by {exchange.by}: {exchange.text}"
