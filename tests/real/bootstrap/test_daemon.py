"""The daemon on real processes: every promise is tried by killing what could break it."""

import asyncio
import os
import shutil
import signal
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest, RemoveSearchAttributesRequest
from temporalio.client import Client, WorkflowExecutionStatus

from aurora import names
from aurora.bootstrap import lock
from aurora.bootstrap.endpoint import Processes
from aurora.bootstrap.process import Process
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.errors import Reason, Refusal, RefusalCode
from aurora.payloads.keys import PayloadKeys
from tests.support.daemons import daemon_of, ends_on_request, opened, processes_on, servers_on, until

pytestmark = pytest.mark.server


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[StateFolder]:
    folder = StateFolder(tmp_path / "state")
    yield folder
    await asyncio.to_thread(daemon_of(folder).stop)
    assert not processes_on(folder), "a test left a server behind"


async def test_a_started_daemon_answers_and_keeps_its_files_private(folder: StateFolder) -> None:
    endpoint = await daemon_of(folder).ensure()
    assert stat.S_IMODE(folder.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.endpoint.stat().st_mode) == 0o600
    assert (await opened(endpoint)).id == "open"
    assert await ends_on_request(endpoint)


async def test_many_commands_at_once_start_one_daemon(folder: StateFolder) -> None:
    endpoints = await asyncio.gather(*(daemon_of(folder).ensure() for _ in range(4)))
    assert len({e.supervisor.pid for e in endpoints}) == 1
    assert len(servers_on(folder)) == 1


@pytest.mark.kill
async def test_a_killed_supervisor_leaves_a_server_that_is_adopted_with_its_open_tasks(folder: StateFolder) -> None:
    first = await daemon_of(folder).ensure()
    await opened(first)
    server = Processes.read(folder.processes).server
    assert server is not None
    os.kill(first.supervisor.pid, signal.SIGKILL)
    await until(lambda: not lock.held(folder.daemon_lock))
    assert lock.held(folder.server_lock), "the server itself must hold its lock"
    second = await daemon_of(folder).ensure()
    assert second.supervisor.pid != first.supervisor.pid
    assert Processes.read(folder.processes).server == server
    assert len(servers_on(folder)) == 1
    assert await ends_on_request(second)


@pytest.mark.kill
async def test_an_adopted_server_learns_the_search_attributes_it_was_started_without(folder: StateFolder) -> None:
    first = await daemon_of(folder).ensure()
    client = await Client.connect(first.address)
    older = RemoveSearchAttributesRequest(namespace="default", search_attributes=[names.WAITS_FOR])
    await client.operator_service.remove_search_attributes(older)
    os.kill(first.supervisor.pid, signal.SIGKILL)
    await until(lambda: not lock.held(folder.daemon_lock))
    second = await daemon_of(folder).ensure()
    assert second.address == first.address
    asked = ListSearchAttributesRequest(namespace="default")
    known = await client.operator_service.list_search_attributes(asked)
    assert set(names.SEARCH_ATTRIBUTES) <= set(known.custom_attributes)


@pytest.mark.kill
async def test_a_server_is_adopted_although_nobody_wrote_down_that_it_runs(folder: StateFolder) -> None:
    first = await daemon_of(folder).ensure()
    await until(lambda: Processes.read(folder.processes).worker is not None)
    os.kill(first.supervisor.pid, signal.SIGKILL)
    await until(lambda: not lock.held(folder.daemon_lock))
    worker = Processes.read(folder.processes).worker
    folder.processes.unlink()
    second = await daemon_of(folder).ensure()
    assert second.address == first.address
    assert len(servers_on(folder)) == 1
    assert worker is not None
    worker.end(grace=5)


@pytest.mark.kill
async def test_a_killed_worker_is_started_again(folder: StateFolder) -> None:
    endpoint = await daemon_of(folder).ensure()
    await opened(endpoint)
    await until(lambda: Processes.read(folder.processes).worker is not None)
    worker = Processes.read(folder.processes).worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    await until(lambda: Processes.read(folder.processes).worker != worker)
    assert await ends_on_request(endpoint)


