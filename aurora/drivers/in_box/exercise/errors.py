"""Errors of the server told apart: an operation may fail for a cause that is old and for one that is new."""

import json
import re
import zlib

from schemathesis import Case

from .transport import Answer, Sendable

_HEAD = 400
_CHANGING = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)
"""Numbers and identifiers, which differ from answer to answer of one cause."""


def variant(case: Case, request: Sendable, answer: Answer) -> str:
    """A name of the kind of request and of answer, the same in every run of a seed. Which cause it was is not known
    outside: requests that say other things, and answers with other words, may have others."""
    negative = case.meta is not None and case.meta.generation.mode.is_negative
    said = [
        negative,
        request.method,
        _names(request.body),
        sorted(case.query or {}),
        _CHANGING.sub("#", answer.text()[:_HEAD]),
    ]
    return f"{zlib.crc32(json.dumps(said).encode()):08x}"


def _names(body: bytes) -> list[str]:
    """Names and types of a JSON object's properties."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return [f"{min(len(body), 1)}"]
    if not isinstance(said, dict):
        return [type(said).__name__]
    return sorted(f"{name}:{type(held).__name__}" for name, held in said.items())
