"""Stubs that were left: a body that only raises NotImplementedError is an interface, not an implementation."""

import ast
from collections.abc import Iterator

from aurora.domain.findings import Finding
from aurora.toolchains.python.imports import MARK

_ABSTRACT = {"abstractmethod", "overload"}


def stubs_left(path: str, text: str) -> Iterator[Finding]:
    """Every concrete function whose body, after its docstring, only raises NotImplementedError.

    Abstract methods and members of a Protocol are meant to have no body.
    """
    try:
        tree = ast.parse(text.removeprefix(MARK))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    abstract: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and {_name(base) for base in node.bases} & {"Protocol", "ABC"}:
            abstract.update(ast.walk(node))
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node in abstract:
            continue
        if {_name(decorator) for decorator in node.decorator_list} & _ABSTRACT:
            continue
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        if len(body) == 1 and isinstance(body[0], ast.Raise) and _raised(body[0]) == "NotImplementedError":
            yield Finding(
                check="stub_left",
                path=path,
                line=node.lineno,
                message=f"{node.name} still raises NotImplementedError.",
                hint="Implement it, or remove it if nothing needs it.",
            )


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript | ast.Call):
        return _name(node.value if isinstance(node, ast.Subscript) else node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _raised(node: ast.Raise) -> str:
    return _name(node.exc) if node.exc is not None else ""
