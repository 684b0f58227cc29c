"""One daemon with a stand-in worker for all tests of Desk and CLI; commands run as processes of their own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.state_folder import StateFolder
from tests.support.git_fixtures import commit, git

AURORA = [sys.executable, "-P", "-c", "from aurora.cli.app import main; main()"]
# an endpoint that nobody listens at, for commands that must not come so far
KEY = {"ANTHROPIC_API_KEY": "sk-ant-not-a-real-key", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
WORKER = (sys.executable, str(Path(__file__).with_name("stand_in_worker.py")))


def clean_environment(home: Path) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ANTHROPIC_", "TEMPORAL_", "AURORA_", "DOCKER_"))}
    return env | {"AURORA_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), "NO_COLOR": "1"}


@dataclass(frozen=True)
class Shell:
    """Runs `aurora` as a user would, without a terminal."""

    env: dict[str, str]
    cwd: Path
    prefix: tuple[str, ...] = ()
    """The words before the command, for example for fewer rights."""
    seconds: int = 90

    async def __call__(self, *words: str, stdin: str | bytes = b"", **env: str) -> subprocess.CompletedProcess[str]:
        ran = await asyncio.to_thread(
            subprocess.run,
            [*self.prefix, *AURORA, *words],
            env=self.env | env,
            cwd=self.cwd,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=self.seconds,
            check=False,
        )
        return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


async def refused(shell: Shell, *words: str, stdin: bytes = b"", exit_code: int = 2, **env: str) -> str:
    """Return what `aurora run` says when it refuses, with its exit code: nothing was started."""
    ran = await shell("run", *words, stdin=stdin, **env)
    assert ran.returncode == exit_code, f"{ran.returncode}: {ran.stdout}{ran.stderr}"
    assert ran.stderr.startswith("refused"), ran.stderr
    assert not (Path(shell.env["AURORA_HOME"]) / "endpoint.json").exists(), "something was started"
    return ran.stderr


@pytest.fixture(scope="session")
async def daemon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Daemon]:
    folder = StateFolder(tmp_path_factory.mktemp("cli") / "state")
    daemon = Daemon(folder, clean_environment(folder.home), worker_argv=WORKER)
    await daemon.ensure()
    yield daemon
    await asyncio.to_thread(daemon.stop)


@pytest.fixture
async def aurora(daemon: Daemon, tmp_path: Path) -> Shell:
    endpoint = await daemon.ensure()
    # named as a cluster, so that no command takes the daemon over with the real worker when the code changes meanwhile
    keys = str(daemon.folder.payload_keys)
    return Shell(dict(daemon.env) | {"TEMPORAL_ADDRESS": endpoint.address, "AURORA_PAYLOAD_KEYS": keys}, tmp_path)


@pytest.fixture
def alone(tmp_path: Path) -> Shell:
    """A shell whose state folder has no daemon."""
    return Shell(clean_environment(tmp_path / "state"), tmp_path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "service"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, app__py="x = 1\n")
    return folder
