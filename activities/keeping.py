"""Values in and out of a task's artifacts, as JSON of their pydantic models."""

from typing import TypeVar

from aurora.domain import AnswerBook, Draft, Exchange, Frozen
from aurora.ports import TaskArtifacts
from aurora.workspace import Workspace

V = TypeVar("V", bound=Frozen)


async def keep(artifacts: TaskArtifacts, value: Frozen) -> str:
    return await artifacts.put(value.model_dump_json().encode())


async def fetch(artifacts: TaskArtifacts, digest: str, kind: type[V]) -> V:
    """Raises `ArtifactMissing`, `ArtifactCorrupt`."""
    return kind.model_validate_json(await artifacts.get(digest))


async def workspace_of(artifacts: TaskArtifacts, draft: Draft) -> Workspace:
    return await fetch(artifacts, draft.workspace, Workspace)


async def answers_of(artifacts: TaskArtifacts, draft: Draft) -> AnswerBook:
    return AnswerBook() if draft.answers is None else await fetch(artifacts, draft.answers, AnswerBook)


async def tell(artifacts: TaskArtifacts, draft: Draft, exchanges: tuple[Exchange, ...]) -> Draft:
    """The draft with these exchanges added to its answers; the same draft when there are none."""
    if not exchanges:
        return draft
    book = await answers_of(artifacts, draft)
    known = set(book.exchanges)
    new = tuple(e for e in exchanges if e not in known)
    return draft.told(await keep(artifacts, AnswerBook(exchanges=book.exchanges + new)))
