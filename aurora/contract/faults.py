"""The faults of a contract document that can be read all the same, each with its place.

None of it keeps the document from binding the work: it is told, and fixed by whoever owns the document.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jsonschema.exceptions import SchemaError, ValidationError, relevance
from referencing.exceptions import Unresolvable
from yaml import Node

from aurora.contract.bundling import DROPPED, NOT_FOLLOWED, origin
from aurora.contract.checks import meaning, structure
from aurora.contract.locations import Place
from aurora.contract.references import dangling, pointer
from aurora.contract.yaml_text import Where, line_of, lines_of
from aurora.text import clip

MOST = 50
MOST_LINED = 200
"""Files that are looked at for their lines."""
_STUMBLES = (Unresolvable, SchemaError, ValueError, LookupError, TypeError, AttributeError, AssertionError, re.error)
"""Errors that the library raises over a document of another shape than it relies on."""
_OF_OPERATION = re.compile(r" for '(\w+)'(?: operation)? in '([^']+)'")
_PATTERNS = (
    (re.compile(r"\(\?<(?=[A-Za-z_])"), "(?P<"),
    (re.compile(r"\\k<(\w+)>"), r"(?P=\1)"),
    (re.compile(r"\\[pP]\{[^}]*\}"), r"\\w"),
    (re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?"), "."),
    (re.compile(r"\\c[A-Za-z]"), "."),
    (re.compile(r"\\([/\-_#@!%&=<>:;,'\"~` ])"), r"[\1]"),
)
"""Syntax of ECMA's regular expressions, which OpenAPI uses, that differs from Python's."""


class Fault(NamedTuple):
    where: Where
    """In the bundle."""
    why: str
    against: Where | None = None
    """The other place of a contradiction, and what stands there goes into `why`."""


def faults(document: dict[str, Any], validator: Any) -> list[Fault]:
    """The faults of a bundle, each once: every reference leads inside."""
    wrong = [closest(error) for error in structure(validator).iter_errors(document)]
    found = [Fault(tuple(error.absolute_path), clip(error.message, 240)) for error in wrong]
    astray = [Fault(where, f"refers to nothing: {ref}") for where, ref in dangling(document)]
    found += astray
    if not astray:
        found += (Fault(where, why) for where, why in _of_meaning(document, validator, sure=not wrong))
    return [one for one in dict.fromkeys(found) if not _stands_in(document, one.where) and not _unknown(document, one)]


def _unknown(document: Mapping[str, Any], fault: Fault) -> bool:
    """Return whether it is about a path's parameter, where some were not followed."""
    if not fault.why.startswith("Path parameter") or len(fault.where) < 3:
        return False
    item = document["paths"].get(fault.where[1])
    return isinstance(item, dict) and (DROPPED in item or DROPPED in item.get(fault.where[2], {}))


def _stands_in(document: Any, where: Where) -> bool:
    """Return whether a place is, or is in, what stands for something that was not followed."""
    value = document
    for part in where:
        if isinstance(value, dict) and NOT_FOLLOWED in value:
            return True
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(value, dict) and NOT_FOLLOWED in value


def said(
    path: str,
    found: Iterable[Fault],
    doubts: Iterable[tuple[Place, str]],
    origins: Mapping[Where, Place],
    texts: Callable[[Sequence[str]], Mapping[str, str | None]],
) -> tuple[str, ...]:
    """`openapi.yaml:8 at /paths/~1users/post: why`, the first of them and how many more there are, each with the file
    that it was written in. `path`: the document's own, whose faults stand first."""
    every = [(origin(origins, fault.where), fault.why, fault.against) for fault in found]
    every += [(place, why, None) for place, why in doubts]
    lines = Lines(texts)
    lines.prepare(
        {place.file for place, _, _ in every} | {origin(origins, a).file for _, _, a in every if a is not None}
    )
    rows = []
    for place, why, against in every:
        if against is not None:
            other = origin(origins, against)
            why += f" ({lines.named(other)} at {pointer(other.where)})"
        row = f"{lines.named(place)} at {pointer(place.where)}: {why}"
        rows.append(((place.file != path, place.file, lines.of(place) or 0), row))
    ordered = list(dict.fromkeys(row for _, row in sorted(rows, key=lambda one: one[0])))
    more = [f"{path}: {len(ordered) - MOST} more faults"] if len(ordered) > MOST else []
    return (*ordered[:MOST], *more)


