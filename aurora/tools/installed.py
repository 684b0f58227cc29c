"""Paths of installed dependencies as models and tracebacks write them; the sandbox knows where they lie."""

import re
from collections.abc import Sequence

from aurora.ports import Box, FileEntry
from aurora.toolchains.folders import COPY

_INSTALLED = re.compile(r"/|(?:.*/)?(?:site-packages|dist-packages|node_modules)(?:/|$)|(?:.*/)?lib/python3\.\d+/")
_WILD = re.compile(r"[*?\[{]")


def in_repository(path: str) -> str:
    """A path of a traceback as one of the repository, where it is one; any other as it is."""
    path = path.strip().removeprefix("file://")
    return path.removeprefix(f"{COPY}/") if path.startswith(f"{COPY}/") else path


def is_installed(path: str) -> bool:
    """Return whether a path, or a glob, is one of an installed dependency or of a language's library by its form."""
    return _INSTALLED.match(path) is not None


async def matching(box: Box, glob: str) -> tuple[Sequence[FileEntry], str]:
    """Files that a glob of installed ones may name, and the glob with the names that they have here.

    Raises `ToolRefusal` when its folder is not installed."""
    wild = _WILD.search(glob)
    fixed = glob if wild is None else glob[: glob.rfind("/", 0, wild.start()) + 1]
    entries = await box.installed(fixed.rstrip("/") or "/")
    folder = next((entry.path for entry in entries if entry.kind == "folder"), "")
    rest = "" if wild is None else glob[len(fixed) :]
    files = [entry for entry in entries if entry.kind == "file"]
    if not folder:
        return files, files[0].path if files else glob
    return files, f"{folder}/{rest or '**'}"
