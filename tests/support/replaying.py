"""Histories played again by a worker that remembers nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.worker import Replayer

from aurora.client.converter import data_converter
from tests.support.sealing import TEST_KEYS
from workflows.backend_task import BackendTask
from workflows.sandbox_runner import workflow_runner
from workflows.unreadable_messages import UnreadableSignals


class Diverged(Exception):
    """Today's code would have done something else than what the history says was done."""


async def replay(*histories: dict[str, Any]) -> None:
    """Each by a worker that remembers nothing of it. Raises `Diverged` at the first that does."""
    if failure := await divergence(*histories):
        raise Diverged(str(failure))


async def divergence(*histories: dict[str, Any]) -> Exception | None:
    """The failure of the first replay that failed."""
    replayer = Replayer(
        workflows=[BackendTask],
        namespace="default",
        data_converter=data_converter(TEST_KEYS),
        workflow_runner=workflow_runner(),
        interceptors=[UnreadableSignals()],
    )
    failure: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    async def given() -> AsyncIterator[WorkflowHistory]:
        for history in histories:
            yield WorkflowHistory.from_json(_workflow_id(history), history)

    async def play() -> None:
        async with replayer.workflow_replay_iterator(given()) as results:
            async for result in results:
                if result.replay_failure is not None and not failure.done():
                    failure.set_result(result.replay_failure)

    playing = asyncio.create_task(play())
    await asyncio.wait([playing, failure], return_when=asyncio.FIRST_COMPLETED)
    if not failure.done():
        await playing
        return None
    playing.cancel()  # the SDK waits for ever for the end of a worker whose replay diverged
    with contextlib.suppress(asyncio.CancelledError):
        await playing
    return failure.result()


def _workflow_id(history: dict[str, Any]) -> str:
    """The workflow id that its payloads are sealed for."""
    return str(history["events"][0]["workflowExecutionStartedEventAttributes"]["workflowId"])


async def runs(client: Client, handle: WorkflowHandle[Any, Any]) -> list[dict[str, Any]]:
    """The histories of all runs of a task, the oldest first."""
    found, run_id = list[dict[str, Any]](), handle.first_execution_run_id
    while run_id:
        history = await client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
        kept = history.to_json_dict()
        # the time-skipping server does not write it down
        kept["events"][0]["workflowExecutionStartedEventAttributes"].setdefault("workflowId", handle.id)
        found.append(kept)
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found
