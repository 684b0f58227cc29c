"""The shapes that travel as JSON, by the keys of `aurora/domain/exercise.py`, as plain Python."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

RECIPE = "recipe"
"""As `Taken.at`: the request is the log-in's call, whose body is not told."""
HEAD = 2_000
"""Characters of a response's body that are told."""


@dataclass(frozen=True)
class TakenValue:
    """A value of a request that an earlier one produced."""

    at: str
    """`path:2` (segment of the path), `query:name`, `header:name`, `cookie:name`, `body:/pointer`."""
    source: int
    """Index of the request in `before`."""
    expression: str
    """`$response.body#/id`, `$response.header.Location`, `$request.body#/name`, `$request.path.id` ..."""
    value: str = ""
    """Value as it was sent, for a segment of the path that holds more than this value."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    authenticated: bool = True
    operation: str = ""
    status: int = 0
    taken: tuple[TakenValue, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        return (len(self.body) + len(self.path) + sum(len(v) for v in self.headers.values()), len(self.path))


@dataclass
class ObservedBreach:
    breach: str
    operation: str
    message: str
    request: Request
    status: int = 0
    where: str = ""
    before: tuple[Request, ...] = ()
    response: str = ""
    replayed: bool = False
    variant: str = ""

    @property
    def stem(self) -> str:
        return f"{self.breach}|{self.operation}|{self.status}|{self.where}"

    @property
    def key(self) -> str:
        return f"{self.stem}|{self.variant}" if self.variant else self.stem


@dataclass
class Exercised:
    operation: str
    requests: int = 0
    succeeded: int = 0
    left_out: str = ""
    statements: int = 0
    missing: int = 0


@dataclass(frozen=True)
class LogInCall:
    operation: str
    body: dict[str, Any] | None = None
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class Order:
    """An `ExerciseOrder`; a key that this driver does not know is passed over."""

    document: str
    port: int
    host: str = "127.0.0.1"
    kind: str = "openapi"
    base_path: str = ""
    touched: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    examples: int = 20
    others_examples: int = 5
    seconds: int = 120
    seed: int = 1
    before: tuple[LogInCall, ...] = ()
    login: LogInCall | None = None
    token: str = ""
    header: str = "Authorization"
    place: str = "header"
    prefix: str = ""
    value: str = ""
    documents: tuple[str, ...] = ()
    again: tuple[ObservedBreach, ...] = ()
    depth: int | None = None
    cost: int | None = None

    @property
    def root(self) -> str:
        """Address that every path of the document is below."""
        return self.address + self.base_path.rstrip("/")

    @property
    def address(self) -> str:
        """The place where the application listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def logs_in(self) -> bool:
        return self.login is not None or bool(self.value)


def read_order(text: str | bytes) -> Order:
    """The order in `text`; raises ValueError, KeyError or TypeError where it is none."""
    said: Any = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError("it is no object")
    known = {name: said[name] for name in Order.__dataclass_fields__ if name in said}
    known["before"] = tuple(_call(call) for call in said.get("before") or ())
    known["login"] = _call(said["login"]) if said.get("login") else None
    known["again"] = tuple(_seen(seen) for seen in said.get("again") or ())
    for name in ("touched", "others", "documents"):
        known[name] = tuple(said.get(name) or ())
    return Order(**known)


def _call(said: dict[str, Any]) -> LogInCall:
    return LogInCall(operation=said["operation"], body=said.get("body"), form=said.get("form"))


def _request(said: dict[str, Any]) -> Request:
    known = {name: said[name] for name in Request.__dataclass_fields__ if name in said}
    known["taken"] = tuple(
        TakenValue(**{name: taken[name] for name in TakenValue.__dataclass_fields__ if name in taken})
        for taken in said.get("taken") or ()
    )
    return Request(**known)


def _seen(said: dict[str, Any]) -> ObservedBreach:
    known = {name: said[name] for name in ObservedBreach.__dataclass_fields__ if name in said}
    known["request"] = _request(said["request"])
    known["before"] = tuple(_request(request) for request in said.get("before") or ())
    return ObservedBreach(**known)


def plain(value: Any) -> Any:
    """`value`, a dataclass, as what JSON holds."""
    return asdict(value)
