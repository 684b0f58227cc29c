"""A plugin of pytest that writes down what each red test raised: classes, texts, causes, the places of the traceback.

It runs in the interpreter that has the frameworks, beside the judge's own plugin. `replay.py` makes the exceptions anew
from what is written here, so that their readings can be tried without the frameworks.
"""

import importlib.metadata
import json
import os
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BASE = os.path.realpath(os.environ.get("AURORA_REPOSITORY", "."))
LIBRARIES = "site-packages" + os.sep
WHOLE = ("pydantic_settings", "mock.py", "django/core/handlers/")
"""Frames of libraries that the readings look at, wherever they stand; of all others the inmost is enough."""
TEXT = 4_000


def portable(text: str) -> str:
    text = text.replace(BASE + os.sep, "").replace(os.path.realpath(tempfile.gettempdir()), "{TMP}")
    return text.replace(sys.prefix, "{PYTHON}").replace(sys.base_prefix, "{PYTHON}")[:TEXT]


def file_of(name: str) -> tuple[str, bool]:
    """(name, whether it is the project's)."""
    if not os.path.isabs(name) or name.startswith("<"):
        return name, False
    real = os.path.realpath(name)
    if real.startswith(BASE + os.sep):
        return os.path.relpath(real, BASE), True
    return real.rpartition(LIBRARIES)[2].rpartition(f"python3.{sys.version_info[1]}" + os.sep)[2], False


def thing(value: Any) -> dict[str, Any]:
    """The object that a missing attribute was asked of."""
    if isinstance(value, types.ModuleType):
        return {"is": "module", "name": value.__name__}
    kind = value if isinstance(value, type) else type(value)
    return {"is": "class" if isinstance(value, type) else "object", "name": kind.__name__, "module": kind.__module__}


def plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def steps(exc: BaseException) -> Iterator[dict[str, Any]]:
    step = exc.__traceback__
    while step is not None:
        frame = step.tb_frame
        name, ours = file_of(frame.f_code.co_filename)
        last = step.tb_next is None
        if ours or last or any(part in name for part in WHOLE):
            place = list(frame.f_code.co_positions())[step.tb_lasti // 2]
            made: dict[str, Any] = {"file": name, "ours": ours, "line": step.tb_lineno, "place": place}
            made["name"] = frame.f_code.co_name
            if held := {n: sorted(map(str, v)) for n, v in frame.f_locals.items() if ours and type(v) is dict}:
                made["dicts"] = held
            if last and "self" in frame.f_locals:
                made["self"] = thing(frame.f_locals["self"])
            yield made
        step = step.tb_next


def written(exc: BaseException) -> list[dict[str, Any]]:
    """The exception and all that it was raised from or beside, each once."""
    found: list[BaseException] = [exc]
    reported: list[dict[str, Any]] = []

    def at(other: Any) -> int | None:
        if not isinstance(other, BaseException):
            return None
        if not any(one is other for one in found):
            found.append(other)
        return next(n for n, one in enumerate(found) if one is other)

    for one in found:
        try:
            text = str(one)
        except Exception:  # noqa: BLE001 - of any library
            text = ""
        facts = {
            "classes": [[kind.__name__, kind.__module__] for kind in type(one).__mro__[:-1]],
            "text": portable(text),
            "args": [portable(a) if isinstance(a, str) else a for a in one.args] if all(map(plain, one.args)) else [],
            "errno": getattr(one, "errno", None) if isinstance(one, OSError) else None,
            "filename": portable(one.filename) if isinstance(getattr(one, "filename", None), str) else None,
            "lineno": one.lineno if isinstance(one, SyntaxError) else None,
            "object": thing(one.obj) if isinstance(one, AttributeError) and one.obj is not None else None,
            "cause": at(one.__cause__),
            "context": at(one.__context__) if not one.__suppress_context__ else None,
            "reason": at(getattr(one, "reason", None)),
            "members": [at(inner) for inner in getattr(one, "exceptions", ()) if isinstance(inner, BaseException)],
            "steps": list(steps(one)),
        }
        reported.append({key: value for key, value in facts.items() if value not in (None, [], "")})
    return reported


class Recorder:
    def __init__(self) -> None:
        self.cases: list[dict[str, Any]] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Iterator[None]:
        result = yield
        report = result.get_result()  # type: ignore[attr-defined]  # what a wrapper is sent
        if report.failed and call.excinfo is not None and "__" in item.name:  # not of the judge's sentinels
            text = call.excinfo.exconly(tryshort=True)
            if type(call.excinfo.value).__name__ in ("FixtureLookupError", "ScopeMismatchError"):
                text = str(report.longrepr)
            name = item.nodeid.partition("::")[2].replace("::", ".")
            case = {"test": name, "when": call.when, "text": portable(text), "raised": written(call.excinfo.value)}
            self.cases.append(case)

    def pytest_sessionfinish(self) -> None:
        names = Path(BASE, "requirements.txt").read_text(encoding="utf-8").split()
        versions = {name: importlib.metadata.version(name) for name in (*names, "pytest")}
        modules = {}
        for name, module in sorted(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and file_of(file)[1]:
                modules[name] = file_of(file)[0]
        python = ".".join(map(str, sys.version_info[:3]))
        reported = {"versions": {"python": python, **versions}, "modules": modules, "cases": self.cases}
        Path(BASE, "recorded.json").write_text(json.dumps(reported), encoding="utf-8")


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Recorder())
