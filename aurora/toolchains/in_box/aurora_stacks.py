"""Stacks of the process under test, read frame by frame: which frames are of the project, and which of its lines a
task has changed.

Standard library only, Python 3.8 and later: it runs in the *project's* interpreter. AURORA_WATCH is a JSON object,
read once and removed: `changed` (path -> ranges of lines, from the repository's root) and `repeated`, a number.
"""

from __future__ import annotations

import ast
import bisect
import functools
import json
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aurora_events import BASE, SERVING, is_test_file, relative  # type: ignore[import-not-found]  # beside this file

WANTED: dict[str, Any] = json.loads(os.environ.pop("AURORA_WATCH", "") or "{}")
HERE = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120 - compared with names of code, as text
STANDARD = tuple({os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib")})
COROUTINE = 0x80 | 0x100 | 0x200
"""CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_ASYNC_GENERATOR."""
DEPTH = 400
QUERYING = ("queryset", "serializer_class", "get_serializer", "paginat")
"""Attributes of a declared view that say which rows are read, and how they are shown."""
TEST, PROJECT, STDLIB, LIBRARY, IMPORTING, OURS = "test", "project", "standard", "library", "importing", "ours"
BUSY = threading.local()
"""True if this thread is inside of an observation: what it opens then is nobody's call."""


class SeenFrame(NamedTuple):
    """A frame."""

    frame: Any
    role: str
    path: str
    """Path from the repository's root where it is of the project, else the code's own."""

    @property
    def line(self) -> int:
        return int(self.frame.f_lineno or 0)

    @property
    def name(self) -> str:
        return str(self.frame.f_code.co_name)

    @property
    def coroutine(self) -> bool:
        return bool(self.frame.f_code.co_flags & COROUTINE)

    @property
    def of_a_library(self) -> bool:
        return self.role in (LIBRARY, STDLIB)

    @property
    def serving(self) -> bool:
        """A framework that calls the application: what stands outside of it did not make the call."""
        place = f"{self.path.replace(os.sep, '/')} {self.name}"
        return self.of_a_library and SERVING.search(place) is not None

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.name}"


@functools.lru_cache(maxsize=20_000)
def role_of(file: str) -> tuple[str, str]:
    if file.startswith("<frozen importlib") or file == "<frozen zipimport>":
        return IMPORTING, file
    if file.startswith("<"):
        return LIBRARY, file
    path = relative(file)
    if path is not None:
        return (TEST if is_test_file(path) else PROJECT), path
    real = os.path.realpath(file)
    if real.startswith(HERE + os.sep):
        return OURS, file
    standard = real.startswith(STANDARD) and "site-packages" not in real and "dist-packages" not in real
    return (STDLIB if standard else LIBRARY), file


def stack() -> list[SeenFrame]:
    """Innermost first, without frames of ours; of a greenlet with the frames that it was started from."""
    found: list[SeenFrame] = []
    frame: Any = sys._getframe(1)
    greenlets = sys.modules.get("greenlet")
    current = greenlets.getcurrent() if greenlets is not None else None
    while frame is not None and len(found) < DEPTH:
        role, path = role_of(frame.f_code.co_filename)
        if role != OURS:
            found.append(SeenFrame(frame, role, path))
        frame = frame.f_back
        if frame is None and current is not None:
            current = current.parent
            frame = current.gr_frame if current is not None else None
    return found


# ── changed lines ────────────────────────────────────────────────────────────────────────────────────────────────


class ChangedFile:
    """A changed file of the project, by its syntax: a changed line counts for the whole simple statement it is of."""

    def __init__(self, path: str, ranges: list[list[int]]) -> None:
        given = {line for first, last in ranges for line in range(first, last + 1)}
        self.lines = set(given)
        self.classes: list[tuple[int, int, str]] = []
        self.loops: list[tuple[int, int, bool]] = []
        """Lines of a loop's body, and whether it goes over a literal."""
        self.functions: list[tuple[int, int]] = []
        try:
            text = Path(BASE, path).read_text(encoding="utf-8", errors="replace")
            tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError, RecursionError):
            self.text: list[str] = []
            return
        self.text = text.splitlines()
        constant = {
            target.id
            for one in tree.body
            if isinstance(one, ast.Assign) and literal(one.value)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
            if isinstance(node, ast.ClassDef):
                self.classes.append((first, last, node.name))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.append((min([first, *(d.lineno for d in node.decorator_list)]), last))
            elif isinstance(node, (ast.For, ast.AsyncFor)):
                self.loops.append((node.body[0].lineno, last, fixed(node.iter, constant)))
            elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                self.loops.append((first, last, all(fixed(one.iter, constant) for one in node.generators)))
            elif isinstance(node, ast.While):
                self.loops.append((first, last, False))
            if isinstance(node, ast.stmt) and not hasattr(node, "body") and last > first:
                span = range(first, last + 1)
                if given.intersection(span):
                    self.lines.update(span)
        self.ordered = sorted(self.lines)

    def within(self, first: int, last: int) -> bool:
        """Return whether a line of these was changed."""
        at = bisect.bisect_left(self.ordered, first)
        return at < len(self.ordered) and self.ordered[at] <= last

    def names(self, first: int, last: int, word: str) -> bool:
        """Return whether a changed line of these names a word."""
        return any(
            first <= line <= last and word in self.text[line - 1] for line in self.ordered if line <= len(self.text)
        )

    def function(self, line: int) -> tuple[int, int] | None:
        """The innermost function that a line is of."""
        around = [one for one in self.functions if one[0] <= line <= one[1]]
        return max(around) if around else None

    def over_literal(self, line: int) -> bool | None:
        """Return whether the innermost loop around a line goes over a literal; None without a loop."""
        around = [one for one in self.loops if one[0] <= line <= one[1]]
        return max(around)[2] if around else None


def literal(node: Any) -> bool:
    return isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)) or (
        isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("frozenset", "tuple", "set", "range")
        and all(isinstance(one, (ast.Constant, ast.Tuple, ast.List, ast.Set)) for one in node.args)
    )  # fmt: skip


