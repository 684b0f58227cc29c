"""A repository of a user on this disk, opened so that nothing in it can name a program."""

import os
from pathlib import Path

from aurora.drivers.git.place import NoRepository, Place, find, read
from aurora.drivers.git.process import Git, GitFailed
from aurora.drivers.git.view import View, refuse_extensions
from aurora.errors import Reason, Refusal, RefusalCode

MOST_CONFIG = 1_000_000
"""Bytes."""


async def open_repository(folder: Path) -> Git:
    """Raises `Refusal`: no repository, another user's, or one kept in a way that is not read here."""
    try:
        place = find(folder)
        return Git(place.top, view=await view(place))
    except NoRepository as none:
        raise unusable(folder, str(none)) from none
    except OSError as error:
        raise unusable(folder, f"{error.strerror}: {error.filename}") from error


async def view(place: Place) -> View:
    """Raises `Refusal` and `NoRepository`."""
    place.head()
    await _check_owner(place)
    settings = await _settings(place)
    refuse_extensions(place, settings)
    seen = View(place, settings)
    with seen.opened():  # its parts are what they seem
        return seen


async def own_settings(pattern: str, kind: str = "--type=path") -> list[tuple[str, str]]:
    """The configuration of the user and the machine, asked where no repository is."""
    try:
        listed = await Git(Path("/"), env=(("GIT_DIR", os.devnull),)).run(
            "config", "--includes", "-z", kind, "--get-regexp", pattern
        )
    except GitFailed:
        return []
    return _pairs(listed)


async def _settings(place: Place) -> tuple[tuple[str, str], ...]:
    """The repository's own, as one file that is read and nothing that it includes."""
    if not (place.common / "config").exists():
        return ()
    content = read(place.common / "config", MOST_CONFIG)
    if content is None:
        raise unusable(place.top, "its config is no regular file, or larger than 1 MB")
    try:
        listed = await Git(Path("/"), scratch=True, env=(("GIT_DIR", os.devnull),)).run(
            "config", "--file", "-", "--no-includes", "-z", "--list", stdin=content.encode("utf-8", "surrogateescape")
        )
    except GitFailed as failed:
        raise unusable(place.top, failed.said.replace("standard input", "its config")) from failed
    return tuple(_pairs(listed))


def _pairs(listed: bytes) -> list[tuple[str, str]]:
    """The pairs of `git config -z`: a key without a value means true."""
    parted = [entry.partition("\n") for entry in listed.decode("utf-8", "replace").split("\0") if entry]
    return [(key, value if newline else "true") for key, newline, value in parted]


async def _check_owner(place: Place) -> None:
    """Check the owner as git does where it looks for a repository by itself (safe.directory)."""
    mine = {os.geteuid()}
    if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdigit():
        mine.add(int(os.environ["SUDO_UID"]))
    if place.owners() <= mine:
        return
    trusted: list[str] = []
    for _, value in await own_settings(r"^safe\.directory$"):
        trusted = [*trusted, value] if value else []  # an empty one takes back those before it
    if not any(_covers(value, path) for value in trusted for path in {place.top, place.own}):
        raise Refusal(
            f"git does not trust {place.top}: the repository belongs to another user.",
            f"If it is yours: git config --global --add safe.directory {place.top}",
            code=RefusalCode.FORBIDDEN,
        )


def _covers(value: str, path: Path) -> bool:
    if value == "*":
        return True
    if value.endswith("/*"):
        return str(path).startswith(value[:-1])
    return str(path) == value.rstrip("/")


def unusable(folder: Path, why: str) -> Refusal:
    if "not a git repository" in why:
        return Refusal(
            f"{folder} is not a git repository.",
            "Name another folder, or make one here: git init && git add -A && git commit.",
            reason=Reason.REPOSITORY,
        )
    return Refusal(f"git can't read {folder}: {why}", "Look at it with `git status` there.")
