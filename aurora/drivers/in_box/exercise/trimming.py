"""Properties that a document does not declare, taken out of a generated body.

A schema that is silent on further properties allows them, and generators invent some. A client hardly sends them, many
services refuse them, and a request that is refused shows nothing of the response.
"""

from typing import Any

from .links import resolved

_COMBINED = ("allOf", "anyOf", "oneOf")
_DEEPEST = 12


def trimmed(value: Any, document: dict[str, Any], schema: Any, depth: int = 0) -> Any:
    """`value` with what `schema` declares, and all of it where the schema says something on further properties."""
    said = resolved(document, schema)
    if depth > _DEEPEST or not said:
        return value
    if isinstance(value, list):
        items = said.get("items")
        return [trimmed(one, document, items, depth + 1) for one in value] if isinstance(items, dict) else value
    if not isinstance(value, dict):
        return value
    declared, closed = properties(document, said, 0)
    if not declared:
        return value
    kept = value if closed else {name: held for name, held in value.items() if name in declared}
    return {name: trimmed(held, document, declared.get(name), depth + 1) for name, held in kept.items()}


def properties(document: dict[str, Any], schema: dict[str, Any], depth: int) -> tuple[dict[str, Any], bool]:
    """Declared properties, and whether the schema itself says which others there may be."""
    found = dict(schema.get("properties") or {}) if isinstance(schema.get("properties"), dict) else {}
    closed = "additionalProperties" in schema or "patternProperties" in schema or "unevaluatedProperties" in schema
    for word in _COMBINED:
        branches = schema.get(word)
        for branch in branches if isinstance(branches, list) and depth < _DEEPEST else ():
            more, also = properties(document, resolved(document, branch), depth + 1)
            found = {**more, **found}
            closed = closed or also
    return found, closed


def with_nulls(value: Any, document: dict[str, Any], schema: Any) -> Any:
    """The body with `null` for every property that may be: services often take a value for granted. None where there
    is no such property."""
    if not isinstance(value, dict):
        return None
    declared, _ = properties(document, resolved(document, schema), 0)
    nulls = {name: None for name, said in declared.items() if _may_be_null(document, said)}
    return {**value, **nulls} if nulls else None


def _may_be_null(document: dict[str, Any], schema: Any) -> bool:
    said = resolved(document, schema)
    kinds = said.get("type")
    if said.get("nullable") is True or kinds == "null" or (isinstance(kinds, list) and "null" in kinds):
        return True
    return any(_may_be_null(document, one) for word in ("anyOf", "oneOf") for one in said.get(word) or ())


def body_schema(document: dict[str, Any], operation: dict[str, Any], media_type: str | None) -> Any:
    """Schema of a request's body; None where there is none."""
    content = resolved(document, operation.get("requestBody")).get("content")
    media = content.get(media_type or "application/json") if isinstance(content, dict) else None
    return media.get("schema") if isinstance(media, dict) else None
