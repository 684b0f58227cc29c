"""One worker for many scripted tasks at once: each activity is led to the steps of the task it is for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.interceptors.heartbeats import Heartbeats
from aurora import names
from tests.support.scripted_steps import Steps
from workflows.backend_task import BackendTask
from workflows.notice import TaskNotice
from workflows.sandbox_runner import workflow_runner


class Router:
    def __init__(self) -> None:
        self.steps: dict[str, Steps] = {}

    def activities(self) -> list[Callable[..., Any]]:
        return [self._routed(original) for original in Steps().activities()]

    def _routed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        name = _name(original)

        async def led(order: Any) -> Any:
            steps = self.steps[task_of(order)]
            return await next(a for a in steps.activities() if _name(a) == name)(order)

        led.__annotations__ = {k: v for k, v in original.__annotations__.items() if k != "self"}
        return activity.defn(name=name)(led)


def _name(scripted: Callable[..., Any]) -> str:
    name: str = getattr(scripted, "__temporal_activity_definition").name
    return name


def task_of(order: Any) -> str:
    """Every order names its task, in its own way."""
    for holder in (getattr(order, "draft", None), order):
        task = getattr(holder, "task", None)
        if task is not None:
            return str(task.id)
    view = getattr(order, "view", None)
    return str(view.task_id if view is not None else getattr(order, "task_id", None) or order.id)


@asynccontextmanager
async def working(client: Client, router: Router) -> AsyncIterator[None]:
    """Workers of all queues."""
    async with AsyncExitStack() as stack:
        flow = Worker(
            client,
            task_queue=names.WORKFLOW_QUEUE,
            workflows=[BackendTask, TaskNotice],
            workflow_runner=workflow_runner(),
        )
        await stack.enter_async_context(flow)
        for queue in (names.MODEL_QUEUE, names.SANDBOX_QUEUE):
            await stack.enter_async_context(
                Worker(client, task_queue=queue, activities=router.activities(), interceptors=[Heartbeats()])
            )
        yield


class Gate:
    """A scripted step waits here until it is let go: the middle of a call."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.reached = asyncio.Event()

    async def through(self, value: Any) -> Any:
        self.reached.set()
        await self.opened.wait()
        return value
