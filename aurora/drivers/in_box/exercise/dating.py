"""Dates of a request as a client sends them: in the days to come, what begins before what ends.

A document says that a value is a date, and hardly ever which: of a booking it is refused unless it begins in the future
and ends after it has begun. A generator chooses years at random, each request is refused, and no answer is looked at.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .links import resolved
from .pointers import put
from .trimming import properties

_FORMATS = ("date-time", "date")
_DEEPEST = 8
NOTICE = 7
"""From today to the first one: a service may ask for some days' notice, or allow some weeks only."""
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_ENDS = frozenset({"end", "ends", "ending", "to", "until", "till", "due", "deadline", "expires", "expiry", "expiration",
                   "finish", "finishes", "out", "checkout", "return", "returns", "arrival", "arrives", "before", "last",
                   "through", "close", "closes", "dropoff", "upper", "max"})  # fmt: skip
_STARTS = frozenset({"start", "starts", "starting", "from", "begin", "begins", "since", "in", "checkin", "departure",
                     "departs", "after", "first", "open", "opens", "pickup", "lower", "min"})  # fmt: skip
_PAST = frozenset({"birth", "birthday", "birthdate", "born", "dob", "created", "updated", "modified", "issued", "hired",
                   "joined", "founded", "published", "released", "registered", "died", "paid", "completed",
                   "manufactured", "purchased"})  # fmt: skip


@dataclass(frozen=True)
class _Dated:
    pointer: str
    name: str
    form: str
    whole: str
    """Pointer of the object that holds it: values of one object are in an order."""

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word.lower() for word in _WORDS.findall(self.name))

    @property
    def rank(self) -> int:
        """0 for what begins, 2 for what ends."""
        return 2 if self.words & _ENDS else 0 if self.words & _STARTS else 1


def dated(value: Any, document: dict[str, Any], schema: Any, first: dt.date) -> Any:
    """`value`, the body of a request, with dates from the day `first` on, one after the other."""
    found = list(_found(value, document, schema, "", "", 0))
    for pointer, text in _values(found, first).items():
        value = put(value, pointer, text)
    return value


def dated_query(
    query: Mapping[str, Any], document: dict[str, Any], operation: dict[str, Any], first: dt.date
) -> dict[str, Any]:
    """`query`, as far as its parameters are dates."""
    said = [resolved(document, one) for one in operation.get("parameters") or ()]
    schemas = {one["name"]: one.get("schema") for one in said if one.get("in") == "query" and "name" in one}
    found: dict[str, Any] = dated(dict(query), document, {"properties": schemas}, first)
    return found


def first_day(index: int) -> dt.date:
    """The date for the request `index` of an operation: a day of its own, so that two bookings do not meet."""
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=NOTICE + index)


def _values(found: list[_Dated], first: dt.date) -> dict[str, str]:
    values = {}
    for whole in dict.fromkeys(one.whole for one in found):
        held = sorted((one for one in found if one.whole == whole), key=lambda one: one.rank)
        coming = [one for one in held if not one.words & _PAST]
        for index, one in enumerate(coming):
            values[one.pointer] = _text(one.form, first, index)
        for index, one in enumerate(one for one in held if one.words & _PAST):
            values[one.pointer] = _text(one.form, first - dt.timedelta(days=365 * 30), index)
    return values


def _text(form: str, day: dt.date, index: int) -> str:
    """Dates a day apart, times an hour apart."""
    if form == "date":
        return (day + dt.timedelta(days=index)).isoformat()
    return f"{day.isoformat()}T{10 + index % 12:02d}:00:00Z"


def _found(
    value: Any, document: dict[str, Any], schema: Any, pointer: str, name: str, depth: int, whole: str = ""
) -> Iterator[_Dated]:
    said = resolved(document, schema)
    if depth > _DEEPEST or not said:
        return
    if isinstance(value, str):
        form = next((one for one in _forms(document, said) if one in _FORMATS), "")
        if form and "enum" not in said and "const" not in said:
            yield _Dated(pointer, name, form, whole)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _found(one, document, said.get("items"), f"{pointer}/{index}", name, depth + 1, whole)
    elif isinstance(value, dict):
        declared, _ = properties(document, said, 0)
        for key, one in value.items():
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from _found(one, document, declared.get(key), f"{pointer}/{step}", str(key), depth + 1, pointer)


def _forms(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """Formats of a schema, and of its alternatives: one that may be null says it in a branch."""
    found = [schema.get("format")]
    for word in ("anyOf", "oneOf", "allOf"):
        found += [resolved(document, one).get("format") for one in schema.get(word) or ()]
    return [str(one) for one in found if one]
