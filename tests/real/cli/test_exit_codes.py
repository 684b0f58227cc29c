"""The table of exit codes of docs/using/command-line.md, by real processes."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer.main
from temporalio.client import Client

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.cli import ending, hints
from aurora.cli.app import app
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.task import Task, Uploaded
from aurora.drivers.artifacts.store import ObjectArtifacts
from tests.support.command_line import AURORA, KEY, Shell

ROOT = Path(__file__).parents[3]
PROGRAM = str(Path(sys.executable).with_name("aurora"))
COMMANDS: list[str] = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
NOWHERE = {"TEMPORAL_ADDRESS": "127.0.0.1:9"}
server = pytest.mark.server


@pytest.fixture
async def desk(daemon: Daemon) -> AsyncIterator[Desk]:
    endpoint = await daemon.ensure()
    client = await Client.connect(endpoint.address, data_converter=data_converter(keys_of(daemon.folder)))
    yield Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


async def handed_in(desk: Desk, name: str, text: str) -> str:
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
    await desk.start(Task(id=name, text=text, source=source, submitted_at=int(time.time())))
    if "ask" in text:
        while not (await desk.view(name)).questions:
            await asyncio.sleep(0.05)
    return name


def test_the_table_and_readme_and_the_help_name_every_code() -> None:
    table = (ROOT / "docs/using/command-line.md").read_text().partition("## Exit codes")[2].partition("\n## ")[0]
    codes = {
        ending.OK, ending.NOT_COMMITTED, *hints.EXIT_CODES.values(), ending.QUESTION_WAITS, ending.INTERRUPTED,
        ending.INTERNAL,
    }  # fmt: skip
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)} == codes
    for text in ((ROOT / "README.md").read_text(), app.info.epilog):
        line = text.partition("Exit codes: ")[2].partition(".")[0]
        assert {int(code) for code in re.findall(r"\b(\d+) [a-z]", " ".join(line.split()))} == codes


@pytest.mark.parametrize("command", ["", *COMMANDS])
async def test_0_for_the_help_of_every_command(alone: Shell, command: str) -> None:
    ran = await alone(*command.split(), "-h")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"Usage: aurora {command}" in ran.stdout
    assert "--help" in ran.stdout or not command


async def test_0_for_the_version(alone: Shell) -> None:
    ran = await alone("--version")
    assert ran.returncode == 0
    assert re.fullmatch(r"aurora \d+\.\d+\.\d+\S*\n", ran.stdout)


def completed(alone: Shell, line: str) -> list[str]:
    """Return what bash would offer at the end of a line."""
    words = line.split(" ")
    env = {"_AURORA_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    ran = subprocess.run([PROGRAM], env=alone.env | env, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


async def test_0_for_completion_of_commands_options_and_their_values(alone: Shell) -> None:
    assert set(completed(alone, "aurora ")) == set(COMMANDS)
    assert completed(alone, "aurora evi") == ["evidence"]
    assert "--person" in completed(alone, "aurora questions --p")
    assert completed(alone, "aurora questions --kind o") == ["outage"]
    assert completed(alone, "aurora list --state comm") == ["committed"]
    # the shell that it is called from is the one that is meant
    shown = subprocess.run(["bash", "-c", f"{PROGRAM} --show-completion; exit $?"], env=alone.env, capture_output=True)
    assert (shown.returncode, b"_AURORA_COMPLETE" in shown.stdout) == (0, True), shown.stderr


async def test_0_for_nothing_to_do(alone: Shell) -> None:
    assert (await alone("stop")).returncode == 0
    assert (await alone("gates")).returncode == 0


async def test_1_for_a_machine_that_lacks_something(alone: Shell) -> None:
    assert (await alone("doctor")).returncode == 1


@server
async def test_0_for_a_commit_and_1_for_any_other_end(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "exit-good", "plain")
    await handed_in(desk, "exit-bad", "ask")
    assert (await aurora("status", "exit-bad")).returncode == 4
    await aurora("cancel", "exit-bad")
    for command in ("watch", "status"):
        assert (await aurora(command, "exit-good")).returncode == 0
        assert (await aurora(command, "exit-bad")).returncode == 1


@server
@pytest.mark.parametrize("text", ["ask", "ask plan", "ask outage"])
async def test_4_while_any_question_waits(desk: Desk, aurora: Shell, text: str) -> None:
    task_id = await handed_in(desk, f"exit-{text.replace(' ', '-')}", text)
    for words in (["status", task_id], ["status", task_id, "--json"], ["watch", task_id], ["watch", task_id, "--json"]):
        ran = await aurora(*words)
        assert ran.returncode == 4, (words, ran.stderr)
    await aurora("cancel", task_id)


@server
async def test_a_watch_that_stays_goes_on_although_a_question_waits(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "exit-stays", "ask outage")
    child = await asyncio.create_subprocess_exec(
        *AURORA, "watch", "exit-stays", "--stay", env=aurora.env, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    while b"does not answer" not in (line := await asyncio.wait_for(child.stdout.readline(), 60)):
        assert line
    await desk.answer("exit-stays", None, "try again")
    await asyncio.wait_for(child.communicate(), 60)
    assert child.returncode == 0


@server
@pytest.mark.parametrize("as_json", [False, True])
async def test_130_for_ctrl_c(desk: Desk, aurora: Shell, as_json: bool) -> None:
    task_id = await handed_in(desk, f"exit-left-{as_json}", "ask")
    words = ["watch", task_id, "--stay", *(["--json"] if as_json else [])]
    child = await asyncio.create_subprocess_exec(
        *AURORA, *words, env=aurora.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    await asyncio.wait_for(child.stdout.readline(), 60)
    child.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(child.communicate(), 60)
    assert child.returncode == 130
    assert (b'"code": "interrupted"' in said) == as_json
    assert f"aurora watch {task_id}".encode() in said
    await aurora("cancel", task_id)


ON_A_TASK = ("watch", "status", "diff", "evidence", "audit", "approve", "cancel", "pause", "resume", "retry")


@pytest.mark.parametrize(
    "words",
    [
        *([command, "some-task"] for command in ON_A_TASK),
        ["answer", "some-task", "yes"], ["clarify", "some-task", "mind"], ["budget", "some-task", "1"],
        ["status"], ["list"], ["questions"],
    ],
    ids=" ".join,
)  # fmt: skip
async def test_3_for_a_temporal_that_does_not_answer(alone: Shell, words: list[str]) -> None:
    ran = await alone(*words, **NOWHERE)
    assert ran.returncode == 3, ran.stderr
    assert "127.0.0.1:9" in ran.stderr


async def test_3_for_a_run_to_a_temporal_that_does_not_answer(alone: Shell, repository: Path) -> None:
    ran = await alone("run", "do it", "--repo", str(repository), **KEY, **NOWHERE)
    assert ran.returncode == 3, ran.stderr


async def test_3_without_a_docker_engine(alone: Shell, repository: Path, tmp_path: Path) -> None:
    ran = await alone("run", "do it", "--repo", str(repository), **KEY, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert ran.returncode == 3, ran.stderr
