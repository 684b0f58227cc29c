"""The JSON schema of a result in the form that the Messages API takes for strict tools and structured output.

The same as `anthropic.transform_schema`, which a test compares it with: importing that library takes over a second, and
only who calls a model needs it.
"""

from typing import Any

from pydantic import BaseModel

FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"})


def strict_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model's type. A bound that the service does not take is said in the description."""
    return _strict(kind.model_json_schema())


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    left = dict(schema)
    strict: dict[str, Any] = {}
    if (defs := left.pop("$defs", None)) is not None:
        strict["$defs"] = {name: _strict(part) for name, part in defs.items()}
    if "$ref" in left:
        return strict | {"$ref": left["$ref"]}
    kind = left.pop("type", None)
    variants = [left.pop(word, None) for word in ("anyOf", "oneOf", "allOf")]
    strict |= {word: left.pop(word) for word in ("enum", "const") if word in left}
    chosen = next((parts for parts in variants if parts is not None), None)
    if "enum" in strict or "const" in strict:
        kind = None
    if chosen is not None:
        strict["anyOf"] = [_strict(part) for part in chosen]
    elif kind is not None:
        strict["type"] = kind
    strict |= {word: left.pop(word) for word in ("description", "title") if word in left}
    if kind == "object":
        strict["properties"] = {name: _strict(part) for name, part in left.pop("properties", {}).items()}
        left.pop("additionalProperties", None)
        strict["additionalProperties"] = False
        if "required" in left:
            strict["required"] = left.pop("required")
    elif kind == "string" and left.get("format") in FORMATS:
        strict["format"] = left.pop("format")
    elif kind == "array":
        if "items" in left:
            strict["items"] = _strict(left.pop("items"))
        if left.get("minItems") in (0, 1):
            strict["minItems"] = left.pop("minItems")
    if left:
        bounds = "{" + ", ".join(f"{word}: {value}" for word, value in left.items()) + "}"
        strict["description"] = "\n\n".join([*([strict["description"]] if "description" in strict else []), bounds])
    return strict
