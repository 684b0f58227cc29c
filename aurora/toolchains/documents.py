"""Parsed manifests: they are untrusted and may hold any shape where a table is due."""

from collections.abc import Mapping
from typing import Any


def table(value: Any, *keys: str) -> dict[str, Any]:
    """A nested table of a parsed document, or an empty one: manifests are untrusted and may hold any shape."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return dict(value) if isinstance(value, Mapping) else {}


def texts(value: Mapping[str, Any]) -> dict[str, str]:
    return {str(k): v for k, v in value.items() if isinstance(v, str)}
