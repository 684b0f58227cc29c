"""One process, bounded in time and output, its end named, every process of this user gone afterwards."""

import contextlib
import ctypes
import functools
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .limits import Watch

PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
CHUNK = 65_536
MAX_EVENTS = 32_000_000
SWEEPS = 200
FIRST = 1000
"""The score of what the kernel takes first."""


def guard_self() -> None:
    """Keep code of the same user from reading this process's memory, and inherit its orphans.

    An engine started at boot leaves the audit log's user unset, and then whoever comes first may name one, for good."""
    with contextlib.suppress(OSError), open("/proc/self/loginuid", "w", encoding="ascii") as user:
        user.write(str(os.getuid()))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclass
class Bounded:
    """Keeps the head and the tail of what is written to it, `limit` bytes in all."""

    limit: int
    head: bytearray = field(default_factory=bytearray)
    tail: deque[bytes] = field(default_factory=deque)
    tail_bytes: int = 0
    dropped: int = 0

    def add(self, chunk: bytes) -> None:
        room = self.limit // 2 - len(self.head)
        if room > 0:
            self.head += chunk[:room]
            chunk = chunk[room:]
        if not chunk:
            return
        self.tail.append(chunk)
        self.tail_bytes += len(chunk)
        while self.tail_bytes - len(self.tail[0]) >= self.limit - self.limit // 2:
            gone = self.tail.popleft()
            self.tail_bytes -= len(gone)
            self.dropped += len(gone)

    def value(self) -> bytes:
        tail = b"".join(self.tail)
        keep = self.limit - self.limit // 2
        extra = max(0, len(tail) - keep)
        self.dropped += extra
        gap = f"\n[... {self.dropped} bytes dropped ...]\n".encode() if self.dropped else b""
        return bytes(self.head) + gap + tail[extra:]


def of_user(uid: int) -> list[int]:
    """Processes of a user but this one, zombies not counted. By status: /proc hides the owner of a guarded one."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/status", encoding="ascii", errors="replace") as status:
                lines = dict(line.split(":", 1) for line in status if ":" in line)
            if int(lines["Uid"].split()[0]) == uid and lines["State"].strip()[0] not in "ZX":
                found.append(int(name))
    return found


def sweep() -> bool:
    """Kill every other process of this user, whatever session it is in; True when none is left."""
    for _ in range(SWEEPS):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not of_user(os.getuid()):
            return True
        time.sleep(0.005)
    return False


def prefer_for_the_kernel(score: int = FIRST) -> None:
    """Let the kernel take this process before the sandbox's own when memory runs out; one of a higher score earlier."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write(str(score))


def _filled(content: bytes) -> int:
    """The end to read of a pipe that holds `content`, and nothing after it."""
    source, target = os.pipe()
    os.write(target, content)
    os.close(target)
    return source


def run(  # the one place where a process is started; its bounds are all here
    argv: Sequence[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    seconds: float,
    output_bytes: int,
    stdin: bytes = b"",
    events: bool = False,
    key: bytes = b"",
    reported_more: Callable[[bytes], None] | None = None,
    oom_score: int = FIRST,
    give_up: Callable[[], bool] | None = None,
) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """Give (how it ended, stdout, stderr, events). Raises FileNotFoundError when there is no such program.

    `heard_more` is called with each piece of the events as it comes. Where `give_up`, asked all the time, says so, its
    time is over.
    `key` lies in a pipe that can be read once: an environment stays readable in /proc as long as the process lives."""
    watch = Watch()
    started = time.monotonic()
    deadline = started + seconds
    environment = dict(env)
    read_end, tell = os.pipe() if events else (-1, -1)
    passed = [tell] if events else []
    if events:
        environment["AURORA_EVENTS_FD"] = str(tell)
    if key:
        passed.append(_filled(key))
        environment["AURORA_KEY_FD"] = str(passed[-1])
    try:
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=passed,
            start_new_session=True,
            preexec_fn=functools.partial(prefer_for_the_kernel, oom_score),
        )
    except OSError:
        if events:
            os.close(read_end)
        raise
    finally:
        for fd in passed:
            os.close(fd)
    assert process.stdin and process.stdout and process.stderr
    kept = {process.stdout.fileno(): Bounded(output_bytes), process.stderr.fileno(): Bounded(output_bytes)}
    reported = Bounded(MAX_EVENTS)
    if events:
        kept[read_end] = reported
    pending = memoryview(stdin)
    late = False
    with selectors.DefaultSelector() as selector:
        for fd in kept:
            os.set_blocking(fd, False)
            selector.register(fd, selectors.EVENT_READ)
        if pending:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin.fileno(), selectors.EVENT_WRITE)
        else:
            process.stdin.close()
        swept = False
        while selector.get_map():
            for ready, _ in selector.select(timeout=0.05):
                if ready.fd in kept:
                    chunk = b""
                    with contextlib.suppress(BlockingIOError):
                        chunk = os.read(ready.fd, CHUNK)
                        if not chunk:
                            selector.unregister(ready.fd)
                    if chunk:
                        kept[ready.fd].add(chunk)
                        if reported_more is not None and ready.fd == read_end:
                            reported_more(chunk)
                else:
                    try:
                        pending = pending[os.write(ready.fd, pending[:CHUNK]) :]
                    except BlockingIOError:
                        continue
                    except BrokenPipeError:
                        pending = memoryview(b"")
                    if not pending:
                        selector.unregister(ready.fd)
                        process.stdin.close()
            watch.look()
            if not swept and process.poll() is not None:
                swept = True  # what it left behind holds the pipes open: end it, then read to the end
                sweep()
            elif not swept and (time.monotonic() > deadline or (give_up is not None and give_up())):
                late = swept = True
                process.kill()
                process.wait()
                sweep()
    code = process.wait()
    clean = sweep()
    stdout, stderr = process.stdout, process.stderr
    out, err = kept[stdout.fileno()].value(), kept[stderr.fileno()].value()
    dropped = kept[stdout.fileno()].dropped or kept[stderr.fileno()].dropped
    stdout.close()
    stderr.close()
    if events:
        os.close(read_end)
    end = watch.name_end(code, late=late, output=out[-20_000:] + err[-20_000:])
    return (
        {
            "end": end,
            "exit_code": 128 - code if code < 0 else code,
            "seconds": round(time.monotonic() - started, 3),
            "cut": bool(dropped),
            "events_cut": bool(reported.dropped),
            "clean": clean,
        },
        out,
        err,
        reported.value() if not reported.dropped else bytes(reported.head),
    )