class Lines:
    """The lines of a file in which places stand; none where that would take long."""

    def __init__(self, texts: Callable[[Sequence[str]], Mapping[str, str | None]]) -> None:
        self.texts = texts
        self.nodes: dict[str, Node | None] = {}

    def prepare(self, files: Iterable[str]) -> None:
        wanted = sorted(file for file in files if file not in self.nodes)[:MOST_LINED]
        for file, text in self.texts(wanted).items() if wanted else ():
            self.nodes[file] = lines_of(text) if text is not None else None

    def of(self, place: Place) -> int | None:
        return line_of(self.nodes.get(place.file), place.where)

    def named(self, place: Place) -> str:
        line = self.of(place)
        return f"{place.file}:{line}" if line else place.file


def closest(error: ValidationError) -> ValidationError:
    """The deepest of the alternatives that all failed: "is not valid under any of" helps nobody."""
    while error.context:
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), relevance(inner)))
    return error


def _of_meaning(document: dict[str, Any], validator: Any, *, sure: bool) -> Iterator[tuple[Where, str]]:
    """`sure`: whether the document has the shape that the checks rely on; what they stumble over is reported only
    then."""
    try:
        checked = _in_python(document)
        checks = meaning(validator)(checked)
        places: _Places | None = None
        for error in checks.root_validator(checks.schema_path):
            places = places or _Places(checked)
            where = places.of(error)
            if where is not None or sure:  # else it is said by its place already
                yield where or (), clip(error.message, 240)
    except _STUMBLES as error:
        if sure:
            yield (), clip(f"could not be validated to its end: {type(error).__name__}: {error}", 240)
    except RecursionError:
        yield (), "its schemas refer to each other without end"


def _in_python(value: Any, key: str = "") -> Any:
    """A copy whose patterns Python can read, or has none."""
    if isinstance(value, dict):
        copied = {name: _in_python(inner, str(name)) for name, inner in value.items()}
        if isinstance(copied.get("pattern"), str) and key not in ("properties", "example", "examples", "default"):
            pattern = _of_ecma(copied["pattern"])
            if pattern is None:
                del copied["pattern"]
            else:
                copied["pattern"] = pattern
        return copied
    return [_in_python(inner, key) for inner in value] if isinstance(value, list) else value


def _of_ecma(pattern: str) -> str | None:
    for written, ours in _PATTERNS:
        pattern = written.sub(ours, pattern)
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    return pattern


class _Places:
    """The place in the document of an error of the library, which often does not state it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.by_identity: dict[int, Where] = {}
        waiting: list[tuple[Where, Any]] = [((), document)]
        while waiting:
            where, value = waiting.pop()
            if isinstance(value, dict | list):
                self.by_identity.setdefault(id(value), where)
                pairs = value.items() if isinstance(value, dict) else enumerate(value)
                waiting += [((*where, key), inner) for key, inner in pairs]

    def of(self, error: ValidationError) -> Where | None:
        """None where the error does not tell it: it is one of a schema's own shape."""
        if operation := _OF_OPERATION.search(error.message):
            where: Where = ("paths", operation[2], operation[1])
            return (*where, "operationId") if "Operation ID" in error.message else where
        schema = self.by_identity.get(id(error.schema))
        if schema is not None:
            inside = isinstance(error.schema, dict) and "default" in error.schema
            return (*schema, "default") if inside else schema
        found = self.by_identity.get(id(error.instance))
        path = tuple(error.absolute_path)
        return path if found is None and path in self.by_identity.values() else found
