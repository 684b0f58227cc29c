"""Calls that block a running event loop, seen as they are made.

Standard library only, Python 3.8 and later: it runs in the *project's* interpreter. Audit events tell of files, sockets
and processes; functions that raise none are wrapped. Nothing is refused: blockbuster, whose list of functions this
follows, raises in the call, so what comes after the first one is never seen, and it replaces methods of built-in
types, for which it needs a compiled module of the project's own interpreter.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from asyncio.events import _get_running_loop
from collections.abc import Callable
from typing import Any

from aurora_stacks import (  # type: ignore[import-not-found]  # beside this file, in the box
    BUSY,
    IMPORTING,
    LIBRARY,
    PROJECT,
    STDLIB,
    TEST,
    Changed,
    SeenFrame,
    changed,
    stack,
)

FILES = {
    "pathlib", "io", "_io", "_pyio", "shutil", "tempfile", "json", "csv", "os", "zipfile", "gzip", "tarfile",
    "fileinput", "glob", "codecs", "pickle", "configparser", "shelve", "dbm", "tomllib", "contextlib",
}  # fmt: skip
"""Modules of the standard library by which code opens files of its own accord; others open some for themselves."""
SAME = (
    "open", "os.listdir", "os.scandir", "os.system", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname",
    "shutil.copyfile", "shutil.rmtree", "shutil.copytree", "sqlite3.connect",
)  # fmt: skip
AUDITED = {
    **{name: name for name in SAME},
    "subprocess.Popen": "subprocess",
    "smtplib.connect": "smtplib",
    "ftplib.connect": "ftplib",
    "urllib.Request": "urllib.request",
}
"""Audit event -> how it is called in a finding."""
OF_FILES = ("open", "os.listdir", "os.scandir", "shutil.copyfile", "shutil.rmtree", "shutil.copytree")
STARTING = ("lifespan", "startup", "on_startup", "shutdown", "on_shutdown", "main", "_main", "setup", "on_event")
"""Coroutines that run before a server answers, or after: nobody waits for the loop then."""
OF_TESTS = (
    "pytest",
    "_pytest",
    "pytest_asyncio",
    "unittest",
    "aiounittest",
    "nose",
    "hypothesis",
    "starlette.testclient",
)
WRAPPED = {
    "requests.sessions": (("Session", "request"), ("Session", "send")),
    "httpx": (("Client", "send"),),
    "urllib3.connectionpool": (("HTTPConnectionPool", "urlopen"),),
    "redis.client": (("Redis", "execute_command"), ("Pipeline", "execute")),
    "botocore.client": (("BaseClient", "_make_api_call"),),
    "psycopg2": (("", "connect"),),
    "psycopg": (("Connection", "connect"), ("Cursor", "execute"), ("Connection", "execute")),
    "pymysql.cursors": (("Cursor", "execute"),),
    "pymongo.collection": tuple(
        ("Collection", name) for name in ("find_one", "insert_one", "insert_many", "update_one", "update_many",
        "delete_one", "delete_many", "count_documents", "aggregate", "find_one_and_update", "replace_one")
    ),
    "smtplib": (("SMTP", "sendmail"), ("SMTP", "send_message")),
}  # fmt: skip
"""Functions of libraries that block: `(class, method)` by module. They count though a test's double answers at once."""

Tell = Callable[[str, Changed, "list[SeenFrame]"], None]


class Blocking:
    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.asked = 0
        """Calls that were made while a loop ran."""
        self.done: set[str] = set()

    def begin(self) -> None:
        sleep = time.sleep

        @functools.wraps(sleep)
        def watched_sleep(seconds: Any, /) -> None:
            if _get_running_loop() is not None and seconds > 0:
                self.called("time.sleep")
            sleep(seconds)

        time.sleep = watched_sleep
        sys.addaudithook(self.observe)

    def wrap(self) -> None:
        """Wrap the modules imported since."""
        for module, functions in WRAPPED.items():
            loaded = sys.modules.get(module)
            if loaded is None or module in self.done:
                continue
            self.done.add(module)
            for owner, name in functions:
                holder = getattr(loaded, owner, None) if owner else loaded
                function = getattr(holder, name, None)
                if function is None or not hasattr(function, "__get__") or hasattr(function, "__self__"):
                    continue
                setattr(holder, name, self.watching(function, f"{module.partition('.')[0]}.{name.lstrip('_')}"))

    def watching(self, function: Any, what: str) -> Any:
        @functools.wraps(function)
        def watched(*given: Any, **named: Any) -> Any:
            if _get_running_loop() is not None:
                self.called(what)
            return function(*given, **named)

        return watched

    def observe(self, event: str, given: tuple[Any, ...]) -> None:
        what = AUDITED.get(event)
        if what is None or _get_running_loop() is None or getattr(BUSY, "on", False):
            return
        if event == "socket.connect" and given and given[0].gettimeout() == 0:
            return  # the loop's own way
        if event == "open" and not _of_a_file(given):
            return
        self.called(what, of_files=event in OF_FILES)

    def called(self, what: str, of_files: bool = False) -> None:
        """`of_files`: counts only where the project's code itself opens it; libraries load what they need once."""
        if getattr(BUSY, "on", False):
            return
        BUSY.on = True
        try:
            self.asked += 1
            frames = stack()
            if blocks(frames, of_files):
                place = changed(frames)
                if place is not None:
                    self.tell(what, place, frames)
        except Exception:  # noqa: BLE001, S110 - an observation that fails must not change what is observed
            pass
        finally:
            BUSY.on = False


def _of_a_file(given: tuple[Any, ...]) -> bool:
    path = given[0] if given else None
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False
    return not os.fsdecode(path).startswith(("/dev/", "/proc/", "/sys/"))


def blocks(frames: list[SeenFrame], of_files: bool) -> bool:
    """Return whether a call was made by a coroutine of the application, by way of functions of the project or of a
    library."""
    own = False
    for seen in frames:
        module = str(seen.frame.f_globals.get("__name__", ""))
        root = module.partition(".")[0]
        if seen.role in (TEST, IMPORTING) or module.startswith(OF_TESTS):
            return False
        if not own and root == "asyncio":
            return False  # the loop starts a process, resolves a name, has a thread do it
        if not own and of_files and seen.role != PROJECT and (seen.role != STDLIB or root not in FILES):
            return False
        own = own or seen.role == PROJECT
        if seen.coroutine:
            return own and seen.name not in STARTING
        if seen.role == LIBRARY and seen.name in STARTING:
            return False
    return False
