"""Requests handed in under a key of the caller's: a key names one request for good, and so one task."""

import hashlib

from pydantic import ValidationError

from aurora.domain.task import Remote, Task, Uploaded
from aurora.domain.value import Value
from aurora.errors import Reason, Refusal, RefusalCode
from aurora.names import REQUEST
from aurora.ports import TaskArtifacts

MAX_KEY_CHARS = 200


class KeyedRequest(Value):
    """The request that was first submitted under a key, as far as another one can differ from it."""

    text_digest: str
    repository: str
    """Its label."""
    place: str
    """Its path, or its address."""
    folder: str = ""
    base: str
    """A commit; of a remote repository the ref that was named."""
    spec_path: str | None = None

    @classmethod
    def of(cls, task: Task, label: str) -> "KeyedRequest":
        source = task.source
        return cls(
            text_digest=hashlib.sha256(task.text.encode()).hexdigest(),
            repository=label,
            place=source.url if isinstance(source, Remote) else source.path or "",
            folder=source.folder if isinstance(source, Uploaded) else "",
            base=source.ref if isinstance(source, Remote) else source.base,
            spec_path=task.spec_path,
        )

    def differs(self, other: "KeyedRequest") -> str:
        """Return what `other` asks for that this one did not; empty for the same request. A repository may have moved
        and its branch may have, but not both: two clones of one name are told apart by their commits."""
        if (self.repository, self.folder) != (other.repository, other.folder) or (
            self.place != other.place and self.base != other.base
        ):
            return "repository"
        if self.text_digest != other.text_digest:
            return "text"
        return "contract document" if self.spec_path != other.spec_path else ""


def check(key: str | None) -> None:
    """Raise `Refusal` for a key that names nothing."""
    if key is not None and not (1 <= len(key.strip()) <= MAX_KEY_CHARS):
        raise Refusal(f"a key has 1 to {MAX_KEY_CHARS} characters; this one has {len(key.strip())}", "or leave it out")


def task_id(key: str) -> str:
    return f"key-{hashlib.sha256(key.encode(errors='surrogateescape')).hexdigest()[:12]}"


async def claim(artifacts: TaskArtifacts, task: Task, key: str, label: str) -> bool:
    """Return whether the key is new, and from now on this task's. False for the same request again.

    Raises `Refusal` where another text or repository has the key."""
    asked = KeyedRequest.of(task, label)
    if await artifacts.create(REQUEST, asked.model_dump_json().encode()):
        return True
    try:
        first = KeyedRequest.model_validate_json(await artifacts.read(REQUEST) or b"")
    except ValidationError:
        differs = "request, which can't be read any more"
    else:
        differs = first.differs(asked)
    if not differs:
        return False
    where = f" ({first.repository}, {first.folder or first.place})" if differs == "repository" else ""
    raise Refusal(
        f"the key {key!r} was used before, for another {differs}{where}: it names task {task.id!r}",
        "a key names one request: hand this one in under another key, or without",
        code=RefusalCode.CONFLICT,
        reason=Reason.KEY_USED,
        task_id=task.id,
    )
