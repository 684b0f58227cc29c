"""Paths as a model writes them: one spelling each, or refused. Symlinks are the box's to see."""

import re
import unicodedata

from aurora.errors import ToolRefusal

MAX_PATH = 1024
MAX_PART = 255
_GIT_ALIAS = re.compile(r"\.git|git~\d+")


def clean(path: str) -> str:
    """The path relative to the repository's root, `/` separated, without a leading `./`.

    Raises `ToolRefusal` for whatever could mean another file than it shows."""
    if path.startswith("./"):
        path = path[2:]
    if why := _error(path):
        raise ToolRefusal(f"{path[:200]!r} is not a path that can be used: {why}.")
    return path


def folded(path: str) -> str:
    """The path for comparing with protected names: what a forgiving file system would take for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _error(path: str) -> str:
    if not path:
        return "it is empty"
    if len(path) > MAX_PATH:
        return f"it has more than {MAX_PATH} characters"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return "paths are relative to the repository's root"
    if "\\" in path:
        return "folders are separated by `/`"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in path):
        return "it holds control or invisible characters"
    parts = path.split("/")
    if ".." in parts:
        return "`..` could leave the repository"
    if "" in parts or "." in parts:
        return "it holds an empty or `.` part"
    if any(part != part.rstrip(". ") or part != part.lstrip(" ") for part in parts):
        return "a part begins or ends with a space or ends with a dot"
    if any(len(part.encode()) > MAX_PART for part in parts):
        return f"a part is longer than {MAX_PART} bytes"
    if any(_GIT_ALIAS.fullmatch(folded(part)) for part in parts):
        return "`.git` is not yours; the work is committed for you"
    return ""
