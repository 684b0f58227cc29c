"""Requests to the served application, bounded: one address only, no redirects, no more bytes or seconds than it may."""

import base64
import socket
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from .records import Order

MOST_BYTES = 2_000_000
"""The most bytes of a response's body; what is beyond is not read."""
PATIENCE = 10.0
"""Seconds that one request may take altogether."""
STREAM_PATIENCE = 2.0
"""Seconds for which a stream of events is read."""


class ServiceDied(Exception):
    """Nothing listens on the port any more."""


class NoAnswer(Exception):
    """The application closed the connection, or said nothing in time; the text says which."""

    def __init__(self, text: str, *, late: bool = False, cut: bool = False) -> None:
        super().__init__(text)
        self.late = late
        self.cut = cut
        """True if it was waited for only shortly, because the run's time ended: that says nothing of the service."""


@dataclass(frozen=True)
class Sendable:
    """One request as it goes out, credentials included."""

    method: str
    path: str
    """Path with the query, below the root."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text; bytes that are none as base64."""
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            return "base64:" + base64.b64encode(self.body).decode()


def from_text(body: str) -> bytes:
    return base64.b64decode(body[7:]) if body.startswith("base64:") else body.encode()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, list[str]]
    """Names in lower case."""
    body: bytes
    cut: bool
    """True if there was more than was read."""
    prepared: requests.PreparedRequest
    elapsed: float
    reason: str
    encoding: str | None

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    def header(self, name: str) -> str:
        return next(iter(self.headers.get(name.lower(), [])), "")

    @property
    def statements(self) -> int:
        """SQL statements of the request, where the box has them counted."""
        said = self.header("X-Aurora-Statements")
        return int(said) if said.isdecimal() and len(said) < 10 else 0

    def json(self) -> Any:
        """The body parsed; None where it is no JSON."""
        import json

        try:
            return json.loads(self.body) if self.body and not self.cut else None
        except (ValueError, RecursionError):
            return None

    def text(self) -> str:
        return self.body.decode(self._charset(), errors="replace")

    def _charset(self) -> str:
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError:
            return "utf-8"
        return self.encoding or "utf-8"


class Transport:
    """Sends to one address, a connection for each request."""

    def __init__(self, root: str, order: Order) -> None:
        self.root = root
        self._place = (order.host, order.port)
        self.sent = 0

    def send(self, request: Sendable, deadline: float | None = None, patience: float = PATIENCE) -> Answer:
        """The answer; raises `NoAnswer` or `Dead`. `deadline` is of `time.monotonic`."""
        try:
            return self._send(request, deadline, patience)
        except NoAnswer as first:
            if first.late:
                raise
        if not self.alive():
            raise ServiceDied(self.last_words(request))
        try:
            return self._send(request, deadline, patience)  # a server that closes a connection once may do so by chance
        except NoAnswer:
            if not self.alive():
                raise ServiceDied(self.last_words(request)) from None
            raise

    def last_words(self, request: Sendable) -> str:
        return f"nothing listens on the port after `{request.method} {request.path}`"

    def alive(self) -> bool:
        for _ in range(5):
            try:
                with socket.create_connection(self._place, timeout=2):
                    return True
            except OSError:
                time.sleep(0.2)
        return False

    def _send(self, request: Sendable, deadline: float | None, patience: float) -> Answer:
        started = time.monotonic()
        until = min(started + patience, deadline + 2 if deadline else started + patience)
        with requests.Session() as session:
            session.trust_env = False
            prepared = self._prepared(request)
            self.sent += 1
            try:
                response = session.send(
                    prepared, stream=True, allow_redirects=False, timeout=(2, max(0.5, until - started))
                )
                body, cut = _read(response, until)
            except requests.Timeout as error:
                given = max(0.5, until - started)
                raise NoAnswer(f"no answer within {given:.0f} s", late=True, cut=given < PATIENCE / 2) from error
            except (requests.RequestException, HTTPError, OSError) as error:
                raise NoAnswer("it closed the connection without a whole answer") from error
        return Answer(
            status=response.status_code,
            headers={name.lower(): response.raw.headers.getlist(name) for name in response.raw.headers},
            body=body,
            cut=cut,
            prepared=prepared,
            elapsed=time.monotonic() - started,
            reason=response.reason or "",
            encoding=response.encoding,
        )

    def _prepared(self, request: Sendable) -> requests.PreparedRequest:
        prepared = requests.PreparedRequest()
        prepared.prepare_method(request.method)
        prepared.url = self.root + request.path
        prepared.prepare_headers({"User-Agent": "aurora-exercise", "Accept": "*/*", **request.headers})
        prepared.headers["Connection"] = "close"
        prepared.body = request.body or None
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            prepared.headers["Content-Length"] = str(len(request.body))
        prepared._cookies = requests.cookies.RequestsCookieJar()
        return prepared


def _read(response: requests.Response, until: float) -> tuple[bytes, bool]:
    if "event-stream" in response.headers.get("Content-Type", ""):
        until = min(until, time.monotonic() + STREAM_PATIENCE)
    pieces: list[bytes] = []
    length = 0
    while length <= MOST_BYTES:
        if time.monotonic() > until:
            return b"".join(pieces), True
        try:
            piece = response.raw.read1(65_536, decode_content=True)
        except HTTPError as error:
            if pieces or "Read timed out" in str(error):
                return b"".join(pieces), True
            raise
        if not piece:
            return b"".join(pieces), False
        pieces.append(piece)
        length += len(piece)
    return b"".join(pieces)[:MOST_BYTES], True
