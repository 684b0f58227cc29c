"""Things that frameworks write into the documents they serve, and leave out of them, without anybody having decided it.

A served document is made from code: FastAPI states a 422 of its own, drf-spectacular the bounds of a database column,
Fastify a `Default Response`, and none of them knows the errors that a handler raises. Such is no difference from the
committed document. Each rule names who does it; `left` is the committed document, `right` the served one.
"""

import re
from collections.abc import Callable
from typing import Any

from aurora.contract.difference import Difference, Direction, Effect, Kind, sized
from aurora.contract.differences import Differing, open_to_all, succeeds
from aurora.contract.normal_form import Api, Operation, Requirement

UNASKED = frozenset({"HEAD", "OPTIONS", "TRACE"})
"""Methods that routers answer by themselves."""
OWN_PAGES = re.compile(
    r"/(openapi|swagger|schema|docs?|redoc|reference|api-?docs?|scalar|documentation|swagger-ui|swagger-resources)"
    r"([-./].*|/?)$"
    r"|/(health|healthz|livez?|readyz?|liveness|readiness|ping|metrics|favicon\.ico)/?$"
)
"""Paths of the document itself and the pages that show it, and of probes; none is part of what a contract promises."""
FORM_MEDIA = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
CHECKED_FORMATS = frozenset({"date-time", "date", "time", "duration", "uuid", "email", "ipv4", "ipv6", "uri"})
"""Formats that say what a text looks like."""
LIMITS = frozenset(str(sign) for bits in (15, 31, 63) for sign in (-(2**bits), 2**bits - 1))
"""Limits of the integer columns of databases."""
_BOUND = re.compile(r"-?\d+(?:\.\d+)?$")
_OWN_PATTERNS = ("^(?!^[-+.]*$)[+-]?0*", "^-?\\d", "^[-a-zA-Z0-9_]+$", "^[-\\w]+$", "^[\\w.@+-]+$")
"""Beginnings of pydantic's pattern of a decimal number, of DRF's, of Django's slug and user name."""
BEARERS = frozenset({"http bearer", "oauth2", "openIdConnect", "apiKey in header authorization"})
"""Ways to say that a token travels in the header `Authorization`."""
_NEST_ID = re.compile(r"\w+Controller_\w+$")


class Served:
    """The traits of a served document that show its framework, and so the meaning of what it leaves out."""

    def __init__(self, committed: Api, served: Api) -> None:
        self.thin = served.thin
        operations = served.operations.values()
        components = served.reader.document.get("components")
        self.fastapi = _has_fastapis_error(components)
        self.pydantic_1 = self.fastapi and str(served.reader.document.get("openapi")).startswith("3.0")
        self.states_errors = any(
            status != "default" and not succeeds(status) and not _fastapis_own(operation, status)
            for operation in operations
            for status in operation.responses
        )
        self.states_security = any(one.security is not None for one in operations)
        self.expects_security = any(one.security is not None for one in committed.operations.values())

    def means_it(self, one: Differing) -> bool:
        """Return whether a difference is one of what the service does, as far as the documents can tell."""
        difference = one.difference
        if one.left is None or one.right is None:
            operation = one.left or one.right
            assert operation is not None
            unasked = operation.method in UNASKED or (one.left is None and OWN_PAGES.search(operation.path))
            return not unasked
        if difference.kind is Kind.OPERATION_ID:
            return bool(difference.left.said and difference.right.said)
        if difference.kind is Kind.SECURITY:
            return self._security(one.left, one.right)
        if difference.direction is Direction.NONE or difference.kind in (Kind.SILENT, Kind.HEADER):
            return False  # one side says nothing of it
        if self.thin or _bare(one.right):
            return (
                difference.effect is not Effect.WIDER and difference.kind is Kind.PARAMETER and not difference.left.said
            )
        if difference.kind is Kind.STATUS:
            return self._status(one.left, one.right, difference)
        if difference.place == "response 422" and _fastapis_own(one.right, "422"):
            return False
        if difference.kind is Kind.REQUIRED and difference.direction is Direction.RESPONSE and self.pydantic_1:
            return False  # it states no default of null, and leaves out none when it answers
        if difference.kind is Kind.MEDIA_TYPE:
            return _media_type(difference, one.right)
        if difference.kind is Kind.BODY_REQUIRED and one.right.method == "PATCH":
            return False  # drf-spectacular never requires one
        if difference.kind is Kind.TYPE and not difference.field and _joined(difference, one.left):
            return False
        rule = _RULES.get(difference.kind)
        return rule is None or rule(difference)

    def _security(self, left: Operation, right: Operation) -> bool:
        if not self.states_security or not self.expects_security:
            return False
        if open_to_all(left.security) != open_to_all(right.security):
            # FastAPI says of an optional log-in that it is needed
            optional = self.fastapi or _schemes(left.security) & _schemes(right.security)
            return not (open_to_all(left.security) and optional)
        ours, theirs = _schemes(left.security), _schemes(right.security)
        return not open_to_all(left.security) and not ours & theirs

    def _status(self, left: Operation, right: Operation, difference: Difference) -> bool:
        status, missing = difference.about, difference.effect is Effect.NARROWER
        if status == "default":
            return False
        if succeeds(status):
            return not _default_response(right)
        if missing:
            return self.states_errors and not _stated_by_range(right)
        return not _fastapis_own(right, status) and "default" not in left.responses


