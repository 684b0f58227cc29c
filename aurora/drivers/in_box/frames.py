"""The stream's frames: a JSON line that says how many bytes of body follow, then the body."""

import json
import select
from contextlib import suppress
from typing import Any, BinaryIO

MAX_HEADER = 8_000_000
MAX_BODY = 512_000_000


class FrameError(Exception):
    """The other side does not speak this protocol."""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    return json.dumps({**header, "bytes": len(body)}).encode() + b"\n" + body


def send_if_read(target: BinaryIO, frame: bytes) -> None:
    """Send a short frame if that can be done without waiting: it may get lost, and nobody waits for it."""
    with suppress(OSError, ValueError):
        if select.select([], [target], [], 0)[1]:
            target.write(frame)
            target.flush()


def read(source: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame; None at the end of the stream."""
    line = source.readline(MAX_HEADER)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise FrameError("header cut or too long")
    header = json.loads(line)
    size = int(header.pop("bytes"))
    if not 0 <= size <= MAX_BODY:
        raise FrameError(f"body of {size} bytes")
    body = source.read(size)
    if len(body) != size:
        return None
    return header, body