def fixed(node: Any, constant: set[str]) -> bool:
    """Return whether a loop goes over what the code itself states: its number of turns does not grow with the data."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("items", "values", "keys")
    ):
        node = node.func.value
    return literal(node) or (isinstance(node, ast.Name) and node.id in constant)


@functools.lru_cache(maxsize=2_000)
def changed_file(path: str) -> ChangedFile | None:
    ranges = WANTED.get("changed", {}).get(path)
    return ChangedFile(path, ranges) if ranges else None


@functools.lru_cache(maxsize=2_000)
def any_file(path: str) -> ChangedFile:
    """The lines of a file of the project that may not have changed."""
    return changed_file(path) or ChangedFile(path, [])


class Changed(NamedTuple):
    """The place where a stack is of what the task changed."""

    path: str
    line: int
    function: str
    certain: bool
    """True if the very line was changed, and not another line of its function or class."""


def calling(frames: list[SeenFrame]) -> Iterator[SeenFrame]:
    """The frames that made a call, innermost first: from the call to the framework that called the application."""
    begun = False
    for seen in frames:
        if seen.role == TEST or seen.serving or (begun and seen.of_a_library and seen.coroutine):
            return
        begun = begun or seen.role == PROJECT
        yield seen


def changed(frames: list[SeenFrame]) -> Changed | None:
    """The innermost frame that stands in a changed line; else one in a function of which another line was changed."""
    near = None
    for seen in calling(frames):
        file = changed_file(seen.path) if seen.role == PROJECT else None
        if file is None:
            continue
        if seen.line in file.lines:
            return Changed(seen.path, seen.line, seen.name, True)
        around = file.function(seen.line)
        if near is None and around is not None and file.within(*around):
            near = Changed(seen.path, seen.line, seen.name, False)
    return near


@functools.lru_cache(maxsize=2_000)
def declared(kind: type) -> tuple[str, int, int] | None:
    """(path, first line, last line) of a class of the project that has changed."""
    module = sys.modules.get(kind.__module__)
    role, path = role_of(getattr(module, "__file__", None) or "<none>")
    file = changed_file(path) if role == PROJECT else None
    for first, last, name in file.classes if file is not None else ():
        if name == kind.__name__:
            return path, first, last
    return None


def declaring(frames: list[SeenFrame]) -> Changed | None:
    """The innermost frame of a library that works for a changed class of the project: a declared view or serialiser has
    no frame of its own. Certain where the class is new, or a changed line names the field that is being read."""
    near = None
    for seen in frames:
        if seen.role == TEST:
            return near
        code = seen.frame.f_code
        if seen.role != LIBRARY or not code.co_argcount or code.co_varnames[0] != "self":
            continue
        values = seen.frame.f_locals
        kind: Any = type(values.get("self"))
        place = declared(kind)
        if place is None:
            continue
        path, first, last = place
        file = changed_file(path)
        if file is None or not file.within(first, last):
            continue
        word = str(getattr(values.get("field"), "field_name", None) or "")
        words = [word] if word else QUERYING
        sure = file.within(first, first) or any(file.names(first, last, one) for one in words)
        here = Changed(path, first, type(values["self"]).__name__, sure)
        if sure:
            return here
        near = near or here
    return near