@pytest.mark.kill
async def test_a_killed_server_comes_back_on_its_port_with_its_tasks(folder: StateFolder) -> None:
    endpoint = await daemon_of(folder).ensure()
    await opened(endpoint)
    os.kill(servers_on(folder)[0].pid, signal.SIGKILL)
    await until(lambda: not folder.endpoint.exists())
    again = await daemon_of(folder).ensure()
    assert again.address == endpoint.address
    assert await ends_on_request(again)


async def test_what_was_stopped_goes_on_at_the_next_start_on_the_same_port(folder: StateFolder) -> None:
    first = await daemon_of(folder).ensure()
    await opened(first)
    assert await asyncio.to_thread(daemon_of(folder).stop)
    assert not servers_on(folder)
    assert not folder.endpoint.exists()
    second = await daemon_of(folder).ensure()
    assert second.address == first.address
    assert await ends_on_request(second)


async def test_an_idle_daemon_ends_but_not_while_a_task_is_open(folder: StateFolder) -> None:
    endpoint = await daemon_of(folder, idle_seconds=1).ensure()
    handle = await opened(endpoint)
    await asyncio.sleep(3)
    assert endpoint.supervisor.alive()
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert await ends_on_request(endpoint)
    await until(lambda: not endpoint.supervisor.alive())
    assert not servers_on(folder)


async def test_another_key_restarts_the_worker_and_keeps_the_server(folder: StateFolder) -> None:
    first = await daemon_of(folder, key="sk-first-secret").ensure()
    server = servers_on(folder)[0].pid
    second = await daemon_of(folder, key="sk-second-secret").ensure()
    assert second.supervisor.pid != first.supervisor.pid
    assert [p.pid for p in servers_on(folder)] == [server]
    await until(lambda: "worker_ready sk-second-secret" in folder.log("worker").read_text())
    written = folder.endpoint.read_text() + folder.processes.read_text() + folder.log("daemon").read_text()
    assert "secret" not in written


async def test_a_command_without_a_key_takes_no_key_away(folder: StateFolder) -> None:
    first = await daemon_of(folder, key="sk-first-secret").ensure()
    second = await daemon_of(folder).ensure()
    assert second.supervisor == first.supervisor


async def test_keys_that_were_changed_while_it_runs_are_used_after_a_stop_only(folder: StateFolder) -> None:
    """Its worker knows the keys that it began with: a task sealed with a new one would end as a forgery."""
    await daemon_of(folder).ensure()
    old, new = keys_of(folder), PayloadKeys.new()
    folder.payload_keys.unlink()
    PayloadKeys(new.current, {**old.keys, **new.keys}).create(folder.payload_keys)
    with pytest.raises(Refusal, match="stop the daemon") as refused:
        await daemon_of(folder).ensure()
    assert (refused.value.code, refused.value.reason) == (RefusalCode.CONFLICT, Reason.OTHER_KEYS)
    await asyncio.to_thread(daemon_of(folder).stop)
    assert await daemon_of(folder).ensure()


async def test_the_server_is_given_no_key(folder: StateFolder) -> None:
    await daemon_of(folder, key="sk-first-secret").ensure()
    assert "ANTHROPIC_API_KEY" not in servers_on(folder)[0].environ()


async def test_a_daemon_that_cannot_start_says_why(folder: StateFolder) -> None:
    keys_of(folder.prepared())
    folder.database.mkdir()
    with pytest.raises(Exception, match="its log: "):
        await daemon_of(folder).ensure()
    shutil.rmtree(folder.database)


def test_a_process_with_a_reused_pid_is_another_process() -> None:
    me = Process.current()
    assert me.alive()
    assert not Process(pid=me.pid, started=me.started - 100).alive()
