"""The daemon's worker: one process, started again when it dies, later each time it dies young."""

import asyncio
import os
import subprocess
import time
from collections.abc import Sequence

import structlog

from aurora.bootstrap.endpoint import Processes
from aurora.bootstrap.process import GRACE_SECONDS, Process
from aurora.bootstrap.self_exec import argv_of
from aurora.bootstrap.server import Server, reap
from aurora.bootstrap.state_folder import StateFolder

YOUNG_SECONDS = 60
LONGEST_PAUSE = 30.0

log = structlog.get_logger(__name__)


def default_argv() -> tuple[str, ...]:
    return tuple(argv_of("worker"))


class WorkerProcess:
    def __init__(self, folder: StateFolder, argv: Sequence[str]) -> None:
        self._folder = folder
        self._argv = tuple(argv)
        self._process: Process | None = None
        self._born = 0.0
        self._pause = 0.5
        self._not_before = 0.0

    def keep_alive(self, server: Server) -> None:
        """Start it when it is not there and its pause is over."""
        reap()
        if self._process and self._process.alive():
            return
        now = time.monotonic()
        if self._process:
            lived = now - self._born
            self._pause = 0.5 if lived > YOUNG_SECONDS else min(self._pause * 2, LONGEST_PAUSE)
            self._not_before = now + self._pause
            log.warning("worker_died", pid=self._process.pid, lived_s=round(lived, 1), again_in_s=self._pause)
            self._process = None
        if now >= self._not_before:
            self._start(server)

    async def end(self) -> None:
        """Gracefully: what runs is handed back to the server before the process is gone."""
        await end_recorded(self._process)
        self._process = None
        self._not_before = 0.0

    def _start(self, server: Server) -> None:
        self._folder.rotate("worker")
        # what the daemon says of Temporal stands above what its starter's environment said
        env = {k: v for k, v in os.environ.items() if not k.startswith("TEMPORAL_")}
        env |= {
            "AURORA_HOME": str(self._folder.home),
            "TEMPORAL_ADDRESS": server.address,
            "TEMPORAL_NAMESPACE": "default",
        }
        env |= {"AURORA_PAYLOAD_KEYS": str(self._folder.payload_keys), "AURORA_TEMPORAL_NETWORK": server.network}
        with self._folder.log("worker").open("ab") as out:
            child = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=env,
                cwd=self._folder.home,
                start_new_session=True,  # a Ctrl-C meant for `aurora dev` must not reach it
            )
        self._process, self._born = Process.of(child.pid), time.monotonic()
        record = Processes.read(self._folder.processes)
        record.model_copy(update={"worker": self._process}).write(self._folder.processes)
        log.info("worker_started", pid=child.pid)


async def end_recorded(process: Process | None) -> None:
    """End a worker this supervisor or an earlier one started."""
    if process and process.alive():
        ending = asyncio.create_task(asyncio.to_thread(process.end, grace=GRACE_SECONDS))
        while not ending.done():
            reap()  # a child that ended stays alive to the eye until it is collected
            await asyncio.sleep(0.05)
        await ending
