"""The packages installed in the sandbox, for reading: the project's dependencies and the language's own library.

A name is one of `site-packages/...`, `node_modules/...` and `lib/python3.x/...`; any path that a traceback prints leads
to one. Nothing outside these folders is read, whatever a link says."""

import contextlib
import glob
import json
import os
import re
from collections.abc import Iterator

from . import places, safe_paths
from .safe_paths import Refused, TooLarge

MOST = 20_000
"""Files that one folder tells."""
_CACHES = frozenset({"__pycache__", ".bin", ".cache"})
_MARK = re.compile(r"(?:^|.*?/)(site-packages|dist-packages|node_modules)(?:/|$)")
_LIBRARY = re.compile(r"(?:^|.*/)lib(?:64)?/(python3\.\d+)(?:/|$)")


def roots() -> list[tuple[str, str]]:
    """(name, folder) of each, the one that is looked in first before the others."""
    found = [
        ("site-packages", folder) for folder in sorted(glob.glob(f"{places.DEPENDENCIES}/lib*/python3*/site-packages"))
    ]
    found += [("node_modules", folder) for folder in (f"{places.PROJECT}/node_modules", "/node_modules")]
    for member, folder in sorted(_members().items()):
        found.append((f"{member}/node_modules".lstrip("/"), folder))
    for folder in sorted(glob.glob("/usr/lib/python3.*") + glob.glob("/usr/local/lib/python3.*"), reverse=True):
        if os.path.isfile(f"{folder}/os.py"):
            found.append((f"lib/{os.path.basename(folder)}", folder))
    return [(name, folder) for name, folder in found if os.path.isdir(folder)]


def files(path: str) -> list[tuple[str, int, str]]:
    """(name, size, kind) of the file that a path names; or the folder that it names, and the files below it."""
    name, place = _place(path)
    if os.path.isfile(place):
        return [(name, os.path.getsize(place), "file")]
    return [(name, 0, "folder"), *((f"{name}/{rest}", size, "file") for rest, size in _below(place))]


def read(path: str) -> bytes:
    name, place = _place(path)
    if not os.path.isfile(place):
        raise Refused(f"{name!r} is a folder: list_files shows what is in it")
    if (size := os.path.getsize(place)) > safe_paths.MAX_READ:
        raise TooLarge(f"{name!r} has {size} bytes; files over {safe_paths.MAX_READ} are not read")
    with open(place, "rb") as source:
        return source.read(safe_paths.MAX_READ)


def _place(path: str) -> tuple[str, str]:
    """The name of what a path means, and where it is."""
    there = roots()
    allowed = [os.path.realpath(folder) for _, folder in there]
    allowed += [os.path.realpath(places.PROJECT)] if os.path.isdir(places.PROJECT) else []
    for name, folder in _candidates(path, there):
        real = os.path.realpath(folder)
        inside = any(real == root or real.startswith(f"{root}/") for root in allowed)
        if inside and _is_package(real) and os.path.exists(real):
            return name, real
    names = sorted({name for name, _ in there})
    hint = f"installed are {', '.join(names[:6])}" if names else "this project has no installed dependencies"
    raise Refused(f"there is no installed file {path!r}: {hint}")


def _is_package(real: str) -> bool:
    """Return whether it lies in a folder of packages: what else stands beside them is the installer's."""
    project = os.path.realpath(places.PROJECT)
    return not real.startswith(f"{project}/") or "/node_modules" in real.removeprefix(project)


def _candidates(path: str, there: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    clean = os.path.normpath(path.replace("\\", "/")) if path.strip() else ""
    if path.startswith("/"):
        for name, folder in there:
            for root in (folder, os.path.realpath(folder)):
                if clean == root or clean.startswith(f"{root}/"):
                    yield name + clean[len(root) :], clean
    if mark := _MARK.match(clean):
        rest = clean[mark.end() :]
        kind = "node_modules" if mark[1] == "node_modules" else "site-packages"
        before = clean[: mark.start(1)].strip("/")
        own = [one for one in there if one[0] == f"{before}/node_modules".lstrip("/")]
        for name, folder in own + [one for one in there if one[0] == kind]:
            yield f"{name}/{rest}".rstrip("/"), os.path.join(folder, rest)
    elif mark := _LIBRARY.match(clean):
        rest = clean[mark.end() :]
        for name, folder in there:
            if name.startswith("lib/"):
                yield f"{name}/{rest}".rstrip("/"), os.path.join(folder, rest)


def _below(folder: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _CACHES)
        for name in sorted(names):
            full = os.path.join(here, name)
            if not name.endswith((".pyc", ".so")) and os.path.isfile(full):
                found.append((os.path.relpath(full, folder), os.path.getsize(full)))
                if len(found) >= MOST:
                    return found
    return found


def _members() -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError), open(places.MEMBERS, encoding="utf-8") as source:
        said = json.load(source)
        if isinstance(said, dict):
            return {str(member): str(folder) for member, folder in said.items()}
    return {}
