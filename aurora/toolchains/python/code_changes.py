"""Small changes of Python's expressions and statements, each an edit of the text at a node of the syntax tree."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from aurora.toolchains.code_mutation import Operator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BOUNDARY: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
}  # fmt: skip
_FLIPPED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.Is: ("is", "is not"),
    ast.NotIn: ("not", ""), ast.IsNot: ("not", ""),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"), ast.Pow: ("**", "*"),
}  # fmt: skip
_LOGS = re.compile(
    r"(^|\.|_)(log|logger|logging|warnings|print|debug|structlog|console|sentry_sdk)(\.|$)", re.IGNORECASE
)
_WITHOUT_EFFECT = frozenset({"close", "aclose", "flush", "refresh", "commit", "sleep", "cancel", "expire_all", "join"})
"""Calls whose absence tests of one process and one session seldom see."""
_DEFENSIVE = frozenset({"AssertionError", "NotImplementedError", "RuntimeError", "TypeError"})
_SAYS_NOTHING = frozenset(
    {
        "timeout", "indent", "stacklevel", "description", "title", "summary", "example", "examples", "deprecated",
        "json_schema_extra", "index", "verbose_name", "help_text", "maxsize", "tags", "responses", "exc_info", "echo",
        "pool_pre_ping", "future", "autoflush", "autocommit", "expire_on_commit", "frozen", "slots", "kw_only",
    }
)  # fmt: skip
"""Keywords whose values no behaviour follows from."""
_OF_STORAGE = frozenset({"String", "VARCHAR", "Numeric", "DECIMAL", "CHAR", "TypeVar", "NewType", "Enum"})


class Edit(NamedTuple):
    operator: Operator
    node: ast.AST
    start: int
    end: int
    instead: str


class Places:
    """The place where nodes stand in the text, in UTF-8 bytes."""

    def __init__(self, raw: bytes, mark: int) -> None:
        """`mark`: the bytes of a byte order mark at its beginning."""
        self.raw = raw
        self._starts = [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", raw))]
        self._mark = mark

    def at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column + (self._mark if line == 1 else 0)

    def start(self, node: ast.AST) -> int:
        return self.at(node.lineno, node.col_offset)  # type: ignore[attr-defined]  # expressions and statements only

    def end(self, node: ast.AST) -> int:
        return self.at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]  # as above

    def text(self, node: ast.AST) -> str:
        return self.raw[self.start(node) : self.end(node)].decode()

    def between(self, left: ast.AST, right: ast.AST, word: str) -> tuple[int, int] | None:
        """The place where an operator's word stands between two operands."""
        first, last = self.end(left), self.start(right)
        edge = r"\b" if word.isalpha() else ""
        found = re.search(rf"{edge}{re.escape(word)}{edge}".encode(), self.raw[first:last])
        return None if found is None else (first + found.start(), first + found.end())


def edits(node: ast.AST, places: Places, *, outside: bool = False) -> Iterator[Edit]:
    """The edits of a node and what is in it. `outside`: of functions, where booleans are mostly declarations."""
    if _is_left_alone(node, places):
        return
    yield from _own(node, places, outside=outside)
    for child in _children(node):
        yield from edits(child, places, outside=outside)


def is_log(call: ast.AST, places: Places) -> bool:
    return isinstance(call, ast.Call) and _LOGS.search(places.text(call.func).partition("(")[0]) is not None


def _is_left_alone(node: ast.AST, places: Places) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
            return is_log(call, places)
        case ast.If(test=test):
            return re.search(r"\b(TYPE_CHECKING|__name__)\b", places.text(test)) is not None
        case ast.Raise(exc=exception):
            return exception is None or _name(exception) in _DEFENSIVE
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name.startswith("__")
        case ast.Call(func=function):
            return _name(function) in _OF_STORAGE
    return False


