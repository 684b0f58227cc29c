"""The clauses of the contract that the tests name: an operation with one of its status codes, `POST /users 409`.

For a child of `bounded`: the document and the tests come from a repository nobody trusts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aurora.contract.reach import Parts, mapping
from aurora.contract.views import document_of, resolved

AFTER = 60
"""Characters between an operation and the status code that belongs to it."""
TEXT = 1_000_000
"""Characters of tests that are looked at."""
_TEMPLATE = re.compile(r"\{[^}]*\}")


def unnamed(text: str, path: str, operations: tuple[str, ...], tests: tuple[str, ...]) -> tuple[str, ...]:
    """Clauses of these operations that no text of a test names, in the document's order. `text`: the document, or its
    bundle."""
    document = document_of(text, path)
    shown = " ".join("\n".join(tests)[:TEXT].split())
    return tuple(clause for clause in clauses(document, operations) if not names(shown, clause))


def clauses(document: Mapping[str, Any], operations: Sequence[str]) -> tuple[str, ...]:
    """`POST /users 409` of each status code that the document states for these operations."""
    parts = Parts(document)
    found = []
    for name in resolved(document, operations):
        responses = mapping(parts.operation(parts.operations[name]).get("responses"))
        found += [f"{name} {status}" for status in responses if re.fullmatch(r"[1-5]\d\d", status)]
    return tuple(found)


def names(text: str, clause: str) -> bool:
    """Return whether a text, its white space folded, names the clause: `POST /users` and soon after it `409`. A value
    may stand where the path has a name in braces."""
    operation, _, status = clause.rpartition(" ")
    method, _, path = operation.partition(" ")
    spelt = r"[^\s/]+".join(map(re.escape, _TEMPLATE.split(path)))
    return bool(re.search(rf"\b{method} [`'\"]?{spelt}(?![\w/{{])[^\n]{{0,{AFTER}}}?\b{status}\b", text, re.IGNORECASE))
