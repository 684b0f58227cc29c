"""Route handlers of a TypeScript or JavaScript file: `handlers(path, root)` gives each function a framework calls.

    root = syntax.tree(path, text)  # aurora.toolchains.node.syntax; None for what can't be parsed
    for handler in handlers(path, root):
        handler.node        # the function: arrow_function, method_definition, function_declaration ...
        handler.name        # "OrdersController.create", "createOrder"; "post /orders" of one without a name
        handler.framework   # "express", "fastify", "koa", "hono", "nest", "next", "graphql"
        handler.parameters  # with their kinds: handler.named(Kind.BODY, Kind.RAW)

Known by registration (`router.post("/x", handler)`, chains of `route()`, `fastify.route({...})`, whatever wraps the
function), by decorators (Nest, type-graphql, routing-controllers), by place (`app/**/route.ts`, `pages/api`), as
members of a map of resolvers, and by signature where another file registers them: `(req, res)`, typed or by name.
Middleware files and error handlers, `(err, req, res, next)`, are none.
"""

from collections.abc import Iterator

from tree_sitter import Node

from aurora.toolchains.handler import Handler
from aurora.toolchains.node import handler_calls, handler_decorators, handler_places, handler_resolvers
from aurora.toolchains.node.handler_parameters import kinds
from aurora.toolchains.node.handler_sign import Sign
from aurora.toolchains.node.syntax import FUNCTIONS, class_around, imports, is_async, line, name_of, walk

NodeHandler = Handler[Node]


def handlers(path: str, root: Node) -> tuple[NodeHandler, ...]:
    """The handlers in the order of the file, each function once."""
    origins = imports(root)
    signs: dict[int, tuple[Node, Sign]] = {}
    for found in (
        handler_decorators.signs(root, origins),
        handler_calls.signs(root, origins),
        handler_resolvers.signs(path, root),
        handler_places.signs(path, root, origins),
    ):
        for function, sign in found:
            signs.setdefault(function.id, (function, sign))
    ordered = sorted(signs.values(), key=lambda one: one[0].start_byte)
    return tuple(_handlers(ordered))


def functions(root: Node) -> Iterator[Node]:
    return (node for node in walk(root) if node.type in FUNCTIONS)


def _handlers(signs: list[tuple[Node, Sign]]) -> Iterator[NodeHandler]:
    for function, sign in signs:
        stands_for = " ".join([*(method.lower() for method in sign.methods), sign.path]).strip()
        yield Handler(
            node=function,
            name=name_of(function) or stands_for or "a handler",
            line=line(function),
            framework=sign.framework,
            methods=sign.methods,
            path=sign.path,
            parameters=kinds(function, sign.framework),
            is_async=is_async(function),
            owner=class_around(function) if function.type == "method_definition" else None,
        )
