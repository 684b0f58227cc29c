"""SQL statements as they are executed, with the lines of the project that they come from.

Standard library and whatever of Django, SQLAlchemy and drivers the project has, Python 3.8 and later: it runs in the
*project's* interpreter. A statement that is repeated from one place while one request is answered is told with its
number; one that selects every column is told with its text.
"""

from __future__ import annotations

import contextvars
import functools
import re
import sys
import threading
from asyncio.events import _get_running_loop
from collections.abc import Callable
from typing import Any

from aurora_stacks import (  # type: ignore[import-not-found]  # beside this file, in the box
    BUSY,
    LIBRARY,
    PROJECT,
    TEST,
    WANTED,
    Changed,
    SeenFrame,
    any_file,
    changed,
    changed_file,
    declaring,
    role_of,
    stack,
)

MOST = 20_000
"""Places that are counted at a time."""
TEXT = 4_000
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|%\(\w+\)s|%s|\?|:\w+|\$\d+")
LISTED = re.compile(r"\(\s*\?(?:\s*,\s*\?)*\s*\)")
SPACE = re.compile(r"\s+")
READS = re.compile(r"\s*(?:/\*.*?\*/\s*)*(?:select|with)\b", re.IGNORECASE | re.DOTALL)
LOCKS = re.compile(r"\bfor\s+(?:no\s+key\s+)?update\b", re.IGNORECASE)
STAR = re.compile(r"\bselect\b[^;]*?\*", re.IGNORECASE | re.DOTALL)
ORM = ("sqlalchemy", "django", "peewee", "tortoise", "pony")
DRIVERS = {
    "psycopg": (("Cursor", "execute"), ("AsyncCursor", "execute")),
    "pymysql.cursors": (("Cursor", "execute"),),
    "asyncpg.connection": tuple(("Connection", name) for name in ("execute", "fetch", "fetchrow", "fetchval")),
    "peewee": (("Database", "execute_sql"),),
    "aiosqlite.core": (("Connection", "execute"),),
}
"""Methods that take a statement first: `(class, method)` by module."""
ENDPOINT: contextvars.ContextVar[Any] = contextvars.ContextVar("aurora_endpoint", default=None)
"""The function that answers a request of FastAPI: its result is turned into a response after it has returned."""

Tell = Callable[[str, str, Changed, "list[SeenFrame]", int], None]


class Answering:
    """One request of FastAPI."""

    def __init__(self, function: Any) -> None:
        self.function = function


