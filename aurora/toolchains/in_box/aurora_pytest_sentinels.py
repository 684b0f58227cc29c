"""Two tests of our own at the end of a run, one that must fail and one that must pass, told apart from the project's.

PYTEST_DONT_REWRITE. Standard library and pytest 6 to 9 only. They go through everything of pytest that a test goes
through but its collection and the logging of reports: they are in no file, in no list of items, in no count, take no
fixture (not even automatic ones) and run when everything else was torn down, so that no suite needs to know of them.
Their names are made of the names of the project's own tests, and they give out that one of their files is theirs.
"""

from __future__ import annotations

import importlib
import keyword
import linecache
import os
import random
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

MUST = ("failed", "passed")
WORDS = ("value", "list", "user", "empty", "order", "state")
WEIGHT = ("passed", "skipped", "xfailed", "xpassed", "error", "failed")


def why_not(session: Any) -> str:
    """The reason why this run can have no sentinels; empty when it can."""
    if session.config.pluginmanager.hasplugin("dsession"):
        return "the tests run in processes of pytest-xdist, sentinels would not"
    if session.config.getoption("collectonly", False):
        return "nothing is run"
    return ""


def played(session: Any) -> Iterator[dict[str, Any]]:
    """The outcome of each sentinel. Whatever the project's hooks raise is told, not raised."""
    chance = random.SystemRandom()
    for must in chance.sample(MUST, 2):
        try:
            reports = runtestprotocol(_sentinel(session, must, chance), log=False, nextitem=None)
        except Exception as error:  # noqa: BLE001 - a hook of the project that takes no such item
            yield {"must": must, "outcome": "error", "message": f"{type(error).__name__}: {error}"}
        else:
            worst = max(reports, key=lambda report: WEIGHT.index(_outcome(report)))
            yield {"must": must, "outcome": _outcome(worst), "message": str(worst.longrepr or "")[-400:]}


def _outcome(report: Any) -> str:
    said = str(report.outcome)
    if hasattr(report, "wasxfail"):
        said = {"skipped": "xfailed", "passed": "xpassed"}.get(said, said)
    if said == "failed" and report.when != "call":
        return "error"
    return said if said in WEIGHT else "error"


def _sentinel(session: Any, must: str, chance: random.SystemRandom) -> Any:
    items = chance.sample(session.items, min(20, len(session.items)))
    words = {w for i in items for w in i.name.partition("[")[0].split("_") if w.isidentifier()}
    known = sorted(w for w in words - {"test"} if not keyword.iskeyword(w)) or WORDS
    made = [chance.choice(known) for _ in range(3)]
    # the file of a real test: a conftest's hooks are called for what lies below its folder
    place = Path(str(items[0].fspath if items else session.config.rootdir))
    path = place.parent / f"test_{made[0]}_{made[1]}.py"
    name = f"test_{made[1]}_{made[2]}"
    number = chance.randrange(100, 10_000)
    other = number if must == "passed" else number + chance.randrange(1, 100)
    source = f"def {name}():\n    {made[0]} = {number}\n    assert {made[0]} == {other}\n"
    linecache.cache[str(path)] = (len(source), None, source.splitlines(True), str(path))
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - our own lines, made above
    where = {"path": place} if int(pytest.__version__.split(".")[0]) >= 7 else {"fspath": _local(place)}
    parent = pytest.Module.from_parent(session, **where)
    parent._obj = module
    item = pytest.Function.from_parent(parent, name=name, callobj=getattr(module, name))
    item.fixturenames = []
    return item


def _local(path: Path) -> Any:
    return importlib.import_module("py").path.local(os.fspath(path))  # pytest 6 takes nothing else and brings it
