"""The messages that caller and child say to each other over their socket: a letter, a length, a body.

Requests and answers to a child's questions are pickled: they come from the caller. What a child says is JSON: it has
read what nobody trusts, and a pickle of its making could run in the caller.
"""

import asyncio
import socket
import struct

REQUEST, ANSWER = b"Q", b"A"
"""Request of the caller."""
STARTED, ASKED, DONE, REFUSED, TOOL_REFUSED, FAILED = b"S", b"?", b"D", b"R", b"T", b"F"
"""Of the child."""
HEAD = struct.Struct("!cQ")


class TooLarge(Exception): ...


def send(target: socket.socket, kind: bytes, body: bytes) -> None:
    target.sendall(HEAD.pack(kind, len(body)))
    target.sendall(body)


def receive(source: socket.socket) -> tuple[bytes, bytes]:
    """Raises `EOFError`."""
    kind, size = HEAD.unpack(_exactly(source, HEAD.size))
    return kind, _exactly(source, size)


def _exactly(source: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = source.recv(min(1 << 20, size - len(parts)))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


async def send_soon(target: socket.socket, kind: bytes, body: bytes) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(target, HEAD.pack(kind, len(body)) + body)


async def receive_soon(source: socket.socket, most: int) -> tuple[bytes, bytes]:
    """Raises `EOFError`, and `TooLarge` for a body over `most` bytes."""
    kind, size = HEAD.unpack(await _exactly_soon(source, HEAD.size))
    if size > most:
        raise TooLarge
    return kind, await _exactly_soon(source, size)


async def _exactly_soon(source: socket.socket, size: int) -> bytes:
    loop = asyncio.get_running_loop()
    parts = bytearray()
    while len(parts) < size:
        try:
            part = await loop.sock_recv(source, min(1 << 20, size - len(parts)))
        except ConnectionError:
            part = b""
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
