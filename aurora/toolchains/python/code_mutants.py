"""Mutants of Python's code, by the syntax tree: of the functions with changed lines, and of the rules outside them."""

import ast
import re
from collections.abc import Collection, Iterator

from aurora.toolchains.code_mutation import Change, Operator
from aurora.toolchains.python.code_changes import Edit, Function, Places, edits, is_log
from aurora.toolchains.python.imports import MARK

_NOT_CALLED_BY_TESTS = re.compile(
    r"(^|/)(migrations|alembic|versions)/|(^|/)(setup|manage|__main__|conftest|asgi|wsgi|noxfile|gunicorn\w*)\.py$"
)
"""Files that are run beside the application."""
_UNTOLD = frozenset({"__repr__", "__str__", "__hash__", "__del__", "__format__", "__sizeof__", "__rich_repr__"})
_NO_BODY = re.compile(r"(^|\.)(abstractmethod|overload|abstractproperty)$")
_CONSTANTS = {"int": "0", "float": "0.0", "str": '""', "bytes": 'b""', "list": "[]", "dict": "{}", "set": "set()"}


def changes(path: str, text: str, lines: Collection[int]) -> tuple[Change, ...]:
    """Raises `SyntaxError` for what this Python can't read."""
    if _NOT_CALLED_BY_TESTS.search(path) or not lines:
        return ()
    mark = len(MARK.encode()) if text.startswith(MARK) else 0
    places = Places(text.encode("utf-8", "replace"), mark)
    made = _Mutants(places, frozenset(lines), text.splitlines())
    return tuple(made.of_body(ast.parse(text.removeprefix(MARK)).body, ""))


class _Mutants:
    def __init__(self, places: Places, lines: frozenset[int], texts: list[str]) -> None:
        self._places, self._lines = places, lines
        self._code = {number for number, line in enumerate(texts, 1) if line.strip() and line.strip()[0] != "#"}

    def of_body(self, body: list[ast.stmt], within: str) -> Iterator[Change]:
        """The mutants of statements outside functions. `within`: the class, with a dot behind it."""
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield from self._of_function(statement, within)
                case ast.ClassDef(name=name, body=inner):
                    if not _is_protocol(statement):
                        yield from self.of_body(inner, f"{within}{name}.")
                case ast.If(test=test, body=first, orelse=second):
                    if not re.search(r"\b(TYPE_CHECKING|__name__)\b", self._places.text(test)):
                        yield from self.of_body([*first, *second], within)
                case ast.Try(body=first, orelse=second):
                    yield from self.of_body([*first, *second], within)
                case _:
                    found = edits(statement, self._places, outside=True)
                    yield from self._on_changed_lines(found, within.rstrip("."))

    def _of_function(self, function: Function, within: str) -> Iterator[Change]:
        body = function.body[int(ast.get_docstring(function) is not None) :]
        if function.name in _UNTOLD or not self._says_anything(function, body):
            return
        group = within + function.name
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        own = self._code & set(range(first, (function.end_lineno or first) + 1))
        if not own & self._lines:
            return
        added = own <= self._lines
        if function.name != "__init__":
            for instead in _constants(function, body):
                yield self._returning(function, body, instead, group, added=added)
        inner = [one for one in _own(function) if isinstance(one, Function)]
        for one in inner:
            yield from self._of_function(one, f"{group}.")
        ranges = [(self._places.start(one), self._places.end(one)) for one in inner]
        found = (e for e in edits(function, self._places) if not any(a <= e.start < b for a, b in ranges))
        if function.name == "__init__":
            found = (edit for edit in found if edit.operator is not Operator.STATEMENT)
        yield from self._on_changed_lines(found, group, added=added)

    def _says_anything(self, function: Function, body: list[ast.stmt]) -> bool:
        """Return whether it has a body that does something."""
        if any(_NO_BODY.search(self._places.text(one)) for one in function.decorator_list):
            return False
        for statement in body:
            match statement:
                case ast.Pass() | ast.Expr(value=ast.Constant()):
                    continue
                case ast.Raise(exc=exception) if exception and "NotImplementedError" in self._places.text(exception):
                    continue
                case ast.Expr(value=call) if is_log(call, self._places):
                    continue
            return True
        return False

    def _returning(self, function: Function, body: list[ast.stmt], instead: str, group: str, *, added: bool) -> Change:
        start = self._places.start(body[0])
        shown = f"{function.name}(...): {instead}"
        if body[0].lineno == function.lineno or function.body[0].lineno == function.lineno:
            end = self._places.end(body[-1])
        else:
            decorated: list[ast.expr] = getattr(body[0], "decorator_list", [])
            line = min([body[0].lineno, *(one.lineno for one in decorated)])
            start = end = self._places.at(line, body[0].col_offset)
            instead = f"{instead}\n{' ' * body[0].col_offset}"
            if self._places.raw[self._places.at(line, 0) : start].strip(b" "):  # tabs
                instead = f"{instead.splitlines()[0]}\n" + self._places.raw[self._places.at(line, 0) : start].decode()
        return Change(group, Operator.CONSTANT, function.lineno, start, end, instead, added, shown)

    def _on_changed_lines(self, found: Iterator[Edit], group: str, *, added: bool = False) -> Iterator[Change]:
        seen: set[tuple[int, int, str]] = set()
        for edit in found:
            node = edit.node
            first = getattr(node, "lineno", 0)
            touched = set(range(first, (getattr(node, "end_lineno", first) or first) + 1)) & self._lines
            if touched and edit[2:] not in seen:
                seen.add(edit[2:])
                yield Change(group, edit.operator, first, edit.start, edit.end, edit.instead, added)


def _is_protocol(made: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(base) for base in made.bases)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without functions and classes inside."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(child)


def _constants(function: Function, body: list[ast.stmt]) -> Iterator[str]:
    """The constants that the function returns at once instead of doing its work: of its own type where that can be
    seen."""
    inside = list(_own(function))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in inside):
        yield "return"
        return
    values = [node.value for node in inside if isinstance(node, ast.Return) and node.value is not None]
    said = ast.unparse(function.returns) if function.returns is not None else ""
    if said == "bool" or (values and all(_is_truth(value) for value in values)):
        constants = ["True", "False"]
    else:
        constants = [_CONSTANTS.get(said.partition("[")[0], "None")] if values else [""]
    as_it_is = ast.unparse(body[0].value) if isinstance(body[0], ast.Return) and body[0].value else None
    for constant in constants:
        if constant != as_it_is:
            yield f"return {constant}".rstrip()


def _is_truth(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Compare)
        or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
        or (isinstance(value, ast.Constant) and isinstance(value.value, bool))
    )
