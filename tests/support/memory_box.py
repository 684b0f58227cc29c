"""A sandbox without a container: a tree in memory, and programs whose output a test says."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256

from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft, TaskRef
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.drivers.in_box import safe_paths, searching
from aurora.errors import ToolRefusal
from aurora.ports import Execution, FileEntry, Found, Match, ServeCommand, ServedExercise, TestCommand, TestExecution
from aurora.settings.repository import SandboxSettings, ServiceName
from tests.support.workspaces import DIGEST, workspace

SEALED = "b" * 40


class MemoryBox:
    def __init__(self, sandbox: "MemorySandbox", draft: Draft) -> None:
        self.sandbox, self.draft = sandbox, draft

    async def read(self, path: str) -> bytes:
        if path not in self.sandbox.tree:
            raise ToolRefusal(f"there is no file {path!r}")
        return self.sandbox.tree[path]

    async def write(self, path: str, content: bytes) -> None:
        self.sandbox.tree[path] = content
        self.sandbox.changed.add(path)

    async def delete(self, path: str) -> None:
        self.sandbox.tree.pop(path, None)
        self.sandbox.changed.add(path)

    async def files(self) -> Sequence[FileEntry]:
        return [FileEntry(path=path, size=len(content)) for path, content in sorted(self.sandbox.tree.items())]

    async def contents(self, paths: Sequence[str], *, limit: int) -> Mapping[str, bytes]:
        found, left = dict[str, bytes](), limit
        for path in paths:
            content = self.sandbox.tree.get(path)
            if content is None:
                continue
            left -= len(content)
            if left < 0:
                break
            found[path] = content
        return found

    async def digests(self, paths: Sequence[str]) -> Mapping[str, str]:
        return {p: sha256(self.sandbox.tree[p]).hexdigest() for p in paths if p in self.sandbox.tree}

    async def search(
        self, pattern: str, paths: Sequence[str], *, limit: int = 200, per_file: int = 0, installed: bool = False
    ) -> Found:
        tree = self.sandbox.packages if installed else self.sandbox.tree
        try:
            reported = searching.search(pattern, paths, tree.__getitem__, limit=limit, per_file=per_file)
        except safe_paths.Refused as refusal:
            raise ToolRefusal(str(refusal)) from refusal
        names = ("path", "line", "text", "start", "end")
        matches = tuple(Match(**dict(zip(names, one, strict=True))) for one in reported.pop("matches"))
        return Found(matches=matches, **reported)

    async def installed(self, path: str) -> Sequence[FileEntry]:
        below = [p for p in sorted(self.sandbox.packages) if p == path or p.startswith(f"{path}/")]
        if not below:
            raise ToolRefusal(f"there is no installed file {path!r}")
        files = [FileEntry(path=p, size=len(self.sandbox.packages[p])) for p in below]
        return files if below == [path] else [FileEntry(path=path, size=0, kind="folder"), *files]

    async def read_installed(self, path: str) -> bytes:
        return self.sandbox.packages[path]

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        if argv[:2] == ["git", "diff"]:
            changed = sorted(self.sandbox.changed)
            if "--raw" in argv:
                reported = "".join(f":000000 100644 {'0' * 40} {'0' * 40} A\0{path}\0" for path in changed)
                return _ended(reported, 0).model_copy(update={"cut": self.sandbox.cut})
            return _ended("\0".join(changed), 0)
        if argv[:2] in (["git", "status"], ["git", "rev-parse"]):
            return _ended("", 0)
        if argv[0] == "git":
            return _ended("", 1)
        return _ended(self.sandbox.tool_output, 1 if self.sandbox.tool_output else 0)

    async def run_tests(self, command: TestCommand) -> TestExecution:
        return self.sandbox.tests

    async def exercise(self, command: ServeCommand, order: bytes) -> ServedExercise:
        self.sandbox.exercised.append((command, order))
        return self.sandbox.served

    async def seal(self, message: str) -> Draft:
        return self.draft.at(SEALED, DIGEST) if self.sandbox.changed else self.draft

    async def squash(self, message: str, onto: str | None = None) -> Draft:
        return self.draft.at(SEALED, DIGEST)

    async def diff(self, since: str | None = None) -> str:
        return "\n".join(f"diff --git a/{path} b/{path}" for path in sorted(self.sandbox.changed))


class MemorySandbox:
    def __init__(self, **tree: str) -> None:
        self.tree = {name.replace("__", "/") + ".py": text.encode() for name, text in tree.items()}
        self.packages: dict[str, bytes] = {}
        """Files of installed dependencies, by the names that they have here."""
        self.changed: set[str] = set()
        self.tool_output = ""
        self.cut = False
        """True if git tells more changes than are read."""
        self.served = ServedExercise(end=ExecEnd.EXITED, exit_code=0, stdout="", stderr="")
        """The result of exercising the application."""
        self.exercised: list[tuple[ServeCommand, bytes]] = []
        self.tests = TestExecution(end=ExecEnd.EXITED, exit_code=5, stdout="", stderr="")
        self._in_use: set[TaskRef] = set()

    @asynccontextmanager
    async def open(self, draft: Draft, workspace: Workspace) -> AsyncIterator[MemoryBox]:
        with self.using(draft.task):
            yield MemoryBox(self, draft)

    @asynccontextmanager
    async def look(
        self, draft: Draft, limits: SandboxSettings, image: str | None, submitted_at: int
    ) -> AsyncIterator[MemoryBox]:
        with self.using(draft.task):
            yield MemoryBox(self, draft)

    @contextmanager
    def using(self, task: TaskRef) -> Iterator[None]:
        """A second box of a task, opened while the first is open, waits for ever in Docker's sandbox."""
        assert task not in self._in_use, f"a box of {task.id} is open already"
        self._in_use.add(task)
        try:
            yield
        finally:
            self._in_use.discard(task)

    async def build(
        self,
        task: TaskRef,
        dependencies: Dependencies,
        project: ProjectIdentity | None,
        services: Sequence[ServiceName] = (),
    ) -> DependencyImage:
        return workspace().image

    async def lock(
        self, task: TaskRef, language: str, inputs: Mapping[str, bytes], argv: Sequence[str], results: Sequence[str]
    ) -> Mapping[str, str]:
        return {path: inputs[path].decode() for path in results if path in inputs}

    async def release(self, task: TaskRef) -> None: ...

    async def reap(self) -> int:
        return 0


def _ended(stdout: str, code: int) -> Execution:
    return Execution(end=ExecEnd.EXITED, exit_code=code, stdout=stdout, stderr="")
