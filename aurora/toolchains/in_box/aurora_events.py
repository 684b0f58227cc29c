"""The common parts of the plugins of Python's test runners: the pipe to the judge outside, and what an exception means.

Standard library only, Python 3.8 and later: it runs in the *project's* interpreter. Environment, read once and removed,
so that tests do not see it:

AURORA_EVENTS_FD    the pipe's descriptor; without it (an xdist worker) nothing is written, reports are annotated only
AURORA_KEY_FD       the descriptor of a pipe with the key of the events' seals; without it they have none
AURORA_REPOSITORY   the repository's root, relative to the working directory; default `.`
AURORA_TEST_FILES   what is a test or loaded beside the tests, as a JSON list of regular expressions, each for a whole
                    path relative to the repository's root: the judge's own rule (`project_tests.py`)

Events are JSON, one a line, and carry `seq` (from 0, no gaps) and `t`: begin, collected, start, result, collect_error,
internal_error, coverage, no_coverage, sentinel, no_sentinels, session. `aurora/domain/sealed_events.py` says what a
seal is. Test ids and paths are relative to the repository's root. Texts are cut here, so that the pipe's reader need
not trust us.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import hmac
import json
import linecache
import os
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from aurora_absent import Verdict, judged  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_environment import lacked, mocked  # type: ignore[import-not-found]  # beside this file, in the box

MESSAGE_BYTES = 4096
CIRCLE = 12
"""Imports of a circle that are told."""
PARTIAL = re.compile(r"partially initialized module '([\w.]+)'")
OUTPUT_BYTES = 2048
NOT_OURS = ("site-packages", "dist-packages", ".venv", "venv", ".tox", ".nox", "node_modules")
ABSENT = re.compile(r"\b(404|405|501)\b")
ABOUT_STATUS = re.compile(r"status|Response \[|Response<|<Response", re.IGNORECASE)
# exceptions of pytest itself that mean "the test is not well formed"; known by name to span its versions
OF_HTTP = ("HTTPStatusError", "HTTPError", "ClientResponseError", "ContentTypeError")
BAD_FIXTURE = ("FixtureLookupError", "ScopeMismatchError")
ASYNC_UNSUPPORTED = "async def function"
SERVING = re.compile(
    r"(^|/)(django/core/handlers/\w+\.py \w+|(django/views/generic/base|rest_framework/views)\.py dispatch"
    r"|(starlette|fastapi)/routing\.py \w+|flask/app\.py (full_dispatch|dispatch)_request"
    r"|falcon/app\.py __call__|tornado/web\.py _execute)"
)
"""The places where a framework calls the application to answer a request: `path function` of a frame."""

BASE = os.path.realpath(os.environ.pop("AURORA_REPOSITORY", "."))
_TEST_FILES = os.environ.pop("AURORA_TEST_FILES", "[]")


def cut(text: str, limit: int) -> str:
    """Head and tail of a text, at most `limit` bytes of UTF-8, without the checkout's absolute path."""
    raw = text.replace(BASE + os.sep, "").encode("utf-8", "backslashreplace")
    if len(raw) <= limit:
        return raw.decode("utf-8")
    half = (limit - 32) // 2
    head, tail = raw[:half].decode("utf-8", "ignore"), raw[-half:].decode("utf-8", "ignore")
    return f"{head}\n[... {len(raw) - 2 * half} bytes ...]\n{tail}"


