"""HTTP exchanges between the project's tests and its application, as they happen: what was asked, and what came back.

Standard library and whatever of frameworks the project has, Python 3.8 and later: it runs in the *project's*
interpreter, and nothing of it changes a request or a response. Kept are method, path, status, content type and, of
JSON, the body of the response: no header, no cookie, no query and no body of a request. One exchange is kept for each
form of answer of a route. A route whose function stands in a test file is none of the application's.

Starlette and FastAPI are heard where they are called, whatever client does so; Flask where it has made a response;
Django (REST framework included) where a handler gives one back; django-ninja's own test client, which calls an
operation without its application, by itself: its paths lack what the API is mounted below (`part`).
"""

from __future__ import annotations

import contextvars
import functools
import json
import re
import sys
from typing import Any

from aurora_importing import Importing  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_stacks import TEST, role_of  # type: ignore[import-not-found]  # beside this file, in the box

MOST = 400
"""Exchanges that are kept."""
FORMS = 4
"""Forms of one route with one status: answers whose bodies differ in their keys or types."""
BODY = 64_000
ALL = 4_000_000
"""Bytes of one body, and of all that is kept."""
PATH = 1_000
DEPTH, WIDTH = 6, 40
"""The depth to which a body's form is read."""
JSON = re.compile(r"\b(?:application|text)/(?:[\w.+-]+\+)?json\b", re.IGNORECASE)
MADE_UP = re.compile(r"\d+|[0-9a-fA-F-]{12,}|[\w-]{24,}")
"""A segment that is a value, where no route is known."""
ANSWERING: contextvars.ContextVar[bool] = contextvars.ContextVar("aurora_answering", default=False)


def form(value: Any, depth: int = 0) -> Any:
    """Equal for two bodies of the same keys and types."""
    if isinstance(value, dict) and depth < DEPTH:
        return tuple((str(key), form(value[key], depth + 1)) for key in sorted(value, key=str)[:WIDTH])
    if isinstance(value, list) and depth < DEPTH:
        return ("list", *sorted({repr(form(one, depth + 1)) for one in value[:WIDTH]}))
    return type(value).__name__


