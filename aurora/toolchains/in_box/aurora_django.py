"""Sets Django up in the box, by the settings that the project's own tests or programs name.

Standard library and the files beside it only, Python 3.8 and later."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aurora_events import BASE, NOT_OURS, relative  # type: ignore[import-not-found]  # beside this file, in the box

CONFIGURATIONS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
NAMED = re.compile(r"""(?m)^\s*["']?DJANGO_SETTINGS_MODULE["']?\s*[=:]\s*["']?([\w.]+)|--ds[= ]["']?([\w.]+)""")
CONFIGURATION = re.compile(r"""(?m)^\s*["']?DJANGO_CONFIGURATION["']?\s*[=:]\s*["']?(\w+)|--dc[= ]["']?(\w+)""")
IN_PROGRAM = re.compile(r"""["']DJANGO_(SETTINGS_MODULE|CONFIGURATION)["']\s*[,\]]\s*=?\s*["']([\w.]+)["']""")
DEPTH = 3
"""Folders below the working directory that a manage.py is looked for in."""


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
