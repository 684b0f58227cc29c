"""Run by the dependency image's own interpreter: what is installed there, as one JSON object."""

import json
import platform
import re
import sys
from importlib import metadata
from pathlib import PurePosixPath

NOT_MODULES = {"__pycache__", "bin", "include", "share", "lib", "tests", "test", "docs", "examples"}


def modules(found: metadata.Distribution) -> list[str]:
    """Top-level import names: from the files installed, else from top_level.txt."""
    names = set()
    for path in found.files or ():
        posix = PurePosixPath(str(path))
        head = posix.parts[0]
        if head in ("..", "/") or head.endswith((".dist-info", ".egg-info", ".data")):
            continue
        if len(posix.parts) > 1:
            if posix.suffix in (".py", ".so", ".pyd", ".pyi", ".pyc") and head.isidentifier():
                names.add(head.removesuffix("-stubs"))
        elif posix.suffix in (".py", ".so", ".pyd"):
            name = head.split(".")[0]
            if name.isidentifier():
                names.add(name)
    said = set((found.read_text("top_level.txt") or "").split())
    plain = {name for name in names if name not in NOT_MODULES} or names
    return sorted(plain | {name for name in said if name.isidentifier()})


def describe() -> dict[str, object]:
    found: dict[str, dict[str, object]] = {}
    for one in metadata.distributions():
        name = one.metadata["Name"]
        if name:
            key = re.sub(r"[-_.]+", "-", name).lower()
            found.setdefault(key, {"name": key, "version": one.version, "modules": modules(one)})
    return {"versions": {"python": platform.python_version()}, "distributions": [found[key] for key in sorted(found)]}


if __name__ == "__main__":
    json.dump(describe(), sys.stdout)
