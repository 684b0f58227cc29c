"""The way this installation starts its own programs."""

import sys


def argv_of(module: str, *arguments: str) -> list[str]:
    """-P: without the folder the command was started in, which `-m` would put first among those modules come from. It
    is a repository somebody else may have written, and a `json.py` in it would run here, with the key."""
    return [sys.executable, "-P", "-m", module, *arguments]
