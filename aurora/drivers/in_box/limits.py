"""The bound of the sandbox that a process ran into, from the kernel's own counters (cgroup v1 and v2)."""

import contextlib
import os
import signal

OOM_FILES = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")
PIDS_FILES = ("/sys/fs/cgroup/pids.events", "/sys/fs/cgroup/pids/pids.events")
DISKS = ("/work", "/tmp", "/dev/shm")  # noqa: S108 - this container's own tmpfs mounts
NO_SPACE = (
    b"No space left on device", b"Errno 28", b"database or disk is full", b"File too large",
    b"Check free disk space",  # PostgreSQL's hint; it gives back what it took, so that nobody else sees a full disk
)  # fmt: skip


def counter(files: tuple[str, ...], key: str) -> int:
    """The counter `key` of the first file that is there; 0 when none is."""
    for path in files:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as lines:
            for line in lines:
                word, _, value = line.partition(" ")
                if word == key:
                    return int(value)
    return 0


def oom_kills() -> int:
    return counter(OOM_FILES, "oom_kill")


def disk_is_full() -> bool:
    for disk in DISKS:
        with contextlib.suppress(OSError):
            found = os.statvfs(disk)
            if found.f_blocks and (found.f_bavail == 0 or (found.f_files and found.f_favail == 0)):
                return True
    return False


class Watch:
    """Counters before a process and after it."""

    def __init__(self) -> None:
        self.oom = oom_kills()
        self.forks = counter(PIDS_FILES, "max")
        self.full = False

    def look(self) -> None:
        self.full = self.full or disk_is_full()

    def name_end(self, code: int, *, late: bool, output: bytes) -> str:
        """An `ExecEnd`'s value. `code` is negative for death by a signal."""
        self.look()
        if oom_kills() > self.oom:
            return "out_of_memory"
        if (code or late) and counter(PIDS_FILES, "max") > self.forks:
            return "too_many_processes"  # also when it then waited for those it had until its time was over
        if late:
            return "out_of_time"
        said = any(words in output for words in NO_SPACE)
        if code == -signal.SIGXFSZ or (code and (self.full or said)):
            return "out_of_disk"
        return "killed" if code < 0 else "exited"
