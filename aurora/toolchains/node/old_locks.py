"""Locks of pnpm before 9, which the pnpm that installs here no longer reads: the versions they pin directly."""

import re
from typing import Any

from aurora.errors import Refusal
from aurora.settings import yaml_document

_VERSION = re.compile(r"(?m)^lockfileVersion:\s*['\"]?(\d+)(?:\.\d+)?['\"]?\s*$")
_PLAIN = re.compile(r"\d+\.\d+\.\d+[\w.+-]*?(?=$|[(_])")
"""A version without the peers it was resolved with, which stand behind it."""
_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
FIRST_READ = 9


def is_old(text: str) -> bool:
    said = _VERSION.search(text[:2_000])
    return said is not None and int(said[1]) < FIRST_READ


def pinned(text: str) -> dict[str, dict[str, str]]:
    """Folder of a package, relative to the lock -> name -> version; nothing of a lock that can't be read."""
    head = re.split(r"(?m)^packages:", text, maxsplit=1)[0]  # what is above is small, what is below is not needed
    try:
        document = yaml_document.parse(head, "pnpm-lock.yaml").value
    except Refusal:
        return {}
    if not isinstance(document, dict):
        return {}
    importers = document.get("importers")
    folders = importers if isinstance(importers, dict) else {".": document}
    return {str(folder): _of(found) for folder, found in folders.items() if isinstance(found, dict)}


def _of(importer: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for section in _SECTIONS:
        table = importer.get(section)
        for name, said in table.items() if isinstance(table, dict) else ():
            version = said.get("version") if isinstance(said, dict) else said
            plain = _PLAIN.match(str(version))
            if plain:
                found[str(name)] = plain[0]
    return found


def with_pins(manifest: dict[str, Any], pins: dict[str, str]) -> dict[str, Any]:
    """The manifest, asking for exactly what its lock pinned; what comes from a folder or an address stays."""
    changed = dict(manifest)
    for section in _SECTIONS:
        table = manifest.get(section)
        if isinstance(table, dict):
            changed[section] = {
                name: pins[name] if name in pins and ":" not in str(spec) else spec for name, spec in table.items()
            }
    return changed
