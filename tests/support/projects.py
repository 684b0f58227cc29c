"""Projects for the toolchains' tests: as a dict for detection, as files for real runs of pytest and ruff."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aurora.domain.runs import ExecEnd, TestRun
from aurora.domain.workspace import Toolchain
from aurora.ports import Execution, TestCommand, TestExecution
from aurora.settings.project import ProjectSettings
from aurora.settings.repository import BackendSettings, Commands
from aurora.toolchains import registry
from aurora.toolchains.python import pytest_runs, unittest_runs
from aurora.toolchains.stated import Stated

PLUGINS = Path(pytest_runs.__file__).parents[1] / "in_box"


class DictProbe:
    """A `ToolchainProbe` over path -> text."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    async def paths(self) -> Sequence[str]:
        return sorted(self.files)

    async def text(self, path: str) -> str | None:
        return self.files.get(path)


async def detected(
    files: Mapping[str, str],
    commands: Commands | None = None,
    project: ProjectSettings | None = None,
    folder: str = "",
) -> Toolchain:
    stated = Stated(project=project or ProjectSettings(), folder=folder)
    return await registry.detect(DictProbe(files), commands or Commands(), stated=stated)


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def _lines(reported: int) -> list[str]:
    with os.fdopen(reported, encoding="utf-8") as events:
        return events.readlines()


def execute(folder: Path, command: TestCommand, python: str = sys.executable) -> TestExecution:
    """Run a test command as the sandbox does, on this machine: a process, a pipe for events, a bound on time."""
    reported, tell = os.pipe()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "AURORA", "COV_", "PYTHON"))}
    path = ":".join(filter(None, (str(PLUGINS), command.env.get("PYTHONPATH", ""))))
    env = {**inherited, **command.env, "PYTHONPATH": path, "AURORA_EVENTS_FD": str(tell)}
    argv = [python if part == "python" else part for part in command.argv]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            argv, cwd=folder / command.cwd, env=env, stdout=out, stderr=err, pass_fds=(tell,), stdin=subprocess.DEVNULL
        )
        os.close(tell)
        end = ExecEnd.EXITED
        # read all along: a full pipe would hold the runner up
        reader = ThreadPoolExecutor(1).submit(_lines, reported)
        try:
            code = process.wait(command.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            code, end = process.wait(), ExecEnd.OUT_OF_TIME
        observed = tuple(json.loads(line) for line in reader.result())
        out.seek(0)
        err.seek(0)
        stdout, stderr = out.read().decode(), err.read().decode()
    return TestExecution(end=end, exit_code=code, stdout=stdout, stderr=stderr, events=observed)


async def outcome_of(
    folder: Path,
    files: Mapping[str, str],
    selection: Sequence[str] = (),
    *,
    settings: BackendSettings | None = None,
    python: str = sys.executable,
) -> TestRun:
    """Write the project, detect it, run its tests in a process of their own, parse."""
    written(folder, files)
    toolchain = await detected(files)
    runs = pytest_runs if toolchain.runner == "pytest" else unittest_runs
    command = runs.command(toolchain, settings or BackendSettings(), selection)
    return runs.parse(execute(folder, command, python), toolchain)


def linted(folder: Path, argv: Sequence[str], cwd: str = "") -> Execution:
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        list(argv), cwd=folder / cwd, env={**os.environ, "PATH": tools}, capture_output=True, text=True, check=False
    )
    return Execution(end=ExecEnd.EXITED, exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)