class Statements:
    def __init__(self, tell: Tell, blocked: Callable[[str], None]) -> None:
        self.tell = tell
        self.blocked = blocked
        """Told of a statement by a driver that waits for its answer."""
        self.seen = 0
        self.watched: list[str] = []
        self.most = int(WANTED.get("repeated", 0) or 0)
        self.counts: dict[Any, int] = {}
        self.roots = threading.local()

    def end_of_test(self) -> None:
        self.counts.clear()
        self.roots = threading.local()

    # ── where statements are heard ──

    def wrap(self) -> None:
        """Wrap the modules imported since."""
        for module, hook in (
            ("sqlalchemy.engine", self._sqlalchemy), ("django.db.backends.utils", self._django),
            ("sqlite3", self._sqlite), ("fastapi.routing", self._fastapi),
        ):  # fmt: skip
            if module in sys.modules and module not in self.watched:
                self.watched.append(module)
                hook(sys.modules[module])
        for module, methods in DRIVERS.items():
            if module in sys.modules and module not in self.watched:
                self.watched.append(module)
                for owner, name in methods:
                    kind = getattr(sys.modules[module], owner, None)
                    if kind is not None and name in vars(kind):
                        setattr(kind, name, self._watching(getattr(kind, name)))

    def _sqlalchemy(self, _: Any) -> None:
        from sqlalchemy import event  # type: ignore[import-not-found]  # the project's
        from sqlalchemy.engine import Engine  # type: ignore[import-not-found]

        def executed(conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if _get_running_loop() is not None and not getattr(conn.dialect, "is_async", False):
                self.blocked(f"a statement by {conn.dialect.name}'s synchronous driver {conn.dialect.driver}")
            self.observe(statement)

        event.listen(Engine, "before_cursor_execute", executed)

    def _django(self, module: Any) -> None:
        for name in ("_execute", "_executemany"):
            setattr(module.CursorWrapper, name, self._watching(getattr(module.CursorWrapper, name)))

    def _sqlite(self, module: Any) -> None:
        connect = module.connect

        def traced(statement: str) -> None:
            if not getattr(BUSY, "on", False):
                self.observe(statement, raw=True)

        @functools.wraps(connect)
        def connecting(*given: Any, **named: Any) -> Any:
            connection = connect(*given, **named)
            connection.set_trace_callback(traced)
            return connection

        module.connect = connecting
        dbapi = sys.modules.get("sqlite3.dbapi2")
        if dbapi is not None:
            dbapi.connect = connecting  # type: ignore[attr-defined]  # it is what SQLAlchemy and Django take

    def _fastapi(self, module: Any) -> None:
        run = getattr(module, "run_endpoint_function", None)
        if run is None:
            return

        @functools.wraps(run)
        async def running(*given: Any, **named: Any) -> Any:
            ENDPOINT.set(Answering(getattr(named.get("dependant"), "call", None)))
            return await run(*given, **named)

        module.run_endpoint_function = running

    def _watching(self, function: Any) -> Any:
        @functools.wraps(function)
        def watched(owner: Any, statement: Any, *given: Any, **named: Any) -> Any:
            if isinstance(statement, str):
                self.observe(statement, raw=function.__name__ not in ("_execute", "_executemany", "execute_sql"))
            return function(owner, statement, *given, **named)

        return watched

    # ── what is made of one ──

    def observe(self, statement: str, raw: bool = False) -> None:
        """`raw`: of a driver, which an ORM may have called; then it was heard already."""
        if getattr(BUSY, "on", False):
            return
        BUSY.on = True
        try:
            frames = stack()
            if raw and _of_an_orm(frames):
                return
            self.seen += 1
            self._judge(statement, frames)
        except Exception:  # noqa: BLE001, S110 - an observation that fails must not change what is observed
            pass
        finally:
            BUSY.on = False
        if raw and _get_running_loop() is not None and "sqlite3" in str(frames[0].frame.f_globals.get("__name__")):
            self.blocked("sqlite3")

    def _judge(self, statement: str, frames: list[SeenFrame]) -> None:
        inner = next((one for one in frames if one.role in (PROJECT, TEST)), None)
        if inner is not None and inner.role == TEST:
            return
        if STAR.search(statement) and inner is not None:
            file = changed_file(inner.path)
            if file is not None and inner.line in file.lines:
                place = Changed(inner.path, inner.line, inner.name, True)
                self.tell("star", statement[:TEXT], place, frames, 1)
        if not self.most or not READS.match(statement) or LOCKS.search(statement):
            return
        answering = ENDPOINT.get() if inner is None else None
        root = answering or self._root(frames)
        if root is None or len(self.counts) > MOST:
            return
        way = tuple((one.frame.f_code, one.line) for one in _within(frames))
        key = (id(root), normalised(statement), way)
        count = self.counts[key] = self.counts.get(key, 0) + 1
        if count < self.most or _over_literal(frames):
            return
        place = changed(frames) or declaring(frames) or (_answered(answering) if answering else None)
        if place is not None:
            self.tell("repeated", normalised(statement)[:TEXT], place, frames, count)

    def _root(self, frames: list[SeenFrame]) -> Any:
        """The outermost frame that answers the request, or the call of a test: held so that its identity stays its own,
        until a statement of another is heard."""
        within = _within(frames)
        outer = next((one.frame for one in reversed(within) if one.role == PROJECT), None)
        outer = (
            outer if outer is not None else next((one.frame for one in reversed(within) if one.role == LIBRARY), None)
        )
        if getattr(self.roots, "held", None) is not outer:
            old = getattr(self.roots, "held", None)
            self.roots.held = outer
            self.counts = {key: count for key, count in self.counts.items() if key[0] != id(old)}
        return outer


def _within(frames: list[SeenFrame]) -> list[SeenFrame]:
    """The frames below the test's."""
    at = next((at for at, one in enumerate(frames) if one.role == TEST), len(frames))
    return frames[:at]


def _of_an_orm(frames: list[SeenFrame]) -> bool:
    for one in frames:
        if one.role in (PROJECT, TEST):
            return False
        if str(one.frame.f_globals.get("__name__", "")).partition(".")[0] in ORM:
            return True
    return False


def _over_literal(frames: list[SeenFrame]) -> bool:
    """Return whether the loop goes over what the code states, by the innermost loop of the project on the stack."""
    for one in _within(frames):
        if one.role == PROJECT:
            over = any_file(one.path).over_literal(one.line)
            if over is not None:
                return bool(over)
    return False


def _answered(answering: Answering) -> Changed | None:
    """The function that answered: what its response reads is read for it."""
    code: Any = getattr(answering.function, "__code__", None)
    role, path = role_of(code.co_filename) if code is not None else ("", "")
    file = changed_file(path) if role == PROJECT else None
    around = file.function(code.co_firstlineno) if file is not None and code is not None else None
    if file is None or around is None or not file.within(*around):
        return None
    return Changed(path, code.co_firstlineno, code.co_name, around[0] in file.lines)


def normalised(statement: str) -> str:
    """A statement without its values: equal for two that differ in them only."""
    text = SPACE.sub(" ", LITERAL.sub("?", statement)).strip()
    return LISTED.sub("(?)", text)
