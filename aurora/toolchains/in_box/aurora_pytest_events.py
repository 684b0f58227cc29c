"""A pytest plugin that tells the judge outside what happened, one JSON line an event, over a pipe of its own.

Standard library, pytest 6 to 9 and the files beside it only, Python 3.8 and later: it runs in the *project's*
interpreter (`-p aurora_pytest_events`). `aurora_events` says what is told, and what of the environment is read.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Generator, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import aurora_pytest_sentinels as sentinels  # type: ignore[import-not-found]  # beside this file, in the box
import pytest
from _pytest.config import PytestPluginManager
from aurora_coverage import Measuring  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import (  # type: ignore[import-not-found]  # beside this file, in the box
    BAD_FIXTURE,
    BASE,
    MESSAGE_BYTES,
    OUTPUT_BYTES,
    Pipe,
    analyse,
    cut,
    relative,
)  # fmt: skip
from aurora_witness import Witness  # type: ignore[import-not-found]  # beside this file, in the box

ASSERTIONS = (AssertionError, pytest.fail.Exception)


def unanalysed(report: Any) -> dict[str, Any]:
    """Make a report that nobody annotated: another plugin made it (a crashed xdist worker, a strict xpass)."""
    text = str(getattr(report, "longrepr", "") or "")
    kind = "fixture" if getattr(report, "when", "call") in ("setup", "teardown") else "test_code"
    if "[XPASS(strict)]" in text:
        kind = "assertion"
    return {"kind": kind, "exc": "", "message": cut(text, MESSAGE_BYTES), "frame": "", "line_text": ""}


# ── the hooks ────────────────────────────────────────────────────────────────────────────────────────────────────


class Events:
    def __init__(self, config: Any, pipe: Pipe) -> None:
        self.pipe = pipe
        self.root = str(getattr(config, "rootpath", None) or config.rootdir)
        self.listed = False

    def node(self, nodeid: str) -> tuple[str, str]:
        """(test id, path), both from the repository's root whatever rootdir pytest chose."""
        path, mark, rest = nodeid.partition("::")
        whole = os.path.normpath(Path(self.root, path))
        path = relative(whole) or path
        return path + mark + rest, path

    def collected(self, nodeids: Iterator[str]) -> None:
        if not self.listed:
            self.listed = True
            for nodeid in nodeids:
                node, path = self.node(nodeid)
                self.pipe.send("collected", node=node, path=path)

    def pytest_plugin_registered(self, plugin: Any) -> None:
        path = relative(getattr(plugin, "__file__", None) or "/") if isinstance(plugin, ModuleType) else None
        if path is not None:
            self.pipe.send("plugin", path=path, made=made(plugin.__file__))

    def pytest_collection_finish(self, session: Any) -> None:
        if session.items:
            self.collected(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Any) -> None:
        self.collected(iter(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        node = self.node(nodeid)[0]
        self.pipe.send("start", node=node)
        WITNESS.begin(node)

    def pytest_runtest_logreport(self, report: Any) -> None:
        outcome = report.outcome
        if outcome == "rerun":
            return
        if hasattr(report, "wasxfail"):
            outcome = {"skipped": "xfailed", "passed": "xpassed"}.get(outcome, outcome)
        facts: dict[str, Any] = {}
        if outcome == "failed":
            facts = getattr(report, "aurora", None) or unanalysed(report)
            shown = "\n".join(f"--- {name}\n{text}" for name, text in report.sections)
            facts = {**facts, "output": cut(shown, OUTPUT_BYTES)}
        elif outcome == "skipped" and isinstance(report.longrepr, tuple):
            facts = {"message": cut(str(report.longrepr[-1]), 400)}
        self.pipe.send(
            "result",
            node=self.node(report.nodeid)[0],
            when=report.when,
            outcome=outcome,
            seconds=round(float(report.duration), 4),
            sub=type(report).__name__ in ("SubtestReport", "SubTestReport"),
            **facts,
        )

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            facts = getattr(report, "aurora", None) or {**unanalysed(report), "kind": "test_code"}
            self.pipe.send("collect_error", node=self.node(report.nodeid)[0], **facts)

    def pytest_internalerror(self, excrepr: Any) -> None:
        self.pipe.send("internal_error", message=cut(str(excrepr), MESSAGE_BYTES))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> Generator[None, Any, None]:
        ended = yield
        elsewhere = session.config.pluginmanager.hasplugin("dsession")
        apart = "the tests run in processes of pytest-xdist" if elsewhere else ""
        MEASURING.tell(self.pipe, apart)
        WITNESS.tell(self.pipe, apart)
        why = sentinels.why_not(session) if ended.excinfo is None else "the run was broken off"
        if why or self.pipe.fd < 0:
            self.pipe.send("no_sentinels", message=why)
            return
        for facts in sentinels.played(session):
            self.pipe.send("sentinel", **facts)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: Any) -> None:
        self.pipe.send("session", exit=int(exitstatus))


def made(path: str) -> bool:
    """Return whether the code under test made a file: what was there before belongs to another user, where there is
    one."""
    try:
        return os.getuid() == Path(path).stat().st_uid != Path(BASE).stat().st_uid
    except OSError:
        return True


class OfTheRepository:
    """Finds the repository's modules behind all others, and none of its distributions."""

    def __init__(self, path: list[str]) -> None:
        self.path = path

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return PathFinder.find_spec(name, self.path, target) if path is None else None


def only_installed(load: Any) -> Any:
    """Loading by entry points, as if the repository were not on the path: metadata that lies there makes no plugin, and
    its modules stand before no installed one. A plugin that the project itself is has its metadata in the image."""

    @functools.wraps(load)
    def loading(*given: Any, **named: Any) -> Any:
        inside = [(at, entry) for at, entry in enumerate(sys.path) if relative(entry or ".") is not None]
        sys.path[:] = [entry for entry in sys.path if relative(entry or ".") is None]
        finder = OfTheRepository([entry for _, entry in inside])
        sys.meta_path.append(finder)
        try:
            return load(*given, **named)
        finally:
            sys.meta_path.remove(finder)
            for at, entry in inside:
                sys.path.insert(min(at, len(sys.path)), entry)
            # pytest-xdist keeps the path for its workers as it is when it is loaded
            kept = getattr(sys.modules.get("xdist.plugin"), "_sys_path", None)
            if isinstance(kept, list):
                kept[:] = sys.path

    return loading


LOAD = "load_setuptools_entrypoints"
setattr(PytestPluginManager, LOAD, only_installed(getattr(PytestPluginManager, LOAD)))


def outside(path: Path) -> bool:
    """Return whether a link leads a walk out of the repository, or back into a folder that it is walking already: `up
    -> ..` would make pytest collect the whole file system, or the suite itself, forty times over.

    What lies below a link was judged at the link."""
    if not path.is_symlink() or not path.is_dir():
        return False
    real = os.path.realpath(path)
    if real != BASE and not real.startswith(BASE + os.sep):
        return True
    return any(os.path.realpath(above) == real for above in path.parents)


if int(pytest.__version__.split(".")[0]) >= 7:

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(collection_path: Any) -> Any:
        return True if outside(collection_path) else None

else:

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(path: Any) -> Any:  # type: ignore[misc]  # one of the two is defined
        return True if outside(Path(str(path))) else None


PIPE = Pipe()
# told at once: a conftest that does not load ends pytest before any hook
PIPE.send("begin", base=BASE, pytest=pytest.__version__, python=".".join(map(str, sys.version_info[:3])))
MEASURING = Measuring()
WITNESS = Witness()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Events(config, PIPE), "aurora-events")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call: Any) -> Generator[None, Any, None]:
    result = yield
    report = result.get_result()
    if report.failed and call.excinfo is not None:
        exc = call.excinfo.value
        text = call.excinfo.exconly(tryshort=True)
        if type(exc).__name__ in BAD_FIXTURE:
            text = str(report.longrepr)
        report.aurora = analyse(exc, call.when, text, ASSERTIONS)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    result = yield
    report = result.get_result()
    call = getattr(report, "call", None)
    if report.failed and call is not None and call.excinfo is not None:
        report.aurora = analyse(call.excinfo.value, "collect", call.excinfo.exconly(tryshort=True), ASSERTIONS)
