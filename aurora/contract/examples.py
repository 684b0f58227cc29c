"""Examples and defaults that do not fit the schema they stand beside."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema.exceptions import SchemaError, ValidationError
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from aurora.contract.bundling import NOT_FOLLOWED
from aurora.contract.positions import Shape
from aurora.contract.reach import Parts, mapping
from aurora.contract.yaml_text import Where
from aurora.text import clip

PLAIN = frozenset({
    "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
    "minItems", "maxItems", "required", "additionalProperties",
})  # fmt: skip
"""Keywords whose failure says by itself what is wrong; of alternatives nobody can tell which was meant."""
_STUMBLES = (Unresolvable, SchemaError, ValueError, LookupError, TypeError, AttributeError, re.error, RecursionError)
"""Errors that the library raises over schemas of another shape than it relies on."""


class Misfit(NamedTuple):
    at: Where
    kind: str
    """`default`, `example`, or `partial example` for one that only lacks something."""
    why: str
    against: Where
    """The place in the schema that requires it."""


def misfits(parts: Parts, where: Where, value: Mapping[str, Any], shape: Shape) -> Iterator[Misfit]:
    """The misfits of a mapping, which has a shape."""
    many, kind = shape
    if many != "one":
        return
    schema: Where = where if kind == "schema" else (*where, "schema")
    if not isinstance(parts.value(schema), dict):
        if kind != "parameter" or "swagger" not in parts.document:
            return
        schema = where  # of Swagger 2 the parameter is the schema
    for at, example in _examples(parts, value, where, kind):
        for error in _errors(parts, schema, example):
            kind_of = (
                "default" if at[-1] == "default" else "partial example" if error.validator == "required" else "example"
            )
            yield Misfit((*at, *error.absolute_path), kind_of, clip(error.message, 200), _stated(parts, schema, error))
            break


def _examples(parts: Parts, value: Mapping[str, Any], where: Where, kind: str) -> Iterator[tuple[Where, Any]]:
    if kind in ("schema", "parameter", "header", "media type") and "example" in value:
        yield (*where, "example"), value["example"]
    if kind in ("schema", "parameter") and "default" in value:
        yield (*where, "default"), value["default"]
    examples = value.get("examples")
    if kind == "schema" and isinstance(examples, list):
        yield from (((*where, "examples", index), one) for index, one in enumerate(examples))
    elif kind in ("parameter", "header", "media type"):
        for name in mapping(examples):
            end = parts.end((*where, "examples", name))
            if "value" in mapping(parts.value(end)):
                yield (*end, "value"), parts.value((*end, "value"))
    elif kind == "response":  # Swagger 2
        for name, one in mapping(examples).items():
            if "json" in name:
                yield (*where, "examples", name), one


def _errors(parts: Parts, schema: Where, example: Any) -> Iterator[ValidationError]:
    if example is None or isinstance(mapping(example).get("$ref"), str) or NOT_FOLLOWED in mapping(example):
        return
    try:
        for error in _validator(parts, parts.value(schema)).iter_errors(example):
            if error.validator in PLAIN and not _forgiven(error):
                yield error
    except _STUMBLES:
        return


def _validator(parts: Parts, schema: Any) -> Any:
    old = "swagger" in parts.document or str(parts.document.get("openapi")).startswith("3.0")
    registry: Registry[Any] = Registry().with_resource("", DRAFT202012.create_resource(parts.document))
    return (OAS30Validator if old else OAS31Validator)(schema).evolve(_resolver=registry.resolver(""))


def _forgiven(error: ValidationError) -> bool:
    """Slips that mislead nobody: a number that YAML made of an unquoted text, a JSON text where the object is meant, a
    property left out that only the other direction has, a value left out."""
    value, said = error.instance, error.validator_value
    if error.validator == "type":
        kinds = said if isinstance(said, list) else [said]
        if value is None or ("string" in kinds and not isinstance(value, dict | list)):
            return True
        return isinstance(value, str) and value.lstrip()[:1] in ("{", "[") and not {"object", "array"}.isdisjoint(kinds)
    if error.validator == "enum":
        return value is None or (isinstance(value, int | float) and str(value) in map(str, said))
    if error.validator == "required":
        properties = mapping(mapping(error.schema).get("properties"))
        missing = [name for name in (said if isinstance(said, list) else ()) if name not in mapping(value)]
        return any(
            mapping(properties.get(name)).get(way) is True for name in missing for way in ("readOnly", "writeOnly")
        )
    return False


def _stated(parts: Parts, schema: Where, error: ValidationError) -> Where:
    """The place where the schema says what the error is about; the library's path to it leaves references out."""
    where = schema
    for key in error.absolute_schema_path:
        if parts.value((*where, key)) is None:
            where = parts.end(where)
        where = (*where, key)
    return where if parts.value(where) is not None else schema
