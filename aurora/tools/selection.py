"""The tests and files that a model may name for a tool to run on: tests and files of the draft, never options, never
places outside it."""

from collections.abc import Iterable, Sequence

from aurora.errors import ToolRefusal
from aurora.tools.paths import clean

MOST = 500
MOST_BYTES = 60_000
"""The most bytes of all together: one command line holds them."""
_MARKS = ("::", " > ")
"""Marks between a test's file and its name, as the runners have it."""


def tests(given: Iterable[str]) -> Sequence[str]:
    """Paths or test ids; none for the whole suite. Raises `ToolRefusal`."""
    chosen = [_kept(one, "a path or test id") for one in given]
    return [] if "." in chosen else _bounded(chosen)


def files(given: Iterable[str]) -> Sequence[str]:
    """Raises `ToolRefusal`."""
    chosen = [_kept(one, "a path") for one in given]
    return [] if "." in chosen else _bounded(chosen)


def parted(one: str) -> tuple[str, str]:
    """(a test's file, its name in it)."""
    path, rest = one, ""
    for sign in _MARKS:
        head, found, tail = one.partition(sign)
        if found and len(head) < len(path):
            path, rest = head, tail
    return path, rest


def _kept(one: str, what: str) -> str:
    path, rest = parted(one)
    mark = one[len(path) : len(one) - len(rest)]
    if path.strip("/") == "." and path == path.lstrip("/") and not mark:
        return "."
    if not path:
        raise ToolRefusal(f"{one[:200]!r} is not {what}: it names no file. Leave the list empty for everything.")
    if not _printable(rest):
        raise ToolRefusal(f"{one[:200]!r} is not {what}: it holds control or undecodable characters.")
    folder = path.endswith("/") and not path.endswith("//")
    return clean(path[:-1] if folder else path) + mark + rest


def _printable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _bounded(chosen: list[str]) -> list[str]:
    size = sum(len(one.encode()) for one in chosen)
    if len(chosen) > MOST or size > MOST_BYTES:
        raise ToolRefusal(
            f"{len(chosen)} of them with {size} bytes are too many at once (at most {MOST} and {MOST_BYTES}): "
            "name folders, or leave the list empty for everything."
        )
    return chosen
