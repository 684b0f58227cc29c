"""Names that every file system can hold: Windows and macOS check the commit out, too."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Set

from aurora.errors import ToolRefusal
from aurora.tools.paths import clean, folded

_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.I)
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')


def error_in(path: str) -> str:
    """The reason why some file system can't hold a path, or no tool would take it; empty when there is no trouble."""
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


_SAME_MODULE = (
    (re.compile(r"(?P<name>.+)/__init__\.py"), r"{}\.py"),
    (re.compile(r"(?P<name>.+)\.py"), r"{}/__init__\.py"),
    (re.compile(r"(?P<name>.+)/index\.[cm]?[jt]sx?"), r"{}\.[cm]?[jt]sx?"),
    (re.compile(r"(?P<name>.+)(?<!\.d)\.[cm]?[jt]sx?"), r"{}/index\.[cm]?[jt]sx?"),
    (re.compile(r"(?P<name>.+)(?<!\.d)\.[jt]sx?"), r"{}\.[jt]sx?"),
)
"""A new file, and what an import of the same name would find instead of it, or it instead of that."""


def eclipse(path: str, files: Iterable[str]) -> str:
    """A file that an import can't tell from `path` by its name; empty for none."""
    names = [found["name"] for new, _ in _SAME_MODULE if (found := new.fullmatch(path))]
    near = [other for other in files if other != path and any(other.startswith(name) for name in names)]
    for new, old in _SAME_MODULE:
        if found := new.fullmatch(path):
            pattern = re.compile(old.format(re.escape(found["name"])))
            if other := min(filter(pattern.fullmatch, near), default=""):
                return other
    return ""


def unholdable(path: str, there: Spellings, files: Collection[str]) -> str:
    """The reason why a new file of this name can't be committed beside `files`, whose spellings are `there`; empty when
    it can."""
    if why := error_in(path):
        return why
    if other := collision(path, there):
        return f"some file systems take it for {other!r}"
    other = eclipse(path, files)
    return f"an import can't tell it from {other!r}" if other else ""
