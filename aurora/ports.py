"""The outside world, as the activities see it. Drivers make these real; `tests/support/fakes.py` has their fakes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from pydantic import Field

from aurora.domain.executions import Execution as Execution
from aurora.domain.executions import ServeCommand as ServeCommand
from aurora.domain.executions import ServedExercise as ServedExercise
from aurora.domain.executions import TestCommand as TestCommand
from aurora.domain.executions import TestExecution as TestExecution
from aurora.domain.notices import Notice, Reception
from aurora.domain.outcome import Delivery, Usage
from aurora.domain.task import Draft, Task, TaskRef
from aurora.domain.value import Value
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.settings.repository import SandboxSettings, ServiceName

Block = dict[str, Any]
"""A content block of the Messages API, verbatim."""
Message = dict[str, Any]
"""`{"role": ..., "content": [Block, ...]}`."""


# ── artifacts ────────────────────────────────────────────────────────────────────────────────────────────────────


class TaskArtifacts(Protocol):
    """One task's artifacts: `<tenant>/tasks/<id>/...`, shared with no other task."""

    async def put(self, content: bytes) -> str:
        """Store and give the digest; content and name are on disk (fsync) before this returns.

        Raises `DiskFull`."""

    async def get(self, digest: str) -> bytes:
        """Raises `ArtifactMissing`, or `ArtifactCorrupt` when the content no longer has this digest."""

    async def create(self, name: str, content: bytes) -> bool:
        """Create-if-absent under a relative name (`calls/<id>/reply.json`); False when it was there already."""

    async def read(self, name: str) -> bytes | None:
        """The content under a name, or None."""

    async def replace(self, name: str, content: bytes) -> None:
        """Create or overwrite: for records that follow the task's state, never for what is paid for."""

    async def names(self, prefix: str) -> Sequence[str]:
        """Names below `prefix`, sorted; blobs stored by `put` are not among them."""


class SharedArtifacts(Protocol):
    """The artifacts that the worker keeps for every task of a tenant: `<tenant>/shared/...`.

    No name of a task's artifacts leads here, and no code of a repository or a model is given one of these."""

    async def read(self, name: str) -> bytes | None:
        """The content under a name, or None."""

    async def replace(self, name: str, content: bytes) -> None:
        """Create or overwrite."""

    async def remove_older(self, folder: str, seconds: float) -> int:
        """Remove what was written to a folder of names longer ago than this; how many."""


class ArtifactStore(Protocol):
    def of(self, task: TaskRef) -> TaskArtifacts: ...

    def shared(self, tenant: str) -> SharedArtifacts: ...

    async def tasks(self, tenant: str) -> Sequence[str]:
        """Ids of the tasks that have artifacts, newest first."""

    async def delete(self, task: TaskRef) -> None:
        """Remove one task's prefix whole."""


# ── the model ────────────────────────────────────────────────────────────────────────────────────────────────────


class ModelRequest(Value):
    """All that makes a call; a pure function of the activity's input, so that `call_id` can name it."""

    model: str
    system: tuple[Block, ...]
    messages: tuple[Message, ...]
    tools: tuple[Block, ...] = ()
    max_tokens: int
    output_schema: dict[str, Any] | None = None
    """JSON schema for `output_config.format`; the reply's text is then JSON of this shape."""
    effort: str | None = None
    temperature: float | None = None
    """Sent only where the provider takes it."""


class ModelReply(Value):
    id: str
    model: str
    content: tuple[Block, ...]
    """Verbatim, thinking blocks and signatures included: they must go back as they came."""
    stop_reason: str
    usage: Usage
    refusal: str = ""


class ModelCard(Value):
    """The endpoint's description of a model."""

    id: str
    context_tokens: int
    max_output_tokens: int
    retired: bool = False
    successor: str | None = None
    takes_temperature: bool = False


class Model(Protocol):
    async def reply(self, request: ModelRequest, *, provider: str) -> ModelReply:
        """One call, streamed, never retried here.

        Raises `EndpointError`, `CredentialsRefused`, `QuotaExhausted`, `ModelGone`, `RequestRefused`."""

    async def count(self, request: ModelRequest, *, provider: str) -> int:
        """Input tokens of the request, as the endpoint counts them."""

    async def describe(self, model: str, *, provider: str) -> ModelCard:
        """Raises `ModelGone` for an id the endpoint does not know."""

    def upper_bound(self, request: ModelRequest, input_tokens: int) -> int:
        """The most this call can cost, in microdollars: input at the dearest rate + `max_tokens` of output."""


