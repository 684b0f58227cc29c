"""Network namespaces, each with a loopback of its own: what listens in one is reached from inside only. Linux only.

A socket belongs for ever to the namespace of the thread that made it, and a thread begins in that of its maker.

Run as a program it tells by its exit code whether this user may have one.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
IFF_UP = 1


def enter() -> None:
    """Put this process, which must have one thread, into a namespace of its own. Sockets made before stay where they
    were. Raises `OSError` where that is not allowed."""
    if not sys.platform.startswith("linux"):
        raise OSError("network namespaces are Linux's")
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    # whoever is not root may have one inside a user namespace, where the kernel's settings allow that
    if libc.unshare(CLONE_NEWNET if user == 0 else CLONE_NEWNET | CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket() as any_socket:
        asked = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16xh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, asked)[:18])[0]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


def allowed() -> bool:
    """Return whether `enter` would succeed: tried by a child. Only for a process with one thread."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            enter()
            code = 0
        finally:
            os._exit(code)  # whatever was raised: this is a copy of its parent, and must not go on as it
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def lives_apart(pid: int) -> bool:
    """Return whether that process is in another network namespace than this one."""
    try:
        return Path(f"/proc/{pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    except OSError:
        return False


def made() -> int | None:
    """A descriptor that keeps a fresh namespace alive; None where this process could not come back from it, or may have
    none. Only for a process with one thread."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        return None
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            enter()
            os.write(ready[1], b"1")
            os.close(done[1])
            os.read(done[0], 1)
        finally:
            os._exit(0)
    os.close(ready[1])
    try:
        return os.open(f"/proc/{child}/ns/net", os.O_RDONLY) if os.read(ready[0], 1) else None
    finally:
        for descriptor in (ready[0], *done):
            os.close(descriptor)
        os.waitpid(child, 0)


def join(descriptor: int) -> None:
    """Put this thread into that namespace. Raises `OSError` where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@contextmanager
def inside(path: Path | None) -> Iterator[None]:
    """Run in the namespace that `path` names, where that is allowed; else where it is. What is made in here, sockets
    and threads, stays there."""
    try:
        target, home = os.open(path or "", os.O_RDONLY), os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        try:
            join(target)
        except OSError:
            yield
        else:
            try:
                yield
            finally:
                join(home)
    finally:
        os.close(target)
        os.close(home)


if __name__ == "__main__":
    sys.exit(0 if allowed() else 1)
