"""What a process can leave in a container beside files of its own tree: shared folders and System V IPC."""

import contextlib
import ctypes
import os
from collections.abc import Iterator

from . import folders

SHARED = ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp", "/run")  # noqa: S108 - this container's own
IPC = (("shm", "shmctl", 1), ("msg", "msgctl", 1), ("sem", "semctl", 2))
"""Kind, the call that removes one, where in the call IPC_RMID stands."""
IPC_RMID = 0


def clear_away(*roots: str) -> None:
    """Everything this user owns below `roots` and wherever else all may write; the memory is free afterwards."""
    folders.clear((*roots, *SHARED))
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, call, at in IPC:
        for number in _mine(kind):
            given = (number, IPC_RMID, None) if at == 1 else (number, 0, IPC_RMID)
            getattr(libc, call)(*given)


def _mine(kind: str) -> Iterator[int]:
    """Ids of this user's IPC objects; a runtime without System V IPC has none."""
    with contextlib.suppress(OSError), open(f"/proc/sysvipc/{kind}", encoding="ascii") as table:
        columns = table.readline().split()
        for line in table:
            row = dict(zip(columns, line.split(), strict=False))
            if os.getuid() in (int(row["uid"]), int(row["cuid"])):
                yield int(row[f"{kind}id"])