def _parameter(difference: Difference) -> bool:
    """A header or cookie may be read from the request, and a path parameter from the path."""
    missing = difference.effect is Effect.WIDER
    return not (missing and not difference.place.startswith("query"))


def _parameter_required(difference: Difference) -> bool:
    return not difference.place.startswith("path")


def _body_required(difference: Difference) -> bool:
    """People forget `required: true`; frameworks write it of every body."""
    return difference.effect is Effect.WIDER


def _media_type(difference: Difference, right: Operation) -> bool:
    """DRF reads forms wherever it reads JSON, as its document says; FastAPI takes a stream for JSON of any shape."""
    if difference.direction is Direction.REQUEST:
        content = right.body.content if right.body else {}
        return not (
            difference.effect is Effect.WIDER and difference.about in FORM_MEDIA and "application/json" in content
        )
    status = difference.place.removeprefix("response ")
    response = right.responses.get(status)
    return response is None or any(written and written.value for written in response.content.values())


def _null(difference: Difference) -> bool:
    """Pydantic says null of what may be left out; a response that is never null keeps its promise all the same."""
    if difference.direction is Direction.REQUEST:
        return difference.effect is Effect.NARROWER
    return difference.effect is Effect.WIDER


def _format(difference: Difference) -> bool:
    said = {difference.left.said, difference.right.said} - {""}
    kept = difference.direction is Direction.RESPONSE and difference.effect is Effect.NARROWER
    return not sized(difference) and bool(said) and said <= CHECKED_FORMATS and not kept


def _bound(difference: Difference) -> bool:
    """A response within its bounds keeps them. DRF states what a column can hold, and that no text is empty."""
    if difference.direction is Direction.RESPONSE:
        return difference.effect is not Effect.NARROWER and bool(difference.right.said)
    value = _BOUND.search(difference.right.said)
    own = (
        bool(value and value[0] in LIMITS) or difference.right.said == "minLength: 1" or "2083" in difference.right.said
    )
    return not (not difference.left.said and own)


def _pattern(difference: Difference) -> bool:
    if difference.left.said.replace("\\/", "/") == difference.right.said.replace("\\/", "/"):
        return False
    if not difference.left.said and difference.right.said.startswith(_OWN_PATTERNS):
        return False
    return difference.direction is Direction.REQUEST or bool(difference.left.said and difference.right.said)


def _type(difference: Difference) -> bool:
    return "any type" not in (difference.left.said, difference.right.said)


