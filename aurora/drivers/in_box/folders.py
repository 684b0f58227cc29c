"""Walking and removing folders that untrusted code made: of any depth, locked, linked to anywhere."""

import contextlib
import os
import stat
from collections.abc import Iterator

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
PASSES = 100_000
"""Folders emptied before one is given up: more than any disk of ours has inodes for."""


def walk(root: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Walk as `os.walk` does, which runs out of stack in a deep tree; links to folders count as files and are not
    followed."""
    waiting = [root]
    while waiting:
        here = waiting.pop()
        subfolders: list[str] = []
        names: list[str] = []
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    (subfolders if entry.is_dir(follow_symlinks=False) else names).append(entry.name)
        except OSError:
            continue
        yield here, subfolders, names
        waiting += [f"{here}/{name}" for name in subfolders]


def remove(path: str) -> None:
    """Remove what this user owns, a file or a folder with all below; what can't be removed stays.

    A folder inside is first moved up into `path`: no path gets long, no call nests, however deep it was."""
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        os.unlink(path)
        return
    os.chmod(path, 0o700)
    top = os.open(path, FOLDER)
    try:
        moved = 0
        for _ in range(PASSES):
            inside = _empty(top)
            if not inside:
                break
            for name in inside:
                moved += _flatten(top, name, moved)
    finally:
        os.close(top)
    os.rmdir(path)


def _empty(fd: int) -> list[str]:
    """Unlink the files of a folder; the names of its folders."""
    folders = []
    with os.scandir(fd) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=fd)
    return folders


def _flatten(top: int, name: str, number: int) -> int:
    """Empty one folder of `top`, its folders moved up; how many those are."""
    os.chmod(name, 0o700, dir_fd=top)
    here = os.open(name, FOLDER, dir_fd=top)
    count = 0
    try:
        for inner in _empty(here):
            os.chmod(inner, 0o700, dir_fd=here)  # a folder that can't be written can't be moved
            os.rename(inner, f".moved-{number + count}-{os.urandom(6).hex()}", src_dir_fd=here, dst_dir_fd=top)
            count += 1
    finally:
        os.close(here)
    os.rmdir(name, dir_fd=top)
    return count


def clear(roots: tuple[str, ...]) -> None:
    """Remove everything of this user below folders that are not all its own."""
    mine = os.getuid()
    for root in roots:
        for folder, subfolders, names in walk(root):
            for name in (*subfolders, *names):
                with contextlib.suppress(OSError):
                    if os.lstat(f"{folder}/{name}").st_uid == mine:
                        remove(f"{folder}/{name}")
