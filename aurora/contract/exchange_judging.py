"""Exchanges between a project's own tests and its application, held against the OpenAPI document: the status, the
content type and the body of each answer. Nothing is sent: what was heard is all there is.

For a child of `bounded`: document and exchanges come from a repository nobody trusts.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from aurora.contract.answer_schemas import Schemas
from aurora.contract.normal_form import base_path, media_type
from aurora.contract.operations import Operation, asked, followed, operations
from aurora.domain.exercise import Breach
from aurora.domain.runs import Exchange
from aurora.domain.value import Value

_TEMPLATE = re.compile(r"\{[^}/]*\}")
_INDEX = re.compile(r"/\d+(?=/|$)")
_NEVER = frozenset({"HEAD", "OPTIONS", "TRACE", "CONNECT"})
_EMPTY = frozenset({204, 205, 304})
_MISSING = frozenset({404, 405, 501})
_JSON = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?json")


class Broken(Value):
    """An answer that is not what the document says."""

    breach: Breach
    operation: str
    status: int
    where: str = ""
    """JSON pointer in the body."""
    message: str
    method: str
    path: str
    test_id: str = ""
    certain: bool = True
    """True if nobody could mean it: not so of a server error that a test provokes, of a refusal for want of a log-in
    that the document asks for, of a text's format."""

    @property
    def key(self) -> str:
        return f"{self.breach.value}|{self.operation}|{self.status}|{_INDEX.sub('/*', self.where)}"


class JudgedExchanges(Value):
    validated: tuple[str, ...] = ()
    """Operations of which at least one answer was held against the document."""
    operations: int = 0
    """The number of operations in the document."""
    broken: tuple[Broken, ...] = ()
    """One of each kind and place."""


def judged(document: str, exchanges: Sequence[Exchange], base: str | None = None) -> JudgedExchanges:
    """`document`: in one piece, as JSON. `base`: path below which the operations are served; None: those of the
    document's servers. Paths without it are taken, too: a client of tests is often past what adds it."""
    raw = json.loads(document)
    api = _Api(raw, base)
    found: dict[str, Broken] = {}
    validated: set[str] = set()
    for exchange in exchanges:
        if exchange.method in _NEVER:
            continue
        route = api.route(exchange)
        if route is None:
            continue
        if route.operation.method == exchange.method:
            validated.add(route.operation.name)
        for broken in api.broken(exchange, route):
            found.setdefault(broken.key, broken)
    return JudgedExchanges(
        validated=tuple(sorted(validated)), operations=len({r.operation.name for r in api.routes}),
        broken=tuple(found.values()),
    )  # fmt: skip


class _Route(NamedTuple):
    operation: Operation
    pattern: re.Pattern[str]
    rank: tuple[bool, ...]
    """Rank by segments, whether each is a parameter: the smallest goes first."""


