"""Tells with each response how many SQL statements its request took, in a header; and in another one, as JSON, from
which lines of the project they came (`at`), and which exceptions GraphQL resolvers raised (`raised`): their class, what
they say, the path in the answer, where, and whether a `raise` of the project's own did it.

Standard library and whatever of frameworks and drivers the project has, Python 3.8 and later: it runs in the
*project's* interpreter, in the process that serves, and is imported before the project is. What it says is the
application's own word: nothing is judged by it alone.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import json
import linecache
import re
import traceback
from typing import Any

from aurora_importing import Importing  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_stacks import PROJECT, role_of  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_statements import DRIVERS, Statements  # type: ignore[import-not-found]  # beside this file, in the box

HEADER = "X-Aurora-Statements"
MORE = "X-Aurora-Observed"
MOST = 5
"""Lines, and exceptions, that are told of one request."""
TEXT = 200
ASGI = {
    "starlette.applications": "Starlette",
    "django.core.handlers.asgi": "ASGIHandler",
    "strawberry.asgi": "GraphQL",
    "ariadne.asgi.graphql": "GraphQL",
}
WSGI = {"django.core.handlers.wsgi": "WSGIHandler", "flask.app": "Flask", "ariadne.wsgi": "GraphQL"}
"""Classes whose instances are called with a request, by module."""
RESOLVING = "graphql.execution.execute"
OBSERVED = {"sqlalchemy.engine", "django.db.backends.utils", "sqlite3", *DRIVERS}


class Request:
    """The counts of the request that is being answered; its threads and tasks share it."""

    def __init__(self) -> None:
        self.statements = 0
        self.lines: dict[str, int] = {}
        self.raised: list[dict[str, Any]] = []

    def headers(self) -> list[tuple[str, str]]:
        lines = sorted(self.lines, key=lambda line: (-self.lines[line], line))[:MOST]
        more = json.dumps({"at": lines, "raised": self.raised[:MOST]}) if lines or self.raised else ""
        return [(HEADER, str(self.statements)), *([(MORE, more)] if more else [])]


COUNT: contextvars.ContextVar[Request | None] = contextvars.ContextVar("aurora_count", default=None)


class Counting(Statements):  # type: ignore[misc]  # its base is not found outside of the box
    def observe(self, statement: str, raw: bool = False) -> None:
        if COUNT.get() is not None:
            super().observe(statement, raw)

    def _judge(self, _statement: str, frames: Any) -> None:
        count = COUNT.get()
        if count is not None:
            count.statements += 1
            own = next((str(one) for one in frames if one.role == PROJECT), "")
            if own:
                count.lines[own[:TEXT]] = count.lines.get(own[:TEXT], 0) + 1


STATEMENTS = Counting(lambda *_: None, lambda _: None)


def _asgi(call: Any) -> Any:
    @functools.wraps(call)
    async def answering(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        if scope.get("type") != "http" or COUNT.get() is not None:
            return await call(self, scope, receive, send)
        count = Request()

        async def telling(message: Any) -> Any:
            if message.get("type") == "http.response.start":
                headers = [(name.lower().encode(), value.encode()) for name, value in count.headers()]
                message = {**message, "headers": [*message.get("headers", ()), *headers]}
            return await send(message)

        token = COUNT.set(count)
        try:
            return await call(self, scope, receive, telling)
        finally:
            COUNT.reset(token)

    return answering


def _wsgi(call: Any) -> Any:
    @functools.wraps(call)
    def answering(self: Any, environ: Any, start_response: Any) -> Any:
        if COUNT.get() is not None:
            return call(self, environ, start_response)
        count = Request()

        def telling(status: Any, headers: Any, *more: Any) -> Any:
            return start_response(status, [*headers, *count.headers()], *more)

        token = COUNT.set(count)
        try:
            return call(self, environ, telling)
        finally:
            COUNT.reset(token)

    return answering


def imported(name: str, module: Any) -> None:
    """A module that is watched for has been imported."""
    for kinds, wrap in ((ASGI, _asgi), (WSGI, _wsgi)):
        kind = getattr(module, kinds.get(name, ""), None)
        if kind is not None and "__call__" in vars(kind):
            kind.__call__ = wrap(kind.__call__)
    if name == RESOLVING:
        _resolving(module)
    STATEMENTS.wrap()


def _resolving(module: Any) -> None:
    """The engine hands each exception of a resolver to this function, with the path in the answer."""
    located = getattr(module, "located_error", None)
    if located is None:
        return

    @functools.wraps(located)
    def watched(original: Any, nodes: Any = None, path: Any = None) -> Any:
        count = COUNT.get()
        if count is not None and isinstance(original, BaseException) and len(count.raised) < MOST:
            with contextlib.suppress(Exception):
                count.raised.append(_raised(original, path))
        return located(original, nodes, path)

    module.located_error = watched


def _raised(original: BaseException, path: Any) -> dict[str, Any]:
    steps = traceback.extract_tb(original.__traceback__)
    last = steps[-1] if steps else None
    role, place = role_of(last.filename) if last is not None else ("", "")
    line = linecache.getline(last.filename, last.lineno or 0).strip() if last is not None else ""
    return {
        "raised": type(original).__name__[:TEXT],
        "said": str(original)[:TEXT],
        "path": list(path)[:20] if path is not None else None,
        "at": f"{place.rpartition('site-packages/')[2]}:{last.lineno}" if last is not None else "",
        "deliberate": role == PROJECT and re.match(r"raise\b", line) is not None,
    }


def begin() -> None:
    Importing({*ASGI, *WSGI, *OBSERVED, RESOLVING}, imported).begin()
