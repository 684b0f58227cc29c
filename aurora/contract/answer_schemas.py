"""Bodies of responses against their schemas in an OpenAPI document, by the rules of its version: `nullable` of 3.0,
`writeOnly` properties that no response has.

For a child of `bounded`: document and bodies come from others.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema.exceptions import best_match
from jsonschema.validators import extend
from openapi_schema_validator import OAS30ReadValidator, OAS31Validator, oas30_format_checker, oas31_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

from aurora.contract.references import pointer
from aurora.text import clip

URI = "urn:document"
MOST = 3
"""Errors of one body that are told."""
SHOWN = 300
_NULL = "None for not nullable"
"""As the library says it."""
_NULLABLE = ("allOf", "anyOf", "oneOf", "enum", "$ref", "not")


class Wrong(NamedTuple):
    where: str
    """JSON pointer in the body, `/` for the whole of it."""
    said: str
    format: bool
    """True if it is the format of a text only."""


class Schemas:
    """The schemas of one document. `document` is changed: OpenAPI 2 writes `nullable` in another way."""

    def __init__(self, document: dict[str, Any]) -> None:
        old = not str(document.get("openapi", "")).startswith(("3.1", "3.2"))
        if "swagger" in document:
            _name_nullable(document)
        specification, self._checker = (DRAFT4, oas30_format_checker) if old else (DRAFT202012, oas31_format_checker)
        registry: Registry[Any] = Registry().with_resource(URI, specification.create_resource(document))
        self._resolver = registry.resolver(URI)
        self._kind = _OLD if old else _NEW

    def wrong(self, schema: Any, body: Any) -> tuple[Wrong, ...]:
        """The parts of `body` that contradict `schema` of the document. Raises whatever a schema that can't be read
        makes the library raise."""
        validator = self._kind(schema, format_checker=self._checker).evolve(_resolver=self._resolver)
        found: dict[str, Wrong] = {}
        for error in validator.iter_errors(body):
            best = best_match([error])
            where = pointer(tuple(best.absolute_path))
            known = found.get(where)
            if known is None or known.format:
                said = "null is not allowed" if best.message == _NULL else clip(best.message, SHOWN)
                found[where] = Wrong(where, said, best.validator == "format")
            if len(found) >= MOST:
                break
        return tuple(found.values())


def _but_null(check: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
    """`nullable` beside `allOf` or a reference is how many programs write it."""

    def checked(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
        if instance is None and schema.get("nullable") is True:
            return
        yield from check(validator, value, instance, schema) or ()

    return checked


def _name_nullable(value: Any) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("x-nullable") is True:
                one["nullable"] = True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


_OLD: Any = extend(OAS30ReadValidator, {key: _but_null(OAS30ReadValidator.VALIDATORS[key]) for key in _NULLABLE})
_NEW: Any = extend(OAS31Validator, {key: OAS30ReadValidator.VALIDATORS[key] for key in ("required", "writeOnly")})
