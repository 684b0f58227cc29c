"""Route handlers known by their file's place or by their signature, where another file registers them."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.toolchains.node.handler_sign import Sign, by_imports
from aurora.toolchains.node.syntax import (
    FUNCTIONS,
    Origin,
    arguments,
    dotted,
    name_of,
    parameter_name,
    parameter_type,
    parameters,
    text,
    walk,
)

_NEXT_ROUTE = re.compile(r"(^|/)app/(.+/)?route\.[cm]?[jt]sx?$")
_NEXT_API = re.compile(r"(^|/)pages/api/.+\.[cm]?[jt]sx?$")
_SVELTE = re.compile(r"(^|/)\+server\.[jt]s$")
_MIDDLEWARE = re.compile(r"middlewares?|(^|/)(utils?|helpers?|lib)/|error[-_.]?handler", re.IGNORECASE)
_CONTROLLERS = re.compile(r"controllers?|handlers?|routes?|routers?|(^|/)api/", re.IGNORECASE)
_EXPORTED = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
_REQUESTS = {"Request", "req", "request", "_req"}
_HANDLER_TYPES = {
    "RequestHandler": "express", "NextApiHandler": "next", "RouteHandlerMethod": "fastify", "Handler": "express",
    "RouteHandler": "fastify", "Middleware": "koa",
}  # fmt: skip


def signs(path: str, root: Node, origins: Mapping[str, Origin]) -> Iterator[tuple[Node, Sign]]:
    if _NEXT_ROUTE.search(path) or _SVELTE.search(path):
        yield from _exported_verbs(root, "next" if _NEXT_ROUTE.search(path) else "sveltekit")
        return
    if _NEXT_API.search(path):
        yield from ((one, Sign("next")) for one in _default(root))
    if _MIDDLEWARE.search(path):
        return
    for node in walk(root):
        if node.type in FUNCTIONS:
            framework = _by_signature(node, path, origins)
            if framework:
                yield node, Sign(framework)


def _exported_verbs(root: Node, framework: str) -> Iterator[tuple[Node, Sign]]:
    for statement in root.named_children:
        if statement.type != "export_statement":
            continue
        for node in walk(statement):
            if node.type in FUNCTIONS and name_of(node) in _EXPORTED:
                yield node, Sign(framework, (name_of(node),))


def _default(root: Node) -> Iterator[Node]:
    """The function that a file exports by default, by its name or within wrappers, too."""
    for statement in root.named_children:
        if statement.type != "export_statement" or not any(one.type == "default" for one in statement.children):
            continue
        given = statement.child_by_field_name("value") or statement.child_by_field_name("declaration")
        while given is not None and given.type == "call_expression":
            given = next(
                (one for one in arguments(given) if one.type in (*FUNCTIONS, "call_expression", "identifier")), None
            )
        if given is not None and given.type == "identifier":
            wanted = text(given)
            given = next((one for one in walk(root) if one.type in FUNCTIONS and name_of(one) == wanted), None)
        if given is not None and given.type in FUNCTIONS:
            yield given


def _by_signature(function: Node, path: str, origins: Mapping[str, Origin]) -> str:
    given = parameters(function)
    names, types = [parameter_name(one) for one in given], [parameter_type(one) for one in given]
    declared = _declared_type(function)
    if declared in _HANDLER_TYPES and (declared != "Handler" or "express" in by_imports(origins)):
        return _HANDLER_TYPES[declared] if len(given) < 4 else ""
    if not given or len(given) > 3 or not name_of(function):
        return ""
    first = re.sub(r"<.*", "", types[0], flags=re.DOTALL)
    second = re.sub(r"<.*", "", types[1], flags=re.DOTALL) if len(types) > 1 else ""
    if first.endswith("FastifyRequest"):
        return "fastify"
    if first == "NextApiRequest":
        return "next"
    if (first.endswith("Request") and second.endswith("Response")) or declared == "RequestHandler":
        return "express"
    if len(given) >= 2 and names[0] in _REQUESTS and names[1] in ("res", "response", "_res") and not first:
        return "express" if not _is_callback(function) else ""
    if len(given) >= 2 and names[0] in ("req", "request", "_request") and names[1] == "reply":
        return "fastify"
    if not _CONTROLLERS.search(path) or len(given) > 2 or _is_callback(function):
        return ""
    of_file = by_imports(origins)
    if last_word(first) in ("Context", "ParameterizedContext", "RouterContext", "ExtendableContext", "AppContext"):
        return of_file if of_file in ("koa", "hono") else ("hono" if names[0] == "c" else "koa")
    if names[0] == "ctx" and not first and len(given) <= 2:
        return of_file if of_file in ("koa", "hono") else "koa"
    return "hono" if names[0] == "c" and of_file == "hono" else ""


def last_word(name: str) -> str:
    return name.rpartition(".")[2]


def _declared_type(function: Node) -> str:
    """The declared type of `const create: RequestHandler = ...`, without its type arguments."""
    holder = function.parent
    while holder is not None and holder.type in ("parenthesized_expression", "as_expression"):
        holder = holder.parent
    written = holder.child_by_field_name("type") if holder is not None and holder.type in (
        "variable_declarator", "public_field_definition"
    ) else None  # fmt: skip
    return last_word(re.sub(r"<.*", "", text(written).lstrip(":").strip(), flags=re.DOTALL))


def _is_callback(function: Node) -> bool:
    """Given to a call whose result nobody names, as to `app.use(...)` or `http.createServer(...)`."""
    holder = function.parent
    if holder is None or holder.type != "arguments" or holder.parent is None:
        return False
    callee = dotted(holder.parent)
    return callee.rpartition(".")[2] in (
        "use",
        "createServer",
        "on",
        "then",
        "param",
        "setErrorHandler",
        "addHook",
        "listen",
    )
