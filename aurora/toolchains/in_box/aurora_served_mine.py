"""What a served Python application does for a request, told to the driver that exercises it: SQL statements, and the
exceptions of GraphQL resolvers.

Standard library and whatever the project has, Python 3.8 and later: it runs in the *project's* interpreter.
AURORA_SERVED is a folder that the application may write to and the driver may read; without it nothing is observed.
Each process adds to a file of its own there, a JSON object a line: `statement` (without its values) with `at` (the
innermost line of the project), or `raised` (the class) with `said`, `path` (of the answer), `at`, `deliberate` (whether
a `raise` of the project's own raised it). The driver sends one request after the other, so that a line belongs to the
last one.

Loaded as `sitecustomize` imports it, from a folder in front of PYTHONPATH, before anything of the project.
"""

from __future__ import annotations

import contextlib
import functools
import json
import linecache
import os
import re
import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from aurora_stacks import PROJECT, Seen, role_of  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_statements import Statements, normalised  # type: ignore[import-not-found]  # beside this file, in the box

FOLDER = os.environ.get("AURORA_SERVED", "")
MOST = 100_000
"""Lines of one process."""
TEXT = 300
ASKS = re.compile(r"\s*(?:/\*.*?\*/\s*)*(?:select|with|insert|update|delete|replace|merge|call)\b", re.I | re.S)
"""Of statements, those that a request makes: no savepoints, no settings of a session."""
HOOKED = {
    "sqlalchemy", "django.db.backends.utils", "psycopg", "pymysql.cursors", "asyncpg", "peewee", "aiosqlite",
    "graphql.execution.execute",
}  # fmt: skip


class Told:
    """The file of this process; a forked child gets one of its own."""

    def __init__(self) -> None:
        self._pid = 0
        self._fd = -1
        self._lines = 0

    def line(self, **facts: Any) -> None:
        """Never raises: what can't be told is not told."""
        try:
            if self._pid != os.getpid():
                self._pid, self._lines = os.getpid(), 0
                name = f"{FOLDER}/{self._pid}.jsonl"
                self._fd = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            self._lines += 1
            if self._lines <= MOST:
                os.write(self._fd, (json.dumps(facts) + "\n").encode())
        except (OSError, ValueError, TypeError):
            pass


class Counted(Statements):  # type: ignore[misc]  # its module is beside this one, in the box
    """Every statement is told, whoever made it."""

    def __init__(self, told: Told) -> None:
        super().__init__(lambda *_: None, lambda _: None)
        self.told = told

    def _judge(self, statement: str, frames: list[Seen]) -> None:
        if ASKS.match(statement):
            own = next((one for one in frames if one.role == PROJECT), None)
            self.told.line(statement=normalised(statement)[:TEXT], at=str(own) if own is not None else "")


class Hook:
    """Finds a module as everybody does, and looks at it once it was executed."""

    def __init__(self, told: Told, statements: Counted) -> None:
        self.told, self.statements = told, statements

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        if name not in HOOKED:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None and finder is not self else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = Watching(spec.loader, functools.partial(self._executed, name))
                return spec  # type: ignore[no-any-return]
        return None

    def _executed(self, name: str, module: Any) -> None:
        if name == "graphql.execution.execute":
            self._resolvers(module)
        else:
            self.statements.wrap()

    def _resolvers(self, module: Any) -> None:
        """The engine hands every exception of a resolver to this function, with the path in the answer."""
        located = getattr(module, "located_error", None)
        if located is None:
            return

        @functools.wraps(located)
        def watched(original: Any, nodes: Any = None, path: Any = None) -> Any:
            if isinstance(original, BaseException):
                self.told.line(**_exception(original, path))
            return located(original, nodes, path)

        module.located_error = watched


class Watching:
    """A loader that does what another does, and tells of it."""

    def __init__(self, loader: Any, executed: Any) -> None:
        self._loader, self._executed = loader, executed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._loader.exec_module(module)
        with contextlib.suppress(Exception):  # an observation that fails must not change what is observed
            self._executed(module)


def _exception(original: BaseException, path: Any) -> dict[str, Any]:
    steps = traceback.extract_tb(original.__traceback__)
    last = steps[-1] if steps else None
    role, place = role_of(last.filename) if last is not None else ("", "")
    line = linecache.getline(last.filename, last.lineno or 0).strip() if last is not None else ""
    return {
        "raised": type(original).__name__,
        "said": str(original)[:TEXT],
        "path": list(path) if path is not None else None,
        "at": f"{place.rpartition('site-packages/')[2]}:{last.lineno}" if last is not None else "",
        "deliberate": role == PROJECT and re.match(r"raise\b", line) is not None,
    }


def begin() -> None:
    told = Told()
    statements = Counted(told)
    told.line(begun=os.getpid())
    import sqlite3  # noqa: F401 - before the project takes `connect` out of it

    statements.wrap()
    sys.meta_path.insert(0, Hook(told, statements))


if FOLDER:
    with contextlib.suppress(Exception):  # what can't be observed is served all the same; the driver says so
        begin()
