"""A process of this machine by pid and start time: a reused pid is another process."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from aurora.domain.value import Value

GRACE_SECONDS = 20
"""Seconds for a worker to hand back what it does, before it is killed."""


class Process(Value):
    pid: int
    started: float
    """Seconds since the epoch, as the system reports it."""

    @classmethod
    def of(cls, pid: int) -> "Process":
        return cls(pid=pid, started=psutil.Process(pid).create_time())

    @classmethod
    def current(cls) -> "Process":
        return cls.of(os.getpid())

    def alive(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            # a second of slack: the start time is derived from the boot time, which clock steps move
            same = abs(process.create_time() - self.started) < 1
            return bool(same and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def send(self, number: signal.Signals) -> None:
        if self.alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def end(self, *, grace: float) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds. Blocks until it is gone."""
        self.send(signal.SIGTERM)
        if not self.wait(grace):
            self.send(signal.SIGKILL)
            self.wait(5)

    def wait(self, seconds: float) -> bool:
        """Return whether it was gone within `seconds`. Blocks."""
        return wait_until(lambda: not self.alive(), seconds)


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Poll 20 times a second; whether it came true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