def _joined(difference: Difference, left: Operation) -> bool:
    """An array that travels as one text is a text to FastAPI, which knows no such array."""
    return {difference.left.said, difference.right.said} == {"array", "string"} and any(
        one.joined and difference.place.endswith(f"`{one.name}`") for one in left.parameters.values()
    )


def _property(difference: Difference) -> bool:
    return not difference.loose


def _required(difference: Difference) -> bool:
    """A property with a default is always in a response, whether or not pydantic says so."""
    return difference.direction is Direction.REQUEST or (
        difference.effect is Effect.WIDER and "default" not in difference.right.said
    )


def _additional(difference: Difference) -> bool:
    """An object that zod closes was never said to be open; a response is filtered by the framework."""
    return difference.direction is Direction.REQUEST and difference.effect is Effect.WIDER


def _choice(difference: Difference) -> bool:
    """Pydantic reads a decimal number from text, too."""
    return not (
        difference.effect is Effect.WIDER
        and '"pattern"' in difference.right.said
        and '"string"' in difference.right.said
    )


def _keyword(difference: Difference) -> bool:
    return difference.about in ("uniqueItems", "multipleOf") or bool(difference.left.said and difference.right.said)


def _default(difference: Difference) -> bool:
    return difference.direction is Direction.REQUEST and bool(difference.left.said and difference.right.said)


_RULES: dict[Kind, Callable[[Difference], bool]] = {
    Kind.PARAMETER: _parameter, Kind.PARAMETER_REQUIRED: _parameter_required, Kind.BODY_REQUIRED: _body_required,
    Kind.NULL: _null, Kind.FORMAT: _format, Kind.BOUND: _bound, Kind.PATTERN: _pattern, Kind.TYPE: _type,
    Kind.PROPERTY: _property, Kind.REQUIRED: _required, Kind.ADDITIONAL: _additional, Kind.CHOICE: _choice,
    Kind.KEYWORD: _keyword, Kind.DEFAULT: _default,
}  # fmt: skip


def generated_id(operation: Operation) -> bool:
    """Return whether an operationId is one that FastAPI, Nest or drf-spectacular makes from names in the code."""
    said = operation.operation_id
    if _NEST_ID.fullmatch(said):
        return True
    words = re.sub(r"\W+", "_", operation.path).strip("_").lower()
    flat = re.sub(r"_+", "_", said.lower())
    return (flat.endswith(f"_{operation.method.lower()}") and re.sub(r"_+", "_", words) in flat) or bool(
        re.fullmatch(r"\w+_(list|create|retrieve|update|partial_update|destroy)(_\d+)?", said)
    )


def _bare(operation: Operation) -> bool:
    """Return whether nothing is stated of an operation but that it is there, as of a Fastify or Nest route without
    schemas."""
    named = [one for one in operation.parameters.values() if one.place != "path"]
    return not named and operation.body is None and not any(one.content for one in operation.responses.values())


def _default_response(operation: Operation) -> bool:
    """Fastify's, where a route states none."""
    return all(one.description == "Default Response" and not one.content for one in operation.responses.values())


def _stated_by_range(operation: Operation) -> bool:
    return any("X" in status for status in operation.responses)


def _has_fastapis_error(components: Any) -> bool:
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return isinstance(schemas, dict) and "HTTPValidationError" in schemas


def _fastapis_own(operation: Operation, status: str) -> bool:
    """FastAPI's 422, which it states of whatever has a parameter or a body."""
    response = operation.responses.get(status)
    if status != "422" or response is None:
        return False
    named = any("HTTPValidationError" in str(written and written.value) for written in response.content.values())
    return named or response.description == "Validation Error"


def _schemes(security: tuple[Requirement, ...] | None) -> set[str]:
    kinds = {scheme.kind for one in security or () for scheme in one}
    return {"bearer" if kind in BEARERS else kind for kind in kinds}
