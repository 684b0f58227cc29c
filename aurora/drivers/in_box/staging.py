"""The tests' throwaway copy: the test user may add files to it, but not change what the draft holds.

Folders are sticky and open to all, files belong to the tool user: code and configuration are hard links that only
their owner can write, data files are copies open to writing, because real suites write into their fixtures. Python's
folders of compiled code are there, empty and closed: what stands in one is run in place of the source.
"""

import contextlib
import json
import os
import shutil
import stat
from dataclasses import dataclass, field

from . import folders, places, safe_paths

CODE = (
    ".py", ".pyi", ".pyx", ".toml", ".cfg", ".ini",
    ".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", "package.json", "tsconfig.json",
)  # fmt: skip
"""And the suffixes of each other language's sources, which the image names."""
LEFT_OUT = {"__pycache__", "node_modules", ".ruff_cache", ".mypy_cache", ".pytest_cache"}
MANIFEST, PACKAGES = "package.json", "node_modules"
"""Vite and others keep their caches in the nearest such folder, and the image's can't be written: an empty one is
nearer, and hides no package."""
METADATA, ENTRY_POINTS, PLUGIN_GROUP = (".dist-info", ".egg-info"), "entry_points.txt", b"pytest11"
OPEN_FOLDER = 0o1777
IMPOSTORS = 20


@dataclass
class Staged:
    files: int = 0
    impostors: list[str] = field(default_factory=list)
    """Paths with a reserved name, `IMPOSTORS` at most."""


def stage(reserved: frozenset[str] = frozenset(), protected: frozenset[str] = frozenset()) -> Staged:
    """Make the copy. `reserved`: names, without suffix, that no file or folder should have. `protected`: paths of files
    that nobody but their owner writes, whatever they hold."""
    unstage()
    staged = Staged()
    code = _code()
    _open_folder(places.COPY)
    for folder, subfolders, files in folders.walk(places.DRAFT):
        copied = places.COPY + folder[len(places.DRAFT) :]
        inside = folder[len(places.DRAFT) + 1 :]
        found = [name for name in (*subfolders, *files) if name.partition(".")[0] in reserved]
        staged.impostors += [f"{inside}/{name}".lstrip("/") for name in found][: IMPOSTORS - len(staged.impostors)]
        if any(name.endswith(".py") for name in files):
            os.mkdir(f"{copied}/__pycache__", 0o755)
        for name in list(subfolders):
            if name in LEFT_OUT:
                subfolders.remove(name)
            else:
                _open_folder(f"{copied}/{name}")
        if MANIFEST in files:
            _open_folder(f"{copied}/{PACKAGES}")
        for name in files:
            source, target = f"{folder}/{name}", f"{copied}/{name}"
            entry = os.lstat(source)
            if stat.S_ISLNK(entry.st_mode):
                os.symlink(os.readlink(source), target)
            elif name == ENTRY_POINTS and _names_a_plugin(folder, source):
                continue
            elif not stat.S_ISREG(entry.st_mode):
                continue  # a pipe or socket that a tool made: nothing of the draft's, and reading one may never end
            elif (closed := name.endswith(code) or f"{inside}/{name}".lstrip("/") in protected) and (
                not entry.st_mode & 0o022
            ):
                os.link(source, target, follow_symlinks=False)
            else:
                shutil.copy2(source, target)
                # what all may write is copied even where it is closed: by a link the draft's own file would be written
                os.chmod(target, entry.st_mode & ~0o022 if closed else entry.st_mode | 0o666)
            staged.files += 1
    _give_members_their_packages()
    return staged


def _code() -> tuple[str, ...]:
    try:
        with open(places.CODE_SUFFIXES, encoding="utf-8") as file:
            return (*CODE, *json.load(file))
    except FileNotFoundError:  # not in a sandbox's image
        return CODE


def _names_a_plugin(folder: str, path: str) -> bool:
    """Return whether metadata of the tree would make pytest load a plugin: only what is installed does that."""
    if not folder.lower().endswith(METADATA):
        return False
    try:
        return PLUGIN_GROUP in safe_paths.read(places.DRAFT, path[len(places.DRAFT) + 1 :])
    except (OSError, safe_paths.Refused):
        return True


def written(limit: int = 1_000) -> list[str]:
    """Files of the draft that are other in the copy than they were staged: what was run wrote to them."""
    found: list[str] = []
    code = _code()
    for folder, _, files in folders.walk(places.DRAFT):
        copied = places.COPY + folder[len(places.DRAFT) :]
        for name in files:
            if name.endswith(code):
                continue
            with contextlib.suppress(OSError):
                was, now = os.lstat(f"{folder}/{name}"), os.lstat(f"{copied}/{name}")
                if stat.S_ISREG(was.st_mode) and (was.st_size, was.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
                    found.append(f"{folder}/{name}"[len(places.DRAFT) + 1 :])
        if len(found) >= limit:
            break
    return found[:limit]


def _give_members_their_packages() -> None:
    """Versions of its own that a member of a Node workspace asks for lie where Node looks before it looks above."""
    try:
        with open(places.MEMBERS, encoding="utf-8") as file:
            members: dict[str, str] = json.load(file)
    except FileNotFoundError:
        return
    for member, modules in members.items():
        target = f"{places.COPY}/{member}/node_modules"
        with contextlib.suppress(OSError):  # the draft has no such member any more
            if not os.path.isdir(target):
                _open_folder(target)
            for name in os.listdir(modules):
                if not name.startswith("@"):
                    os.symlink(f"{modules}/{name}", f"{target}/{name}")
                    continue
                _open_folder(f"{target}/{name}")
                for inner in os.listdir(f"{modules}/{name}"):
                    os.symlink(f"{modules}/{name}/{inner}", f"{target}/{name}/{inner}")


def unstage() -> None:
    """Remove the copy; the test user's own sweep has emptied the folders that belong to it."""
    with contextlib.suppress(OSError):
        folders.remove(places.COPY)


def _open_folder(path: str) -> None:
    os.mkdir(path)
    os.chmod(path, OPEN_FOLDER)
