"""The gate before the embedded server: it starts the server in a network namespace of its own, where nobody else can
reach it, and passes on the connections of its owner's processes.

    gate PORT[,PORT] NAMESPACE LAUNCH LINE ...

NAMESPACE is the descriptor of one that was made before, or `-`. Server and gate live and die together. Where no
namespace may be had the gate becomes the server, on the same ports, open to everybody on the machine; `aurora doctor`
says which of the two it is. The daemon's worker joins the namespace instead (`aurora.client.connection`): under load
the way through the gate made a step three times as long. Only the standard library is loaded.
"""

import asyncio
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence

from aurora.bootstrap.socket_owners import SocketOwners
from aurora.client import network_namespace

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1
MOST_WAITING = 1 << 20
"""Bytes passed on but not taken yet, before the sender is made to wait."""
SAY_AGAIN_SECONDS = 60.0


class Side(asyncio.Protocol):
    """One end of a connection; what it receives goes to the other end."""

    def __init__(self, other: "Side | None" = None) -> None:
        self.other = other
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(MOST_WAITING)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other and self.other.transport:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        if self.other and self.other.transport and self.other.transport.can_write_eof():
            self.other.transport.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the signature is the library's
        if self.other and self.other.transport:
            self.other.transport.close()
        self.transport = None


class Door(Side):
    """The outer end: looked at before anything is passed on."""

    def __init__(self, owners: SocketOwners, port: int, refused: "Refused") -> None:
        super().__init__()
        self._owners, self._port, self._refused = owners, port, refused
        self._opening: asyncio.Task[None] | None = None
        self._early = b""

    def data_received(self, data: bytes) -> None:
        """Keep what comes before the inner end is open: Python 3.11.2 (Debian 12's) goes on reading although it was
        told to pause in `connection_made`. Lost, a client would wait for an answer to it until it gives up."""
        if self.other is None:
            self._early += data
        else:
            super().data_received(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.pause_reading()
        owner = self._owners.of(self.transport.get_extra_info("peername"), (HOST, self._port))
        if owner != os.geteuid():
            self._refused.say(owner)
            self.transport.abort()
            return
        self._opening = asyncio.get_running_loop().create_task(self.open())

    async def open(self) -> None:
        """Connect to the server, and pass on from then on."""
        inner = Side(self)
        try:
            await asyncio.get_running_loop().create_connection(lambda: inner, HOST, self._port)
        except OSError:  # the server does not listen yet, or no more
            if self.transport:
                self.transport.abort()
            return
        self.other = inner
        if self._early and inner.transport:
            inner.transport.write(self._early)
            self._early = b""
        if self.transport:
            self.transport.resume_reading()
        elif inner.transport:
            inner.transport.close()


class Refused:
    """The processes that were refused, reported once a minute."""

    def __init__(self) -> None:
        self._reported_at: dict[int | None, float] = {}

    def say(self, user: int | None) -> None:
        now = time.monotonic()
        if now - self._reported_at.get(user, -SAY_AGAIN_SECONDS) >= SAY_AGAIN_SECONDS:
            self._reported_at[user] = now
            whose = "a process that could not be determined" if user is None else f"a process of user {user}"
            _say(f"refused a connection of {whose}; this server is user {os.geteuid()}'s")


async def guard(line: Sequence[str], listeners: Sequence[socket.socket], owners: SocketOwners) -> int:
    """The server's exit code."""
    loop, refused = asyncio.get_running_loop(), Refused()
    # the lock of the database is inherited: it is free only when gate and server are both gone
    server = await asyncio.create_subprocess_exec(*line, close_fds=False, preexec_fn=_end_with_parent)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, server.terminate)
    for listener in listeners:
        port = listener.getsockname()[1]
        await loop.create_server(lambda port=port: Door(owners, port, refused), sock=listener)  # type: ignore[misc]
    return await server.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _say(what: str) -> None:
    sys.stderr.write(f"gate: {what}\n")
    sys.stderr.flush()


def main(ports: str, made: str, *line: str) -> int:
    if made == "-" and (not sys.platform.startswith("linux") or not network_namespace.allowed()):
        _say("no network namespace may be made here, so every local process can reach this server")
        os.execv(line[0], line)  # noqa: S606  the launch line of our own server
    listeners = [socket.create_server((HOST, int(port)), backlog=128) for port in ports.split(",")]
    owners = SocketOwners.here()
    if made == "-":
        network_namespace.enter()
    else:
        network_namespace.join(int(made))
        os.close(int(made))
    code = asyncio.run(guard(line, listeners, owners))
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
