"""What is wrong in a contract document that can be read all the same, each with the place where it stands.

None of it keeps the document from binding the work: it is told, and mended by whoever owns the document.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema.exceptions import SchemaError, ValidationError, relevance
from referencing.exceptions import Unresolvable
from yaml import Node

from aurora.contract.checks import meaning, structure
from aurora.contract.references import dangling, pointer
from aurora.contract.yaml_text import Where, line_of
from aurora.text import clip

MOST = 50
_STUMBLES = (Unresolvable, SchemaError, ValueError, LookupError, TypeError, AttributeError, AssertionError, re.error)
"""What the library raises over a document of another shape than it relies on."""
_OF_OPERATION = re.compile(r" for '(\w+)'(?: operation)? in '([^']+)'")
_PATTERNS = (
    (re.compile(r"\(\?<(?=[A-Za-z_])"), "(?P<"),
    (re.compile(r"\\k<(\w+)>"), r"(?P=\1)"),
    (re.compile(r"\\[pP]\{[^}]*\}"), r"\\w"),
    (re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?"), "."),
    (re.compile(r"\\c[A-Za-z]"), "."),
    (re.compile(r"\\([/\-_#@!%&=<>:;,'\"~` ])"), r"[\1]"),
)
"""What ECMA's regular expressions, which OpenAPI's are, write otherwise than Python's."""


def faults(document: dict[str, Any], validator: Any, *, resolvable: bool) -> list[tuple[Where, str]]:
    """(where, why), each once. `resolvable`: whether all references lead into the document itself."""
    wrong = [closest(error) for error in structure(validator).iter_errors(document)]
    found = [(tuple(error.absolute_path), clip(error.message, 240)) for error in wrong]
    astray = [(where, f"refers to nothing: {ref}") for where, ref in dangling(document)]
    found += astray
    if resolvable and not astray:
        found += _of_meaning(document, validator, sure=not wrong)
    return list(dict.fromkeys(found))


def said(path: str, found: Iterable[tuple[Where, str]], node: Node | None) -> tuple[str, ...]:
    """`openapi.yaml:8 at /paths/~1users/post: why`, the first of them and how many more there are."""
    every = sorted(((line_of(node, where) or 0, where, why) for where, why in found), key=lambda one: one[0])
    lines = [f"{path}{f':{line}' if line else ''} at {pointer(where)}: {why}" for line, where, why in every]
    return (*lines[:MOST], *([f"{path}: {len(lines) - MOST} more faults"] if len(lines) > MOST else []))


def closest(error: ValidationError) -> ValidationError:
    """Of the alternatives that all failed, the deepest: "is not valid under any of" helps nobody."""
    while error.context:
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), relevance(inner)))
    return error


def _of_meaning(document: dict[str, Any], validator: Any, *, sure: bool) -> Iterator[tuple[Where, str]]:
    """`sure`: whether the document has the shape that the checks rely on; what they stumble over is told only then."""
    try:
        checked = _in_python(document)
        checks = meaning(validator)(checked)
        places: _Places | None = None
        for error in checks.root_validator(checks.schema_path):
            places = places or _Places(checked)
            yield places.of(error), clip(error.message, 240)
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
    """Where in the document an error of the library stands, which often does not say it."""

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

    def of(self, error: ValidationError) -> Where:
        if operation := _OF_OPERATION.search(error.message):
            where: Where = ("paths", operation[2], operation[1])
            return (*where, "operationId") if "Operation ID" in error.message else where
        schema = self.by_identity.get(id(error.schema))
        if schema is not None:
            inside = isinstance(error.schema, dict) and "default" in error.schema
            return (*schema, "default") if inside else schema
        return self.by_identity.get(id(error.instance), tuple(error.absolute_path))
