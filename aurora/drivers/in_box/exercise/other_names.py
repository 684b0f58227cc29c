"""Requests for what does not exist, under a name of the form that names have here.

A generated name is refused for its form where the document says less of it than the service asks for: `{id}` is a text
there, and the service takes numbers only.
"""

from collections.abc import Mapping
from typing import Any

from .history import Use

FAR = 999_983
"""Added to a number: no service of a test counts so far."""
LONG = 16
"""Characters from which a text is taken for one that a program made: a UUID, an ObjectId, a ULID."""
_CHANGED = 12
_OTHERS = str.maketrans("0123456789abcdefABCDEF", "5678901234fedcbaFEDCBA")


def other_than(value: str) -> str:
    """Another value of the same form; empty where no form is seen."""
    if value.isascii() and value.isdecimal() and len(value) < LONG:
        return str(int(value) + FAR).zfill(len(value))
    if len(value) < LONG or " " in value:
        return ""
    changed = value[:-_CHANGED] + value[-_CHANGED:].translate(_OTHERS)
    return changed if changed != value else ""


def elsewhere(
    parameters: Mapping[str, Any], last: str, at: str, uses: tuple[Use, ...]
) -> tuple[dict[str, Any], tuple[Use, ...]] | None:
    """`parameters` of a path with something that is not there as the `last` one, and the uses that remain.

    `at`: how `uses` name the last one. None where it held nothing that exists.
    """
    value = next((other_than(use.value) for use in uses if use.at == at), "")
    if not value:
        return None
    given = int(value) if isinstance(parameters.get(last), int) else value
    return {**parameters, last: given}, tuple(use for use in uses if use.at != at)