class Pipe:
    """Owned by the process that loaded the plugin: a forked child stays silent, a started one does not inherit it."""

    def __init__(self) -> None:
        self.fd = -1
        self.seq = 0
        self.pid = os.getpid()
        self.key = b""
        given = os.environ.pop("AURORA_EVENTS_FD", "")
        if given.isdigit():
            self.fd = fcntl.fcntl(int(given), fcntl.F_DUPFD_CLOEXEC, 3)
            os.close(int(given))
        given = os.environ.pop("AURORA_KEY_FD", "")
        if given.isdigit():
            self.key = os.read(int(given), 64)
            os.close(int(given))

    def send(self, event: str, /, **facts: Any) -> None:
        if self.fd < 0 or os.getpid() != self.pid:
            return
        line = json.dumps({"seq": self.seq, "t": event, **facts}, ensure_ascii=True).encode("ascii")
        self.seq += 1
        rest = self.sealed(line) + b"\n"
        while rest:
            rest = rest[os.write(self.fd, rest) :]

    def sealed(self, line: bytes) -> bytes:
        if not self.key:
            return line
        tag = hmac.new(self.key, line, "sha256").hexdigest()[:32].encode("ascii")
        self.key = hashlib.sha256(self.key).digest()  # what was told can't be sealed again
        return tag + b" " + line


# ── where an exception came from, and what it means ──────────────────────────────────────────────────────────────


def relative(path: str) -> str | None:
    """The path below the repository's root; none for one outside, or in an environment kept inside, or for source that
    is in no file (`<string>`)."""
    if path.startswith("<"):
        return None
    if not Path(path).is_absolute() and not Path(path).exists():
        return None  # compiled modules name a source that is not here: `lib/sqlalchemy/engine/_row_cy.py`
    real = os.path.realpath(path)
    if real != BASE and not real.startswith(BASE + os.sep):
        return None
    rel = os.path.relpath(real, BASE).replace(os.sep, "/")
    return None if any(part in NOT_OURS for part in rel.split("/")) else rel


@functools.cache
def test_files() -> tuple[re.Pattern[str], ...]:
    """Compiled when first asked: most runs have no red test. A pattern that is none here names nothing."""
    found = []
    for pattern in json.loads(_TEST_FILES):
        with contextlib.suppress(re.error):
            found.append(re.compile(pattern))
    return tuple(found)


def is_test_file(path: str) -> bool:
    return any(pattern.fullmatch(path) for pattern in test_files())


def chain(exc: BaseException | None) -> Iterator[BaseException]:
    """The exception, what caused it, and the members of groups (told by shape: they are newer than 3.8)."""
    waiting = [exc]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        members = getattr(one, "exceptions", None)
        if isinstance(members, (tuple, list)):
            waiting.extend(m for m in members if isinstance(m, BaseException))
        inner = getattr(one, "excinfo", None)  # pytest's ConftestImportFailure keeps its cause here in old versions
        if isinstance(inner, tuple) and len(inner) == 3:
            waiting.append(inner[1])
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))


def frames(exc: BaseException) -> Iterator[tuple[str, int, str]]:
    """(path, line, function) of the traceback's frames inside the repository, outermost first."""
    step: TracebackType | None = exc.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        path = relative(code.co_filename)
        if path is not None:
            yield path, step.tb_lineno, code.co_name
        step = step.tb_next


def circle(exc: BaseException, message: str) -> str:
    """The imports that lead from a module back to it, where that is why its import failed; empty else."""
    named = PARTIAL.search(message)
    if named is None:
        return ""
    places, begun = [], False
    step: TracebackType | None = exc.__traceback__
    while step is not None:
        frame = step.tb_frame
        begun = begun or frame.f_globals.get("__name__") == named.group(1)
        path = relative(frame.f_code.co_filename)
        if begun and path is not None and frame.f_code.co_name == "<module>":
            places.append((path, step.tb_lineno))
        step = step.tb_next
    if not places:
        return ""
    said = " imports ".join(f"{path}:{line}" for path, line in places[:CIRCLE])
    return f"{said} imports {places[0][0]}"


def while_serving(exc: BaseException) -> bool:
    """Return whether a framework was answering a request, below the last frame in the repository: a client of tests
    raises what the application did not handle, and what is only declared (a view set) has no frame of its own."""
    served = False
    step = exc.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if relative(code.co_filename) is not None:
            served = False
        elif not served:
            served = SERVING.search(f"{code.co_filename.replace(os.sep, '/')} {code.co_name}") is not None
        step = step.tb_next
    return served


