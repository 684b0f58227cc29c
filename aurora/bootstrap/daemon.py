"""The daemon seen from a command: there when it is needed, one per state folder, whoever asks first."""

import asyncio
import json
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass

from aurora.bootstrap import lock
from aurora.bootstrap.detached import Detached
from aurora.bootstrap.endpoint import Endpoint, Processes
from aurora.bootstrap.fingerprint import fingerprint, outdated
from aurora.bootstrap.process import GRACE_SECONDS
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.self_exec import argv_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.client.connection import healthy
from aurora.errors import Reason, Refusal, RefusalCode

START_SECONDS = 90.0


@dataclass(frozen=True)
class Daemon:
    folder: StateFolder
    env: Mapping[str, str]
    """The worker's: keys and settings of the process that starts it."""
    idle_seconds: float = 1800.0
    worker_argv: tuple[str, ...] = ()

    async def ensure(self) -> Endpoint:
        """The endpoint of a server that answers, started or taken over as needed.

        Safe to call from many processes at once: each may start a supervisor, one of them gets the lock. A worker
        with another key, other settings or other code is replaced, its server stays. Raises `Refusal`, code
        `unreachable`.
        """
        self.folder.prepared().used()
        keys = keys_of(self.folder)  # refused here, where the user reads it, and not in the daemon's log
        until = time.monotonic() + START_SECONDS
        started: Detached | None = None
        handed_over = False
        while time.monotonic() < until:
            endpoint = self.running()
            if endpoint and endpoint.key_ids not in ("", keys.ids):
                raise Refusal(
                    "the payload keys were changed while the daemon runs: its worker would reject what is encrypted "
                    "with the new ones",
                    "stop the daemon, then try again",
                    code=RefusalCode.CONFLICT,
                    reason=Reason.OTHER_KEYS,
                )
            if endpoint and not handed_over and outdated(endpoint.fingerprint, self._wanted(endpoint)):
                handed_over = True
                endpoint.supervisor.send(signal.SIGUSR1)
                await asyncio.to_thread(endpoint.supervisor.wait, GRACE_SECONDS + 5.0)
            elif endpoint and await healthy(endpoint.address):
                return endpoint
            elif not lock.held(self.folder.daemon_lock):
                if started is None:
                    started = self._start()
                elif (code := started.exit_code()) is not None:
                    if code != 0:
                        raise self._failed(f"ended with exit code {code}")
                    started = self._start()  # it found another supervisor, which has gone since
            await asyncio.sleep(0.05)
        raise self._failed(f"did not answer within {START_SECONDS:.0f} s")

    def running(self) -> Endpoint | None:
        """The endpoint, when its supervisor lives."""
        endpoint = Endpoint.read(self.folder.endpoint)
        return endpoint if endpoint and endpoint.supervisor.alive() else None

    def stop(self) -> bool:
        """End supervisor, worker and server, orphans included; whether anything ran. Open tasks stay in the database
        and go on at the next start."""
        endpoint = self.running()
        if endpoint:
            endpoint.supervisor.end(grace=GRACE_SECONDS + 15.0)
        left = Processes.read(self.folder.processes)
        orphans = [p for p in (left.worker, left.server) if p and p.alive()]
        for orphan in orphans:
            orphan.end(grace=10)
        self.folder.endpoint.unlink(missing_ok=True)
        return bool(endpoint or orphans)

    def _wanted(self, endpoint: Endpoint) -> dict[str, str]:
        return fingerprint(self.env, endpoint.salt)

    def _start(self) -> Detached:
        self.folder.rotate("daemon")
        arguments = [str(self.folder.home), str(self.idle_seconds), json.dumps(self.worker_argv)]
        return Detached.start(
            argv_of("aurora.bootstrap.supervisor", *arguments),
            env=dict(self.env) | {"AURORA_HOME": str(self.folder.home)},
            log=self.folder.log("daemon"),
        )

    def _failed(self, how: str) -> Refusal:
        log = self.folder.log("daemon")
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        last = f": {lines[-1][:400]}" if lines else ""
        return Refusal(f"the background daemon {how}{last}", f"its log: {log}", code=RefusalCode.UNREACHABLE)
