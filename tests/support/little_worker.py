"""A worker with one workflow that waits to be told to end: enough to see a daemon at work."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.worker import Worker

from aurora.client.connection import connect
from aurora.settings import worker as settings_worker


@workflow.defn(name="BackendTask", sandboxed=False)
class Waiting:
    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.done)
        return "done"

    @workflow.signal
    def end(self) -> None:
        self.done = True


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect(settings_worker.load())
    worker = Worker(
        client,
        task_queue="aurora",
        workflows=[Waiting],
        identity=f"{os.getpid()}",
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )
    async with worker:
        sys.stdout.write(f"worker_ready {os.environ.get('ANTHROPIC_API_KEY', 'no key')}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
