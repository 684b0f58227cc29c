"""The place where a user's repository keeps its parts, found without git: git reads a repository's configuration first,
and configuration names programs.

Nothing is opened but small regular files; whatever else lies there (a FIFO, a device) would hold whoever opens it.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from aurora.errors import Refusal

MOST_BYTES = 4_096
"""The most bytes of `HEAD`, `commondir` and a `.git` file."""
_HEAD = re.compile(r"ref: refs/[^\x00-\x20\x7f]+|[0-9a-f]{40}|[0-9a-f]{64}")


class NoRepository(Exception):
    """The reason why a folder is none, in a sentence without its name."""


@dataclass(frozen=True)
class Place:
    """One repository on disk, as seen from one of its work trees."""

    top: Path
    """The top level of the work tree, or the bare repository."""
    own: Path
    """The git folder of this work tree: `HEAD` and the index."""
    common: Path
    """The git folder of all its work trees: objects, refs and configuration."""
    bare: bool
    astray: bool = False
    """`.git` is a link, or a file that names a git folder elsewhere, or that folder names another: and none of them
    names a way back. `--separate-git-dir` makes one, and so does a trap."""

    @property
    def objects(self) -> Path:
        return self.common / "objects"

    def head(self) -> str:
        """The commit of HEAD. Raises `NoRepository`."""
        path = self.own / "HEAD"
        # a link is how git wrote it before 2005
        said = f"ref: {path.readlink()}" if path.is_symlink() else (read(path) or "").strip()
        if not _HEAD.fullmatch(said):
            raise NoRepository("its HEAD is broken")
        return said

    def owners(self) -> set[int]:
        """User ids of whom its parts belong to."""
        parts = {self.top, self.own, self.common, *([] if self.bare else [self.top / ".git"])}
        return {stat.st_uid for path in parts for stat in (path.lstat(), path.stat())}


def find(folder: Path) -> Place:
    """The repository that `folder` lies in. Raises `Refusal` and `NoRepository`."""
    if ".git" in folder.resolve().parts:
        raise Refusal(f"{str(folder)!r} lies inside a .git folder.", "Name the work tree above it.")
    for at in (folder, *folder.parents):
        marker = at / ".git"
        if marker.is_dir() and is_git_folder(marker):
            return _placed(at, marker, astray=marker.is_symlink())
        if marker.is_file():
            named = _named(marker)
            if not is_git_folder(named):
                raise NoRepository(f"its .git file names {str(named)!r}, which is no git folder")
            return _placed(at, named, astray=not _leads_back(named, marker))
        if is_git_folder(at):
            return Place(at, at, at, bare=True)
    raise NoRepository("not a git repository")


def at(folder: Path) -> Place:
    """The repository at an address, as git's own server side looks for it: nowhere above. Raises `NoRepository`."""
    for named in (folder / ".git", folder, folder.with_name(f"{folder.name}.git")):
        if named.is_file():
            named = _named(named)
        if is_git_folder(named):
            return Place(named, named, _common(named), bare=True)
    raise NoRepository("not a git repository")


def is_git_folder(path: Path) -> bool:
    common = _common(path)
    return os.path.lexists(path / "HEAD") and (common / "objects").is_dir() and (common / "refs").is_dir()


def read(path: Path, most: int = MOST_BYTES) -> str | None:
    """A small regular file; None for what is none, or too large."""
    try:
        # without O_NONBLOCK a FIFO put there between two looks would hold us
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):  # ValueError: a NUL in a name that a repository says
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        content = file.read(most + 1)
    return None if len(content) > most else content.decode("utf-8", "surrogateescape")


def real(path: Path) -> Path:
    """The real path without links, as far as they lead anywhere: `Path.resolve` raises for a link to itself."""
    return Path(os.path.realpath(path)) if "\0" not in str(path) else path


def _placed(top: Path, own: Path, *, astray: bool = False) -> Place:
    common = _common(own)
    return Place(top, own, common, bare=False, astray=astray or not real(own).is_relative_to(real(common)))


def _common(own: Path) -> Path:
    said = read(own / "commondir")
    return own if said is None else Path(os.path.normpath(own / said.strip()))


def _named(marker: Path) -> Path:
    said = read(marker) or ""
    if not said.startswith("gitdir: "):
        raise NoRepository("its .git file names no git folder")
    return Path(os.path.normpath(marker.parent / said.removeprefix("gitdir: ").rstrip("\n")))


def _leads_back(own: Path, marker: Path) -> bool:
    """A linked worktree's git folder names its `.git` file; a submodule's lies below its superproject's."""
    back = read(own / "gitdir")
    if back is not None:
        return real(own / back.strip()) == real(marker)
    above = {real(own), *real(own).parents}
    return any(parent / ".git" in above for parent in real(marker).parent.parents) or any(
        at.parent == real(marker).parent for at in above
    )
