"""What frameworks write into the documents they serve, and leave out of them, without anybody having decided it.

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
"""Of the integer columns of databases."""
_BOUND = re.compile(r"-?\d+(?:\.\d+)?$")
_OWN_PATTERNS = ("^(?!^[-+.]*$)[+-]?0*", "^-?\\d", "^[-a-zA-Z0-9_]+$", "^[-\\w]+$", "^[\\w.@+-]+$")
"""Beginnings of pydantic's pattern of a decimal number, of DRF's, of Django's slug and user name."""
BEARERS = frozenset({"http bearer", "oauth2", "openIdConnect", "apiKey in header authorization"})
"""Ways to say that a token travels in the header `Authorization`."""
_NEST_ID = re.compile(r"\w+Controller_\w+$")


class Served:
    """What a served document shows of its maker, and so what its silence means."""

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
        """Whether a difference is one of what the service does, as far as the documents can tell."""
        told = one.difference
        if one.left is None or one.right is None:
            operation = one.left or one.right
            assert operation is not None
            unasked = operation.method in UNASKED or (one.left is None and OWN_PAGES.search(operation.path))
            return not unasked
        if told.kind is Kind.OPERATION_ID:
            return bool(told.left.said and told.right.said)
        if told.kind is Kind.SECURITY:
            return self._security(one.left, one.right)
        if told.direction is Direction.NONE or told.kind in (Kind.SILENT, Kind.HEADER):
            return False  # one side says nothing of it
        if self.thin or _bare(one.right):
            return told.effect is not Effect.WIDER and told.kind is Kind.PARAMETER and not told.left.said
        if told.kind is Kind.STATUS:
            return self._status(one.left, one.right, told)
        if told.place == "response 422" and _fastapis_own(one.right, "422"):
            return False
        if told.kind is Kind.REQUIRED and told.direction is Direction.RESPONSE and self.pydantic_1:
            return False  # it states no default of null, and leaves out none when it answers
        if told.kind is Kind.MEDIA_TYPE:
            return _media_type(told, one.right)
        if told.kind is Kind.TYPE and not told.field and _joined(told, one.left):
            return False
        rule = _RULES.get(told.kind)
        return rule is None or rule(told)

    def _security(self, left: Operation, right: Operation) -> bool:
        if not self.states_security or not self.expects_security:
            return False
        if open_to_all(left.security) != open_to_all(right.security):
            # FastAPI says of an optional log-in that it is needed
            optional = self.fastapi or _schemes(left.security) & _schemes(right.security)
            return not (open_to_all(left.security) and optional)
        ours, theirs = _schemes(left.security), _schemes(right.security)
        return not open_to_all(left.security) and not ours & theirs

    def _status(self, left: Operation, right: Operation, told: Difference) -> bool:
        status, missing = told.about, told.effect is Effect.NARROWER
        if status == "default":
            return False
        if succeeds(status):
            return not _default_response(right)
        if missing:
            return self.states_errors and not _stated_by_range(right)
        return not _fastapis_own(right, status) and "default" not in left.responses


def _parameter(told: Difference) -> bool:
    """A header or cookie may be read from the request, and a path parameter from the path."""
    missing = told.effect is Effect.WIDER
    return not (missing and not told.place.startswith("query"))


def _parameter_required(told: Difference) -> bool:
    return not told.place.startswith("path")


def _body_required(told: Difference) -> bool:
    """People forget `required: true`; frameworks write it of every body."""
    return told.effect is Effect.WIDER


def _media_type(told: Difference, right: Operation) -> bool:
    """DRF reads forms wherever it reads JSON, as its document says; FastAPI takes a stream for JSON of any shape."""
    if told.direction is Direction.REQUEST:
        content = right.body.content if right.body else {}
        return not (told.effect is Effect.WIDER and told.about in FORM_MEDIA and "application/json" in content)
    status = told.place.removeprefix("response ")
    response = right.responses.get(status)
    return response is None or any(written and written.value for written in response.content.values())


