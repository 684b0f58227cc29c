"""Imports modules of the project as its own tests would, and tells the judge outside which of them fail, and where.

Three ways in, by what runs the tests: `python -m pytest -p aurora_imports` (its configuration, plugins and conftest are
loaded, nothing is collected), `python -m aurora_imports django PROGRAM ARG...` (a manage.py or runtests.py, up to where
it would run tests), `python -m aurora_imports plain`. All then see to it that Django, where the project has it, is set
up. Standard library and the files beside it only, Python 3.8 and later.

AURORA_IMPORTS   JSON: `paths` to import, in this order, and `roots` for sys.path, both from the repository's root
"""

from __future__ import annotations

import importlib
import json
import linecache
import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

from aurora_django import set_up  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_environment import variable  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import (  # type: ignore[import-not-found]  # beside this file, in the box
    BASE,
    MESSAGE_BYTES,
    Pipe,
    circle,
    cut,
    last_frame,
    relative,
)  # fmt: skip


def facts(error: BaseException) -> dict[str, Any]:
    frame = last_frame(error)
    line = linecache.getline(str(Path(BASE, frame[0])), frame[1]).strip() if frame else ""
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return {
        "exc": type(error).__name__,
        "message": cut(text, MESSAGE_BYTES),
        "frame": f"{frame[0]}:{frame[1]} in {frame[2]}" if frame else "",
        "line_text": line[:400],
        "environment": variable(error),
        "circle": circle(error, text),
    }


# ── modules ──


def module_name(path: str, roots: list[str]) -> str:
    """The name by which the tests would import a file; none where no name can."""
    whole = Path(os.path.realpath(Path(BASE, path)))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and name != "__main__" and os.path.realpath(file) == str(whole):
            return name
    found = {os.path.realpath(entry or ".") for entry in sys.path}
    names = [] if whole.name == "__init__.py" else [whole.stem]
    folder = whole.parent
    while (folder / "__init__.py").is_file() and relative(str(folder)) is not None and str(folder) != BASE:
        names.insert(0, folder.name)
        folder = folder.parent
    if str(folder) not in found or not names:
        names = _in_app(whole) or _below(whole, roots, found)
    return ".".join(names) if names and all(name.isidentifier() for name in names) else ""


def _in_app(whole: Path) -> list[str]:
    """The dotted name by the installed app that the file lies in: folders need no `__init__.py` to be one."""
    django_apps = sys.modules.get("django.apps")
    if django_apps is None or not django_apps.apps.ready:
        return []
    for config in sorted(django_apps.apps.get_app_configs(), key=lambda one: -len(one.path)):
        inside = _inside(whole, Path(os.path.realpath(config.path)))
        if inside is not None:
            return [*config.name.split("."), *inside]
    return []


def _below(whole: Path, roots: list[str], found: set[str]) -> list[str]:
    own = [os.path.realpath(Path(BASE, root)) for root in roots]
    for root in (*sorted(own, key=len, reverse=True), *sorted(found, key=len, reverse=True)):
        inside = _inside(whole, Path(root))
        if inside and relative(root) is not None:
            return inside
    return []


def _inside(whole: Path, folder: Path) -> list[str] | None:
    try:
        parts = list(whole.relative_to(folder).with_suffix("").parts)
    except ValueError:
        return None
    return parts[:-1] if parts[-1:] == ["__init__"] else parts


def check(pipe: Any, asked: dict[str, Any]) -> None:
    roots = list(asked["roots"])
    for root in reversed(roots):
        folder = os.path.realpath(Path(BASE, root))
        if folder not in {os.path.realpath(entry or ".") for entry in sys.path}:
            sys.path.insert(0, folder)
    settings, error = set_up()
    file = getattr(sys.modules.get(settings), "__file__", None) if settings else None
    pipe.send("settings", module=settings, path=relative(file) or "" if file else "", **(facts(error) if error else {}))
    for path in () if error else asked["paths"]:
        name = module_name(path, roots)
        pipe.send("importing", path=path, module=name)
        if not name:
            continue
        try:
            importlib.import_module(name)
        except BaseException as failure:  # noqa: BLE001 - of the project's own lines: SystemExit, too
            pipe.send("failed", path=path, module=name, **facts(failure))
    pipe.send("session", exit=0)


def ended() -> None:
    """Nothing of the project runs on: what it registered for the end of a run of tests is none of this."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def run_program(argv: list[str]) -> None:
    """A program that starts Django's tests, up to where it would run them."""
    from django.core import management  # type: ignore[import-not-found]  # the project's
    from django.test import utils  # type: ignore[import-not-found]

    def instead(*_: Any, **__: Any) -> None:
        check(PIPE, ASKED)
        ended()

    management.ManagementUtility.execute = instead
    management.call_command = instead
    utils.get_runner = instead
    utils.setup_test_environment = lambda *_, **__: None
    sys.path.insert(0, str(Path(argv[0]).resolve().parent))
    sys.argv = argv
    runpy.run_path(argv[0], run_name="__main__")


def main(argv: list[str]) -> None:
    if argv[0] == "django":
        run_program(argv[1:])
        return
    sys.path.insert(0, str(Path.cwd()))
    check(PIPE, ASKED)
    ended()


PIPE = Pipe()
ASKED = json.loads(os.environ.pop("AURORA_IMPORTS", '{"paths": [], "roots": []}'))
PIPE.send("begin", base=BASE)

if __name__ == "__main__":
    main(sys.argv[1:])
else:
    # loaded by pytest
    import pytest

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart() -> None:
        check(PIPE, ASKED)
        ended()
