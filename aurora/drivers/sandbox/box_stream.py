"""A conversation with a server inside a container, over one exec of Docker's. Blocking, for one thread at a time."""

import json
import select
import socket
import time
from contextlib import suppress
from typing import Any

from aurora.drivers.engine.docker_engine import close, container_errors
from aurora.drivers.in_box import frames
from aurora.errors import SandboxLost

CHUNK = 1 << 18
MAX_COMPLAINT = 4000


class BoxStream:
    """Frames out to the server's stdin, frames in from its stdout, cut out of Docker's own framing.

    Any break is final: `SandboxLost`, and the stream can't be used again."""

    def __init__(self, engine: Any, container_id: str, *, server: str, uid: int, ready: float = 60) -> None:
        self._said = bytearray()
        self._complaint = bytearray()
        self._raw = bytearray()
        self._engine = engine
        self.broken = False
        code = f"import sys; sys.path.insert(0, '/opt/aurora'); from in_box import {server} as s; s.main()"
        with container_errors():
            self._exec = engine.api.exec_create(
                container_id, ["python3", "-I", "-S", "-c", code], user=f"{uid}:{uid}", stdin=True, workdir="/"
            )["Id"]
            self._response = engine.api.exec_start(self._exec, socket=True)
        self._socket: socket.socket = getattr(self._response, "_sock", self._response)
        self._socket.settimeout(60)
        self._waiting = select.poll()  # and not select.select, which knows no descriptor over 1,023
        self._waiting.register(self._socket, select.POLLIN)
        self.receive(ready)

    def call(self, header: dict[str, Any], body: bytes = b"", *, seconds: float) -> tuple[dict[str, Any], bytes]:
        """One question, one answer. Raises `SandboxLost` when the stream breaks or `seconds` pass."""
        if self.broken:
            raise SandboxLost("the sandbox's stream is broken")
        try:
            self._socket.settimeout(max(60.0, seconds))
            self._socket.sendall(frames.pack(header, body))
        except OSError as error:
            self.close()
            raise SandboxLost(f"the sandbox's stream broke while it was written to: {error}") from error
        return self.receive(seconds)

    def receive(self, seconds: float) -> tuple[dict[str, Any], bytes]:
        """The next frame."""
        deadline = time.monotonic() + seconds
        try:
            header = self._header(deadline)
            size = int(header.pop("bytes"))
            if not 0 <= size <= frames.MAX_BODY:
                raise SandboxLost("the sandbox answered with a frame of impossible size")
            while len(self._said) < size:
                self._more(deadline)
            body = bytes(self._said[:size])
            del self._said[:size]
        except SandboxLost:
            self.close()
            raise
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.close()
            raise SandboxLost(f"the sandbox's stream broke: {error}{self._why()}") from error
        return header, body

    def _header(self, deadline: float) -> dict[str, Any]:
        while (end := self._said.find(b"\n")) < 0:
            if len(self._said) > frames.MAX_HEADER:
                raise SandboxLost("the sandbox answered with a header of impossible size")
            self._more(deadline)
        header: dict[str, Any] = json.loads(self._said[:end])
        del self._said[: end + 1]
        return header

    def _more(self, deadline: float) -> None:
        """Read what there is and take Docker's frames apart: byte 0 the stream, bytes 4 to 7 the length."""
        left = deadline - time.monotonic()
        if left <= 0 or not self._waiting.poll(left * 1000):
            raise SandboxLost("the sandbox did not answer in time")
        chunk = self._socket.recv(CHUNK)
        if not chunk:
            raise SandboxLost(f"the sandbox's stream ended{self._why()}")
        self._raw += chunk
        start = 0
        while len(self._raw) - start >= 8:
            size = int.from_bytes(self._raw[start + 4 : start + 8], "big")
            if len(self._raw) - start < 8 + size:
                break
            kind, content = self._raw[start], self._raw[start + 8 : start + 8 + size]
            if kind == 1:
                self._said += content
            elif len(self._complaint) < MAX_COMPLAINT:
                self._complaint += content[:MAX_COMPLAINT]
            start += 8 + size
        del self._raw[:start]

    def _why(self) -> str:
        said = self._complaint.decode(errors="replace").strip()
        return f": {said[-600:]}" if said else ""

    def finish(self, seconds: float = 2) -> None:
        """Wait for a server that has said its last word to be gone, then close."""
        deadline = time.monotonic() + seconds
        with suppress(SandboxLost, OSError):
            while True:
                self._more(deadline)
        self.close()

    def close(self) -> None:
        """Safe from another thread: a call in progress there ends with `SandboxLost`."""
        self.broken = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        close(self._response)
