"""A task that continues as new is one task to whoever speaks to it, follows it or lists it."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from aurora import names
from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.client.events import Event
from aurora.client.send import HasEnded
from aurora.domain.view import Control
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.errors import Refusal
from tests.support import small_task

pytestmark = [
    pytest.mark.server,
    # what these tests are about: a run that ends while it still owes an answer
    pytest.mark.filterwarnings("ignore:.*TMPRL1102"),
]
numbers = itertools.count()


@pytest.fixture
async def desk(daemon: Daemon) -> Desk:
    client = await Client.connect(
        (await daemon.ensure()).address, data_converter=data_converter(keys_of(daemon.folder))
    )
    return Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


@pytest.fixture
async def task_id(desk: Desk) -> AsyncIterator[str]:
    """A small task with a worker of its own."""
    name = f"anew-{next(numbers)}"
    async with small_task.worker(desk.client, name):
        await small_task.start(desk.client, name)
        yield name
        try:
            await desk.control(name, Control(verb="cancel"))
        except HasEnded:
            return


async def begun_anew(desk: Desk, task_id: str, times: int) -> list[str]:
    """Let it continue as new so often; gives the ids of its runs so far."""
    handle = desk.client.get_workflow_handle(names.workflow_id(task_id))
    runs = [(await handle.describe()).run_id]
    for _ in range(times):
        await desk.control(task_id, Control(verb="resume"))
        while (newest := (await handle.describe()).run_id) == runs[-1]:
            await asyncio.sleep(0.02)
        runs.append(newest)
    return runs


async def removed(desk: Desk, task_id: str, run_id: str) -> None:
    """Apply Temporal's retention to a run, now."""
    execution = WorkflowExecution(workflow_id=names.workflow_id(task_id), run_id=run_id)
    request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
    await desk.client.workflow_service.delete_workflow_execution(request)
    handle = desk.client.get_workflow_handle(names.workflow_id(task_id), run_id=run_id)
    for _ in range(600):
        try:
            await handle.describe()
        except RPCError:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the run is still there")


async def followed(desk: Desk, task_id: str) -> list[Event]:
    return [event async for event in desk.follow(task_id)]


async def test_what_is_said_while_runs_end_has_its_effect_once_and_is_never_told_as_the_end(
    desk: Desk, task_id: str
) -> None:
    said = [Control(verb="resume" if n % 5 == 0 else "pause", id=f"c{n}") for n in range(60)]
    turnstile = asyncio.Semaphore(12)

    async def say(control: Control) -> str:
        async with turnstile:
            return await desk.control(task_id, control)

    assert set(await asyncio.gather(*(say(control) for control in said))) == {"running"}
    handle = desk.client.get_workflow_handle(names.workflow_id(task_id))
    applied = await handle.query("applied", result_type=list[str])
    assert sorted(applied) == sorted(control.id for control in said)
    assert (await desk.view(task_id)).run > 3, "no run ended while it was spoken to"


async def test_an_update_that_its_run_left_unanswered_reaches_the_next_run(desk: Desk, task_id: str) -> None:
    slow = asyncio.create_task(desk.control(task_id, Control(verb="pause", id="slow")))
    await desk.control(task_id, Control(verb="resume", id="anew"))
    assert await slow == "running"
    handle = desk.client.get_workflow_handle(names.workflow_id(task_id))
    assert sorted(await handle.query("applied", result_type=list[str])) == ["anew", "slow"]


async def test_what_is_said_after_the_real_end_is_told_so(desk: Desk, task_id: str) -> None:
    await begun_anew(desk, task_id, 2)
    await desk.control(task_id, Control(verb="cancel"))
    await followed(desk, task_id)
    with pytest.raises(HasEnded):
        await desk.control(task_id, Control(verb="pause"))
    with pytest.raises(Refusal, match="it can't be determined anything"):
        await desk.clarify(task_id, "too late")


async def test_each_control_gets_an_id_of_its_own(desk: Desk, task_id: str) -> None:
    for _ in range(2):
        await desk.control(task_id, Control(verb="retry"))
    handle = desk.client.get_workflow_handle(names.workflow_id(task_id))
    applied = await handle.query("applied", result_type=list[str])
    assert len(applied) == 2
    assert all(len(id) == 32 for id in applied)


async def test_a_watch_goes_on_from_run_to_run_tells_nothing_twice_and_one_end(desk: Desk, task_id: str) -> None:
    follower = asyncio.create_task(followed(desk, task_id))
    runs = await begun_anew(desk, task_id, 3)
    await desk.control(task_id, Control(verb="cancel"))
    live = await asyncio.wait_for(follower, 30)
    assert [e.what for e in live if e.kind == "did"] == ["step 1", "step 2", "step 3", "step 4"]
    assert [e.kind for e in live if e.kind in ("submitted", "ended")] == ["submitted", "ended"]
    assert live[-1].what == "committed"
    assert list(dict.fromkeys(e.run for e in live)) == runs
    assert len({(e.run, e.id) for e in live}) == len(live)
    assert await followed(desk, task_id) == live, "a watch from the beginning tells the same"


async def test_a_watch_begins_with_the_oldest_run_that_is_left(desk: Desk, task_id: str) -> None:
    runs = await begun_anew(desk, task_id, 3)
    await asyncio.gather(*(removed(desk, task_id, run) for run in runs[:2]))
    follower = asyncio.create_task(followed(desk, task_id))
    await desk.control(task_id, Control(verb="cancel"))
    events = await asyncio.wait_for(follower, 30)
    assert list(dict.fromkeys(e.run for e in events)) == runs[2:]
    assert [e.what for e in events if e.kind == "did"] == ["step 3", "step 4"]
    assert events[-1].kind == "ended"


async def test_a_task_is_listed_once_however_many_runs_it_had(desk: Desk, task_id: str) -> None:
    await begun_anew(desk, task_id, 3)
    for _ in range(50):
        listed = [view for view in await desk.list() if view.task_id == task_id]
        if [view.run for view in listed] == [4]:
            break
        await asyncio.sleep(0.1)
    assert [view.run for view in listed] == [4]
