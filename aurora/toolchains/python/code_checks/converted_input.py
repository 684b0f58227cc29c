"""Texts of a request that a Python handler turns into a number or a date, where nothing catches what is none."""

import ast
import re
from collections.abc import Iterator, Mapping

from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.python.code_checks.raw_input import requests_of
from aurora.toolchains.python.handlers import PythonHandler
from aurora.toolchains.python.names import dotted, last, origin

_CONVERTERS = frozenset(
    {"int", "float", "decimal.Decimal", "uuid.UUID", "datetime.date.fromisoformat", "datetime.datetime.fromisoformat",
     "datetime.datetime.strptime"}
)  # fmt: skip
_TEXTS = frozenset({"args", "form", "values", "GET", "POST", "query_params", "query", "cookies", "headers"})
"""Texts of a request, that hold texts by name."""
_CATCHING = frozenset({"ValueError", "Exception", "BaseException", "InvalidOperation", "ArithmeticError", "TypeError"})
_CHECKS = re.compile(r"^is(?:digit|numeric|decimal|_valid\w*)$|match|valid|^check|parse|clean", re.IGNORECASE)
HINT = "Give the request's values to a model or schema with types and bounds, or catch ValueError and answer 400."


def conversions(handler: PythonHandler, origins: Mapping[str, str]) -> Iterator[Flaw]:
    """One for each handler: its first."""
    body = list(ast.walk(handler.node))
    calls = [one for one in body if isinstance(one, ast.Call)]
    if any(_CHECKS.search(last(dotted(one.func))) for one in calls):
        return
    requests = requests_of(handler, origins)
    held = {
        target.id: _text(one.value, requests)
        for one in body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    caught = {id(inside) for one in body if isinstance(one, ast.Try) and _catches(one)
              for statement in one.body for inside in ast.walk(statement)}  # fmt: skip
    caught |= {id(inside) for one in body if isinstance(one, ast.With) and _suppresses(one)
               for inside in ast.walk(one)}  # fmt: skip
    for call in sorted(calls, key=lambda one: one.lineno):
        name = origin(call.func, origins)
        if name not in _CONVERTERS or not call.args or id(call) in caught:
            continue
        given = call.args[0]
        field = held.get(given.id, "") if isinstance(given, ast.Name) else _text(given, requests)
        if field:
            message = f"{handler.name} turns `{field}` of the request into a value by `{last(name)}(...)`, and nothing "
            message += "catches a text that is none: the server fails."
            yield Flaw(message, HINT, call.lineno, f"{handler.name} conversion")
            return


def _text(node: ast.expr, requests: frozenset[str]) -> str:
    """The name of the request's field that an expression is; empty for anything else."""
    if isinstance(node, ast.BoolOp):
        return _text(node.values[0], requests)
    if isinstance(node, ast.Subscript):
        return _named(node.slice) if _holds(node.value, requests) else ""
    function = node.func if isinstance(node, ast.Call) and node.args and not node.keywords else None
    if isinstance(node, ast.Call) and isinstance(function, ast.Attribute) and function.attr == "get":
        return _named(node.args[0]) if _holds(function.value, requests) else ""
    return ""


def _named(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _holds(node: ast.expr, requests: frozenset[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _TEXTS and dotted(node.value) in requests


def _catches(node: ast.Try) -> bool:
    for handler in node.handlers:
        if handler.type is None:
            return True
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(last(dotted(one)) in _CATCHING for one in caught):
            return True
    return False


def _suppresses(node: ast.With) -> bool:
    return any(last(dotted(item.context_expr)) == "suppress" for item in node.items)