def _name(node: ast.AST) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node that are behaviour: of annotations only the calls in them, which are rules
    (`Field(ge=1)`)."""
    match node:
        case ast.JoinedStr(values=values):
            yield from (value.value for value in values if isinstance(value, ast.FormattedValue))
        case ast.keyword(arg=name, value=value):
            if name not in _SAYS_NOTHING:
                yield value
        case ast.While(test=ast.Constant(), body=body):
            yield from body
        case _:
            for field, value in ast.iter_fields(node):
                children = value if isinstance(value, list) else [value]
                for child in (one for one in children if isinstance(one, ast.AST)):
                    if field in ("annotation", "returns", "type_params"):
                        yield from (one for one in ast.walk(child) if isinstance(one, ast.Call))
                    else:
                        yield child


def _own(node: ast.AST, places: Places, *, outside: bool) -> Iterator[Edit]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from _negated(test, places)
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield from _negated(test, places)
        case ast.Return(value=ast.Compare() as test):
            if type(test.ops[0]) in _FLIPPED:
                yield from _negated(test, places)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            for one, op, other in zip([left, *rights], ops, rights, strict=False):
                yield from _swapped(Operator.BOUNDARY, _BOUNDARY.get(type(op)), node, one, other, places)
        case ast.BinOp(left=left, op=op, right=right) if not _is_text(node):
            yield from _swapped(Operator.ARITHMETIC, _ARITHMETIC.get(type(op)), node, left, right, places)
        case ast.AugAssign(target=target, op=op, value=value) if not _is_text(value):
            yield from _swapped(Operator.ARITHMETIC, _ARITHMETIC.get(type(op)), node, target, value, places)
        case ast.BoolOp(op=op, values=[first, second, *_]):
            words = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            yield from _swapped(Operator.BOOLEAN, words, node, first, second, places)
        case ast.Constant():
            yield from _constant(node, places, outside=outside)
        case ast.Raise():
            yield Edit(Operator.RAISE, node, places.start(node), places.end(node), "pass")
        case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
            if not outside and _name(call) not in _WITHOUT_EFFECT and "super()" not in places.text(call):
                yield Edit(Operator.STATEMENT, node, places.start(node), places.end(node), "pass")
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Delete():
            if not outside:
                yield Edit(Operator.STATEMENT, node, places.start(node), places.end(node), "pass")


def _negated(test: ast.expr, places: Places) -> Iterator[Edit]:
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _FLIPPED:
            yield from _swapped(Operator.NEGATED, _FLIPPED[type(op)], test, left, right, places)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield Edit(Operator.NEGATED, test, places.start(test), places.end(test), f"({places.text(operand)})")
        case ast.NamedExpr():
            return
        case _:
            negated = f"(not ({places.text(test)}))"
            yield Edit(Operator.NEGATED, test, places.start(test), places.end(test), negated)


def _swapped(
    operator: Operator, words: tuple[str, str] | None, node: ast.AST, left: ast.AST, right: ast.AST, places: Places
) -> Iterator[Edit]:
    if words is not None and (place := places.between(left, right, words[0])):
        yield Edit(operator, node, *place, words[1])


def _is_text(node: ast.AST) -> bool:
    """Return whether something that is joined or formatted is in it: other arithmetic than `+` fails on it at once."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    kinds = (ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.DictComp)
    return isinstance(node, kinds) or (isinstance(node, ast.Call) and _name(node) in ("str", "list", "tuple", "join"))


def _constant(node: ast.Constant, places: Places, *, outside: bool) -> Iterator[Edit]:
    value, text = node.value, places.text(node)
    if isinstance(value, bool):
        if not outside:
            yield Edit(Operator.BOOLEAN, node, places.start(node), places.end(node), str(not value))
    elif isinstance(value, int | float) and re.fullmatch(r"[0-9_]+(\.[0-9]+)?", text):
        yield Edit(Operator.OFF_BY_ONE, node, places.start(node), places.end(node), repr(value + 1))
