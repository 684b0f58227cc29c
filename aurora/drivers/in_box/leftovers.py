"""The things that a process can leave in a container beside files of its own tree: shared folders and System V IPC."""

import contextlib
import ctypes
import os
from collections.abc import Iterator

from . import folders, places

SHARED = ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp", "/run", "/sys/fs/cgroup")  # noqa: S108 - this container's own
"""The last with crun and cgroup v1 only, which mounts a tmpfs for all there."""
IPC = (("shm", "shmid", "shmctl", 1), ("msg", "msqid", "msgctl", 1), ("sem", "semid", "semctl", 2))
"""Kind, its number's column, the call that removes one, where in the call IPC_RMID stands."""
IPC_RMID = 0


def clear_away(*roots: str) -> None:
    """Everything this user owns below `roots` and wherever else all may write; the memory is free afterwards."""
    folders.clear((*roots, *SHARED))
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, column, call, at in IPC:
        for number in _ipc(kind, column, os.getuid()):
            given = (number, IPC_RMID, None) if at == 1 else (number, 0, IPC_RMID)
            getattr(libc, call)(*given)


def planted(guarded: list[str]) -> list[str]:
    """Files of this user in folders of the tests' copy that Python loads by themselves or before one that was there:
    a conftest.py, a package's `__init__.py`, a package or an extension module of another module's name."""
    mine, found = os.getuid(), []
    for folder in guarded:
        path = f"{places.COPY}/{folder}"
        with contextlib.suppress(OSError):
            entries = {entry.name: entry for entry in os.scandir(path)}
            new = {name for name, entry in entries.items() if entry.stat(follow_symlinks=False).st_uid == mine}
            stems = {name.removesuffix(".py") for name in entries if name.endswith(".py") and name not in new}
            for name in new:
                stem, _, suffix = name.partition(".")
                shadows = stem in stems and (suffix.endswith("so") or os.path.lexists(f"{path}/{name}/__init__.py"))
                if shadows or name in ("conftest.py", "__init__.py"):
                    found.append(f"{folder}/{name}".lstrip("/"))
    return sorted(found)[:20]


def left_by(uid: int) -> list[str]:
    """The leftovers of a user that another one could see: names in the shared folders, and IPC objects."""
    found = []
    for folder in SHARED:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_uid == uid:
                        found.append(f"{folder}/{entry.name}")
    return found + [f"{kind} {number}" for kind, column, _, _ in IPC for number in _ipc(kind, column, uid)]


def _ipc(kind: str, column: str, uid: int) -> Iterator[int]:
    """Ids of a user's IPC objects; a runtime without System V IPC has none."""
    with contextlib.suppress(OSError), open(f"/proc/sysvipc/{kind}", encoding="ascii") as table:
        columns = table.readline().split()
        for line in table:
            row = dict(zip(columns, line.split(), strict=False))
            if str(uid) in (row["uid"], row["cuid"]):
                yield int(row[column])
