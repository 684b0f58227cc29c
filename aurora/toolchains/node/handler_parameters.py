"""The parameters of a TypeScript route handler: which are input, which the framework injects."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from aurora.toolchains.handler import Kind, Parameter
from aurora.toolchains.node.syntax import (
    arguments,
    decorator_call,
    decorators,
    dotted,
    last,
    parameter_name,
    parameter_type,
    parameters,
)

_BY_PLACE = {
    "express": (Kind.REQUEST, Kind.RESPONSE, Kind.OTHER),
    "fastify": (Kind.REQUEST, Kind.RESPONSE, Kind.OTHER),
    "koa": (Kind.REQUEST, Kind.OTHER),
    "hono": (Kind.REQUEST, Kind.OTHER),
    "sveltekit": (Kind.REQUEST,),
}
_RAW_TYPES = re.compile(r"^(any|unknown|object|Record<.*|\{\s*\[.*|\{\s*\}|)$", re.DOTALL)
_VALUE_TYPES = re.compile(r"^(string|number|boolean|bigint|Date|['\"].*|null|undefined|\s|\||\[\])+$")
_REQUESTS = {"Req", "Request", "Context", "Ctx", "Info", "GraphqlContext"}
_RESPONSES = {"Res", "Response"}
_INPUT = {"Body", "BodyParam", "Args", "Arg", "Payload", "MessageBody", "RequestBody", "Data", "TypedBody"}
_QUERIES = {
    "Query", "Param", "Headers", "QueryParam", "QueryParams", "Path", "Header", "HeaderParam", "CookieParam", "Params",
    "UploadedFile", "UploadedFiles", "TypedQuery", "TypedParam",
}  # fmt: skip


def kinds(function: Node, framework: str) -> tuple[Parameter[Node], ...]:
    return tuple(_kinds(function, framework))


def _kinds(function: Node, framework: str) -> Iterator[Parameter[Node]]:
    for place, one in enumerate(parameters(function)):
        written = parameter_type(one)
        marks = decorators(one)
        if marks:
            kind = _decorated(marks, written)
        elif framework == "nest" or (framework == "graphql" and _is_method(function)):
            kind = Kind.REQUEST if last(written) in ("Request", "ExecutionContext") else Kind.OTHER
        elif framework == "graphql":
            of_args = Kind.RAW if _RAW_TYPES.match(written) else Kind.BODY
            kind = (Kind.OTHER, of_args, Kind.REQUEST, Kind.OTHER)[min(place, 3)]
        elif framework == "next":
            response = "Response" in written or parameter_name(one) == "res"
            kind = Kind.REQUEST if place == 0 else Kind.RESPONSE if response else Kind.VALUE
        else:
            by_place = _BY_PLACE.get(framework, ())
            kind = by_place[place] if place < len(by_place) else Kind.OTHER
        yield Parameter(parameter_name(one), kind, written, one)


def _is_method(function: Node) -> bool:
    """Return whether it is a method of a class, and not of an object."""
    return function.type == "method_definition" and function.parent is not None and function.parent.type != "object"


def _decorated(marks: list[Node], written: str) -> Kind:
    for mark in marks:
        name = last(dotted(mark))
        given = arguments(decorator_call(mark))
        one_field = any(argument.type == "string" for argument in given)
        if name in _REQUESTS and not written.endswith("Response"):
            return Kind.REQUEST
        if name in _RESPONSES:
            return Kind.RESPONSE
        if name in ("Parent", "Root", "Next", "Session", "Ip", "HostParam"):
            return Kind.OTHER
        if name in _INPUT or name in _QUERIES:
            if _VALUE_TYPES.match(written):
                return Kind.VALUE
            if _RAW_TYPES.match(written):
                return Kind.VALUE if one_field and not written else Kind.RAW
            return Kind.VALUE if one_field and name in _QUERIES else Kind.BODY
    return Kind.DEPENDENCY
