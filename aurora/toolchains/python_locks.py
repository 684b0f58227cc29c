"""Pins of a lock file, as constraints: which version, never which address."""

import json
import tomllib
from typing import Any

from aurora.toolchains.python_declared import normalised, table

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
"""In the order they are looked for."""


def pins(name: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`name==version` lines, notes). A package locked in several versions (by marker) is left to the resolver."""
    try:
        found = _pipfile(json.loads(text)) if name == "Pipfile.lock" else _packages(tomllib.loads(text))
    except (ValueError, tomllib.TOMLDecodeError):
        return (), (f"{name} can't be parsed: no pins are taken from it",)
    versions: dict[str, set[str]] = {}
    for package, version in found:
        versions.setdefault(normalised(package), set()).add(version)
    several = sorted(p for p, v in versions.items() if len(v) > 1)
    notes: tuple[str, ...] = (f"{name} pins {len(versions) - len(several)} packages",)
    if several:
        notes += (f"{name} locks several versions of {', '.join(several[:8])}: the resolver chooses",)
    return tuple(f"{p}=={next(iter(v))}" for p, v in sorted(versions.items()) if len(v) == 1), notes


def _packages(document: dict[str, Any]) -> list[tuple[str, str]]:
    """uv, Poetry, PDM (`[[package]]`) and PEP 751 (`[[packages]]`); only what an index serves."""
    found = []
    for package in (*document.get("package", ()), *document.get("packages", ())):
        source = table(package).get("source")
        elsewhere = isinstance(source, dict) and not ({"registry"} & set(source) or source.get("type") == "legacy")
        if elsewhere or any(k in package for k in ("vcs", "directory", "archive", "git", "path", "url")):
            continue
        if isinstance(package.get("name"), str) and isinstance(package.get("version"), str):
            found.append((package["name"], package["version"]))
    return found


def _pipfile(document: dict[str, Any]) -> list[tuple[str, str]]:
    both = (table(document, "default"), table(document, "develop"))
    return [
        (name, str(entry["version"]).removeprefix("=="))
        for packages in both
        for name, entry in packages.items()
        if isinstance(entry, dict) and str(entry.get("version", "")).startswith("==")
    ]