class _Api:
    def __init__(self, raw: dict[str, Any], base: str | None) -> None:
        self.raw = raw
        self.schemas = Schemas(raw)
        servers = raw.get("servers")
        listed = [one for one in servers if isinstance(one, dict)] if isinstance(servers, list) else []
        old = raw.get("basePath")
        bases = (
            [base] if base is not None else [base_path(one) for one in listed] + [old if isinstance(old, str) else ""]
        )
        self.bases = sorted({one.rstrip("/") for one in bases} - {""}, key=len, reverse=True)

    @cached_property
    def routes(self) -> tuple[_Route, ...]:
        found = [_Route(one, *_compiled(one.path)) for one in operations(self.raw) if one.path.startswith("/")]
        return tuple(sorted(found, key=lambda route: route.rank))

    def route(self, exchange: Exchange) -> _Route | None:
        """The route of the operation that was asked; where its path has no such method, of another one of the path."""
        if exchange.part:
            return self._ending(exchange)
        for path in self._paths(exchange.path):
            there = [route for route in self.routes if route.pattern.fullmatch(path)]
            if not there and path != "/" and path.endswith("/"):
                there = [route for route in self.routes if route.pattern.fullmatch(path.rstrip("/"))]
                there = [] if exchange.status // 100 == 3 else there  # sent on to the path without the slash
            if there:
                # the same path of another method may be more exact: `/users/me` beside `/users/{id}`
                same = [route for route in there if route.rank == there[0].rank]
                return next((route for route in same if route.operation.method == exchange.method), same[0])
        return None

    def _paths(self, path: str) -> Iterator[str]:
        for base in self.bases:
            if path == base or path.startswith(base + "/"):
                yield path.removeprefix(base) or "/"
        yield path

    def _ending(self, exchange: Exchange) -> _Route | None:
        """The one operation whose path ends so; none where several do."""
        asked_for = exchange.path.strip("/").split("/")
        found = []
        for route in self.routes:
            segments = route.operation.path.strip("/").split("/")[-len(asked_for) :]
            pattern = _compiled("/" + "/".join(segments))[0]
            if route.operation.method == exchange.method and pattern.fullmatch("/" + "/".join(asked_for)):
                found.append(route)
        best = min((route.rank[-len(asked_for) :] for route in found), default=())
        found = [route for route in found if route.rank[-len(asked_for) :] == best]
        return found[0] if len(found) == 1 else None

    def broken(self, exchange: Exchange, route: _Route) -> Iterator[Broken]:
        operation = route.operation

        def of(breach: Breach, message: str, where: str = "", certain: bool = True) -> Broken:
            return Broken(
                breach=breach, operation=operation.name, status=exchange.status, where=where, message=message,
                method=exchange.method, path=exchange.path, test_id=exchange.test_id, certain=certain,
            )  # fmt: skip

        if operation.method != exchange.method:
            if exchange.status not in _MISSING:
                name = f"{exchange.method} {operation.path}"
                unsupported = of(Breach.UNSUPPORTED_METHOD, f"the document has no {name}", certain=False)
                yield unsupported.model_copy(update={"operation": name})
            return
        listed = operation.said.get("responses")
        responses: Mapping[str, Any] = {str(k): v for k, v in listed.items()} if isinstance(listed, dict) else {}
        if not responses or exchange.status == 304:
            return
        keys = (str(exchange.status), f"{exchange.status // 100}XX", f"{exchange.status // 100}xx", "default")
        key = next((one for one in keys if one in responses), None)
        if key is None:
            implied = exchange.status in (401, 403) and asked(self.raw, operation)
            said = f"{exchange.status} is none of the statuses that the document has: {', '.join(responses)}"
            yield of(Breach.STATUS_CODE, said, certain=exchange.status < 500 and not implied)
            return
        response = followed(self.raw, responses[key])
        if (exchange.whole or exchange.filled) and exchange.status not in _EMPTY and isinstance(response, dict):
            for breach, message, where, certain in self._answer(exchange, self._content(response, operation)):
                yield of(breach, message, where, certain)

    def _content(self, response: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
        """Media types with what each says; those of OpenAPI 2 likewise."""
        if "swagger" not in self.raw:
            content = response.get("content")
            return content if isinstance(content, dict) else {}
        kinds = operation.said.get("produces", self.raw.get("produces"))
        if "schema" not in response or not isinstance(kinds, list):
            return {}
        return {str(kind): {"schema": response["schema"]} for kind in kinds}

    def _answer(self, exchange: Exchange, content: Mapping[str, Any]) -> Iterator[tuple[Breach, str, str, bool]]:
        stated = {media_type(str(name)): one for name, one in content.items()}
        if not stated:
            return
        kind = media_type(exchange.content_type)
        said = ", ".join(stated)
        if not exchange.filled:
            if any(_JSON.fullmatch(one) for one in stated):
                yield Breach.CONTENT_TYPE, f"the body is empty, where the document has {said}", "", True
            return
        media = next((one for name, one in stated.items() if _matches(name, kind)), None)
        if media is None:
            yield (
                Breach.CONTENT_TYPE,
                f"the content type is `{kind or 'none'}`, where the document has {said}",
                "",
                True,
            )
            return
        schema = media.get("schema") if isinstance(media, dict) else None
        if exchange.body is None or not isinstance(schema, dict):
            return
        try:
            body = json.loads(exchange.body)
        except (ValueError, RecursionError):
            yield Breach.RESPONSE_SCHEMA, f"the body of type `{kind}` is no JSON", "", True
            return
        try:
            wrong = self.schemas.wrong(schema, body)
        except Exception:  # noqa: BLE001 - what the library raises for a schema that it can't read is not the answer's
            return
        for one in wrong:
            yield Breach.RESPONSE_SCHEMA, f"at {one.where} of the body: {one.said}", one.where, not one.format


def _compiled(path: str) -> tuple[re.Pattern[str], tuple[bool, ...]]:
    pattern, at = "", 0
    for found in _TEMPLATE.finditer(path):
        pattern += re.escape(path[at : found.start()]) + "[^/]+"
        at = found.end()
    rank = tuple("{" in segment for segment in path.strip("/").split("/"))
    return re.compile(pattern + re.escape(path[at:])), rank


def _matches(stated: str, sent: str) -> bool:
    one, _, other = stated.partition("/")
    return stated in (sent, "*/*", "*") or (other == "*" and sent.startswith(f"{one}/"))
