"""Route handlers given to a router: `router.post("/orders", validate, async (req, res) => ...)`."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.toolchains.node.handler_sign import Sign, by_imports
from aurora.toolchains.node.syntax import (
    FUNCTIONS,
    HTTP_VERBS,
    Origin,
    arguments,
    dotted,
    last,
    parameter_name,
    parameters,
    properties,
    string,
    text,
    walk,
)

_ROUTERISH = re.compile(r"(app|api|router|routes?|server|fastify|hono|instance|koa|express)$", re.IGNORECASE)
_NOT_ROUTERS = re.compile(
    r"(^|\.)(axios|http|https|nock|got|ky|superagent|request|agent|cy|client|httpClient|mock\w*|chai|fetcher|msw|rest|"
    r"cache|redis|map|params|headers|searchParams|cookies|config\w*|store|storage)$",
    re.IGNORECASE,
)
_VERBS = {*HTTP_VERBS, "del", "openapi"}


def signs(root: Node, origins: Mapping[str, Origin]) -> Iterator[tuple[Node, Sign]]:
    known = _declared(root)
    for node in walk(root):
        if node.type != "call_expression":
            continue
        callee = node.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            continue
        method = text(callee.child_by_field_name("property"))
        if method == "route":
            yield from _route_options(node, origins, known)
        if method in _VERBS:
            yield from _verb(node, callee, method, origins, known)


def _verb(
    call: Node, callee: Node, method: str, origins: Mapping[str, Origin], known: Mapping[str, Node]
) -> Iterator[tuple[Node, Sign]]:
    holder_node = callee.child_by_field_name("object")
    holder = dotted(holder_node)
    given = arguments(call)
    if holder_node is None or not given or _NOT_ROUTERS.search(holder):
        return
    chained = _route_path(holder_node)
    if chained is None and not _may_be_path(given[0], holder):
        return
    path = string(given[0]) if chained is None else chained
    methods = () if method in ("all", "openapi") else ("DELETE" if method == "del" else method.upper(),)
    for one in given if chained is not None else given[1:]:
        for function in _functions(one, known):
            yield function, Sign(by_imports(origins) or _by_parameters(function), methods, path or "")


def _may_be_path(node: Node, holder: str) -> bool:
    """An RPC's name, too, where the holder is called a router: `router.post("orders.create", ...)`."""
    path = string(node)
    if path is None:
        kinds = ("array", "regex", "member_expression", "identifier", "binary_expression")
        return node.type in kinds and bool(_ROUTERISH.search(holder))
    return path.startswith(("/", "*", "${", ":")) or bool(_ROUTERISH.search(holder))


def _route_path(node: Node) -> str | None:
    """The path of `router.route("/x")`, at whatever place of a chain."""
    while node.type == "call_expression":
        callee = node.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            return None
        if text(callee.child_by_field_name("property")) == "route":
            given = arguments(node)
            return (string(given[0]) or "") if given else None
        inner = callee.child_by_field_name("object")
        if inner is None:
            return None
        node = inner
    return None


def _route_options(call: Node, origins: Mapping[str, Origin], known: Mapping[str, Node]) -> Iterator[tuple[Node, Sign]]:
    """The route options of `fastify.route({ method, url, handler })`."""
    given = arguments(call)
    options = properties(given[0]) if given else {}
    if "handler" not in options:
        return
    path = string(options.get("url") or options.get("path")) or ""
    written = options.get("method")
    of_many = [string(one) for one in written.named_children] if written is not None and written.type == "array" else []
    methods = tuple(one.upper() for one in [string(written), *of_many] if one)
    for function in _functions(options["handler"], known):
        yield function, Sign(by_imports(origins) or "fastify", methods, path)


def _functions(node: Node, known: Mapping[str, Node]) -> Iterator[Node]:
    """The handlers that an argument gives: itself, one of the file's by its name, those in a list or in a wrapper."""
    if node.type in FUNCTIONS and not _is_error_handler(node):
        yield node
    elif node.type == "identifier" and text(node) in known:
        yield known[text(node)]
    elif node.type == "member_expression" and last(dotted(node)) in known:
        # `controller.create`, `this.create.bind(this)`
        yield known[last(dotted(node))]
    elif node.type == "array":
        for one in node.named_children:
            yield from _functions(one, known)
    elif node.type == "call_expression":
        callee = node.child_by_field_name("function")
        if callee is not None and callee.type == "member_expression" and last(dotted(callee)) == "bind":
            yield from _functions(callee.named_children[0], known)
            return
        for one in arguments(node):
            if one.type in (*FUNCTIONS, "call_expression") or (one.type == "identifier" and text(one) in known):
                yield from _functions(one, known)
    elif node.type == "object":
        # fastify: `{ schema, handler }`
        handler = properties(node).get("handler")
        if handler is not None:
            yield from _functions(handler, known)


def _is_error_handler(function: Node) -> bool:
    return len(parameters(function)) == 4 and parameter_name(parameters(function)[0]) in ("err", "error", "_err", "e")


def _declared(root: Node) -> dict[str, Node]:
    """The file's functions by name, those inside a wrapper included."""
    found: dict[str, Node] = {}
    for node in walk(root):
        if node.type in ("function_declaration", "generator_function_declaration", "method_definition"):
            found.setdefault(text(node.child_by_field_name("name")), node)
        elif node.type in ("variable_declarator", "public_field_definition", "pair"):
            value = node.child_by_field_name("value")
            function = value
            while function is not None and function.type == "call_expression":
                function = next(
                    (one for one in arguments(function) if one.type in (*FUNCTIONS, "call_expression")), None
                )
            if function is not None and function.type in FUNCTIONS:
                name = node.child_by_field_name("key" if node.type == "pair" else "name")
                found.setdefault(text(name), function)
    return found


def _by_parameters(function: Node) -> str:
    names = [parameter_name(one) for one in parameters(function)]
    if names[:1] == ["ctx"]:
        return "koa"
    if names[:1] == ["c"]:
        return "hono"
    return "fastify" if "reply" in names else "express"
