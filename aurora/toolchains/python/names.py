"""Names of a Python module: what each stands for by the module's imports, and how an expression is written."""

import ast
from collections.abc import Mapping

HTTP_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def imported(tree: ast.AST) -> dict[str, str]:
    """The dotted origin of each imported name, wherever in the module it is imported.

    A relative import keeps its dots: `from ..db import s` is `{"s": "..db.s"}`."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                origins[name.asname or name.name.partition(".")[0]] = (
                    name.name if name.asname else name.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            joint = "" if module.endswith(".") or not module else "."
            for name in node.names:
                origins[name.asname or name.name] = f"{module}{joint}{name.name}"
    return origins


def dotted(node: ast.AST | None) -> str:
    """`a.b.c` of an attribute chain, of what is called or subscripted in it: `a.b(x).c[1]` is `a.b.c`; else empty."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Subscript | ast.Await | ast.Starred):
        return dotted(node.value)
    return ""


def origin(node: ast.AST | None, origins: Mapping[str, str]) -> str:
    """The dotted name with its first part as the imports have it; a name of the module's own stays as it is."""
    first, dot, rest = dotted(node).partition(".")
    return origins.get(first, first) + dot + rest


def last(name: str) -> str:
    return name.rpartition(".")[2]


def text_of(node: ast.AST | None) -> str | None:
    """The value of a literal string, with `{}` for what an f-string fills in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{}" for part in node.values)
    return None


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg in names), None)


def argument(call: ast.Call, place: int, *names: str) -> ast.expr | None:
    """A positional argument, or the one given by one of the names."""
    return call.args[place] if len(call.args) > place else keyword(call, *names)


def strings(node: ast.AST | None) -> tuple[str, ...]:
    """The literal strings of a list, tuple or set."""
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return ()
    return tuple(text for text in map(text_of, node.elts) if text is not None)


def definitions(tree: ast.AST) -> list[tuple[str, Function, ast.ClassDef | None]]:
    """Every function with its qualified name (`outer.inner`, `Class.method`) and the class that directly holds it."""
    found: list[tuple[str, Function, ast.ClassDef | None]] = []
    stack: list[tuple[ast.AST, str, ast.ClassDef | None]] = [(tree, "", None)]
    while stack:
        node, prefix, owner = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                found.append((prefix + child.name, child, owner))
                stack.append((child, f"{prefix}{child.name}.", None))
            elif isinstance(child, ast.ClassDef):
                stack.append((child, f"{prefix}{child.name}.", child))
            else:
                stack.append((child, prefix, owner if isinstance(child, ast.stmt) else None))
    return sorted(found, key=lambda one: one[1].lineno)
