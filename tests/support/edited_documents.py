"""Documents of plain values with some of them changed."""

from copy import deepcopy
from typing import Any


def changed(document: dict[str, Any], *edits: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
    """A copy with values set at their places; `...` takes one away, and an index past a list's end appends."""
    copy = deepcopy(document)
    for where, value in edits:
        place: Any = copy
        for key in where[:-1]:
            place = place[key] if isinstance(place, list) else place.setdefault(key, {})
        if value is ...:
            del place[where[-1]]
        elif isinstance(place, list) and where[-1] == len(place):
            place.append(value)
        else:
            place[where[-1]] = value
    return copy
