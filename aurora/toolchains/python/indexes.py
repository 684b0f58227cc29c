"""Package indexes that a manifest names: which ones are used is the worker's to say, and never left unsaid."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aurora.toolchains.documents import table

_PUBLIC = ("pypi.org", "pypi.python.org", "files.pythonhosted.org", "test.pypi.org", "download.pytorch.org")
"""Hosts whose packages the public index has under the same names, of the same owners."""


def is_public(address: str) -> bool:
    try:
        return (urlsplit(address).hostname or "") in _PUBLIC
    except ValueError:  # brackets that are no address
        return False


def private(sources: Any) -> frozenset[str]:
    """Names of the sources in a manifest that are not the public index; Poetry knows it without an address."""
    named = [one for one in sources if isinstance(one, Mapping)] if isinstance(sources, list) else []
    return frozenset(
        str(one.get("name"))
        for one in named
        if one.get("name") and str(one["name"]).lower() != "pypi" and not is_public(str(one.get("url") or ""))
    )


def said(document: Mapping[str, Any]) -> tuple[str, ...]:
    """A sentence where a manifest's packages may come from an index that the builder does not know by it."""
    found = private(document.get("source"))
    for name, key in (("uv", "index"), ("poetry", "source"), ("pdm", "source")):
        found |= private(table(document, "tool", name).get(key))
    if not found:
        return ()
    named = sorted(_of(document, found))
    whose = f", {', '.join(named[:8])} among them," if named else ""
    return (
        f"the index {', '.join(sorted(found))} of the manifest is not asked: its packages{whose} come from the "
        "builder's own indexes; UV_INDEX or UV_DEFAULT_INDEX of the worker names it",
    )


def _of(document: Mapping[str, Any], indexes: frozenset[str]) -> set[str]:
    """Packages that a manifest takes from one of the indexes by name."""
    poetry = table(document, "tool", "poetry")
    tables = [table(document, "tool", "uv", "sources"), table(poetry, "dependencies"), table(document, "packages")]
    tables += [table(group, "dependencies") for group in table(poetry, "group").values()]
    tables += [table(document, "dev-packages"), table(poetry, "dev-dependencies")]
    return {
        name
        for entries in tables
        for name, entry in entries.items()
        for one in (entry if isinstance(entry, list) else [entry])
        if table(one).get("index") in indexes or table(one).get("source") in indexes
    }
