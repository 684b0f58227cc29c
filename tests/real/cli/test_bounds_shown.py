"""Money, tokens, time and turns, while a task runs."""

import asyncio
import json
import time

import pytest
from temporalio.client import Client

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.task import Task, Uploaded
from aurora.domain.view import Control
from aurora.drivers.artifacts.store import ObjectArtifacts
from tests.support.command_line import Shell

pytestmark = pytest.mark.server


@pytest.fixture
async def desk(daemon: Daemon) -> Desk:
    client = await Client.connect(
        (await daemon.ensure()).address, data_converter=data_converter(keys_of(daemon.folder))
    )
    return Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


async def handed_in(desk: Desk, name: str, text: str) -> None:
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
    await desk.start(Task(id=name, text=text, source=source, submitted_at=int(time.time())))


async def test_what_a_running_call_reserves_is_shown_and_missing_from_what_is_left(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "reserving", "slow")
    while not (view := await desk.view("reserving")).reserved_microdollars:
        await asyncio.sleep(0.05)
    assert view.reserved_microdollars == 50_000
    shown = (await aurora("status", "reserving")).stdout
    assert "$0.012 spent, $0.05 reserved, $9.94 left of $10.00" in shown
    assert "9,400 of 20,000,000" in shown
    assert "2 min of 8 h" in shown
    assert "1 of 120" in shown
    assert "runs the whole suite: 120 of 850 tests, 7 s" in shown
    assert view.doing.startswith("runs the whole suite")
    while (view := await desk.view("reserving")).outcome is None:
        await asyncio.sleep(0.1)
    assert view.reserved_microdollars == 0


async def test_a_status_and_a_finished_watch_show_cost_by_step(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "stepwise", "plain")
    watched = (await aurora("watch", "stepwise")).stdout.splitlines()
    status = (await aurora("status", "stepwise")).stdout.splitlines()
    for lines in (watched, status):
        rows = [line.split() for line in lines]
        assert ["step", "visits", "turns", "cost"] in rows
        assert ["write_code", "1", "1", "$0.012"] in rows
    whole = json.loads((await aurora("status", "stepwise", "--json")).stdout)
    assert whole["left_microdollars"] == 9_988_000
    assert whole["steps"][1]["usage"]["microdollars"] == 12_000


async def test_the_work_so_far_of_a_running_task_can_be_looked_at(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "half-way", "ask work")
    while not (await desk.view("half-way")).questions:
        await asyncio.sleep(0.05)
    shown = await aurora("diff", "half-way")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("diff --git a/users.py")
    assert "not a commit" in shown.stderr
    assert "git log" not in shown.stderr, "no ref keeps it yet"
    await desk.control("half-way", Control(verb="cancel"))


async def test_the_newest_task_is_found_without_a_name(desk: Desk, aurora: Shell) -> None:
    await handed_in(desk, "just-now", "plain")
    for _ in range(300):
        newest = await desk.newest()
        if newest and newest.task_id == "just-now":
            break
        await asyncio.sleep(0.1)
    assert json.loads((await aurora("status", "--json")).stdout)["task_id"] == "just-now"
