"""Every import of a Python text, in whatever dress: statement, `importlib.import_module("x")`, `__import__("x")`,
`import_string("x.y")`."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MARK = "\ufeff"
"""A byte order mark: Python reads a file that begins with one, its parser a text that does not."""


@dataclass(frozen=True)
class Import:
    name: str
    """Dotted; for `from a.b import c` it is `a.b.c`, for c may be a module."""
    line: int
    typing_only: bool = False
    """Under `if TYPE_CHECKING`: never run."""
    guarded: bool = False
    """Inside a `try` that catches ImportError."""
    debugging: bool = False
    """Under `if DEBUG`: not run where the product is."""

    @property
    def top(self) -> str:
        return self.name.split(".", 1)[0]


def parsed(text: str, minor: int | None = None) -> ast.Module:
    """Raises `SyntaxError`, also for what the parser says by other means: NUL, nesting that is too deep."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is the linter's to tell
            return ast.parse(text.removeprefix(MARK), feature_version=(3, minor) if minor else None)
    except (ValueError, RecursionError, MemoryError, UnicodeError) as error:
        why = str(error) or "nested too deeply for Python's parser"
        raise SyntaxError(why) from None


def imports_of(text: str) -> tuple[Import, ...]:
    """The imports in order of lines. A text that does not parse is read by its import lines alone."""
    try:
        tree = parsed(text)
    except SyntaxError:
        return tuple(_by_line(text))
    return tuple(sorted(_walk(tree, typing_only=False, guarded=False), key=lambda found: found.line))


def _by_line(text: str) -> Iterator[Import]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*(?:from|import)\s+([A-Za-z_][\w.]*)", line):
            yield Import(match[1], number)


def _walk(root: ast.AST, *, typing_only: bool, guarded: bool) -> Iterator[Import]:
    # a stack of its own: a parsed tree may still be deeper than Python's own
    stack: list[tuple[ast.AST, bool, bool, bool]] = [(root, typing_only, guarded, False)]
    bound = _bound(root)
    while stack:
        node, typing, guard, debug = stack.pop()
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, typing, guard, debug) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                name = node.module if alias.name == "*" else f"{node.module}.{alias.name}"
                yield Import(name, node.lineno, typing, guard, debug)
        elif isinstance(node, ast.Call) and (name := _dynamic(node, bound)):
            yield Import(name, node.lineno, typing, guard, debug)
        if isinstance(node, ast.If):
            for_types, for_debugging = is_type_checking(node.test), _is_debugging(node.test)
            stack += [(child, typing or for_types, guard, debug or for_debugging) for child in node.body]
            stack += [(child, typing, guard, debug) for child in (node.test, *node.orelse)]
        elif isinstance(node, ast.Try) and any(map(catches_import_error, node.handlers)):
            inside = (*node.body, *node.handlers, *node.orelse, *node.finalbody)
            stack += [(child, typing, True, debug) for child in inside]
        else:
            stack += [(child, typing, guard, debug) for child in ast.iter_child_nodes(node)]


def _dynamic(call: ast.Call, bound: Mapping[str, str]) -> str:
    """`bound`: names that import statements bind, and what they are called where they are from."""
    function, named = call.func, ""
    if isinstance(function, ast.Name):
        named = bound.get(function.id, function.id)
    elif isinstance(function, ast.Attribute) and _first(function) in bound.keys() | {"__builtins__"}:
        named = function.attr  # of a module, and no method of the project's own that is called so
    if named not in ("import_module", "__import__", "importorskip", "import_string") or not call.args:
        return ""
    first = call.args[0]
    name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return name if re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", name) else ""


def _first(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _bound(root: ast.AST) -> dict[str, str]:
    waiting, found = [root], dict[str, str]()
    while waiting:  # a walk of its own: a parsed tree may be deeper than Python's own
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {one.asname or one.name.partition(".")[0]: one.name.rpartition(".")[2] for one in node.names}
        waiting += ast.iter_child_nodes(node)
    return found


def is_type_checking(test: ast.expr) -> bool:
    """Also as `TYPE_CHECKING is True`, and with more conditions."""
    if isinstance(test, ast.Compare):
        return is_type_checking(test.left)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(is_type_checking, test.values))
    if isinstance(test, ast.Name):
        return test.id == "TYPE_CHECKING"
    return isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"


def _is_debugging(test: ast.expr) -> bool:
    """`DEBUG`, `settings.DEBUG`, or these with more conditions."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(_is_debugging, test.values))
    name = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
    return name in ("DEBUG", "__debug__")


def catches_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
    return any(isinstance(one, ast.Name) and one.id in names for one in caught)
