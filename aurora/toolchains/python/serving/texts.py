"""Texts that an expression stands for: literals, joined ones, and constants that the project gives a name to."""

import ast
from collections.abc import Iterable, Mapping

from aurora.toolchains.python.serving.sources import Source


def constants(sources: Iterable[Source]) -> dict[str, str]:
    """Name -> text, of modules and classes; the first that gives a name a text is believed."""
    found: dict[str, str] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                said = _literal(node.value)
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if said is not None and isinstance(target, ast.Name):
                        found.setdefault(target.id, said)
    return found


def _literal(node: ast.AST) -> str | None:
    """A text, also as the default of `Field("x")`, `Field(default="x")` or `os.getenv("NAME", "x")`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        default = next((one.value for one in node.keywords if one.arg == "default"), None)
        if name in ("getenv", "get", "config", "env", "str") and len(node.args) > 1:
            default = node.args[1]
        elif name == "Field" and node.args:
            default = node.args[0]
        return _literal(default) if default is not None else None
    return None


def text_of(node: ast.AST | None, known: Mapping[str, str]) -> str | None:
    """None for what nobody can tell from the texts."""
    if node is None:
        return None
    if isinstance(node, ast.Attribute):
        return known.get(node.attr)
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        parts = [text_of(one.value if isinstance(one, ast.FormattedValue) else one, known) for one in node.values]
        return None if None in parts else "".join(part or "" for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = text_of(node.left, known), text_of(node.right, known)
        return None if left is None or right is None else left + right
    return _literal(node)


def keyword(call: ast.Call, *names: str) -> ast.AST | None:
    return next((one.value for one in call.keywords if one.arg in names), None)


def joined(*parts: str) -> str:
    """Pieces of a URL's path as one, with one `/` before and between."""
    path = "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))
    return path + ("/" if len(path) > 1 and parts and parts[-1].endswith("/") else "")
