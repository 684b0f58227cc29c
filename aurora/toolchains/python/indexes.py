"""Package indexes that a manifest names: a name meant for another index is not asked of the public one unsaid."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aurora.toolchains.python.declared import table

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
    """A sentence where a manifest's packages may come from an index that the builder does not ask."""
    found = private(table(document, "tool", "uv").get("index")) | private(
        table(document, "tool", "poetry").get("source")
    )
    found |= private(table(document, "tool", "pdm").get("source")) | private(document.get("source"))
    if not found:
        return ()
    return (
        f"the index {', '.join(sorted(found))} of the manifest is not asked: packages without a source come from the "
        "builder's own index, those that name it are left out",
    )
