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
import re
import runpy
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aurora_environment import variable  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import (  # type: ignore[import-not-found]  # beside this file, in the box
    BASE,
    MESSAGE_BYTES,
    NOT_OURS,
    Pipe,
    circle,
    cut,
    last_frame,
    relative,
)  # fmt: skip

CONFIGURATIONS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
NAMED = re.compile(r"""(?m)^\s*["']?DJANGO_SETTINGS_MODULE["']?\s*[=:]\s*["']?([\w.]+)|--ds[= ]["']?([\w.]+)""")
CONFIGURATION = re.compile(r"""(?m)^\s*["']?DJANGO_CONFIGURATION["']?\s*[=:]\s*["']?(\w+)|--dc[= ]["']?(\w+)""")
IN_PROGRAM = re.compile(r"""["']DJANGO_(SETTINGS_MODULE|CONFIGURATION)["']\s*[,\]]\s*=?\s*["']([\w.]+)["']""")
DEPTH = 3
"""Folders below the working directory that a manage.py is looked for in."""


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


# ── Django ──


def named_settings() -> tuple[str, str]:
    """(settings module, configuration) as the environment, the tests' configuration or a manage.py names them."""
    settings, configuration = os.environ.get("DJANGO_SETTINGS_MODULE", ""), os.environ.get("DJANGO_CONFIGURATION", "")
    for folder in dict.fromkeys((str(Path.cwd()), BASE)):
        for name in CONFIGURATIONS:
            text = _text(Path(folder, name))
            settings = settings or _first(NAMED, text)
            configuration = configuration or _first(CONFIGURATION, text)
    for program in programs():
        said = dict(IN_PROGRAM.findall(_text(program)))
        if said and str(program.parent) not in sys.path:
            sys.path.insert(0, str(program.parent))
        settings = settings or said.get("SETTINGS_MODULE", "")
        configuration = configuration or said.get("CONFIGURATION", "")
    return settings, configuration


def programs() -> Iterator[Path]:
    """The first manage.py that names settings: here, below, or in a folder above this one."""
    here = Path.cwd()
    above = [folder for folder in here.parents if relative(str(folder)) is not None]
    below = [folder for depth in range(DEPTH + 1) for folder in _folders(here, depth)]
    for folder in (*below, *above):
        program = folder / "manage.py"
        if program.is_file() and IN_PROGRAM.search(_text(program)):
            yield program
            return


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    if depth == 0:
        yield folder
        return
    try:
        children = sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:
        return
    for one in children[:200]:
        if not one.name.startswith(".") and one.name not in NOT_OURS:
            yield from _folders(one, depth - 1)


def set_up() -> tuple[str, BaseException | None]:
    """(settings module, why it could not be set up); nothing to do where tests have done it, or without Django."""
    try:
        from django.apps import apps  # type: ignore[import-not-found]  # the project's
        from django.conf import settings  # type: ignore[import-not-found]
    except ImportError:
        return "", None
    if apps.ready:
        return _settings_name(settings), None
    name, configuration = ("", "") if settings.configured else named_settings()
    if not name and not settings.configured:
        return "", None
    try:
        if name:
            os.environ["DJANGO_SETTINGS_MODULE"] = name
        if configuration:
            os.environ["DJANGO_CONFIGURATION"] = configuration
            importlib.import_module("configurations").setup()
        importlib.import_module("django").setup()
    except BaseException as error:  # noqa: BLE001 - whatever settings and apps of the project raise
        return name or _settings_name(settings), error
    return name or _settings_name(settings), None


def _settings_name(settings: Any) -> str:
    name = getattr(settings, "SETTINGS_MODULE", "") if settings.configured else ""
    return str(name or os.environ.get("DJANGO_SETTINGS_MODULE", ""))


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return next(filter(None, found.groups()), "") if found else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[:200_000] if path.is_file() else ""
    except OSError:
        return ""


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
    """By the installed app that the file lies in: folders need no `__init__.py` to be one."""
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
