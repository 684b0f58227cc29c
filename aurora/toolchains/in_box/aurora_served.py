"""Tells with each response how many SQL statements its request took, in a header.

Standard library and whatever of frameworks and drivers the project has, Python 3.8 and later: it runs in the
*project's* interpreter, in the process that serves, and is imported before the project is. What it says is the
application's own word: nothing is judged by it alone.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib.abc
import importlib.util
import sys
from typing import Any

from aurora_statements import DRIVERS, Statements  # type: ignore[import-not-found]  # beside this file, in the box

HEADER = "X-Aurora-Statements"
ASGI = {
    "starlette.applications": "Starlette",
    "django.core.handlers.asgi": "ASGIHandler",
    "strawberry.asgi": "GraphQL",
    "ariadne.asgi.graphql": "GraphQL",
}
WSGI = {"django.core.handlers.wsgi": "WSGIHandler", "flask.app": "Flask", "ariadne.wsgi": "GraphQL"}
"""Classes whose instances are called with a request, by module."""
HEARD = {"sqlalchemy.engine", "django.db.backends.utils", "sqlite3", *DRIVERS}
COUNT: contextvars.ContextVar[list[int] | None] = contextvars.ContextVar("aurora_count", default=None)
"""Of the request that is answered: a list of one number, which threads and tasks of the request share."""


class Counting(Statements):  # type: ignore[misc]  # its base is not found outside of the box
    def heard(self, statement: str, raw: bool = False) -> None:
        if COUNT.get() is not None:
            super().heard(statement, raw)

    def _judge(self, _statement: str, _frames: Any) -> None:
        count = COUNT.get()
        if count is not None:
            count[0] += 1


STATEMENTS = Counting(lambda *_: None, lambda _: None)


def _asgi(call: Any) -> Any:
    @functools.wraps(call)
    async def answering(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        if scope.get("type") != "http" or COUNT.get() is not None:
            return await call(self, scope, receive, send)
        count = [0]

        async def telling(message: Any) -> Any:
            if message.get("type") == "http.response.start":
                told = (HEADER.lower().encode(), str(count[0]).encode())
                message = {**message, "headers": [*message.get("headers", ()), told]}
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
        count = [0]

        def telling(status: Any, headers: Any, *more: Any) -> Any:
            return start_response(status, [*headers, (HEADER, str(count[0]))], *more)

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
    STATEMENTS.wrap()


class Importing(importlib.abc.MetaPathFinder):
    """Says when a module has been imported; how is left to the others."""

    def __init__(self) -> None:
        self.waiting = {*ASGI, *WSGI, *HEARD}

    def find_spec(self, name: str, _path: Any, _target: Any = None) -> Any:
        if name not in self.waiting:
            return None
        self.waiting.discard(name)
        spec = importlib.util.find_spec(name)
        loader: Any = spec.loader if spec is not None else None
        if loader is None or not hasattr(loader, "exec_module"):
            return spec
        run = loader.exec_module

        def running(module: Any) -> None:
            run(module)
            with contextlib.suppress(Exception):  # an observation that fails must not change what is observed
                imported(name, module)

        loader.exec_module = running
        return spec


def begin() -> None:
    sys.meta_path.insert(0, Importing())
