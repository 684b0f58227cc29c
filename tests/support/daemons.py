"""Daemons with a worker that only waits, their processes, and one task on them."""

import asyncio
import os
import sys
from pathlib import Path

import psutil
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.endpoint import Endpoint
from aurora.bootstrap.state_folder import StateFolder

WORKER = (sys.executable, str(Path(__file__).with_name("little_worker.py")))


def daemon_of(folder: StateFolder, *, idle_seconds: float = 600, key: str | None = None) -> Daemon:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ANTHROPIC_", "TEMPORAL_", "AURORA_"))}
    if key:
        env["ANTHROPIC_API_KEY"] = key
    return Daemon(folder, env, idle_seconds=idle_seconds, worker_argv=WORKER)


def servers_on(folder: StateFolder) -> list[psutil.Process]:
    """Without their gates."""
    return [process for process in processes_on(folder) if Path(process.cmdline()[0]).name == "temporal"]


def processes_on(folder: StateFolder) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = process.info["cmdline"] or []
        if str(folder.database) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


async def until(true: object, seconds: float = 30) -> None:
    for _ in range(int(seconds * 20)):
        if true():  # type: ignore[operator]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come true in time")


async def opened(endpoint: Endpoint) -> WorkflowHandle:
    client = await Client.connect(endpoint.address)
    return await client.start_workflow("BackendTask", id="open", task_queue="aurora")


async def ends_on_request(endpoint: Endpoint) -> bool:
    client = await Client.connect(endpoint.address)
    handle = client.get_workflow_handle("open")
    await handle.signal("end")
    for _ in range(800):
        if (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED:
            return True
        await asyncio.sleep(0.05)
    return False
