"""The process that children are forked from: it has loaded what they need, knows no secret and does nothing else.

It is started with an environment of its own and ends with its caller, however that ends: the socket it listens to is
closed then. Children end with it.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import select
import signal
import socket
import sys
import warnings

PRELOAD = "aurora.bootstrap.preload"
"""Loaded by name: what is read in children may itself read in children."""
START, KILL = b"start", b"kill"
ORDER_BYTES = 32
"""Bytes of one order of the caller, padded: a stream has no ends of messages."""
REAP_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


def main(control_fd: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the caller ends it, by closing the socket
    warnings.simplefilter("ignore")  # what a text makes Python warn of is nobody's business here
    importlib.import_module(PRELOAD).rehearse()
    gc.collect()
    gc.freeze()  # else the first collection in each child would copy every page
    with socket.socket(fileno=control_fd) as control:
        serve(control)
    os._exit(0)


def serve(control: socket.socket) -> None:
    children: dict[bytes, int] = {}
    while True:
        ready, _, _ = select.select([control], [], [], REAP_SECONDS if children else None)
        if ready:
            message, fds, *_ = socket.recv_fds(control, ORDER_BYTES, 1)
            if not message:
                return
            verb, _, token = message.rstrip().partition(b" ")
            if verb == START and fds:
                pid = fork(control, fds[0])
                os.close(fds[0])
                if pid:
                    children[token] = pid
            elif verb == KILL and token in children:
                # not reaped yet, so the number is still this child's
                os.kill(children[token], signal.SIGKILL)
        reap(children)


def order(verb: bytes, token: bytes) -> bytes:
    return (verb + b" " + token).ljust(ORDER_BYTES)


def fork(control: socket.socket, fd: int) -> int:
    """The child's pid; 0 when there is no room for one, which its caller sees by the end of the stream."""
    from aurora.bounded import child

    above = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid:
        return pid
    code = 70
    try:
        os.close(control.detach())
        die_with(above)
        code = child.work(fd)
    finally:
        os._exit(code)


def reap(children: dict[bytes, int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            for token in [token for token, known in children.items() if known == pid]:
                del children[token]


def die_with(parent: int) -> None:
    """End when the parent does, a SIGKILL included."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(71)
