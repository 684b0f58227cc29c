"""A sandbox without a container: a tree in memory, and programs whose output a test says."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft, TaskRef
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.errors import ToolRefusal
from aurora.ports import Execution, FileEntry, Match, TestCommand, TestExecution
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

    async def files(self) -> Sequence[FileEntry]:
        return [FileEntry(path=path, size=len(content)) for path, content in sorted(self.sandbox.tree.items())]

    async def digests(self, paths: Sequence[str]) -> Mapping[str, str]:
        return {p: sha256(self.sandbox.tree[p]).hexdigest() for p in paths if p in self.sandbox.tree}

    async def search(self, pattern: str, paths: Sequence[str], *, limit: int = 200) -> Sequence[Match]:
        lines = [
            (p, n, line)
            for p in paths
            for n, line in enumerate(self.sandbox.tree[p].decode(errors="replace").splitlines(), 1)
        ]
        return [Match(path=p, line=n, text=line) for p, n, line in lines if re.search(pattern, line)][:limit]

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        if argv[:2] == ["git", "diff"]:
            changed = sorted(self.sandbox.changed)
            if "--raw" in argv:
                told = "".join(f":000000 100644 {'0' * 40} {'0' * 40} A\0{path}\0" for path in changed)
                return _ended(told, 0).model_copy(update={"cut": self.sandbox.cut})
            return _ended("\0".join(changed), 0)
        if argv[:2] in (["git", "status"], ["git", "rev-parse"]):
            return _ended("", 0)
        if argv[0] == "git":
            return _ended("", 1)
        return _ended(self.sandbox.tool_output, 1 if self.sandbox.tool_output else 0)

    async def run_tests(self, command: TestCommand) -> TestExecution:
        return self.sandbox.tests

    async def seal(self, message: str) -> Draft:
        return self.draft.at(SEALED, DIGEST) if self.sandbox.changed else self.draft

    async def squash(self, message: str) -> Draft:
        return self.draft.at(SEALED, DIGEST)

    async def diff(self) -> str:
        return "\n".join(f"diff --git a/{path} b/{path}" for path in sorted(self.sandbox.changed))


class MemorySandbox:
    def __init__(self, **tree: str) -> None:
        self.tree = {name.replace("__", "/") + ".py": text.encode() for name, text in tree.items()}
        self.changed: set[str] = set()
        self.tool_output = ""
        self.cut = False
        """Whether git tells more changes than are read."""
        self.tests = TestExecution(end=ExecEnd.EXITED, exit_code=5, stdout="", stderr="")

    @asynccontextmanager
    async def open(self, draft: Draft, workspace: Workspace) -> AsyncIterator[MemoryBox]:
        yield MemoryBox(self, draft)

    @asynccontextmanager
    async def look(
        self, draft: Draft, limits: SandboxSettings, image: str | None, submitted_at: int
    ) -> AsyncIterator[MemoryBox]:
        yield MemoryBox(self, draft)

    async def build(
        self,
        task: TaskRef,
        dependencies: Dependencies,
        project: ProjectIdentity | None,
        services: Sequence[ServiceName] = (),
    ) -> DependencyImage:
        return workspace().image

    async def release(self, task: TaskRef) -> None: ...

    async def reap(self) -> int:
        return 0


def _ended(stdout: str, code: int) -> Execution:
    return Execution(end=ExecEnd.EXITED, exit_code=code, stdout=stdout, stderr="")
