"""Names that a Python module offers to others."""

import ast

from aurora.toolchains.python.imports import parsed


def offered(path: str, text: str) -> frozenset[str]:
    """Functions and classes of the module, and methods as `Class.method`; those that begin with `_` are its own."""
    if not path.endswith(".py"):
        return frozenset()
    try:
        tree = parsed(text)
    except SyntaxError:
        return frozenset()
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inside = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{one.name}" for one in inside}
    return frozenset(name for name in found if not any(part.startswith("_") for part in name.split(".")))