class Exchanges:
    def __init__(self) -> None:
        self.node = ""
        self.observed = 0
        """All of them, whatever was kept."""
        self.found: dict[Any, dict[str, Any]] = {}
        self.forms: dict[Any, int] = {}
        self.bytes = 0

    def begin(self) -> None:
        hooks = {
            "starlette.applications": self._starlette,
            "flask.app": self._flask,
            "django.core.handlers.base": self._django,
            "ninja.testing.client": self._ninja,
        }
        Importing(hooks, lambda name, module: hooks[name](module)).begin()

    # ── where they are heard ──

    def _starlette(self, module: Any) -> None:
        call = module.Starlette.__call__
        exchanges = self

        @functools.wraps(call)
        async def answering(self: Any, scope: Any, receive: Any, send: Any) -> Any:
            if scope.get("type") != "http" or ANSWERING.get():
                return await call(self, scope, receive, send)
            answer = Answer()

            async def telling(message: Any) -> Any:
                answer.take(message)
                return await send(message)

            method, path = scope.get("method", ""), scope.get("path", "")
            token = ANSWERING.set(True)
            try:
                return await call(self, scope, receive, telling)
            finally:
                ANSWERING.reset(token)
                exchanges.note(
                    method, path, answer.status, answer.type, answer.body if method != "HEAD" else None,
                    scope.get("endpoint"), getattr(scope.get("route"), "path", ""), filled=answer.filled,
                )  # fmt: skip

        module.Starlette.__call__ = answering

    def _flask(self, module: Any) -> None:
        finalize = module.Flask.finalize_request
        exchanges = self

        @functools.wraps(finalize)
        def finalizing(self: Any, *given: Any, **named: Any) -> Any:
            response = finalize(self, *given, **named)
            exchanges.flask(self, response)
            return response

        module.Flask.finalize_request = finalizing

    def flask(self, application: Any, response: Any) -> None:
        try:
            from flask import request  # type: ignore[import-not-found]  # the project's

            whole = not response.is_streamed and not response.direct_passthrough
            body = response.get_data() if whole and request.method != "HEAD" else None
            function = application.view_functions.get(request.endpoint)
            self.note(
                request.method, request.script_root + request.path, response.status_code,
                response.headers.get("Content-Type", ""), body, function, str(request.url_rule or ""),
                filled=request.method != "HEAD" and (response.content_length or 0) > 0,
            )  # fmt: skip
        except Exception:  # noqa: BLE001, S110 - an observation that fails must not change what is observed
            pass

    def _django(self, module: Any) -> None:
        handler, exchanges = module.BaseHandler, self
        get, get_async = handler.get_response, handler.get_response_async

        @functools.wraps(get)
        def getting(self: Any, request: Any) -> Any:
            response = get(self, request)
            exchanges.django(request, response)
            return response

        @functools.wraps(get_async)
        async def getting_later(self: Any, request: Any) -> Any:
            response = await get_async(self, request)
            exchanges.django(request, response)
            return response

        handler.get_response, handler.get_response_async = getting, getting_later

    def django(self, request: Any, response: Any) -> None:
        try:
            body = None if response.streaming or request.method == "HEAD" else response.content
            match = getattr(request, "resolver_match", None)
            self.note(
                request.method, request.path, response.status_code, response.get("Content-Type", ""), body,
                getattr(match, "func", None), str(getattr(match, "route", "") or ""),
            )  # fmt: skip
        except Exception:  # noqa: BLE001, S110 - an observation that fails must not change what is observed
            pass

    def _ninja(self, module: Any) -> None:
        exchanges = self
        request, request_async = module.TestClient.request, module.TestAsyncClient.request

        @functools.wraps(request)
        def asking(self: Any, method: str, path: str, *given: Any, **named: Any) -> Any:
            response = request(self, method, path, *given, **named)
            exchanges.ninja(method, path, response)
            return response

        @functools.wraps(request_async)
        async def asking_later(self: Any, method: str, path: str, *given: Any, **named: Any) -> Any:
            response = await request_async(self, method, path, *given, **named)
            exchanges.ninja(method, path, response)
            return response

        module.TestClient.request, module.TestAsyncClient.request = asking, asking_later

    def ninja(self, method: str, path: str, response: Any) -> None:
        try:
            body = None if response.streaming else response.content
            kind = response.headers.get("Content-Type", "")
            self.note(method, "/" + path.partition("?")[0].lstrip("/"), response.status_code, kind, body, part=True)
        except Exception:  # noqa: BLE001, S110 - an observation that fails must not change what is observed
            pass

    # ── what is kept ──

    def note(
        self, method: str, path: str, status: int, kind: str, body: bytes | None, function: Any = None,
        route: str = "", part: bool = False, filled: bool = False,
    ) -> None:  # fmt: skip
        """`body`: None where it can't be seen without being used up; `filled`: whether there is one all the same."""
        try:
            if not status or len(path) > PATH or made_by_a_test(function):
                return
            self.observed += 1
            said, whole = None, body is not None and len(body) <= BODY
            if whole and body and JSON.search(kind):
                said = body.decode("utf-8", "replace")
            self._keep(method.upper(), path, status, kind, said, whole, bool(body) or filled, route, part)
        except Exception:  # noqa: BLE001, S110 - an observation that fails must not change what is observed
            pass

    def _keep(
        self, method: str, path: str, status: int, kind: str, said: str | None, whole: bool, filled: bool, route: str,
        part: bool,
    ) -> None:  # fmt: skip
        shape = route or "/".join("*" if MADE_UP.fullmatch(one) else one for one in path.split("/"))
        answer = (method, shape, status)
        try:
            key = (*answer, kind, repr(form(json.loads(said))) if said is not None else filled)
        except ValueError:
            key = (*answer, kind, "no JSON")
        if key in self.found or len(self.found) >= MOST or self.forms.get(answer, 0) >= FORMS:
            return
        if self.bytes + len(said or "") > ALL:
            return
        self.bytes += len(said or "")
        self.forms[answer] = self.forms.get(answer, 0) + 1
        self.found[key] = {
            "method": method, "path": path, "status": status, "type": kind[:200], "body": said, "whole": whole,
            "filled": filled, "part": part, "node": self.node,
        }  # fmt: skip


class Answer:
    """A response of ASGI, put together from its messages."""

    def __init__(self) -> None:
        self.status = 0
        self.type = ""
        self.body: bytes | None = b""
        self.filled = False

    def take(self, message: Any) -> None:
        if message.get("type") == "http.response.start":
            self.status = int(message.get("status", 0))
            for name, value in message.get("headers", ()):
                if bytes(name).lower() == b"content-type":
                    self.type = bytes(value).decode("latin-1")
                elif bytes(name).lower() == b"content-encoding":
                    self.body = None
        elif message.get("type") == "http.response.body":
            more = message.get("body", b"")
            self.filled = self.filled or bool(more)
            if self.body is not None:
                self.body = self.body + bytes(more) if len(self.body) + len(more) <= BODY else None


def made_by_a_test(function: Any) -> bool:
    """Return whether the function that answered stands in a test file."""
    for _ in range(10):
        inner = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
        if inner is None:
            break
        function = inner
    function = getattr(function, "view_class", None) or getattr(function, "cls", None) or function
    if isinstance(function, type):
        module = sys.modules.get(function.__module__)
        file = getattr(module, "__file__", None)
    else:
        file = getattr(getattr(function, "__code__", None), "co_filename", None)
    return bool(file) and role_of(file)[0] == TEST