# ── the sandbox ──────────────────────────────────────────────────────────────────────────────────────────────────


class FileEntry(Value):
    path: str
    """Relative to the repository's root, `/` separated."""
    size: int
    kind: str = "file"
    """file, link or other; folder, where `Box.installed` names one."""


class Match(Value):
    path: str
    line: int
    text: str
    """The line, of a long one what stands around the match."""
    start: int = 0
    """The place of the match in `text`."""
    end: int = 0


class Found(Value):
    """The result of a search."""

    matches: tuple[Match, ...]
    """Matches in the order of the paths; of a file with many matches the first ones."""
    counts: Mapping[str, int] = Field(default_factory=dict)
    """Lines that match, of each file that has any."""
    binary: tuple[str, ...] = ()
    """Files that were not searched because they are not text."""
    large: tuple[str, ...] = ()
    """Files that were not searched for their size."""
    long_lines: tuple[str, ...] = ()
    """Files with lines of which only the beginning was searched."""
    ended: bool = False
    """True if the search ended at its limit, so that more files may match."""


class Box(Protocol):
    """A warm container with one draft's tree. Paths are relative to its root; one that leaves it, passes a symlink or
    names `.git` raises `ToolRefusal`. Trouble of the container raises `SandboxLost`."""

    async def read(self, path: str) -> bytes:
        """Raises `ToolRefusal` when there is no such regular file or it is over 2 MB."""

    async def write(self, path: str, content: bytes) -> None:
        """Create or replace a regular file, parents included."""

    async def delete(self, path: str) -> None: ...

    async def files(self) -> Sequence[FileEntry]:
        """Every file of the tree but `.git` and what the repository ignores, sorted by path."""

    async def digests(self, paths: Sequence[str]) -> Mapping[str, str]:
        """sha256, hexadecimal, of each file's content, of a link's target; nothing for what is no file. One call."""

    async def contents(self, paths: Sequence[str], *, limit: int) -> Mapping[str, bytes]:
        """Content of each file that `read` takes, in the order given, up to `limit` bytes in all. One call."""

    async def search(
        self, pattern: str, paths: Sequence[str], *, limit: int = 200, per_file: int = 0, installed: bool = False
    ) -> Found:
        """Lines matching a Python regular expression in the given files, at most `limit` and of one file at most
        `per_file` (0: any number); all are counted. `installed`: the paths are those of `installed`.

        Raises `ToolRefusal` for a bad pattern."""

    async def installed(self, path: str) -> Sequence[FileEntry]:
        """Files of installed dependencies and of the language's own library: the one that a path names, or the folder
        that it names and the files below it, each as `site-packages/...`, `node_modules/...` or `lib/python3.x/...`.

        A path may be one that a traceback prints. Raises `ToolRefusal` when nothing is there."""

    async def read_installed(self, path: str) -> bytes:
        """A file that `installed` names. Raises `ToolRefusal` as `read` does."""

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        """Run a tool (ruff, git) on the tree itself as the tool user; never project code."""

    async def run_tests(self, command: TestCommand) -> TestExecution:
        """Copy the tree, start the services asked for, run as the test user, sweep every process, throw the copy away.

        Raises `ServiceNotStarted`: no test has run then."""

    async def exercise(self, command: ServeCommand, order: bytes) -> ServedExercise:
        """Copy the tree, start the services asked for and the application, drive it with `order` (JSON of an
        `ExerciseOrder`) by the driver of the image, as the tool user in an environment of its own; sweep, throw away.

        Raises `ServiceNotStarted`."""

    async def seal(self, message: str) -> Draft:
        """Commit the tree onto the draft, a function of base, tree, task and message; the same if unchanged."""

    async def squash(self, message: str, onto: str | None = None) -> Draft:
        """One commit of the whole tree directly on `onto`, an ancestor of the draft, or on the base; deterministic as
        `seal` is."""

    async def diff(self, since: str | None = None) -> str:
        """Unified diff from `since`, an ancestor of the draft, or from the base, to the tree."""


