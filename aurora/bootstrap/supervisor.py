"""The daemon: owns the embedded Temporal server and one worker of one state folder.

    starting -> server started or adopted -> endpoint.json -> worker -> watching both -> stop | step down | idle

The server is started again, on its port, with its web page while somebody holds the lock for that, and without it
afterwards.

SIGTERM, SIGINT, SIGHUP: stop, everything ends. SIGUSR1: step down, the server stays for the next supervisor to adopt
(another key or version needs a new worker, and open tasks need no new server).
"""

import asyncio
import json
import os
import secrets
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from aurora import names
from aurora.bootstrap import lock
from aurora.bootstrap import server as servers
from aurora.bootstrap.endpoint import Endpoint, Processes
from aurora.bootstrap.fingerprint import fingerprint
from aurora.bootstrap.process import Process
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.bootstrap.worker_process import WorkerProcess, default_argv, end_recorded
from aurora.client import network_namespace
from aurora.errors import Refusal
from aurora.logs import configure

LOOK_SECONDS = 0.25
HOUSEKEEPING_SECONDS = 15.0

log = structlog.get_logger(__name__)
Why = Literal["stop", "step_down", "idle"]


@dataclass
class Supervisor:
    folder: StateFolder
    worker_argv: tuple[str, ...] = field(default_factory=default_argv)
    idle_seconds: float = 1800.0
    key_ids: str = ""
    """Of the payload keys that its workers began with."""
    apart: int | None = None
    """The network namespace of its servers, kept over their restarts: the worker has sockets in it."""

    async def run(self) -> Why | None:
        """None when another supervisor has this folder already."""
        self.folder.prepared()
        with lock.taken(self.folder.daemon_lock) as mine:
            if mine is None:
                return None
            self.apart = network_namespace.made()
            return await self._supervise()

    async def _supervise(self) -> Why:
        signals: asyncio.Queue[Why] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, signals.put_nowait, "stop")
        loop.add_signal_handler(signal.SIGUSR1, signals.put_nowait, "step_down")

        await end_recorded(Processes.read(self.folder.processes).worker)  # its key and code are not ours to trust
        self.key_ids = keys_of(self.folder).ids
        worker = WorkerProcess(self.folder, self.worker_argv)
        server = await self._server()
        why: Why = "stop"
        try:
            why = await self._watch(server, worker, signals)
        finally:
            self.folder.endpoint.unlink(missing_ok=True)
            await worker.end()
            if why != "step_down":
                self._end_server()
            log.info("daemon_ended", why=why)
        return why

    async def _server(self) -> servers.Server:
        keys_of(self.folder)
        server, adopted = servers.start_or_adopt(self.folder, ui=self._ui_wanted(), apart=self.apart)
        await servers.ready(server, self.folder)
        if adopted and self.apart is not None and network_namespace.lives_apart(server.process.pid):
            os.close(self.apart)
            self.apart = os.open(server.network, os.O_RDONLY)
        salt = secrets.token_hex(8)
        Endpoint(
            address=server.address,
            ui=server.ui,
            supervisor=Process.current(),
            fingerprint=fingerprint(os.environ, salt),
            salt=salt,
            key_ids=self.key_ids,
        ).write(self.folder.endpoint)
        log.info("server_ready", address=server.address, ui=server.ui, pid=server.process.pid, adopted=adopted)
        return server

    async def _watch(self, server: servers.Server, worker: WorkerProcess, signals: asyncio.Queue[Why]) -> Why:
        last_open = last_housekeeping = time.time()
        pause = min(HOUSEKEEPING_SECONDS, self.idle_seconds / 2)
        while True:
            worker.keep_alive(server)
            died = not server.process.alive()
            if died or bool(server.ui) != self._ui_wanted():
                if died:
                    log.warning("server_died", pid=server.process.pid)
                self.folder.endpoint.unlink(missing_ok=True)
                again = await self._server()
                if again.address != server.address:
                    await worker.end()
                server = again
                continue
            if time.time() - last_housekeeping >= pause:
                last_housekeeping = time.time()
                for name in ("worker", "temporal", "daemon"):
                    self.folder.rotate(name)
                if await self._tasks_open(server):
                    last_open = time.time()
                used = self.folder.last_used.stat().st_mtime if self.folder.last_used.exists() else 0.0
                if time.time() - max(last_open, used) >= self.idle_seconds:
                    return "idle"
            try:
                return await asyncio.wait_for(signals.get(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def _tasks_open(self, server: servers.Server) -> bool:
        """Unknown counts as open: a server that does not answer is no reason to end it."""
        try:
            client = await Client.connect(server.address)
            kinds = f"'{names.WORKFLOW}', '{names.NOTICE_WORKFLOW}'"
            query = f"ExecutionStatus = 'Running' AND WorkflowType IN ({kinds})"
            return (await client.count_workflows(query)).count > 0
        except (RPCError, RuntimeError):
            return True

    def _ui_wanted(self) -> bool:
        return lock.shared_by_any(self.folder.ui_lock)

    def _end_server(self) -> None:
        running = Processes.read(self.folder.processes).server
        if running:
            running.end(grace=servers.GRACE_SECONDS)


def main(home: str, idle_seconds: str, worker_argv: str) -> int:
    folder = StateFolder(Path(home))
    argv = tuple(json.loads(worker_argv)) or default_argv()
    os.chdir(folder.home)
    try:
        asyncio.run(Supervisor(folder, argv, float(idle_seconds)).run())
    except Refusal as refusal:
        log.error("daemon_refused", what=refusal.what, hint=refusal.hint)
        return 1
    return 0


if __name__ == "__main__":
    configure(json_lines=True)
    code = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
