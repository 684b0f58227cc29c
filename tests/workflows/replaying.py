"""Histories played again by a worker that remembers nothing."""

from typing import Any

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.worker import Replayer

from aurora.converter import data_converter
from workflows.backend_task import BackendTask
from workflows.running import workflow_runner


class Diverged(Exception):
    """Today's code would have done something else than what the history says was done."""


async def replay(history: dict[str, Any]) -> None:
    """Raises `Diverged`."""
    replayer = Replayer(workflows=[BackendTask], data_converter=data_converter(), workflow_runner=workflow_runner())
    one = WorkflowHistory.from_json("aurora-task-replayed", history)
    # asked for a value: where it raises, the SDK never ends its worker
    done = await replayer.replay_workflow(one, raise_on_replay_failure=False)
    if done.replay_failure is not None:
        raise Diverged(str(done.replay_failure))


async def runs(client: Client, handle: WorkflowHandle[Any, Any]) -> list[dict[str, Any]]:
    """The histories of all runs of a task, the oldest first."""
    found, run_id = list[dict[str, Any]](), handle.first_execution_run_id
    while run_id:
        history = await client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
        found.append(history.to_json_dict())
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found
