"""Desk on a real server with a stand-in worker."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from temporalio.client import Client

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.client.events import Event
from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import Task, Uploaded
from aurora.domain.view import Control, TaskView
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.errors import Reason, Refusal, RefusalCode

pytestmark = pytest.mark.server
numbers = itertools.count()


@pytest.fixture
async def desk(daemon: Daemon) -> AsyncIterator[Desk]:
    endpoint = await daemon.ensure()
    client = await Client.connect(endpoint.address, data_converter=data_converter(keys_of(daemon.folder)))
    yield Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


def task(text: str) -> Task:
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
    return Task(id=f"desk-{next(numbers)}", text=text, source=source, submitted_at=int(time.time()))


async def waiting(desk: Desk, task_id: str) -> TaskView:
    for _ in range(200):
        view = await desk.view(task_id)
        if view.questions:
            return view
        await asyncio.sleep(0.05)
    raise AssertionError("no question came")


async def followed(desk: Desk, task_id: str) -> list[Event]:
    return [event async for event in desk.follow(task_id)]


async def test_a_task_handed_in_twice_is_one_task(desk: Desk) -> None:
    wanted = task("ask me")
    assert await desk.start(wanted) == wanted.id
    await desk.start(wanted.model_copy(update={"submitted_at": 7}))
    assert (await waiting(desk, wanted.id)).submitted_at == wanted.submitted_at
    await desk.answer(wanted.id, None, "201")
    await followed(desk, wanted.id)
    await desk.start(wanted)
    assert (await desk.view(wanted.id)).phase == "ended", "an ended task is not started again"


async def test_following_tells_steps_cost_answers_and_the_end(desk: Desk) -> None:
    wanted = task("ask me")
    await desk.start(wanted)
    await waiting(desk, wanted.id)
    await desk.clarify(wanted.id, "be quick", by="ann")
    await desk.answer(wanted.id, "q1", "201", by="ann")
    events = await followed(desk, wanted.id)
    did = next(e for e in events if e.kind == "did")
    assert (did.what, did.text, did.microdollars) == (
        "write_code 1",
        "edited app/users.py; ran tests: 9 passed",
        12_000,
    )
    said = {e.what: e.text for e in events if e.kind == "told"}
    assert said == {"clarify": "ann said: be quick", "answer": "ann answered q1: 201"}
    assert (events[-1].kind, events[-1].what) == ("ended", "committed")


async def test_following_writes_nothing_to_the_history(desk: Desk) -> None:
    wanted = task("ask me")
    await desk.start(wanted)
    await waiting(desk, wanted.id)
    handle = desk.client.get_workflow_handle(f"aurora-task-{wanted.id}")
    before = (await handle.describe()).history_length
    followers = [asyncio.create_task(followed(desk, wanted.id)) for _ in range(5)]
    await asyncio.sleep(1)
    assert (await handle.describe()).history_length == before
    await desk.answer(wanted.id, "q1", "201")
    assert {events[-1].kind for events in await asyncio.gather(*followers)} == {"ended"}


async def test_a_failed_try_is_told_while_the_activity_is_still_pending(desk: Desk) -> None:
    wanted = task("flaky")
    await desk.start(wanted)
    events = await followed(desk, wanted.id)
    retry = next(e for e in events if e.kind == "retries")
    assert (retry.what, retry.text) == ("write_code", "trying again (1 failed): the endpoint is overloaded")


async def test_the_same_answer_again_gives_the_same_receipt(desk: Desk) -> None:
    wanted = task("ask me")
    await desk.start(wanted)
    await waiting(desk, wanted.id)
    receipt = await desk.answer(wanted.id, "q1", "201")
    await followed(desk, wanted.id)
    assert receipt == await desk.answer(wanted.id, "q1", "201")


async def test_an_unknown_task_is_refused_with_the_nearest(desk: Desk) -> None:
    wanted = task("plain")
    await desk.start(wanted)
    with pytest.raises(Refusal, match="did you mean 'desk-"):
        await desk.view(wanted.id + "9")


async def test_an_unknown_question_is_refused_with_those_that_are_open(desk: Desk) -> None:
    wanted = task("ask me")
    await desk.start(wanted)
    await waiting(desk, wanted.id)
    with pytest.raises(Refusal, match="open ones: q1"):
        await desk.answer(wanted.id, "q7", "201")
    assert await desk.control(wanted.id, Control(verb="cancel")) == "waiting"
    await followed(desk, wanted.id)
    view = await desk.view(wanted.id)
    assert view.outcome is not None
    assert view.outcome.kind is OutcomeKind.CANCELLED
    with pytest.raises(Refusal, match="has ended"):
        await desk.control(wanted.id, Control(verb="pause"))


async def test_what_waits_is_one_list_over_all_tasks(desk: Desk) -> None:
    one, two = task("ask me"), task("ask me too")
    for wanted in (one, two):
        await desk.start(wanted)
        await waiting(desk, wanted.id)
    for _ in range(100):
        ids = {view.task_id for view, _ in (await desk.waiting()).questions}
        if {one.id, two.id} <= ids:
            break
        await asyncio.sleep(0.1)
    assert {one.id, two.id} <= ids
    for wanted in (one, two):
        await desk.answer(wanted.id, None, "200")


async def test_a_record_outlives_the_history(desk: Desk) -> None:
    record = TaskView(task_id="long-gone", repository="shop", phase="ended", submitted_at=1)
    store = desk.artifacts.of(task("x").ref.model_copy(update={"id": "long-gone"}))
    await store.replace("record.json", record.model_dump_json().encode())
    await store.replace("diff.patch", b"diff --git a/x b/x\n")
    assert await desk.view("long-gone") == record
    assert record in await desk.list()
    assert (await desk.change("long-gone")).text.startswith("diff --git")


async def test_what_can_not_be_followed_is_refused_like_what_can_not_be_seen(desk: Desk) -> None:
    store = desk.artifacts.of(task("x").ref.model_copy(update={"id": "long-past"}))
    record = TaskView(task_id="long-past", phase="ended", submitted_at=1)
    await store.replace("record.json", record.model_dump_json().encode())
    with pytest.raises(Refusal, match="there is no task 'long-pas'") as unknown:
        await followed(desk, "long-pas")
    assert (unknown.value.code, unknown.value.reason) == (RefusalCode.NOT_FOUND, Reason.UNKNOWN_TASK)
    with pytest.raises(Refusal, match="no longer keeps its history") as past:
        await followed(desk, "long-past")
    assert (past.value.code, past.value.reason) == (RefusalCode.NOT_FOUND, Reason.TASK_ENDED)


async def test_a_server_that_went_away_is_unreachable_to_who_begins_to_follow(desk: Desk) -> None:
    host, port = desk.client.service_client.config.target_host.split(":")
    connections: list[asyncio.StreamWriter] = []

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        connections.extend((writer, far_writer))
        await asyncio.gather(copied(reader, far_writer), copied(far_reader, writer))

    async def copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await reader.read(65_536):
            writer.write(content)
        writer.close()

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    near = "{}:{}".format(*server.sockets[0].getsockname())
    through = Desk(await Client.connect(near, data_converter=desk.client.data_converter), desk.artifacts)
    wanted = task("do it")
    await through.start(wanted)
    server.close()
    for connection in connections:
        connection.close()
    with pytest.raises(Refusal, match="does not answer") as refused:
        await followed(through, wanted.id)
    assert refused.value.code is RefusalCode.UNREACHABLE


async def test_following_that_is_left_stops_at_once_and_for_good(desk: Desk) -> None:
    wanted = task("ask me")
    await desk.start(wanted)
    await waiting(desk, wanted.id)
    before = asyncio.all_tasks()
    async with aclosing(desk.follow(wanted.id)) as events:
        assert (await anext(events)).kind == "submitted"
        assert asyncio.all_tasks() - before, "it reads beside"
    assert not asyncio.all_tasks() - before
    await desk.answer(wanted.id, None, "201")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" ", id="nothing"),
        pytest.param("a" * 20_001, id="too much"),
        pytest.param("a\0", id="a NUL"),
        pytest.param("a\udcff", id="an undecodable byte"),
    ],
)
async def test_what_is_no_text_is_refused_before_the_task_is_asked(desk: Desk, text: str) -> None:
    for said in (desk.answer("unknown", "q1", text), desk.clarify("unknown", text)):
        with pytest.raises(Refusal, match=r"at most 20,000 characters|can't be empty|not UTF-8 text") as refused:
            await said
        assert refused.value.code is RefusalCode.INVALID


async def test_a_diff_before_the_commit_is_refused_with_where_the_task_is(desk: Desk) -> None:
    wanted = task("ask me")
    await desk.start(wanted)
    await waiting(desk, wanted.id)
    with pytest.raises(Refusal, match="waiting, at write_code"):
        await desk.change(wanted.id)
    await desk.answer(wanted.id, None, "200")
