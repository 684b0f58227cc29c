"""The draft's surroundings, git's folder first: put right after every tool, and looked over for what a tool did to it.

A linter that aurora.yaml names runs as the same user as git, and so may do what it was never asked to."""

import contextlib
import os

from . import folders, places

ATTRIBUTES = "* -text -eol -ident !filter !working-tree-encoding !diff !merge\n"
"""Attributes in info/attributes, which outranks the repository's own: bytes in are bytes out, no driver is looked
up."""
OWN_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = false\n"
REDIRECTIONS = ("commondir", "config.worktree", "hooks", "objects/info/alternates", "info/grafts", "info/exclude")
"""Files in git's folder that name other folders, other settings or programs; ours has none of them."""
REPAIRED = ("config", "info", "hooks", "commondir", "config.worktree")
"""Settings that `straighten` makes good again, whatever was done to it."""

OURS = (places.DRAFT, places.GIT, places.PRIVATE)

Looks = dict[str, tuple[int, int, int]]


def straighten() -> None:
    """Undo what a tool may have written beside the draft: settings that a later git, ruff or black would follow, doors
    that it may have opened for the tests."""
    os.chmod(places.WORK, 0o711)  # noqa: S103 - to be passed through, not to be read
    for folder in OURS:
        if os.path.islink(folder):
            raise OSError(f"{folder} became a link")
        os.chmod(folder, 0o700)  # and an access list that names others counts no more
    for name in os.listdir(places.WORK):
        if f"{places.WORK}/{name}" not in OURS:
            folders.remove(f"{places.WORK}/{name}")
    for folder in (f"{places.GIT}/info", f"{places.GIT}/objects"):
        if os.path.islink(folder):
            os.unlink(folder)
        os.makedirs(folder, exist_ok=True)
    for name in REDIRECTIONS:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            folders.remove(f"{places.GIT}/{name}")
    for name, content in (("config", OWN_CONFIG), ("info/attributes", ATTRIBUTES)):
        path = f"{places.GIT}/{name}"
        with contextlib.suppress(FileNotFoundError):
            folders.remove(path)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(content)
    for name in os.listdir(places.PRIVATE):
        folders.remove(f"{places.PRIVATE}/{name}")


def looks() -> Looks:
    """Inode, size and time of change of every file, by path within the folder. Nobody can set the last one."""
    found: Looks = {}
    for folder, _, names in folders.walk(places.GIT):
        for name in names:
            path = f"{folder}/{name}"
            within = path[len(places.GIT) + 1 :]
            if within.split("/")[0] not in REPAIRED:
                seen = os.lstat(path)
                found[within] = (seen.st_ino, seen.st_size, seen.st_ctime_ns)
    return found


def changed(before: Looks) -> set[str]:
    after = looks()
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
