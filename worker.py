"""The worker: settings -> drivers -> activities -> Temporal. With the CLI's, the one place where drivers are built."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities import class_of
from activities.interceptors.heartbeats import BEAT_SECONDS, Heartbeats
from activities.turns.calls import Calls
from activities.turns.turn import Turns
from aurora import bounded, logs, names
from aurora.client.connection import connect
from aurora.domain.steps import ACTIVITIES, Activity
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.checkers.http_checkers import HttpCheckers
from aurora.drivers.git.repositories import GitRepositories
from aurora.drivers.images.old_images import ImageRetention
from aurora.drivers.model.on_demand import ModelOnDemand
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.drivers.webhooks.notifier import WebhookNotifier
from aurora.errors import AuroraError
from aurora.gates import choice
from aurora.other_agents import Checkers
from aurora.ports import ArtifactStore, Notifier, Repositories, Sandbox
from aurora.settings import worker as settings_worker
from aurora.settings.policy import Policy
from workflows.backend_task import BackendTask
from workflows.notice import TaskNotice
from workflows.sandbox_runner import workflow_runner
from workflows.unreadable_messages import UnreadableSignals

log = structlog.get_logger("aurora.worker")

GRACE = timedelta(seconds=15)
# after a kill -9 the workflow goes on when its sticky queue is given up: 1 s instead of the default 10
STICKY = timedelta(seconds=1)
REAP_EVERY = 60.0
BEAT = timedelta(seconds=BEAT_SECONDS)
TIDY_EVERY = 6 * 3600.0


@dataclass(frozen=True)
class Dependencies:
    """The dependencies of activities: each field of an activity's class is given the dependency of that name."""

    artifacts: ArtifactStore
    sandbox: Sandbox
    repositories: Repositories
    notifier: Notifier
    checkers: Checkers
    policy: Policy
    base_run_days: float
    turns: Turns


def activities_on(queue: str, dependencies: Dependencies) -> list[Callable[..., Any]]:
    """Every declared activity whose kind belongs to this queue."""
    return [built(activity, dependencies) for activity in ACTIVITIES if names.ACTIVITY_QUEUES[activity.kind] == queue]


def built(activity: Activity, dependencies: Dependencies) -> Callable[..., Any]:
    """The activity as a method of its class, which is given what its fields name."""
    kind = class_of(activity)
    given = {field.name: getattr(dependencies, field.name) for field in fields(kind)}
    method: Callable[..., Any] = getattr(kind(**given), activity.value)
    return method


def workers(client: Client, settings: settings_worker.WorkerSettings) -> tuple[list[Worker], DockerSandbox]:
    """One worker a queue: workflows, replies (the key, no Docker), sandbox (Docker, no key)."""
    artifacts = ObjectArtifacts(settings.artifacts)
    sandbox = DockerSandbox(
        artifacts, runtime=settings.runtime, base_image=settings.base_image, spares=settings.slots.spares
    )
    dependencies = Dependencies(
        artifacts=artifacts,
        sandbox=sandbox,
        repositories=GitRepositories(artifacts),
        notifier=WebhookNotifier(settings.webhooks),
        checkers=HttpCheckers(settings.checkers),
        policy=settings.policy,
        base_run_days=settings.base_runs.days,
        turns=Turns(artifacts, Calls(ModelOnDemand(settings.providers))),
    )
    flow = Worker(
        client,
        task_queue=names.WORKFLOW_QUEUE,
        workflows=[BackendTask, TaskNotice],
        workflow_runner=workflow_runner(),
        interceptors=[Heartbeats(), UnreadableSignals()],
        max_cached_workflows=settings.slots.workflows,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACE,
    )
    model = Worker(
        client,
        task_queue=names.MODEL_QUEUE,
        activities=activities_on(names.MODEL_QUEUE, dependencies),
        max_concurrent_activities=settings.slots.replies,
        max_heartbeat_throttle_interval=BEAT,
        interceptors=[Heartbeats()],
        graceful_shutdown_timeout=GRACE,
    )
    boxes = Worker(
        client,
        task_queue=names.SANDBOX_QUEUE,
        activities=activities_on(names.SANDBOX_QUEUE, dependencies),
        max_concurrent_activities=settings.slots.sandboxes,
        max_heartbeat_throttle_interval=BEAT,
        interceptors=[Heartbeats()],
        graceful_shutdown_timeout=GRACE,
    )
    return [flow, model, boxes], sandbox


async def reaping(sandbox: DockerSandbox, retention: ImageRetention) -> None:
    """Containers whose owner died, and images that nothing uses, are removed at start and from time to time."""
    tidied = -TIDY_EVERY
    while True:
        try:
            count = await sandbox.reap()
            if count:
                log.info("containers_reaped", count=count)
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                await sandbox.tidy(retention)
        except AuroraError as error:
            log.warning("reaping_failed", error=str(error))
        await asyncio.sleep(REAP_EVERY)


async def main() -> None:
    settings = settings_worker.load()
    choice.check_names(settings.policy.mandatory_gates)
    logs.configure(level=settings.log_level)
    client = await connect(settings)
    await bounded.warm()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running, sandbox = workers(client, settings)
    retention = ImageRetention(settings.images.days, settings.images.count, settings.images.gigabytes)
    reaper = asyncio.create_task(reaping(sandbox, retention))
    async with AsyncExitStack() as stack:
        for worker in running:
            await stack.enter_async_context(worker)
        log.info("worker_started", queues=[w.task_queue for w in running], pid=os.getpid())
        await stop.wait()
        log.info("worker_stopping")
    reaper.cancel()
    try:
        with suppress(asyncio.CancelledError):
            await reaper
    finally:
        bounded.close()
        await sandbox.close()
    log.info("worker_stopped")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except AuroraError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        # the SDK's threads can abort an interpreter that ends by itself (sdk-python #300)
        os._exit(3)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
