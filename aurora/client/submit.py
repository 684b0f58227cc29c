"""A task submitted: validated first, its base commit uploaded, then started. Any surface submits this way."""

import os
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from aurora.client import keyed
from aurora.client.desk import Desk
from aurora.domain.task import MAX_TASK_CHARS, Remote, Revision, Source, Task, TaskRef, Uploaded
from aurora.domain.value import Value
from aurora.errors import Reason, Refusal
from aurora.ports import ImportedBase, UserRepository
from aurora.settings.effective import effective_settings
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings
from aurora.survey.commit_reader import CommitReader
from aurora.survey.remote_address import check_address
from aurora.text import clip, is_text


@dataclass(frozen=True)
class LocalSource:
    """A repository on this disk. Only its commits count; the worker delivers into it when it runs on this machine."""

    path: str = "."
    base: str | None = None
    """A branch, tag or commit to start from; None: HEAD."""


@dataclass(frozen=True)
class TaskRequest:
    """A task as somebody asks for it."""

    text: str
    """The task for the backend, 1 to 20000 characters."""
    source: LocalSource | Remote
    spec_path: str | None = None
    """The OpenAPI document's path in the repository."""
    key: str | None = None
    """Submitted twice with one key, it is one task; the key of another request is refused."""
    submitted_by: str = ""
    revises: "Revised | None" = None


@dataclass(frozen=True)
class Revised:
    """The former task, of a request that changes its commit. The commit is the base of `source`."""

    task_id: str
    record: str
    """The note about it for a step."""
    amends: bool = False
    """True if both become one commit."""


class Submitted(Value):
    task_id: str
    branch: str
    """The place where the commit will be."""
    existing: bool = False
    """The same request was submitted under its key before: it is that task, and nothing was started."""
    notes: tuple[str, ...] = ()
    """Notes for the submitter: settings that were lowered, uncommitted changes, a model's end."""


class Preflight(Protocol):
    """The check of what this machine's own worker needs before a task is submitted to it."""

    async def check(self, settings: BackendSettings | None) -> Sequence[str]:
        """Notes. Raises `Refusal` for what would fail each task. None: the settings are not known here."""


@dataclass(frozen=True)
class Validator:
    """Looks at a request before anything is started. Drivers come from the composition root."""

    open_repository: Callable[[str], Awaitable[UserRepository]]
    policy: Policy
    """That of the worker, as far as it is known here; the worker's own word is the last."""
    preflight: Preflight | None = None
    """None: the workers of a cluster have machines of their own."""

    async def validate(self, request: TaskRequest) -> "ValidatedRequest":
        """Raises `Refusal`; nothing was started then. Cheap checks first.

        A remote repository is fetched by the worker, with the worker's credentials: its settings, toolchain and
        contract are checked there, and what is wrong with them ends the task."""
        _check_text(request.text)
        keyed.check(request.key)
        if isinstance(request.source, Remote):
            check_address(request.source.url, request.source.ref)
            notes = await self.preflight.check(None) if self.preflight else ()
            return ValidatedRequest(request, None, tuple(notes))
        _check_name("the repository's path", request.source.path, Reason.REPOSITORY)
        _check_name("the base", request.source.base, Reason.BASE)
        _check_name("the contract document's path", request.spec_path)
        repository = await self.open_repository(request.source.path)
        commit = await repository.resolve(request.source.base)
        await repository.examine(commit)
        reader = CommitReader(repository, commit)
        settings, warnings = effective_settings(
            await reader.settings(), self.policy, datetime.now(UTC).date(), clip(request.submitted_by)
        )
        toolchain = await reader.toolchain(settings)
        hidden = settings.context_window.exclude
        contract = await reader.contract(request.spec_path or settings.contract.path, toolchain.root, hidden)
        notes = await self.preflight.check(settings) if self.preflight else ()
        # by its id: a branch may move while its settings are read
        amends = request.revises is not None and request.revises.amends
        imported = await repository.import_base(commit, parent=amends)
        return ValidatedRequest(request, imported, (*imported.warnings, *warnings, *contract.warnings, *notes))


@dataclass(frozen=True)
class ValidatedRequest:
    """A request that nothing stands against."""

    request: TaskRequest
    imported: ImportedBase | None
    """None for a remote repository."""
    notes: tuple[str, ...]

    async def submit(self, desk: Desk) -> Submitted:
        """Upload the base and start the task. The same request again with its `key` is the same task.

        Raises `Refusal`: `UNREACHABLE` when the server does not answer, `CONFLICT` for a key of another request."""
        task_id = self._task_id()
        task = Task(
            id=task_id,
            tenant=desk.tenant,
            text=self.request.text,
            source=await self._source(desk, task_id),
            spec_path=self.request.spec_path,
            submitted_at=int(time.time()),
            submitted_by=clip(self.request.submitted_by),
            revises=await self._revision(desk, task_id),
        )
        key, notes = self.request.key, self.notes
        new = key is None or await keyed.claim(desk.artifacts.of(task.ref), task, key, task.source.label)
        if not new and await desk.records.has_ended(task_id):
            started = False
        else:
            started = await desk.start_once(task)  # a key may have been claimed by a request that got no further
        if not started:
            notes = (f"this was handed in before under the key {key!r}: it is the same task", *notes)
        return Submitted(task_id=task_id, branch=task.branch, existing=not started, notes=notes)

    def _task_id(self) -> str:
        """Sortable by day and readable; with a key, a function of the key."""
        if self.request.key is None:
            return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"
        return keyed.task_id(self.request.key)

    async def _source(self, desk: Desk, task_id: str) -> Source:
        if self.imported is None:
            assert isinstance(self.request.source, Remote)
            return self.request.source
        base = self.imported
        pack = await desk.artifacts.of(TaskRef(id=task_id, tenant=desk.tenant)).put(base.pack)
        return Uploaded(
            base=base.base,
            pack=pack,
            label=clip(base.label),
            folder=clip(base.folder),
            path=base.path,
            parent=base.parent,
        )

    async def _revision(self, desk: Desk, task_id: str) -> Revision | None:
        former = self.request.revises
        if former is None:
            return None
        record = await desk.artifacts.of(TaskRef(id=task_id, tenant=desk.tenant)).put(former.record.encode())
        return Revision(task_id=former.task_id, record=record, amends=former.amends)


def _check_text(text: str) -> None:
    if not text.strip() or len(text) > MAX_TASK_CHARS:
        if not text.strip():
            raise Refusal("the task is empty", "say what the backend should do")
        raise Refusal(
            f"a task can have at most {MAX_TASK_CHARS:,} characters, not {len(text.strip()):,}",
            "shorten it: put long material into the repository and name the file",
        )
    if not is_text(text):
        raise Refusal(
            "the task contains bytes that are not UTF-8 text, or NUL characters",
            "save it as UTF-8 and submit it again",
            reason=Reason.TASK_TEXT,
        )


def _check_name(what: str, name: str | None, reason: Reason | None = None) -> None:
    """Raise `Refusal` for a name that the operating system takes for no file and in no command."""
    try:
        possible = name is None or b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise Refusal(
            f"{what} {name!r} is not a valid name", "remove NUL and surrogate characters from it", reason=reason
        )
