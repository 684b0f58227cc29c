"""What a contract document states of input beyond its type: bounds, patterns, formats and enumerations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aurora.contract.references import target
from aurora.contract.yaml_text import parse
from aurora.errors import Refusal

_BOUNDS = (
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems",
)  # fmt: skip
_FORMATS = frozenset({"email", "uuid", "date", "date-time", "uri", "ipv4", "ipv6", "hostname"})
"""Formats that a text may fail; `int64` and `password` say nothing about what is valid."""
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
DEPTH = 12
Stated = Mapping[str, str]
"""Name of a field or parameter -> `maxLength 80, format email`; only of those of which something is stated."""


@dataclass(frozen=True)
class Operation:
    method: str
    """In upper case."""
    path: str
    """With `{}` for each parameter, without a slash at its end."""
    parameters: Stated
    body: Stated


@dataclass(frozen=True)
class ContractBounds:
    operations: tuple[Operation, ...] = ()
    models: Mapping[str, Stated] = field(default_factory=dict)
    """Schemas of `components` that request bodies refer to, by name."""

    def operation(self, method: str, path: str) -> Operation | None:
        """The only one whose path ends in this one: a router's prefix is often given elsewhere."""
        wanted = plain(path)
        if not wanted:
            return None
        found = [one for one in self.operations if one.method == method and f"/{one.path}".endswith(f"/{wanted}")]
        return found[0] if len(found) == 1 else None


def plain(path: str) -> str:
    """A path of a contract or of a framework, as paths are compared: `/users/{id:int}/` is `users/{}`."""
    return re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path).strip("/")


@lru_cache(maxsize=4)
def bounds_of(text: str, path: str) -> ContractBounds:
    """None are stated by a text that can't be read: that is said elsewhere."""
    try:
        document, _ = parse(text, path)
    except Refusal:
        return ContractBounds()
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict):
        return ContractBounds()
    models: dict[str, Stated] = {}
    operations = [
        _operation(document, method.upper(), str(where), item, operation, models)
        for where, item in paths.items()
        if isinstance(item, dict)
        for method, operation in item.items()
        if method in _METHODS and isinstance(operation, dict)
    ]
    return ContractBounds(tuple(operations), models)


def _operation(
    document: Any, method: str, where: str, item: Any, operation: Any, models: dict[str, Stated]
) -> Operation:
    parameters: dict[str, str] = {}
    body: dict[str, str] = {}
    for parameter in (*_list(item.get("parameters")), *_list(operation.get("parameters"))):
        one = _resolved(document, parameter)
        if one.get("in") == "body":  # of Swagger 2.0
            body |= _fields(document, one.get("schema"), models)
        elif said := _said(document, one.get("schema", one)):
            parameters[str(one.get("name"))] = said
    content = _resolved(document, operation.get("requestBody")).get("content")
    for media in content.values() if isinstance(content, dict) else ():
        body |= _fields(document, media.get("schema") if isinstance(media, dict) else None, models)
    return Operation(method, plain(where), parameters, body)


def _fields(document: Any, schema: Any, models: dict[str, Stated], depth: int = DEPTH) -> Stated:
    """Of an object's own properties; schemas that it refers to are put into `models`."""
    if depth == 0 or not isinstance(schema, dict):
        return {}
    ref = schema.get("$ref")
    name = ref.rpartition("/")[2] if isinstance(ref, str) else ""
    if name in models:
        return models[name]
    if name:
        models[name] = {}  # a schema may refer to itself
    resolved = _resolved(document, schema)
    found: dict[str, str] = {}
    for part in _list(resolved.get("allOf")):
        found |= _fields(document, part, models, depth - 1)
    properties = resolved.get("properties")
    for key, value in properties.items() if isinstance(properties, dict) else ():
        if said := _said(document, value):
            found[str(key)] = said
        inner = _resolved(document, value)
        for nested in (value, inner.get("items")):
            _fields(document, nested, models, depth - 1)
    if name:
        models[name] = found
    return found


def _said(document: Any, schema: Any) -> str:
    one = _resolved(document, schema)
    said = [f"{key} {one[key]}" for key in _BOUNDS if isinstance(one.get(key), int | float | str)]
    said = [text for text in said if text not in ("minimum 0", "minLength 0", "minItems 0")] if len(said) == 1 else said
    if one.get("format") in _FORMATS:
        said.append(f"format {one['format']}")
    if isinstance(one.get("enum"), list) and one.get("type") == "string":
        said.append("enum")
    return ", ".join(said)


def _resolved(document: Any, value: Any) -> dict[str, Any]:
    for _ in range(DEPTH):
        ref = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(ref, str):
            break
        value = target(document, ref)
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else ()