def last_frame(exc: BaseException) -> tuple[str, int, str] | None:
    members = getattr(exc, "exceptions", None)
    if isinstance(members, (tuple, list)) and members and isinstance(members[0], BaseException):
        inner = last_frame(members[0])
        if inner is not None:
            return inner
    if isinstance(exc, SyntaxError) and exc.filename:
        path = relative(exc.filename)
        if path is not None:
            return path, exc.lineno or 0, "<module>"
    found = next(iter(reversed(list(frames(exc)))), None)
    if found is None and exc.__cause__ is not None:
        return last_frame(exc.__cause__)
    return found


def kind_of(
    exc: BaseException,
    when: str,
    message: str,
    frame: tuple[str, int, str] | None,
    line_text: str,
    assertions: tuple[type[BaseException], ...],
    verdict: Verdict,
) -> str:
    everything = list(chain(exc))
    name = type(exc).__name__
    if any(isinstance(e, NotImplementedError) for e in everything):
        return "not_implemented"
    late = "Timeout" in name or isinstance(exc, TimeoutError) or re.match(r"(Failed: )?Timeout\b", message)
    if late and not mocked(exc):
        return "timeout"
    if any(isinstance(e, SyntaxError) for e in everything):
        return "syntax"
    if isinstance(exc, ImportError) or (when == "collect" and any(isinstance(e, ImportError) for e in everything)):
        return "import"
    if lacked(exc):
        return "environment"
    absent = verdict.absent and when in ("call", "setup") and name not in BAD_FIXTURE
    asserted = isinstance(exc, assertions)
    of_http = name in OF_HTTP or (asserted and ABOUT_STATUS.search(message + line_text))
    absent_route = of_http and ABSENT.search(message)
    if when in ("setup", "teardown") or name in BAD_FIXTURE:
        # a set-up that posts what the test then reads fails for the missing route, too
        return "http_status" if absent_route and when == "setup" else "absent" if absent else "fixture"
    if ASYNC_UNSUPPORTED in message and "not natively supported" in message:
        return "test_code"
    if absent_route:
        return "http_status"
    if (asserted or name in OF_HTTP) and when != "collect":
        return "assertion"  # `raise_for_status()` asserts that there is no error
    if absent:
        return "absent"
    own = frame is None or is_test_file(frame[0])
    return "test_code" if own and not while_serving(exc) else "application"


def analyse(
    exc: BaseException, when: str, text: str, assertions: tuple[type[BaseException], ...] = (AssertionError,)
) -> dict[str, Any]:
    """Plain values only: an xdist worker sends them to the controller inside its report.

    `assertions`: what a runner has for "this is not as expected"."""
    root = exc
    if when == "collect" or type(exc).__name__ in ("CollectError", "ConftestImportFailure"):
        root = next((e for e in chain(exc) if type(e).__name__ not in ("CollectError", "ConftestImportFailure")), exc)
    frame = last_frame(root)
    line_text = linecache.getline(str(Path(BASE, frame[0])), frame[1]).strip() if frame else ""
    message = text if root is exc else "".join(traceback.format_exception_only(type(root), root)).strip()
    round_trip = circle(root, message)
    message += f"\nThe imports go in a circle: {round_trip}." if round_trip else ""
    verdict = judged(root, when, relative, is_test_file)
    return {
        "kind": kind_of(root, when, message, frame, line_text, assertions, verdict),
        "lacks": verdict.lacks[:200],
        "exc": f"{type(root).__module__}.{type(root).__qualname__}",
        "message": cut(message, MESSAGE_BYTES),
        "frame": f"{frame[0]}:{frame[1]} in {frame[2]}" if frame else "",
        "line_text": line_text[:400],
    }
