"""Route handlers of a Python file: `handlers(path, tree)` gives each function that a web framework calls.

    tree = ast.parse(text)
    for handler in handlers("app/orders.py", tree):
        handler.node        # the ast.FunctionDef or ast.AsyncFunctionDef (a lambda is none)
        handler.name        # "create_app.orders", "OrderView.post"
        handler.framework   # "fastapi", "flask", "django", "drf", "ninja", "graphql", ...
        handler.parameters  # with their kinds: handler.named(Kind.BODY, Kind.RAW)

Known by decorator (`@app.post("/x")`, whatever the object is called and wherever it is held), by the class (views of
Django, DRF and Flask, endpoints, GraphQL types), by a registration in the same file (`add_url_rule`, `path("x", view)`,
`Route(...)`), and by signature where another file registers them. Nothing of the project is imported. Exception
handlers, middleware, dependencies, commands and background jobs are no handlers.
"""

import ast
from collections.abc import Iterable, Mapping

from aurora.toolchains.handler import Handler
from aurora.toolchains.python import handler_classes, handler_decorators, handler_registrations, handler_signatures
from aurora.toolchains.python.handler_parameters import parameters
from aurora.toolchains.python.handler_sign import Sign
from aurora.toolchains.python.names import Function, definitions, imported

PythonHandler = Handler[ast.AST]


def handlers(path: str, tree: ast.Module) -> tuple[PythonHandler, ...]:
    """The handlers in the order of the file, each function once."""
    origins = imported(tree)
    routers = handler_decorators.routers(tree, origins)
    classes = handler_classes.frameworks(tree, origins)
    registered = handler_registrations.registered(tree, origins)
    aliases = _assigned(tree)
    found = []
    for name, function, owner in definitions(tree):
        sign = (
            handler_decorators.sign(function, owner, origins, routers)
            or handler_classes.sign(function, owner, classes, registered)
            or (registered.get(name) if owner is None else None)
            or handler_signatures.sign(path, name, function, owner, origins)
        )
        if sign is not None:
            found.append(_handler(name, function, owner, sign, aliases))
    return tuple(found)


def parse(text: str) -> ast.Module | None:
    """The tree of a file; None for what can't be parsed."""
    try:
        return ast.parse(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _handler(
    name: str, function: Function, owner: ast.ClassDef | None, sign: Sign, aliases: Mapping[str, ast.expr]
) -> PythonHandler:
    return Handler(
        node=function,
        name=name,
        line=function.lineno,
        framework=sign.framework,
        methods=sign.methods,
        path=sign.path,
        parameters=parameters(function, sign.framework, owner is not None, sign.path, aliases),
        is_async=isinstance(function, ast.AsyncFunctionDef),
        owner=owner,
    )


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """Type aliases at the top of the module."""
    return dict(_aliases(tree.body))


def _aliases(body: Iterable[ast.stmt]) -> Iterable[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp | ast.Attribute):
            yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
