"""Packages of a workspace whose entry is made by a build: nothing builds it before the tests run here."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_CONDITIONS = ("import", "require", "node", "default", "module")
SHOWN = 3


def notes(paths: Collection[str], manifests: Mapping[str, Mapping[str, Any]], used: Collection[str]) -> Iterator[str]:
    """`manifests`: folder -> package.json of each member. `used`: names that the workspace's packages depend on."""
    found = []
    for folder, manifest in sorted(manifests.items()):
        name, entry = str(manifest.get("name", "")), _entry(manifest)
        if name in used and entry and not _there(posixpath.normpath(posixpath.join(folder, entry)), paths):
            found.append(f"{name} ({posixpath.normpath(posixpath.join(folder, entry))})")
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield (
            f"packages of the workspace whose entry is not in the commit: {', '.join(found[:SHOWN])}{more}; nothing "
            "builds them here, so tests that import them can't be loaded unless the runner's configuration leads to "
            "their sources"
        )


def _entry(manifest: Mapping[str, Any]) -> str:
    exports = manifest.get("exports")
    if isinstance(exports, Mapping) and "." in exports:
        exports = exports["."]
    depth = 0
    while isinstance(exports, Mapping) and depth < 5:
        exports = next((exports[key] for key in _CONDITIONS if key in exports), None)
        depth += 1
    for said in (exports, manifest.get("module"), manifest.get("main")):
        if isinstance(said, str):
            return said
    return ""


def _there(path: str, paths: Collection[str]) -> bool:
    ends = ("", ".js", ".cjs", ".mjs", ".ts", ".json", "/index.js", "/index.ts", "/index.cjs", "/index.mjs")
    return "*" in path or any(path + end in paths for end in ends)
