"""Names that every file system can hold: Windows and macOS check the commit out, too."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Set

from aurora.errors import ToolRefusal
from aurora.tools.paths import clean, folded

_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.I)
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')


def trouble(path: str) -> str:
    """Why some file system can't hold a path, or no tool would take it; empty when there is no trouble."""
    try:
        if clean(path) != path:
            return "it is not written as git has it"
    except ToolRefusal as refusal:
        return str(refusal)
    if "\N{REPLACEMENT CHARACTER}" in path:
        return "its name is not UTF-8"
    parts = path.split("/")
    if device := next((part for part in parts if _DEVICE.fullmatch(part.rstrip(" ."))), ""):
        return f"{device!r} is a device on Windows"
    if found := _FORBIDDEN.search(path):
        return f"Windows has no {found[0]!r} in a name"
    if unicodedata.normalize("NFC", path) != path and unicodedata.normalize("NFD", path) != path:
        return "its Unicode form is neither composed nor decomposed"
    return ""


Spellings = Mapping[str, Set[str]]
"""Files and folders: folded -> all the ways in which they are spelled."""


def spellings(paths: Iterable[str]) -> Spellings:
    found: dict[str, set[str]] = {}
    for path in paths:
        at = len(path)
        while at > 0:
            name = path[:at]
            known = found.setdefault(folded(name), set())
            if name in known:
                break  # so are the folders above it
            known.add(name)
            at = path.rfind("/", 0, at)
    return found


def collision(path: str, there: Spellings) -> str:
    """A file or folder that some file systems take for the same as `path`, or as a folder above it; empty for none."""
    at = len(path)
    while at > 0:
        name = path[:at]
        if other := min(there.get(folded(name), set()) - {name}, default=""):
            return other
        at = path.rfind("/", 0, at)
    return ""
