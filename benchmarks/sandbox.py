"""The cost of the sandbox beside the tools it holds: `make bench-sandbox`. Prints a table.

Everything is real: the driver, the engine, ruff, pytest, git. "Host" is the same tool of the same version on the bare
host, in the same run; the ratio to it is what travels to another machine.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from aurora.domain.task import Draft, Task, TaskRef, Uploaded
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.images.base_image import TOOLS
from aurora.drivers.sandbox.docker_box import DockerBox
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.drivers.sandbox.sandbox_container import of_task
from aurora.ports import TestCommand
from aurora.settings.repository import BackendSettings, SandboxSettings
from tests.support.workspaces import workspace

RUFF, PYTEST = (next(tool for tool in TOOLS if tool.startswith(name)) for name in ("ruff==", "pytest=="))
LIMITS = SandboxSettings(memory_mb=1024, disk_mb=512, pids=256, cpus=2)
DEPENDENCIES = Dependencies(language="python", manager="uv", files={}, requirements=(PYTEST,))
PROJECT = ProjectIdentity(name="bench", version="1.0", import_roots=("",))
CODE = "def double(value: int) -> int:\n    return value * 2\n"
TESTS = "from app import double\n\n\ndef test_one():\n    assert double(1) == 2\n\n\n"
TESTS += "def test_two():\n    assert double(2) == 4\n\n\ndef test_none():\n    assert double(0) == 0\n"
ARGV = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
SIZES = (200, 1_000, 10_000)
HELD = (1, 4, 16)


@dataclass
class Figures:
    """Milliseconds by what was measured; megabytes of each task held."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    held: dict[int, tuple[float, float]] = field(default_factory=dict)

    async def take(self, name: str, work: Awaitable[object]) -> None:
        begun = time.perf_counter()
        await work
        self.taken.setdefault(name, []).append((time.perf_counter() - begun) * 1e3)

    def p50(self, name: str) -> float:
        return statistics.median(self.taken[name])

    def p95(self, name: str) -> float:
        values = sorted(self.taken[name])
        return values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]


@dataclass
class Bench:
    sandbox: DockerSandbox
    artifacts: ObjectArtifacts
    image: DependencyImage
    folder: Path
    host: Path
    """An environment with the same ruff and pytest, on the bare host."""

    async def draft(self, files: int) -> Draft:
        """A task of its own on a repository of so many files, which are made once."""
        tree = self.folder / f"tree-{files}"
        if not tree.exists():
            _made(tree, files)
        base = _git(tree, "rev-parse", "HEAD").decode().strip()
        objects = _git(tree, "rev-list", "--objects", "--no-walk", base)
        pack = _git(tree, "pack-objects", "--stdout", "-q", stdin=objects)
        task = TaskRef(id=f"bench-{uuid.uuid4().hex[:8]}")
        digest = await self.artifacts.of(task).put(pack)
        return Draft(task=task, workspace="sha256:" + "0" * 64, base=base, base_pack=digest, commit=base)

    def workspace(self, draft: Draft) -> Workspace:
        source = Uploaded(base=draft.base, pack=draft.base_pack, label="bench")
        task = Task(id=draft.task.id, text="bench", source=source, submitted_at=1_790_000_000)
        made = workspace(task, base=draft.base, test=ARGV, project=PROJECT, dependencies=DEPENDENCIES)
        settings = BackendSettings(sandbox=LIMITS)
        return made.model_copy(update={"image": self.image, "settings": settings})


def _git(folder: Path, *argv: str, stdin: bytes = b"") -> bytes:
    who = {"GIT_AUTHOR_NAME": "B", "GIT_AUTHOR_EMAIL": "b@localhost"}
    who |= {"GIT_COMMITTER_NAME": "B", "GIT_COMMITTER_EMAIL": "b@localhost"}
    command = ["git", "-C", str(folder), *argv]
    return subprocess.run(command, input=stdin, capture_output=True, check=True, env={**os.environ, **who}).stdout


def _made(tree: Path, files: int) -> None:
    (tree / "tests").mkdir(parents=True)
    (tree / "app.py").write_text(CODE)
    (tree / "tests" / "test_app.py").write_text(TESTS)
    for number in range(files - 2):
        folder = tree / f"package_{number // 50}"
        folder.mkdir(exist_ok=True)
        (folder / f"module_{number}.py").write_text(CODE + f"\n\nNUMBER = {number}\n" * 20)
    _git(tree, "init", "-q", "-b", "main")
    _git(tree, "add", "-A")
    _git(tree, "commit", "-q", "-m", "Base")


# ── what is measured ──


