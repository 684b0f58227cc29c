"""The lines of one test in a Python module, by the syntax tree, and the assertions in them."""

import ast
import re
from collections.abc import Iterator

from aurora.toolchains.python.imports import MARK
from aurora.toolchains.ranges import TestRange

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Block = ast.Try | ast.TryStar
_WIDE = frozenset({"AssertionError", "Exception", "BaseException"})
_EXPECTS_ERROR = re.compile(r"(^|\.)(raises|warns|deprecated_call|assertRaises\w*|assertWarns\w*|assertLogs)$")
_ASSERTS = re.compile(r"(^|\.)assert\w*$", re.IGNORECASE)
_LOOSE = re.compile(
    r"(^|\.)(assertTrue|assertFalse|assertIsNone|assertIsNotNone|assertNotEqual|assertIsNot|assertNotIn|assert_called)$"
)
_EXACT_OPS = (ast.Eq, ast.In, ast.Is, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def find(text: str, name: str) -> TestRange | None:
    """`name`: as in a test id, `test_a` or `TestA::test_b`."""
    if re.search("\r(?!\n)|\x0c", text):
        return None  # lines are counted otherwise there
    try:
        found = list(_functions(ast.parse(text.removeprefix(MARK)).body, ""))
        named = [function for qualified, function in found if qualified == name]
        if len(named) != 1:
            return None
        (function,) = named
        reached = list(_reached(function.body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = re.split("(?<=\n)", text)
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)]) - 1
    last = function.end_lineno or function.lineno
    return TestRange(
        head="".join(lines[:first]),
        source="".join(lines[first:last]),
        tail="".join(lines[last:]),
        assertions=sum(_asserts(node) for node in reached),
        exact=sum(_exact(node) for node in reached),
        marks=frozenset(_marks(function)),
    )


def _marks(function: _Function) -> Iterator[str]:
    yield from map(_called, function.decorator_list)
    yield from (f"the fixture {one.arg}" for one in ast.walk(function.args) if isinstance(one, ast.arg))
    for node in ast.walk(function):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (f"the import of {alias.name}" for alias in node.names)


def _functions(body: list[ast.stmt], within: str) -> Iterator[tuple[str, _Function]]:
    """Functions of modules and classes, under conditions too; not those inside functions."""
    for statement in body:
        if isinstance(statement, _Function):
            yield within + statement.name, statement
            continue
        inside = f"{within}{statement.name}::" if isinstance(statement, ast.ClassDef) else within
        for part in ("body", "orelse", "finalbody"):
            yield from _functions(getattr(statement, part, []), inside)
        for handler in getattr(statement, "handlers", []):
            yield from _functions(handler.body, inside)


def _reached(body: list[ast.stmt]) -> Iterator[ast.stmt | ast.withitem]:
    """Statements that may run and whose failure is heard: not after a return, under `if False`, or where errors are
    caught."""
    for statement in body:
        if isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break):
            return
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield from statement.items
            if not any("suppress" in _called(item.context_expr) for item in statement.items):
                yield from _reached(statement.body)
        elif isinstance(statement, ast.If | ast.While):
            never = isinstance(statement.test, ast.Constant) and not statement.test.value
            always = isinstance(statement.test, ast.Constant) and bool(statement.test.value)
            yield from [] if never else _reached(statement.body)
            yield from [] if always else _reached(statement.orelse)
        elif isinstance(statement, _Block):
            yield from [] if any(map(_swallows, statement.handlers)) else _reached(statement.body)
            yield from _reached([*statement.orelse, *statement.finalbody])
        elif isinstance(statement, ast.For | ast.AsyncFor):
            yield from _reached(statement.body)
        else:
            yield statement


def _swallows(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or ast.unparse(one).rpartition(".")[2] in _WIDE for one in caught) and not any(
        isinstance(node, ast.Raise) for node in ast.walk(handler)
    )


def _asserts(node: ast.stmt | ast.withitem) -> bool:
    if isinstance(node, ast.withitem):
        return bool(_EXPECTS_ERROR.search(_called(node.context_expr)))
    if isinstance(node, ast.Assert):
        return not _trivial(node.test)
    call = _call(node)
    if call is None:
        return False
    name = _called(call)
    if _EXPECTS_ERROR.search(name):
        return True
    return bool(_ASSERTS.search(name)) and not (call.args and all(map(_constant, call.args)))


def _exact(node: ast.stmt | ast.withitem) -> bool:
    if not _asserts(node):
        return False
    if isinstance(node, ast.Assert):
        return _compares(node.test)
    call = _call(node) if isinstance(node, ast.stmt) else None
    return call is None or not _LOOSE.search(_called(call))


def _compares(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        parts = map(_compares, test.values)
        return any(parts) if isinstance(test.op, ast.And) else all(parts)
    if not isinstance(test, ast.Compare) or not all(isinstance(op, _EXACT_OPS) for op in test.ops):
        return False
    # what returns None is what was never written
    return not any(isinstance(side, ast.Constant) and side.value is None for side in (test.left, *test.comparators))


def _trivial(test: ast.expr) -> bool:
    """Return whether it holds whatever the code does, as far as its form shows."""
    if _constant(test):
        return True
    if isinstance(test, ast.BoolOp):
        return (any if isinstance(test.op, ast.Or) else all)(map(_trivial, test.values))
    if isinstance(test, ast.Compare):
        left, *others = (ast.dump(side) for side in (test.left, *test.comparators))
        return all(other == left for other in others)
    return isinstance(test, ast.Tuple | ast.Lambda | ast.JoinedStr)


def _constant(node: ast.expr) -> bool:
    return not any(isinstance(inner, ast.Name | ast.Call | ast.Attribute | ast.Subscript) for inner in ast.walk(node))


def _call(node: ast.stmt) -> ast.Call | None:
    if not isinstance(node, ast.Expr):
        return None
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    return value if isinstance(value, ast.Call) else None


def _called(node: ast.expr) -> str:
    """The dotted name of what is called, or is named."""
    while isinstance(node, ast.Call):
        node = node.func
    return ast.unparse(node)
