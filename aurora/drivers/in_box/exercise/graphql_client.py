"""Requests to a GraphQL endpoint on loopback, one after the other, each answered within a bound or not at all."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from .credentials import Credential
from .graphql_observed import MORE, STATEMENTS, Observed, observed_by
from .records import HEAD, Order, Request
from .transport import Sendable

MOST_BYTES = 8_000_000
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True)
class Answer:
    """`status` 0: there was none, and `text` says why."""

    status: int
    kind: str
    text: str
    value: Any = None
    """The body's value as JSON; None where it is none."""
    observed: Observed = field(default_factory=Observed)
    late: bool = False
    """True if there was none in time: a busy machine is one reason."""

    @property
    def head(self) -> str:
        return self.text[:HEAD]

    @property
    def data(self) -> Any:
        return self.value.get("data") if isinstance(self.value, dict) else None

    @property
    def errors(self) -> list[dict[str, Any]]:
        found = self.value.get("errors") if isinstance(self.value, dict) else None
        return (
            [one if isinstance(one, dict) else {"message": str(one)} for one in found]
            if isinstance(found, list)
            else []
        )

    @property
    def is_graphql(self) -> bool:
        return isinstance(self.value, dict) and ("data" in self.value or "errors" in self.value)


class Client:
    def __init__(self, order: Order) -> None:
        self.order = order
        self.path = order.base_path or "/graphql"
        self.credential: Credential | None = None

    def ask(self, text: str, variables: dict[str, Any] | None = None, seconds: float = 20) -> tuple[Request, Answer]:
        request = self.request(text, variables)
        return request, self.send(request, seconds)

    def request(self, text: str, variables: dict[str, Any] | None = None) -> Request:
        body: dict[str, Any] = {"query": text}
        if variables:
            body["variables"] = variables
        return Request("POST", self.path, dict(HEADERS), json.dumps(body), authenticated=self.credential is not None)

    def send(self, request: Request, seconds: float = 20) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.order.port, timeout=seconds)
        sendable = Sendable(request.method, request.path, request.headers, request.body.encode())
        if request.authenticated and self.credential is not None:
            sendable = self.credential.given_to(sendable)
        try:
            connection.request(sendable.method, sendable.path, sendable.body or None, sendable.headers)
            answered = connection.getresponse()
            raw = answered.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            said = f"no answer: {type(error).__name__}: {error}"[:300]
            return Answer(0, "", said, late=isinstance(error, TimeoutError))
        finally:
            connection.close()
        text = raw.decode("utf-8", "replace")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        of = answered.headers
        observed = observed_by(of.get(STATEMENTS), of.get(MORE))
        return Answer(answered.status, of.get("Content-Type", ""), text, value, observed)