async def boxes(bench: Bench, figures: Figures, repeat: int) -> None:
    """A container of its own for each task, and files restored into it."""
    for files in SIZES:
        for _ in range(max(3, repeat // 4)):
            draft = await bench.draft(files)
            whole = bench.workspace(draft)

            for state in ("cold", "warm"):
                await figures.take(f"open {state}, {files:,} files", opened(bench.sandbox, draft, whole))
            await bench.sandbox.release(draft.task)


async def spares(bench: Bench, figures: Figures, repeat: int) -> None:
    """A task's first box where a container was started for it before."""
    sandbox = DockerSandbox(bench.artifacts, spares=1)
    try:
        for files in SIZES:
            for number in range(max(3, repeat // 4) + 1):
                draft = await bench.draft(files)
                whole = bench.workspace(draft)
                opening = opened(sandbox, draft, whole)
                await (figures.take(f"open a spare, {files:,} files", opening) if number else opening)
                await sandbox.spares.settled()
                await sandbox.release(draft.task)
    finally:
        await sandbox.close()


async def opened(sandbox: DockerSandbox, draft: Draft, whole: Workspace) -> None:
    async with sandbox.open(draft, whole):
        pass


async def seals(bench: Bench, figures: Figures, repeat: int) -> None:
    for files in SIZES:
        draft = await bench.draft(files)
        async with bench.sandbox.open(draft, bench.workspace(draft)) as box:
            for number in range(repeat):
                await box.write("app.py", f"{CODE}\n\nN = {number}\n".encode())
                await figures.take(f"seal one change, {files:,} files", box.seal("bench"))
        await bench.sandbox.release(draft.task)


async def tools(bench: Bench, figures: Figures, repeat: int) -> None:
    draft = await bench.draft(200)
    tree = bench.folder / "tree-200"
    async with bench.sandbox.open(draft, bench.workspace(draft)) as box:
        paths = [entry.path for entry in await box.files()]
        await tested(box)  # the first one has no server that waits for it
        for number in range(repeat):
            code = f"{CODE}\n\nN = {number}\n".encode()
            await figures.take("read a file", box.read("app.py"))
            await figures.take("write a file", box.write("app.py", code))
            await figures.take("search 200 files", box.search("NUMBER = 7", paths))
            await figures.take("ruff on one file", ruffed(box))
            await figures.take("pytest of 3 tests", tested(box))
            await figures.take("host: ruff on one file", on_host(bench, tree, "ruff", "check", "app.py"))
            await figures.take("host: pytest of 3 tests", on_host(bench, tree, *ARGV))
            await figures.take("turn: read, write, ruff, seal", turn(box, number))
            await figures.take("turn with 3 tests", turn(box, number + 10_000, tests=True))
    await bench.sandbox.release(draft.task)


async def ruffed(box: DockerBox) -> None:
    ran = await box.execute(["ruff", "check", "app.py"])
    assert ran.exit_code == 0, ran


async def tested(box: DockerBox) -> None:
    ran = await box.run_tests(TestCommand(argv=ARGV))
    assert ran.exit_code == 0 and "3 passed" in ran.stdout, ran


async def turn(box: DockerBox, number: int, *, tests: bool = False) -> None:
    """Take a turn as `use_tools` does when a model reads, edits, lints and tests; the test's server started
    meanwhile."""
    code = (await box.read("app.py")).decode().partition("\n\n\nN =")[0]
    await box.write("app.py", f"{code}\n\nN = {number}\n".encode())
    await ruffed(box)
    if tests:
        await tested(box)
    await box.seal("bench")


async def on_host(bench: Bench, tree: Path, *argv: str) -> None:
    path = f"{bench.host / 'bin'}:{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=tree, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert await process.wait() == 0, argv


async def held(bench: Bench, figures: Figures, repeat: int) -> None:
    """So many tasks at once, each with a container of its own, each at its turns."""
    for many in HELD:
        drafts = [await bench.draft(200) for _ in range(many)]
        turns = Figures()

        async def work(draft: Draft, turns: Figures = turns) -> float:
            async with bench.sandbox.open(draft, bench.workspace(draft)) as box:
                await tested(box)
                for number in range(max(3, repeat // 6)):
                    await turns.take("turn", turn(box, number, tests=True))
                return await asyncio.to_thread(megabytes, draft.task)

        memory = await asyncio.gather(*(work(draft) for draft in drafts))
        figures.held[many] = (turns.p50("turn"), statistics.median(memory))
        for draft in drafts:
            await bench.sandbox.release(draft.task)


def megabytes(task: TaskRef) -> float:
    (container,) = of_task(connect(), task)
    return float(connect().api.stats(container["Id"], stream=False)["memory_stats"]["usage"]) / 1e6


# ── shown ──


def shown(figures: Figures) -> Table:
    table = Table("measured", "p50 ms", "p95 ms", "host p50 ms", "ratio", "n", title="Sandbox")
    for name, values in figures.taken.items():
        if name.startswith("host: "):
            continue
        host = figures.p50(f"host: {name}") if f"host: {name}" in figures.taken else None
        cells = ("", "") if host is None else (f"{host:.1f}", f"{figures.p50(name) / host:.2f}")
        table.add_row(name, f"{figures.p50(name):.1f}", f"{figures.p95(name):.1f}", *cells, str(len(values)))
    ruff, pytest = figures.p50("host: ruff on one file"), figures.p50("host: pytest of 3 tests")
    for name, alone in (("turn: read, write, ruff, seal", ruff), ("turn with 3 tests", ruff + pytest)):
        above = figures.p50(name) - alone
        table.add_row(f"overhead of {name}", f"{above:.1f}", "", f"{alone:.1f}", f"{figures.p50(name) / alone:.2f}", "")
    for many, (turns, memory) in figures.held.items():
        table.add_row(f"{many} tasks at once: a turn with tests", f"{turns:.1f}", "", "", "", f"{memory:.0f} MB each")
    return table


def install(host: Path) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--python", "/usr/bin/python3", str(host)], check=True)
    into = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(host / "bin" / "python")]
    subprocess.run([*into, RUFF, PYTEST], check=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=30)
    repeat: int = parser.parse_args().repeat
    with tempfile.TemporaryDirectory(prefix="aurora-bench-") as name:
        folder = Path(name)
        host = folder / "host"
        await asyncio.to_thread(install, host)
        artifacts = ObjectArtifacts(str(folder / "artifacts"))
        sandbox = DockerSandbox(artifacts, progress=print)
        image = await sandbox.build(TaskRef(id="bench"), DEPENDENCIES, PROJECT)
        bench, figures = Bench(sandbox, artifacts, image, folder, host), Figures()
        try:
            for measure in (boxes, spares, seals, tools, held):
                await measure(bench, figures, repeat)
        finally:
            await sandbox.close()
    Console(width=120).print(shown(figures))


if __name__ == "__main__":
    asyncio.run(main())
