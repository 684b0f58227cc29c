"""A worker of all queues with scripted steps, one task on it, and how a test speaks to it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.interceptors.heartbeats import BEAT_SECONDS, Heartbeats
from aurora import names
from aurora.domain.questions import Answer, QuestionKind
from aurora.domain.view import TaskView
from tests.support.scripted_steps import Steps, task
from workflows.backend_task import BackendTask
from workflows.notice import TaskNotice
from workflows.sandbox_runner import workflow_runner
from workflows.state import State
from workflows.unreadable_messages import UnreadableSignals

Handle = WorkflowHandle[BackendTask, Any]


@asynccontextmanager
async def started(
    server: WorkflowEnvironment | Client, steps: Steps, *, most_events: int | None = None, state: State | None = None
) -> AsyncIterator[Handle]:
    """A worker for all three queues with these steps, and one task on it; `most_events`: history events a run;
    `state`: where the task is already."""
    client = server if isinstance(server, Client) else server.client
    async with working(client, steps):
        yield await handed_in(client, most_events=most_events, state=state)


async def handed_in(client: Client, *, most_events: int | None = None, state: State | None = None) -> Handle:
    """One task; a worker may come later."""
    task_id = uuid.uuid4().hex[:8]
    given: Any = state or task(task_id)
    if most_events is not None:
        given = State.of(given).model_copy(update={"most_events": most_events})
    return await client.start_workflow(
        BackendTask.run, given, id=names.workflow_id(task_id), task_queue=names.WORKFLOW_QUEUE
    )


@asynccontextmanager
async def working(client: Client, steps: Steps) -> AsyncIterator[None]:
    """A worker for all three queues with these steps."""
    async with AsyncExitStack() as stack:
        for queue in (names.WORKFLOW_QUEUE, names.MODEL_QUEUE, names.SANDBOX_QUEUE):
            workflows = [BackendTask, TaskNotice] if queue == names.WORKFLOW_QUEUE else []
            acts = [] if queue == names.WORKFLOW_QUEUE else steps.activities()
            await stack.enter_async_context(
                Worker(
                    client,
                    task_queue=queue,
                    workflows=workflows,
                    activities=acts,
                    workflow_runner=workflow_runner(),
                    interceptors=[Heartbeats(), UnreadableSignals()],
                    max_heartbeat_throttle_interval=timedelta(seconds=BEAT_SECONDS),
                )
            )
        yield


async def view(handle: Handle) -> TaskView:
    return await handle.query(BackendTask.view)


async def waits(handle: Handle, kind: QuestionKind) -> str:
    """Until a question of this kind is open and people were told of it, where telling ends; its id.

    The time-skipping server refuses the cancel of an activity that ends meanwhile ("ACTIVITY_UNKNOWN"; the real
    server takes it), and its clock stands still from then on: an answer must not meet the telling at its end."""
    for _ in range(400):
        seen = await view(handle)
        for question in seen.questions:
            if question.kind is kind:
                await _until_notified(handle, question.id)
                return question.id
        await asyncio.sleep(0.02)
    raise AssertionError(f"no question of kind {kind}; {await view(handle)}")


async def _until_notified(handle: Handle, question: str) -> None:
    for _ in range(100):
        seen = await view(handle)
        if any(e.what == "told" and e.about == question for e in seen.audit):
            return
        if question not in [q.id for q in seen.questions]:
            return
        await asyncio.sleep(0.01)


async def say(handle: Handle, question: str, text: str, by: str = "ada") -> Any:
    return await handle.execute_update(BackendTask.answer, Answer(question_id=question, text=text, by=by))
