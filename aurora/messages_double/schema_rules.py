"""The rules for schemas of strict tools and structured output."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from aurora.messages_double.refusal import Refused

MAX_STRICT_TOOLS: Final = 20
MAX_OPTIONAL: Final = 24
MAX_UNIONS: Final = 16

_UNSUPPORTED: Final = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"}
    | {"maxItems", "uniqueItems", "contains", "prefixItems", "patternProperties", "propertyNames", "minProperties"}
    | {"maxProperties", "oneOf", "not", "if", "then", "else", "dependentRequired", "unevaluatedProperties"}
)


class Load(NamedTuple):
    """The sum of the schemas of all strict tools and of the output format of a request."""

    optional: int = 0
    unions: int = 0

    def plus(self, other: "Load") -> "Load":
        return Load(self.optional + other.optional, self.unions + other.unions)


def check_strict(schema: Any, where: str) -> Load:
    """Raises `Refused`; gives what the schema adds to the request's limits."""
    check_schema(schema, where)
    load = Load()
    for path, node in _nodes(schema, where):
        bad = sorted(_UNSUPPORTED & node.keys())
        if bad:
            raise Refused(f"{path}: keyword {bad[0]!r} is not supported in a strict schema")
        if node.get("minItems", 0) > 1:
            raise Refused(f"{path}: minItems of more than 1 is not supported in a strict schema")
        kinds = node.get("type")
        if kinds == "object" or "properties" in node:
            if node.get("additionalProperties") is not False:
                raise Refused(f"{path}: For 'object' type, 'additionalProperties' must be explicitly set to false")
            load = load.plus(Load(optional=len(node.get("properties", {}).keys() - set(node.get("required", [])))))
        if "anyOf" in node or isinstance(kinds, list):
            load = load.plus(Load(unions=1))
    return load


def check_limits(strict_tools: int, load: Load) -> None:
    for count, limit, what in (
        (strict_tools, MAX_STRICT_TOOLS, "strict tools"),
        (load.optional, MAX_OPTIONAL, "optional parameters in strict schemas"),
        (load.unions, MAX_UNIONS, "parameters with a union type in strict schemas"),
    ):
        if count > limit:
            raise Refused(f"tools: too many {what}: {count} (the limit is {limit})")


def check_schema(schema: Any, where: str) -> None:
    if not isinstance(schema, dict):
        raise Refused(f"{where}: Input should be a valid dictionary")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise Refused(f"{where}: JSON schema is invalid: {error.message}") from error


def violation(value: Any, schema: dict[str, Any]) -> str:
    """The reason why a value does not satisfy a schema, or nothing."""
    error = next(iter(Draft202012Validator(schema).iter_errors(value)), None)
    return f"{error.json_path}: {error.message}" if error else ""


def _nodes(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema; names of properties are no keywords."""
    if not isinstance(schema, dict):
        return
    yield where, schema
    for keyword in ("properties", "$defs", "definitions"):
        for name, part in schema.get(keyword, {}).items():
            yield from _nodes(part, f"{where}.{keyword}.{name}")
    for keyword in ("anyOf", "allOf"):
        for at, part in enumerate(schema.get(keyword, [])):
            yield from _nodes(part, f"{where}.{keyword}.{at}")
    yield from _nodes(schema.get("items"), f"{where}.items")
