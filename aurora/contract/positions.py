"""The kinds of places in a document: of each key the kind of what is below it, so that a reference can be told from
somebody's data, and what it leads to can be kept among the components of its kind."""

from typing import Literal

Kind = Literal[
    "document", "components", "path item", "operation", "parameter", "header", "request body", "response", "media type",
    "encoding", "schema", "example", "link", "callback", "security scheme", "data", "words", "other",
]  # fmt: skip
"""`data`: what a `$ref` stands in as a value; `words`: a text; `other`: nothing that is referred to by components."""
Shape = tuple[Literal["one", "map", "list"], Kind]
"""One of a kind, or a mapping or list of them."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
SECTIONS: dict[Kind, str] = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "request body": "requestBodies",
    "header": "headers",
    "security scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
}
"""Sections of `components`, by the kind of what is kept there."""
OLD_SECTIONS: dict[Kind, str] = {"schema": "definitions", "parameter": "parameters", "response": "responses"}
"""Old sections of Swagger 2, at the top of the document."""
OTHER: Shape = ("one", "other")
DATA: Shape = ("one", "data")
WORDS: Shape = ("one", "words")


def _maps(kind: Kind, *keys: str) -> dict[str, Shape]:
    return dict.fromkeys(keys, ("map", kind))


def _ones(kind: Kind, *keys: str) -> dict[str, Shape]:
    return dict.fromkeys(keys, ("one", kind))


def _lists(kind: Kind, *keys: str) -> dict[str, Shape]:
    return dict.fromkeys(keys, ("list", kind))


_SHOWN: dict[str, Shape] = {"schema": ("one", "schema"), "content": ("map", "media type"), "example": DATA}
_SCHEMA: dict[str, Shape] = {
    **_maps("schema", "properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
    **_lists("schema", "allOf", "anyOf", "oneOf", "prefixItems"),
    **_ones(
        "schema", "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
        "unevaluatedItems", "unevaluatedProperties", "additionalItems", "contentSchema",
    ),
    **dict.fromkeys(("example", "examples", "default", "enum", "const"), DATA),
}  # fmt: skip
_BELOW: dict[Kind, dict[str, Shape]] = {
    "document": {
        **_maps("path item", "paths", "webhooks"),
        **_maps("schema", "definitions"),
        **_maps("parameter", "parameters"),
        **_maps("response", "responses"),
        **_maps("security scheme", "securityDefinitions"),
        "components": ("one", "components"),
    },
    "components": {
        **{section: ("map", kind) for kind, section in SECTIONS.items()},
        **_maps("path item", "pathItems"),
        **_maps("media type", "mediaTypes"),
    },
    "path item": {
        **_ones("operation", *METHODS),
        **_maps("operation", "additionalOperations"),
        **_lists("parameter", "parameters"),
    },
    "operation": {
        **_lists("parameter", "parameters"),
        **_ones("request body", "requestBody"),
        **_maps("response", "responses"),
        **_maps("callback", "callbacks"),
    },
    # of Swagger 2 a parameter is a schema by itself
    "parameter": {**_SCHEMA, **_SHOWN, **_maps("example", "examples")},
    "header": {**_SCHEMA, **_SHOWN, **_maps("example", "examples")},
    "request body": _maps("media type", "content"),
    "response": {
        **_maps("header", "headers"),
        **_maps("media type", "content"),
        **_maps("link", "links"),
        **_ones("schema", "schema"),
        "examples": DATA,
    },
    "media type": {
        **_ones("schema", "schema", "itemSchema"),
        **_maps("example", "examples"),
        **_maps("encoding", "encoding"),
        "example": DATA,
    },
    "encoding": _maps("header", "headers"),
    "schema": _SCHEMA,
    "example": {"value": DATA, "dataValue": DATA},
    "link": {"parameters": DATA, "requestBody": DATA},
}


def below(shape: Shape, key: str | int) -> Shape:
    """The shape of what stands under a key or an index of something of a shape."""
    many, kind = shape
    if kind == "data":
        return DATA
    if many == "map":
        return OTHER if isinstance(key, str) and key.startswith("x-") and kind != "schema" else ("one", kind)
    if many == "list" or isinstance(key, int):
        return "one", kind  # `items` of an old schema may be a list of schemas
    if key == "description" or key == "summary":
        return WORDS
    if kind == "callback" and not key.startswith("x-"):
        return "one", "path item"
    return _BELOW.get(kind, {}).get(key, OTHER)