def _null(told: Difference) -> bool:
    """Pydantic says null of what may be left out; a response that is never null keeps its promise all the same."""
    if told.direction is Direction.REQUEST:
        return told.effect is Effect.NARROWER
    return told.effect is Effect.WIDER


def _format(told: Difference) -> bool:
    said = {told.left.said, told.right.said} - {""}
    kept = told.direction is Direction.RESPONSE and told.effect is Effect.NARROWER
    return not sized(told) and bool(said) and said <= CHECKED_FORMATS and not kept


def _bound(told: Difference) -> bool:
    """A response within its bounds keeps them. DRF states what a column can hold, and that no text is empty."""
    if told.direction is Direction.RESPONSE:
        return told.effect is not Effect.NARROWER and bool(told.right.said)
    value = _BOUND.search(told.right.said)
    own = bool(value and value[0] in LIMITS) or told.right.said == "minLength: 1" or "2083" in told.right.said
    return not (not told.left.said and own)


def _pattern(told: Difference) -> bool:
    if told.left.said.replace("\\/", "/") == told.right.said.replace("\\/", "/"):
        return False
    if not told.left.said and told.right.said.startswith(_OWN_PATTERNS):
        return False
    return told.direction is Direction.REQUEST or bool(told.left.said and told.right.said)


def _type(told: Difference) -> bool:
    return "any type" not in (told.left.said, told.right.said)


def _joined(told: Difference, left: Operation) -> bool:
    """An array that travels as one text is a text to FastAPI, which knows no such array."""
    return {told.left.said, told.right.said} == {"array", "string"} and any(
        one.joined and told.place.endswith(f"`{one.name}`") for one in left.parameters.values()
    )


def _property(told: Difference) -> bool:
    return not told.loose


def _required(told: Difference) -> bool:
    """What has a default is always in a response, whether or not pydantic says so."""
    return told.direction is Direction.REQUEST or (told.effect is Effect.WIDER and "default" not in told.right.said)


def _additional(told: Difference) -> bool:
    """What zod closes was never said to be open; a response is filtered by the framework."""
    return told.direction is Direction.REQUEST and told.effect is Effect.WIDER


def _choice(told: Difference) -> bool:
    """Pydantic reads a decimal number from text, too."""
    return not (told.effect is Effect.WIDER and '"pattern"' in told.right.said and '"string"' in told.right.said)


def _keyword(told: Difference) -> bool:
    return told.about in ("uniqueItems", "multipleOf") or bool(told.left.said and told.right.said)


def _default(told: Difference) -> bool:
    return told.direction is Direction.REQUEST and bool(told.left.said and told.right.said)


_RULES: dict[Kind, Callable[[Difference], bool]] = {
    Kind.PARAMETER: _parameter, Kind.PARAMETER_REQUIRED: _parameter_required, Kind.BODY_REQUIRED: _body_required,
    Kind.NULL: _null, Kind.FORMAT: _format, Kind.BOUND: _bound, Kind.PATTERN: _pattern, Kind.TYPE: _type,
    Kind.PROPERTY: _property, Kind.REQUIRED: _required, Kind.ADDITIONAL: _additional, Kind.CHOICE: _choice,
    Kind.KEYWORD: _keyword, Kind.DEFAULT: _default,
}  # fmt: skip


def generated_id(operation: Operation) -> bool:
    """Whether an operationId is one that FastAPI, Nest or drf-spectacular makes from names in the code."""
    said = operation.operation_id
    if _NEST_ID.fullmatch(said):
        return True
    words = re.sub(r"\W+", "_", operation.path).strip("_").lower()
    flat = re.sub(r"_+", "_", said.lower())
    return (flat.endswith(f"_{operation.method.lower()}") and re.sub(r"_+", "_", words) in flat) or bool(
        re.fullmatch(r"\w+_(list|create|retrieve|update|partial_update|destroy)(_\d+)?", said)
    )


def _bare(operation: Operation) -> bool:
    """Whether nothing is stated of an operation but that it is there, as of a Fastify or Nest route without schemas."""
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
