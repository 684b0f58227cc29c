"""A process of the test user that others of this user go on beside: its output is kept in bounds, its end is seen."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from .process import CHUNK, Bounded, prefer_for_the_kernel


class Child:
    """Started at once. Raises `OSError` or `ValueError` where it can't be."""

    def __init__(self, argv: Sequence[str], *, cwd: str, env: Mapping[str, str], output_bytes: int) -> None:
        self.process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=prefer_for_the_kernel,
        )
        assert self.process.stdout and self.process.stderr
        self.out, self.err = Bounded(output_bytes), Bounded(output_bytes)
        self._open = {self.process.stdout.fileno(): self.out, self.process.stderr.fileno(): self.err}
        for fd in self._open:
            os.set_blocking(fd, False)

    @property
    def code(self) -> int | None:
        """None while it runs, negative for death by a signal."""
        return self.process.poll()

    @property
    def waiting(self) -> tuple[int, ...]:
        return tuple(self._open)

    def take(self, fd: int) -> None:
        """Keep what there is to read of one of its pipes."""
        with suppress(BlockingIOError):
            chunk = os.read(fd, CHUNK)
            if chunk:
                self._open[fd].add(chunk)
            else:
                del self._open[fd]

    def end(self) -> None:
        """Kill it and what it left in its session, and keep the last of its output: what has left the session holds
        the pipes open for good."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for _ in range(64):
            if not pump((self,), 0):
                break
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()
        self._open.clear()

    def tail(self, limit: int) -> str:
        """The end of what it said, its standard error last."""
        said = b"\n".join(filter(None, (self.out.value().strip(), self.err.value().strip())))
        return said.decode(errors="replace")[-limit:].strip()


def pump(children: Sequence[Child], seconds: float, asked: int | None = None) -> bool:
    """Take what children have written, waiting `seconds` at most for something; whether there was something. Of
    `asked`, another descriptor, whether it can be read is told alone."""
    poll = select.poll()
    of = {fd: child for child in children for fd in child.waiting}
    for fd in of if asked is None else (*of, asked):
        poll.register(fd, select.POLLIN)
    if not of and asked is None:
        time.sleep(seconds)
        return False
    ready = [fd for fd, _ in poll.poll(seconds * 1000)]
    for fd in ready:
        if fd in of:
            of[fd].take(fd)
    return bool(ready) if asked is None else asked in ready
