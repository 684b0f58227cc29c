"""The command line as a user meets it: a process, its output, its exit code."""

import asyncio
import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from temporalio.client import Client

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.endpoint import Processes
from aurora.bootstrap.sealing import keys_of
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.task import Task, Uploaded
from aurora.drivers.artifacts.store import ObjectArtifacts
from tests.support.command_line import AURORA, Shell
from tests.support.git_fixtures import git

pytestmark = pytest.mark.server


@pytest.fixture
async def desk(daemon: Daemon) -> Desk:
    client = await Client.connect(
        (await daemon.ensure()).address, data_converter=data_converter(keys_of(daemon.folder))
    )
    return Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


async def handed_in(desk: Desk, name: str, text: str) -> str:
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
    return await desk.start(Task(id=name, text=text, source=source, submitted_at=int(time.time())))


async def test_a_watch_in_a_pipe_prints_lines_and_ends_at_a_question_with_4(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "piped", "ask me")
    watched = await aurora("watch", "piped")
    assert watched.returncode == 4, watched.stderr
    assert "write_code 1  edited app/users.py; ran tests: 9 passed   $0.012" in watched.stdout
    assert "Which status?" in watched.stdout
    assert "aurora answer piped --question q1" in watched.stderr

    assert (await aurora("status", "piped", "--json")).returncode == 4
    listed = json.loads((await aurora("questions", "--json")).stdout)["questions"]
    assert ("piped", "q1") in {(q["task_id"], q["question_id"]) for q in listed}
    answered = await aurora("answer", "piped", "201", "--json")
    assert json.loads(answered.stdout)["question_id"] == "q1"
    watched = await aurora("watch", "piped")
    assert watched.returncode == 0, watched.stderr
    assert "committed: feat: answered 201" in watched.stdout
    assert (await aurora("diff", "piped")).stdout.startswith("diff --git")


async def test_a_cancelled_task_ends_a_watch_with_1(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "unwanted", "ask me")
    await aurora("watch", "unwanted")
    assert (await aurora("cancel", "unwanted")).returncode == 0
    watched = await aurora("watch", "unwanted", "--json")
    assert watched.returncode == 1
    assert json.loads(watched.stdout.splitlines()[-1])["task"]["state"] == "cancelled"


async def test_an_unknown_task_is_refused_in_two_lines_and_in_json(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "20261124-a1b2c3", "plain")
    refused = await aurora("status", "20261124-a1b2c4")
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 2
    assert "did you mean '20261124-a1b2c3'?" in refused.stderr
    as_json = await aurora("status", "20261124-a1b2c4", "--json")
    error = json.loads(as_json.stderr)["error"]
    assert "did you mean" in error["hint"]
    assert (error["code"], error["exit_code"]) == ("not_found", 2)


async def test_list_shows_running_and_ended_tasks(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "listed", "plain [with] brackets")
    await aurora("watch", "listed")
    listed = await aurora("list")
    assert "listed" in listed.stdout
    assert "plain [with] brackets" in listed.stdout
    assert re.search(r"^listed  +\d{4}-\d\d-\d\d \d\d:\d\d  shop  +committed ", listed.stdout, re.M)
    for words in (["--state", "committed", "--repo", "shop"], ["--phase", "ended", "--repository", "shop"], []):
        tasks = json.loads((await aurora("list", "--json", *words)).stdout)["tasks"]
        assert "listed" in {task["task_id"] for task in tasks}
    running = json.loads((await aurora("list", "--json", "--state", "running")).stdout)["tasks"]
    assert "listed" not in {task["task_id"] for task in running}
    (aurora.cwd / "shop").mkdir()
    git(aurora.cwd / "shop", "init", "-q")
    (aurora.cwd / "shop/api").mkdir()
    for path in ("shop", "./shop", str(aurora.cwd / "shop"), "shop/api"):
        assert "listed" in (await aurora("list", "--repo", path)).stdout
    assert "no matching tasks of other" in (await aurora("list", "--repo", "other")).stdout


async def test_at_a_terminal_a_question_is_asked_and_its_option_taken_by_number(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "typed", "ask me")
    outside, inside = pty.openpty()
    child = subprocess.Popen(
        [*AURORA, "watch", "typed"], stdin=inside, stdout=inside, stderr=inside, env=aurora.env | {"TERM": "dumb"}
    )
    os.close(inside)
    shown: list[bytes] = []
    reader = threading.Thread(target=read_all, args=(outside, shown))
    reader.start()
    for _ in range(300):
        if b"your answer" in b"".join(shown):
            break
        await asyncio.sleep(0.1)
    os.write(outside, b"2\n")
    assert await asyncio.to_thread(child.wait, 60) == 0, b"".join(shown).decode()
    reader.join()
    os.close(outside)
    assert "answered 200" in b"".join(shown).decode()


async def test_ctrl_c_leaves_the_task_running_and_says_how_to_come_back(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "left", "ask me")
    child = subprocess.Popen(
        [*AURORA, "watch", "left", "--stay"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=aurora.env,
    )  # fmt: skip
    assert child.stdout is not None
    await asyncio.to_thread(child.stdout.readline)
    child.send_signal(signal.SIGINT)
    _, said = await asyncio.to_thread(child.communicate)
    assert child.returncode == 130
    assert "aurora watch left" in said
    assert (await desk.view("left")).phase != "ended"
    await aurora("cancel", "left")


def read_all(descriptor: int, shown: list[bytes]) -> None:
    try:
        while piece := os.read(descriptor, 4096):
            shown.append(piece)
    except OSError:  # the terminal's other side closed
        return


async def test_stop_and_list_need_no_key_and_leave_nothing_behind(alone: Shell, tmp_path: Path) -> None:
    assert "nothing was running" in (await alone("stop")).stdout
    started = await alone("dev", "--daemon", "--json")
    assert started.returncode == 0, started.stderr
    assert "no tasks yet" in (await alone("list")).stdout
    assert json.loads((await alone("stop", "--json")).stdout) == {"stopped": True}
    assert not (tmp_path / "state" / "endpoint.json").exists()


async def test_ctrl_c_ends_a_daemon_in_the_foreground_with_all_it_started(alone: Shell, tmp_path: Path) -> None:
    child = subprocess.Popen([*AURORA, "dev"], env=alone.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    endpoint = tmp_path / "state" / "endpoint.json"
    for _ in range(600):
        if endpoint.exists() or child.poll() is not None:
            break
        await asyncio.sleep(0.1)
    assert endpoint.exists()
    assert "is already running for this state folder" in (await alone("dev")).stderr
    child.send_signal(signal.SIGINT)
    said, _ = await asyncio.to_thread(child.communicate)
    assert child.returncode == 0, said.decode()
    assert not endpoint.exists()
    recorded = Processes.read(tmp_path / "state" / "processes.json")
    assert recorded.server is not None
    assert not recorded.server.alive()