class Sandbox(Protocol):
    def open(self, draft: Draft, workspace: Workspace) -> AbstractAsyncContextManager[Box]:
        """The task's warm container at exactly this draft: what an earlier, unsealed attempt left is wiped."""

    async def build(
        self,
        task: TaskRef,
        dependencies: Dependencies,
        project: ProjectIdentity | None,
        services: Sequence[ServiceName] = (),
    ) -> DependencyImage:
        """Build or find the dependency image, the named services in it.

        Raises `ImageBuildFailed`, `EngineError`, `EngineForbidden`, `DiskFull`."""

    async def lock(
        self, task: TaskRef, language: str, inputs: Mapping[str, bytes], argv: Sequence[str], results: Sequence[str]
    ) -> Mapping[str, str]:
        """Run a package manager in a builder with only these files; the results' texts. Raises as `build` does."""

    def look(
        self, draft: Draft, limits: SandboxSettings, image: str | None, submitted_at: int
    ) -> AbstractAsyncContextManager[Box]:
        """The same as `open`, before there is a workspace: the base image when `image` is None."""

    async def release(self, task: TaskRef) -> None:
        """Remove the task's container, if any is here; idempotent."""

    async def reap(self) -> int:
        """Remove containers of ours whose owner died or whose deadline passed; how many."""


# ── git on the host ──────────────────────────────────────────────────────────────────────────────────────────────


class Repositories(Protocol):
    """Git outside the sandbox: touches packs and bundles with fsck on, never a tree an agent wrote."""

    async def fetch_base(self, url: str, ref: str) -> tuple[str, bytes]:
        """Fetch a remote's ref at depth 1: (commit, pack). Raises `Refusal` for what no task can start from."""

    async def deliver(self, task: Task, draft: Draft, bundle: bytes) -> Delivery:
        """Create branch `task.branch` at `draft.commit` where the source is; a second call changes nothing. Never moves
        a branch that is not ours: that is `refused`."""

    async def keep(self, task: Task, draft: Draft, bundle: bytes) -> str:
        """Make the work of a task that ended without a commit fetchable: the ref `refs/aurora/<task id>` where the
        source is; its name, or nothing when the source takes none. Idempotent; touches no branch."""


class ImportedBase(Value):
    """A local repository's base commit, ready to travel."""

    base: str
    pack: bytes
    """The base commit at depth 1; with `parent` that commit, too."""
    label: str
    path: str
    """The place where a worker on this machine delivers."""
    folder: str = ""
    """The folder that it was named by, from the repository's root."""
    warnings: tuple[str, ...] = ()
    files: int = 0
    """Tracked files at the base commit."""
    parent: str | None = None


class UserRepository(Protocol):
    """A repository on the submitter's disk: only its commits are read, nothing in it is run or changed."""

    @property
    def path(self) -> Path: ...

    @property
    def folder(self) -> str:
        """The folder that the repository was named by, from its root; empty for the root."""

    async def resolve(self, ref: str | None) -> str:
        """The commit that a branch, tag or id names; HEAD's when None. Raises `Refusal`."""

    async def examine(self, commit: str) -> Sequence[str]:
        """Notes. Raises `Refusal` for missing objects, and for submodules and files in Git LFS that code needs."""

    async def paths(self, commit: str) -> Sequence[str]:
        """The paths of all its files, sorted."""

    async def links(self, commit: str) -> Sequence[str]:
        """Paths of its symbolic links; the content of one is what it says."""

    async def is_file(self, commit: str, path: str) -> bool:
        """Return whether it is a file, and no link."""

    async def read(self, commit: str, path: str) -> bytes | None:
        """A file's content; None when there is no such file. Raises `Refusal` for one that is too large."""

    async def contents(self, commit: str, paths: Sequence[str], *, limit: int) -> Mapping[str, bytes]:
        """The same as `read`, of many files at once; what is not there is left out. Raises `Refusal` for more than
        `limit` bytes in all."""

    async def import_base(self, ref: str | None = None, *, parent: bool = False) -> ImportedBase:
        """`parent`: with the one before it, for a commit that takes its place. Raises `Refusal` for what no task can
        start from."""


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Notifier(Protocol):
    def webhooks(self, notice: Notice) -> Sequence[str]:
        """Names of those set up for this event and person."""

    async def tell(self, webhook: str, notice: Notice, *, attempt: int) -> Reception:
        """One request to one webhook; a refusal is an answer. `attempt` counts from 1.
        Raises `NoticeError` while it may yet be taken; `retry_after` is jittered, so that the tasks that waited out
        an outage do not come back all at once."""

    def tells(self, event: str) -> bool:
        """Return whether anything is set up for this event."""


# ── toolchain ────────────────────────────────────────────────────────────────────────────────────────────────────


class ToolchainProbe(Protocol):
    """Detection reads files only through this: of a checkout, a sandbox, or a dict in a test."""

    async def paths(self) -> Sequence[str]: ...

    async def text(self, path: str) -> str | None:
        """None when there is no such file or it is no text. A link is followed inside the repository."""
