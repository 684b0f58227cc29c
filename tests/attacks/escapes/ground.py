"""The places where the attempts are played: a box of ours, and things of the host's that they would reach."""

import asyncio
import os
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aurora import ports
from aurora.domain.task import Draft
from aurora.domain.workspace import DependencyImage
from aurora.drivers.sandbox.docker_box import DockerBox
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from tests.support.boxes import FILES, new_draft, workspace_of
from tests.support.engine import bridge_address
from tests.support.memory_artifacts import MemoryArtifacts

BEGINNING = ("runc init", "/crun ", "/libcrun")
"""The name of an exec's process before it is the command."""


@dataclass(frozen=True)
class Host:
    """On this machine, outside: a file and a variable that hold a secret, and listeners."""

    secret: str
    file: str
    abstract: str
    address: str
    port: int

    @property
    def facts(self) -> str:
        return f"\nFILE, ABSTRACT, ADDRESS, PORT = {self.file!r}, {self.abstract!r}, {self.address!r}, {self.port!r}\n"


@contextmanager
def host() -> Iterator[Host]:
    secret = secrets.token_hex(8)
    gateway = bridge_address()
    with (
        tempfile.TemporaryDirectory(prefix="aurora-escape-") as folder,
        socket.create_server(("", 0)) as listener,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        os.environ["AURORA_ESCAPE_SECRET"] = secret
        Path(folder, "secret").write_text(secret)
        name = f"aurora-escape-{secret}"
        unix.bind(f"\0{name}")
        unix.listen(8)
        try:
            yield Host(secret, f"{folder}/secret", name, gateway, listener.getsockname()[1])
        finally:
            del os.environ["AURORA_ESCAPE_SECRET"]


@dataclass
class Ground:
    box: DockerBox
    host: Host
    draft: Draft
    sandbox: DockerSandbox
    artifacts: MemoryArtifacts
    image: DependencyImage
    folder: Path
    """Of this attempt alone, on the host."""

    @property
    def facts(self) -> str:
        return self.host.facts

    async def tests(self, code: str, seconds: int = 20) -> ports.TestExecution:
        return await self.box.run_tests(ports.TestCommand(argv=("python", "-c", code), seconds=seconds))

    async def tool(self, code: str, seconds: int = 20) -> ports.Execution:
        return await self.box.execute(["python3", "-c", code], seconds=seconds)

    @asynccontextmanager
    async def on(self, draft: Draft) -> AsyncIterator["Ground"]:
        """A box of its own for an attempt that needs another repository; gone afterwards."""
        try:
            async with self.sandbox.open(draft, workspace_of(draft, self.image)) as box:
                yield replace(self, box=box, draft=draft)
        finally:
            await self.sandbox.release(draft.task)

    @asynccontextmanager
    async def own_draft(self) -> AsyncIterator[Draft]:
        """Of a repository of this attempt's own, to be opened more than once by `again`."""
        draft = await new_draft(self.artifacts, self.folder / "repository", FILES)
        try:
            yield draft
        finally:
            await self.sandbox.release(draft.task)

    @asynccontextmanager
    async def again(self, draft: Draft) -> AsyncIterator["Ground"]:
        """The same container, or a fresh one where that was lost."""
        async with self.sandbox.open(draft, workspace_of(draft, self.image)) as box:
            yield replace(self, box=box, draft=draft)

    @asynccontextmanager
    async def repository(self, files: dict[str, str], **links: str) -> AsyncIterator["Ground"]:
        draft = await new_draft(self.artifacts, self.folder / "repository", {**FILES, **files}, **links)
        async with self.on(draft) as ground:
            yield ground

    async def state(self) -> tuple[object, ...]:
        """The state that no attempt may change: the draft's files, and who runs in the container."""
        files = [(entry.path, entry.size, entry.kind) for entry in await self.box.files()]
        return files, await self.box.diff(), await self._running()

    async def _running(self) -> list[str]:
        """Command lines by user, once the run's own server is gone and the next one's has started: a process has no
        command line while it begins and while it ends, which takes a moment; a survivor stays."""
        running = [""]
        for _ in range(100):
            shown = await self.box.execute(["ps", "-eo", "uid=,args="])
            running = sorted(line.strip() for line in shown.stdout.splitlines() if "test_server" not in line)
            if not any(line.endswith("]") or any(word in line for word in BEGINNING) for line in running):
                break
            await asyncio.sleep(0.05)
        return running
