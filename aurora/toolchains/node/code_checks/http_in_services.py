"""HTTP in a service: requests and responses of a web framework, status codes, its exceptions.

Nest's named exceptions (`NotFoundException`) are advice: four of five Nest projects throw them in services, and Nest's
filters turn them into what the transport needs."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.node.syntax import (
    FUNCTIONS,
    Origin,
    arguments,
    dotted,
    imports,
    last,
    line,
    name_of,
    parameter_name,
    parameters,
    text,
    walk,
)
from aurora.toolchains.service_wording import in_service

_FRAMEWORKS = {
    "express", "fastify", "koa", "hono", "next", "next/server", "@nestjs/common", "express-serve-static-core",
    "restify",
    "@hapi/hapi", "hono/http-exception",
}  # fmt: skip
_TYPES = {"Request", "Response", "NextFunction", "FastifyRequest", "FastifyReply", "Context", "NextRequest",
    "NextResponse",
          "NextApiRequest", "NextApiResponse", "ParameterizedContext"}  # fmt: skip
_STATUS_PACKAGES = {"http-status", "http-status-codes"}
_ERROR_PACKAGES = {"http-errors", "@hapi/boom", "@fastify/sensible", "hono/http-exception", "routing-controllers"}
_NEST_ERROR = re.compile(
    r"^(BadRequest|Unauthorized|NotFound|Forbidden|NotAcceptable|RequestTimeout|Conflict|Gone|PayloadTooLarge|"
    r"UnsupportedMediaType|UnprocessableEntity|InternalServerError|NotImplemented|BadGateway|ServiceUnavailable|"
    r"GatewayTimeout|MethodNotAllowed|PreconditionFailed|ImATeapot)Exception$"
)


def http_in_service(root: Node) -> Iterator[Flaw]:
    """One flaw for a function; the import alone is none, what uses it is."""
    origins = imports(root)
    found: dict[str, list[tuple[Node, str, bool]]] = {}
    for node in walk(root):
        what, advice = _what(node, origins)
        if what:
            found.setdefault(_around(node), []).append((node, what, advice))
    for name, uses in found.items():
        blocking = [use for use in uses if not use[2]]
        node = (blocking or uses)[0][0]
        yield in_service(name, [what for _, what, _ in blocking or uses], line(node), advice=not blocking)


def _what(node: Node, origins: Mapping[str, Origin]) -> tuple[str, bool]:
    match node.type:
        case "type_identifier":
            found = origins.get(text(node))
            if found is not None and found.specifier in _FRAMEWORKS and found.name in _TYPES and not _in_import(node):
                return text(node), False
        case "nested_type_identifier":
            first, _, name = dotted(node).partition(".")
            found = origins.get(first)
            if found is not None and found.specifier in _FRAMEWORKS and name in _TYPES:
                return dotted(node), False
        case "new_expression":
            name = dotted(node)
            found = origins.get(name)
            if found is not None and found.specifier == "http-errors":
                return name, False
            if _throws_status(node):
                return f"new {name}(...{next(text(one) for one in arguments(node) if _is_status(one))}...)", False
            if found is not None and found.specifier in ("@nestjs/common", *_ERROR_PACKAGES):
                if _NEST_ERROR.match(found.name):
                    return name, True
                if (
                    found.name in ("HttpException", "HTTPException", "HttpError")
                    or found.specifier == "routing-controllers"
                ):
                    return name, False
        case "member_expression":
            first, _, name = dotted(node).partition(".")
            found = origins.get(first)
            if found is not None and re.fullmatch(r"[A-Z_0-9]+", name):
                if found.specifier in _STATUS_PACKAGES and found.name not in ("ReasonPhrases", "getReasonPhrase"):
                    return "" if _compares(node) else dotted(node), False
                if found.specifier == "@nestjs/common" and found.name == "HttpStatus":
                    if _compares(node) or _in_exception(node, origins):
                        return "", False
                    return dotted(node), False
        case "assignment_expression":
            name = dotted(node.child_by_field_name("left"))
            if name in ("ctx.status", "ctx.body") and _is_parameter(node, "ctx"):
                return name, False
        case "call_expression":
            return _call(node, origins), False
    return "", False


def _call(call: Node, origins: Mapping[str, Origin]) -> str:
    name = dotted(call.child_by_field_name("function"))
    first, _, method = name.partition(".")
    found = origins.get(first)
    if found is not None and found.specifier in _ERROR_PACKAGES and found.name in ("default", "*"):
        return name
    if found is not None and found.specifier in ("next/server",) and found.name == "NextResponse":
        return name
    if first == "res" and method in ("json", "send", "redirect", "render", "end") and arguments(call):
        return name if _is_parameter(call, "res") and _is_parameter(call, "req") else ""
    # a client's response has no `status(...)` to call
    if first in ("res", "reply", "response") and last(method) in ("status", "sendStatus") and arguments(call):
        return f"{first}.{method}" if _is_parameter(call, first) else ""
    return ""


def _throws_status(node: Node) -> bool:
    """`throw new AppError("not found", 404)`."""
    thrown = node.parent is not None and node.parent.type == "throw_statement"
    return thrown and any(_is_status(one) for one in arguments(node))


def _is_status(node: Node) -> bool:
    return node.type == "number" and re.fullmatch(r"[45]\d\d", text(node)) is not None


def _is_parameter(node: Node, name: str) -> bool:
    outer = node.parent
    while outer is not None:
        if outer.type in FUNCTIONS and any(parameter_name(one) == name for one in parameters(outer)):
            return True
        outer = outer.parent
    return False


def _compares(node: Node) -> bool:
    """Compared, as with the status of another server's answer; in a list that is asked for it, too."""
    holder = node.parent
    if holder is not None and holder.type == "array":
        return holder.parent is not None and holder.parent.type == "member_expression"
    return holder is not None and holder.type in ("binary_expression", "switch_case")


def _in_exception(node: Node, origins: Mapping[str, Origin]) -> bool:
    """Given to one of Nest's exceptions, which is a finding of its own."""
    outer = node.parent
    while outer is not None and outer.type not in FUNCTIONS:
        if outer.type == "new_expression" and _what(outer, origins)[0]:
            return True
        outer = outer.parent
    return False


def _in_import(node: Node) -> bool:
    outer = node.parent
    while outer is not None and outer.type not in ("import_statement", "export_statement"):
        outer = outer.parent
    return outer is not None and outer.type == "import_statement"


def _around(node: Node) -> str:
    """The name of the outermost named function around it."""
    found, outer = "", node.parent
    while outer is not None:
        if outer.type in FUNCTIONS:
            found = name_of(outer) or found
        outer = outer.parent
    return found
