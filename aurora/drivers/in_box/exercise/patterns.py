"""Patterns that hold a regular expression as JavaScript writes one: `/^[a-z]+$/i`.

Documents made from decorators of validators have them. Read by the letter, nothing fits: no text goes on behind its
end. The service asks for what stands between the slashes.
"""

import re
from typing import Any

_LITERAL = re.compile(r"/(?P<inside>\^.*|.*\$)/(?P<flags>[dgimsuvy]*)", re.DOTALL)
_DEEPEST = 200


def read(document: Any, depth: int = 0) -> Any:
    """`document` with each such pattern as the expression in it."""
    if depth > _DEEPEST:
        return document
    if isinstance(document, list):
        return [read(one, depth + 1) for one in document]
    if not isinstance(document, dict):
        return document
    return {
        name: inside(held) if name == "pattern" and isinstance(held, str) else read(held, depth + 1)
        for name, held in document.items()
    }


def inside(pattern: str) -> str:
    """The expression in a literal that nothing can fit; any other pattern as it is."""
    found = _LITERAL.fullmatch(pattern)
    if found is None:
        return pattern
    return f"(?i){found['inside']}" if "i" in found["flags"] else found["inside"]
