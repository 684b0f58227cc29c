"""The names of a Python module that hold a client of a library: a session, a connection, a path."""

import ast
from collections.abc import Iterator, Mapping

from aurora.toolchains.python.code_checks.blocking_names import CLIENTS
from aurora.toolchains.python.names import Function, origin

Held = dict[str, str]
"""`name` or `self.name` -> where its class is from, as in `CLIENTS`."""
_LASTING = ("pymongo.MongoClient", "boto3.client", "boto3.resource")
"""Clients whose attributes and items are asked as they are themselves."""


def of_module(tree: ast.Module, origins: Mapping[str, str]) -> Held:
    """Names of the module itself, and annotations that stand for a type."""
    held: Held = {}
    for statement in tree.body:
        _take(statement, origins, held)
    return held


def of_class(owner: ast.ClassDef, origins: Mapping[str, str], module: Held) -> Held:
    """The clients that its methods give `self`."""
    held: Held = {}
    for node in ast.walk(owner):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names = node.targets if isinstance(node, ast.Assign) else [node.target]
            arguments = dict(module)
            for name in names:
                if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and name.value.id == "self":
                    kind = _kind(node, origins, arguments) or _of_parameter(owner, node, origins, module)
                    if kind:
                        held[f"self.{name.attr}"] = kind
    return held


def of_function(function: Function, origins: Mapping[str, str], around: Held) -> Held:
    """Names of a function by its parameters and assignments, with those around it that it does not hide."""
    held = dict(around)
    for parameter in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        held.pop(parameter.arg, None)
        kind = annotated(parameter.annotation, origins, around)
        if kind:
            held[parameter.arg] = kind
    for node in own(function):
        _take(node, origins, held)
    return held


def hidden(function: Function) -> set[str]:
    """Names that are the function's own: an import of the same name is not meant by them."""
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    names = {one.arg for one in every if one is not None}
    for node in own(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, Function):
            names.add(node.name)
    return names


def own(function: Function) -> Iterator[ast.AST]:
    """All in a function's body, in the order of the text; functions inside it stand for themselves only."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def annotated(annotation: ast.expr | None, origins: Mapping[str, str], module: Mapping[str, str]) -> str:
    """The client that an annotation names: `Session`, `Session | None`, `Annotated[Session, ...]`, an alias of one."""
    if annotation is None:
        return ""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return annotated(ast.parse(annotation.value, mode="eval").body, origins, module)
        except (SyntaxError, ValueError):
            return ""
    if isinstance(annotation, ast.BinOp):
        return annotated(annotation.left, origins, module) or annotated(annotation.right, origins, module)
    if isinstance(annotation, ast.Subscript):
        inner = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
        name = origin(annotation.value, origins).rpartition(".")[2]
        return annotated(inner, origins, module) if name in ("Annotated", "Optional") else ""
    name = origin(annotation, origins)
    if name in CLIENTS:
        return name
    return module.get(f"type {name}", "")


def _take(node: ast.AST, origins: Mapping[str, str], held: Held) -> None:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                kind = _kind(node, origins, held)
                alias = annotated(node.value, origins, held) if isinstance(node.value, ast.Subscript) else ""
                if kind:
                    held[target.id] = kind
                elif alias:
                    held[f"type {target.id}"] = alias
                else:
                    held.pop(target.id, None)
    elif isinstance(node, ast.With):
        for item in node.items:
            if isinstance(item.optional_vars, ast.Name):
                kind = made(item.context_expr, origins, held)
                if kind:
                    held[item.optional_vars.id] = kind
                else:
                    held.pop(item.optional_vars.id, None)


def _kind(node: ast.Assign | ast.AnnAssign, origins: Mapping[str, str], held: Mapping[str, str]) -> str:
    stated = annotated(node.annotation, origins, held) if isinstance(node, ast.AnnAssign) else ""
    return stated or (made(node.value, origins, held) if node.value is not None else "")


def made(value: ast.expr, origins: Mapping[str, str], held: Mapping[str, str]) -> str:
    """The client that an expression makes or is."""
    if isinstance(value, ast.Call):
        name = origin(value.func, origins)
        if isinstance(value.func, ast.Name) and (maker := held.get(value.func.id)):
            return maker  # `SessionLocal()` of `SessionLocal = sessionmaker(...)`
        if name.endswith(".sessionmaker") and name.startswith("sqlalchemy.orm"):
            asynchronous = any("async" in ast.dump(one).lower() for one in value.keywords)
            return "" if asynchronous else "sqlalchemy.orm.sessionmaker()"
        if name.rpartition(".")[2] == "SessionLocal":
            return "SessionLocal"
        if name in CLIENTS:
            return name
        if isinstance(value.func, ast.Attribute) and value.func.attr in (
            "cursor",
            "connect",
            "begin",
            "client",
            "resource",
        ):
            inner = made(value.func.value, origins, held)
            if inner.startswith("sqlalchemy.") and inner.endswith(("ngine", ".Connection")):
                return "sqlalchemy.engine.Connection"
            return inner if inner.partition(".")[0] in ("sqlite3", "psycopg2", "psycopg", "pymysql", "boto3") else ""
        return ""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        return "pathlib.Path" if made(value.left, origins, held) == "pathlib.Path" else ""
    if isinstance(value, ast.Attribute | ast.Subscript):
        if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
            known = held.get(f"{value.value.id}.{value.attr}")
            if known:
                return known
        inner = made(value.value, origins, held)
        return inner if inner in _LASTING else ("pathlib.Path" if inner == "pathlib.Path" and _parent(value) else "")
    if isinstance(value, ast.Name):
        return held.get(value.id, "")
    return ""


def _parent(value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and value.attr == "parent"


def _of_parameter(owner: ast.ClassDef, node: ast.AST, origins: Mapping[str, str], module: Held) -> str:
    """The client that `self.session = session` takes from an annotated parameter."""
    value = getattr(node, "value", None)
    if not isinstance(value, ast.Name):
        return ""
    for function in owner.body:
        if isinstance(function, Function) and function.lineno <= getattr(node, "lineno", 0) <= (
            function.end_lineno or 0
        ):
            for parameter in (*function.args.args, *function.args.kwonlyargs):
                if parameter.arg == value.id:
                    return annotated(parameter.annotation, origins, module)
    return ""
