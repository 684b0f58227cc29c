"""The statements of a document about the requests of each operation: types, bounds, formats and required fields.

For a child of `bounded`: the text comes from a repository nobody trusts. What can't be followed, and what is stated by
alternatives, states nothing here."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aurora.contract.bundling import bundled
from aurora.contract.gathering import gathered
from aurora.contract.locations import named_files
from aurora.contract.references import target
from aurora.contract.yaml_text import parse
from aurora.errors import Refusal

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "query")
KEYWORDS = (
    "maxLength", "minLength", "pattern", "enum", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "maxItems", "minItems",
)  # fmt: skip
"""Keywords of JSON Schema, that bound a value by themselves."""
FORMATS = frozenset({"email", "uuid", "date", "date-time", "uri", "ipv4", "ipv6"})
"""That a program can check by a type."""
_DEPTH = 12
_MOST = 20_000
"""Schemas of one document that are read."""


class Stated(NamedTuple):
    """The statements of a schema about one value."""

    type: str
    """`string`, `integer`, `number`, `boolean`, `array`, `object`; empty where the schema says none, or several."""
    bounds: Mapping[str, Any]
    """Bounds by the keyword of JSON Schema; draft 4's boolean `exclusiveMinimum` stands as the number it means."""
    fields: Mapping[str, "Stated"]
    """Fields of an object, without those that are read-only."""
    required: frozenset[str]
    items: "Stated | None" = None
    name: str = ""
    """Name of the component that it refers to: `NewOrder`."""


class Requested(NamedTuple):
    """The request of an operation."""

    method: str
    """Method in upper case."""
    path: str
    """Path as written: `/orders/{id}`."""
    operation_id: str
    body: Stated | None
    """Body of a JSON body, else of a form's."""
    parameters: Mapping[tuple[str, str], tuple[Stated, bool]]
    """(`query` or `path`, name) -> (what is stated, whether it is required)."""


def requests(text: str, path: str, texts: Mapping[str, str] | None = None) -> tuple[Requested, ...]:
    """The requests of each operation; nothing where the text is no document. `texts`: of its other files, by path."""
    others = texts or {}
    try:
        document, _ = parse(text, path)
        if isinstance(document, dict) and any(named_files(document, path)):
            document = bundled(gathered(document, path, lambda paths: {one: others.get(one) for one in paths})).document
    except (Refusal, RecursionError):
        return ()
    return tuple(_Reader(document).operations()) if isinstance(document, dict) else ()


class _Reader:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.left = _MOST
        servers = document.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else None
        url = str(first.get("url") or "") if isinstance(first, dict) else str(document.get("basePath") or "")
        self.base = re.sub(r"^\w+://[^/]*", "", url).rstrip("/")

    def operations(self) -> Iterator[Requested]:
        paths = self.document.get("paths")
        for path, item in paths.items() if isinstance(paths, dict) else ():
            item = self.resolved(item)
            for method in METHODS:
                operation = item.get(method)
                if isinstance(operation, dict):
                    parameters = [*_list(item.get("parameters")), *_list(operation.get("parameters"))]
                    yield Requested(
                        method.upper(),
                        self.base + str(path),
                        str(operation.get("operationId") or ""),
                        self._body(operation, parameters),
                        dict(self._parameters(parameters)),
                    )

    def resolved(self, value: Any) -> dict[str, Any]:
        for _ in range(_DEPTH):
            ref = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(ref, str):
                break
            value = target(self.document, ref) if ref.startswith("#/") else None
        return value if isinstance(value, dict) else {}

    def _body(self, operation: dict[str, Any], parameters: list[Any]) -> Stated | None:
        content = self.resolved(operation.get("requestBody")).get("content")
        content = content if isinstance(content, dict) else {}
        for kind in sorted(content, key=lambda kind: "json" not in str(kind)):
            media = self.resolved(content[kind])
            if "schema" in media and any(word in str(kind) for word in ("json", "form", "*/*")):
                return self.stated(media["schema"])
        for one in map(self.resolved, parameters):
            if one.get("in") == "body" and "schema" in one:  # Swagger 2.0
                return self.stated(one["schema"])
        return None

    def _parameters(self, parameters: list[Any]) -> Iterator[tuple[tuple[str, str], tuple[Stated, bool]]]:
        for one in map(self.resolved, parameters):
            if one.get("in") in ("query", "path") and isinstance(one.get("name"), str):
                # of Swagger 2.0 the parameter is the schema
                yield (one["in"], one["name"]), (self.stated(one.get("schema", one)), one.get("required") is True)

    def stated(self, schema: Any, depth: int = 0) -> Stated:
        name = ""
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            name = schema["$ref"].rpartition("/")[2]
        schema = self._plain(schema, 0)
        self.left -= 1
        if depth > _DEPTH or self.left < 0:
            return Stated("", {}, {}, frozenset())
        properties = schema.get("properties")
        fields = {
            str(key): self.stated(one, depth + 1)
            for key, one in (properties.items() if isinstance(properties, dict) else ())
            if self.resolved(one).get("readOnly") is not True
        }
        required = frozenset(one for one in _list(schema.get("required")) if isinstance(one, str)) & fields.keys()
        items = self.stated(schema["items"], depth + 1) if isinstance(schema.get("items"), dict) else None
        return Stated(_type(schema), _bounds(schema), fields, required, items, name)

    def _plain(self, schema: Any, depth: int) -> dict[str, Any]:
        """The schema without references, `allOf`, and the alternative of null; empty for other alternatives."""
        found = self.resolved(schema)
        self.left -= 1
        if depth > _DEPTH or self.left < 0:
            return {}
        if isinstance(found.get("allOf"), list):
            merged = {key: value for key, value in found.items() if key != "allOf"}
            for part in found["allOf"]:
                merged = _merged(merged, self._plain(part, depth + 1))
            found = merged
        for key in ("anyOf", "oneOf"):
            if isinstance(found.get(key), list):
                others = [one for one in found[key] if self.resolved(one).get("type") != "null"]
                if len(others) != 1:
                    return {}
                rest = {name: value for name, value in found.items() if name != key}
                found = _merged(rest, self._plain(others[0], depth + 1))
        return found


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = {**other, **one}
    if isinstance(one.get("properties"), dict) and isinstance(other.get("properties"), dict):
        found["properties"] = {**other["properties"], **one["properties"]}
    if isinstance(one.get("required"), list) and isinstance(other.get("required"), list):
        found["required"] = [*one["required"], *other["required"]]
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _type(schema: dict[str, Any]) -> str:
    said = schema.get("type")
    kinds = [one for one in said if one != "null"] if isinstance(said, list) else [said]
    if len(kinds) == 1 and isinstance(kinds[0], str):
        return kinds[0]
    return "object" if not any(kinds) and isinstance(schema.get("properties"), dict) else ""


def _bounds(schema: dict[str, Any]) -> dict[str, Any]:
    found = {key: schema[key] for key in KEYWORDS if key in schema and _means(key, schema[key])}
    for exclusive, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(exclusive) is True and plain in found:
            found[exclusive] = found.pop(plain)
    if found.get("format") not in FORMATS:
        found.pop("format", None)
    if found.get("minLength") == 0 or found.get("minItems") == 0:
        found = {key: value for key, value in found.items() if not (key in ("minLength", "minItems") and value == 0)}
    return found


def _means(key: str, value: Any) -> bool:
    if key == "enum":
        return isinstance(value, list) and bool(value)
    if key in ("pattern", "format"):
        return isinstance(value, str) and bool(value)
    return isinstance(value, int | float) and not isinstance(value, bool)
