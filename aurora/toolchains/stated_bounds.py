"""The bounds that a contract states of a request and the code that takes it does not check: the language reads the
code, this compares."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from aurora.contract.requests import Requested, Stated, requests
from aurora.domain.workspace import Workspace
from aurora.toolchains.code_checks import Flaw, Sources

MOST = 12
"""Of one handler, that are told."""
_DEPTH = 4
_FIXED = frozenset({"uuid", "date", "date-time", "ipv4", "ipv6"})
"""Formats whose texts have bounds of their own."""
_LOWER, _UPPER = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")


@dataclass(frozen=True)
class Checked:
    """The checks of code on one value."""

    kind: str = ""
    """Kind as JSON Schema names it; empty where the code does not say."""
    bounds: Mapping[str, Any] = field(default_factory=dict)
    """Bounds by the keyword of JSON Schema; None for a bound whose value is not written as a literal."""
    sure: bool = False
    """True if nothing else checks it: no validator, no type that can't be read."""
    optional: bool | None = None
    """True if the code takes a request without it; None where that is not known."""
    fields: Mapping[str, "Checked"] | None = None
    """Fields of an object, by the names that a request has."""
    closed: bool = True
    """True if `fields` are all."""
    items: "Checked | None" = None
    path: str = ""
    line: int = 0
    name: str = ""
    """Name of the class or constant it is."""


def of_contract(workspace: Workspace, sources: Sources) -> tuple[Sequence[Requested], bool]:
    """(what the contract of the sources states of each operation, whether the draft changes it)."""
    contract = workspace.contract
    if contract is None:
        return (), False
    files = contract.files or (contract.path,)
    found = requests(sources.texts.get(contract.path, ""), contract.path, sources.texts)
    return found, not sources.changed.isdisjoint(files)


class Route(NamedTuple):
    """The place of a handler."""

    methods: Sequence[str]
    path: str
    """Path with the prefixes that its file shows."""
    name: str


def matching(route: Route, model: str, operations: Iterable[Requested]) -> Requested | None:
    """The operation that a handler answers; None in doubt.

    What an application mounts a router under stands elsewhere, so the end of the contract's path is enough where no
    other operation ends so."""
    ours = _parts(route.path)
    same = [one for one in operations if one.method in route.methods]
    if len(route.methods) != 1:
        return None
    exact = [one for one in same if _parts(one.path) == ours]
    if len(exact) == 1 and (ours or model == _bare(exact[0])):
        return exact[0]
    ending = [one for one in same if not ours or _parts(one.path)[-len(ours) :] == ours]
    if len(ending) > 1 or not any(part != "{}" for part in ours):
        named = [one for one in ending if (model and model == _bare(one)) or _alike(one.operation_id, route.name)]
        ending = named
    return ending[0] if len(ending) == 1 else None


def _bare(operation: Requested) -> str:
    return operation.body.name if operation.body is not None else ""


def _alike(one: str, other: str) -> bool:
    plain = [re.sub(r"[\W_]", "", name.rpartition(".")[2]).lower() for name in (one, other)]
    return bool(plain[0]) and plain[0] == plain[1]


def _parts(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    return ["{}" if re.match(r"[{<:\[]|\(", part) else part for part in parts]


def lacking(handler: str, operation: Requested, checked: Checked, *, sure: bool = True) -> Iterator[Flaw]:
    """The bounds that the code for the body lacks. `sure`: whether nothing in the handler checks further."""
    if operation.body is None or not checked.fields:
        return
    yield from islice(_of_object(handler, operation, operation.body, checked, "", sure, 0), MOST)


def _of_object(
    handler: str, operation: Requested, stated: Stated, checked: Checked, at: str, sure: bool, depth: int
) -> Iterator[Flaw]:
    if depth > _DEPTH:
        return
    fields = checked.fields or {}
    for name, of_field in stated.fields.items():
        ours = fields.get(name)
        if ours is not None:
            required = name in stated.required
            yield from _of_value(handler, operation, of_field, ours, f"{at}{name}", required, sure, depth)


def of_parameter(
    handler: str, operation: Requested, name: str, stated: Stated, checked: Checked, *, required: bool
) -> Iterator[Flaw]:
    """The bounds that the code for one value of the path or the query lacks."""
    yield from _of_value(handler, operation, stated, checked, name, required, True, 0)


def _of_value(
    handler: str,
    operation: Requested,
    stated: Stated,
    checked: Checked,
    at: str,
    required: bool,
    sure: bool,
    depth: int,
) -> Iterator[Flaw]:
    missing = [*_missing(stated, checked)]
    if required and checked.optional:
        missing.append("required: true")
    if missing:
        said = f"{operation.method} {operation.path}"
        message = f"{handler}: the contract states {', '.join(missing)} of `{at}` ({said}), and nothing checks that."
        certain = sure and checked.sure
        identity = f"{handler} {at} {' '.join(sorted(missing))}"
        yield Flaw(message, "", checked.line, identity, advice=not certain, path=checked.path)
    if stated.type == "object" and checked.fields:
        yield from _of_object(handler, operation, stated, checked, f"{at}.", sure, depth + 1)
    if stated.items is not None and checked.items is not None and depth <= _DEPTH:
        yield from _of_value(handler, operation, stated.items, checked.items, f"{at}[]", False, sure, depth + 1)


def _missing(stated: Stated, checked: Checked) -> Iterator[str]:
    """Keywords that are stated and not checked, each with its value."""
    if not _same_kind(stated.type, checked.kind) or "enum" in checked.bounds:
        return
    for keyword, value in stated.bounds.items():
        ours = checked.bounds
        if keyword in ("maxLength", "minLength") and (
            "pattern" in ours or ours.get("format") in _FIXED or (keyword == "minLength" and "format" in ours)
        ):
            continue
        if keyword in ("maxLength", "minLength") and stated.bounds.get("format") in _FIXED:
            continue
        if keyword in ("pattern", "format") and ("format" in ours or "pattern" in ours):
            continue
        if keyword == "enum":
            yield f"enum: {_shown(value)}"
        elif not _holds(keyword, value, ours):
            looser = f" (here {ours[keyword]:g})" if isinstance(ours.get(keyword), int | float) else ""
            yield f"{keyword}: {_shown(value)}{looser}"


def _holds(keyword: str, value: Any, ours: Mapping[str, Any]) -> bool:
    """Return whether the code's own bound is no looser than the contract's."""
    if keyword in _LOWER or keyword in _UPPER:
        others = _LOWER if keyword in _LOWER else _UPPER
        return any(_tight(keyword, value, other, ours[other]) for other in others if other in ours)
    if keyword not in ours:
        return False
    own = ours[keyword]
    if own is None or not isinstance(own, int | float):
        return True
    return bool(own <= value) if keyword.startswith("max") else bool(own >= value)


def _tight(keyword: str, value: Any, other: str, own: Any) -> bool:
    if not isinstance(own, int | float):
        return True
    if keyword != other and keyword.startswith("exclusive"):
        return bool(own > value) if keyword in _LOWER else bool(own < value)
    if keyword in _LOWER:
        # of whole numbers above 0 and from 1 on are the same
        return bool(own >= value) or (other == "exclusiveMinimum" and own >= value - 1 and float(own).is_integer())
    return bool(own <= value) or (other == "exclusiveMaximum" and own <= value + 1 and float(own).is_integer())


def _same_kind(stated: str, ours: str) -> bool:
    numbers = ("integer", "number")
    return bool(stated) and (stated == ours or (stated in numbers and ours in numbers))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(str(one)[:30] for one in value[:6]) + (", …]" if len(value) > 6 else "]")
    return str(value)[:80]
