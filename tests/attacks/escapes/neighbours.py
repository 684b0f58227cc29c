"""The things that the kernel keeps in one place for the whole machine: a box that is well held may still take its
neighbours' share."""

import asyncio
from pathlib import Path

from tests.attacks.escapes.attempt import Attempt, as_tests, of_code
from tests.attacks.escapes.ground import Ground
from tests.support.boxes import FILES, new_draft

GROUP = "neighbours"

IN_FLIGHT = """
server = socket.create_server(("127.0.0.1", 0), backlog=400)
keep, sent = [], 0
while sent < 400 << 20 and len(keep) < 400:
    to = socket.create_connection(server.getsockname())
    to.setblocking(False)
    keep.append((to, server.accept()[0]))
    try:
        while True: sent += to.send(bytes(1 << 16))
    except BlockingIOError: pass
if sent >= 400 << 20: won("400 MB in a box of 320")
"""
OF_UNIX = IN_FLIGHT.replace(
    "to = socket.create_connection(server.getsockname())", "to, other = socket.socketpair()"
).replace("server.accept()[0]", "other")
TAKE = "import ctypes\nlibc = ctypes.CDLL(None)\nkept = 0\nwhile libc.inotify_init() >= 0 and kept < 4000: kept += 1\nprint(kept, flush=True)\n"


async def counted_by_user(ground: Ground) -> str:
    """One box takes all that one user may have; then the other asks."""
    draft = await new_draft(ground.artifacts, ground.folder / "neighbour", FILES)
    async with ground.on(draft) as other:
        taking = asyncio.create_task(ground.tests(TAKE + "import time; time.sleep(6)"))
        try:
            while not taking.done():
                got = await other.tests("import ctypes; print(ctypes.CDLL(None).inotify_init() >= 0)")
                assert got.stdout, got.stderr
                if "False" in got.stdout:
                    return "the neighbour got none"
        finally:
            await taking
    return ""


ATTEMPTS = (
    Attempt("data in flight between Unix sockets", GROUP, "the machine's memory, not counted as the box's",
            as_tests(OF_UNIX, may_die=True)),
    of_code("data in flight over loopback", GROUP, "the machine's memory for TCP, not counted as the box's", IN_FLIGHT,
            why="cgroup v1 counts what TCP and UDP hold in flight apart from memory, and runc sets no bound on it; cgroup v2 counts it as memory",
            only_where=Path("/sys/fs/cgroup/memory").exists),
    Attempt("what the kernel counts by user", GROUP, "inotify instances, message queues and large pipes of every other box", counted_by_user,
            why="without user namespaces of their own the test users of all boxes are one user to the kernel: while one box's run holds them "
                "all, another's gets none. Nothing is read or changed, and it ends with the run; a runtime with a kernel of its own has its own counts"),
    of_code("folders of the host in the mount table", GROUP, "where the host keeps its containers",
            "if '/var/lib/' in open('/proc/self/mountinfo').read() or '/docker/' in open('/proc/self/mountinfo').read(): won('paths')",
            why="the mount table names the host's folders of an overlay mount; the names are all there is, none can be reached"),
)  # fmt: skip
