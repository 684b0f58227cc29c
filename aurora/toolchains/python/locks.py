"""Pins of a lock file, as constraints: which version, never which address."""

import json
import re
import tomllib
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import UNREADABLE, lines, normalised

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
"""Locks in the order they are looked for."""
WHOLE = ("pylock.toml", "Pipfile.lock")
"""Those that say what to install without a manifest beside them."""
ALWAYS = "python_version >= '0'"
Pin = tuple[str, str, str]
"""Package, version, and the marker under which this version is meant; empty for always."""


def pins(name: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`name==version` lines, notes). Of a package in several versions each line has its marker; one that the lock
    gives no markers for is left to the resolver."""
    try:
        found = _pipfile(json.loads(text)) if name == "Pipfile.lock" else _packages(tomllib.loads(text))
    except UNREADABLE:
        return (), (f"{name} can't be parsed: no pins are taken from it",)
    locked: dict[str, dict[str, list[str]]] = {}
    for package, version, marker in found:
        locked.setdefault(normalised(package), {}).setdefault(version, []).append(marker)
    unclear = sorted(p for p, v in locked.items() if len(v) > 1 and not all(all(m) for m in v.values()))
    notes: tuple[str, ...] = (f"{name} pins {len(locked) - len(unclear)} packages",)
    if unclear:
        notes += (f"{name} locks several versions of {', '.join(unclear[:8])}: the resolver chooses",)
    return tuple(line for p in sorted(locked) if p not in unclear for line in _lines(p, locked[p])), notes


def _lines(package: str, versions: dict[str, list[str]]) -> tuple[str, ...]:
    if len(versions) == 1:
        return (f"{package}=={next(iter(versions))}",)
    forks = {version: " or ".join(f"({m})" for m in markers) for version, markers in sorted(versions.items())}
    return tuple(f"{package}=={version} ; {marker}" for version, marker in forks.items())


def _packages(document: dict[str, Any]) -> list[Pin]:
    """uv, Poetry, PDM (`[[package]]`) and PEP 751 (`[[packages]]`); only what an index serves."""
    found = []
    for package in (*document.get("package", ()), *document.get("packages", ())):
        source = table(package).get("source")
        elsewhere = isinstance(source, dict) and not ({"registry"} & set(source) or source.get("type") == "legacy")
        if elsewhere or any(k in package for k in ("vcs", "directory", "archive", "git", "path", "url")):
            continue
        if isinstance(package.get("name"), str) and isinstance(package.get("version"), str):
            found.append((package["name"], package["version"], _marker(package)))
    return found


def _marker(package: dict[str, Any]) -> str:
    """uv's forks, Poetry's `markers` (a text, or one for each group), PEP 751's `marker`."""
    said = [package.get("marker"), package.get("markers"), *table(package.get("markers")).values()]
    texts = (one for one in (*said, *lines(package.get("resolution-markers"))) if isinstance(one, str) and one)
    return " or ".join(f"({_for_any_extra(text)})" for text in dict.fromkeys(texts))


def _for_any_extra(marker: str) -> str:
    """The marker without its terms on extras, which a constraint may not have. One that holds for an extra or else for
    something is given as always true: two such versions are for the installer to refuse, not for us to choose from."""
    text = re.sub(r"""extra\s*==\s*(['"])[^'"]*\1""", ALWAYS, marker)
    return ALWAYS if ALWAYS in text and re.search(r"\bor\b", text.replace(f"{ALWAYS} or {ALWAYS}", "")) else text


def _pipfile(document: dict[str, Any]) -> list[Pin]:
    both = (table(document, "default"), table(document, "develop"))
    return [
        (name, str(entry["version"]).removeprefix("=="), "")
        for packages in both
        for name, entry in packages.items()
        if isinstance(entry, dict) and str(entry.get("version", "")).startswith("==")
    ]
