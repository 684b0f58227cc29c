"""Python's tests that assert nothing or replace what they are about, by the syntax tree.

In doubt a test is none of these: helpers and fixtures whose names say that they check something count, and so does what
comes from another module of the tests.
"""

import ast
import re
from collections.abc import Collection, Iterator

from aurora.toolchains.python.imports import MARK
from aurora.toolchains.weak_tests import NOTHING, OWN_MOCK, WeakTest, replaced

Function = ast.FunctionDef | ast.AsyncFunctionDef
_CHECKS = re.compile(
    r"^_*(assert|expect|check|verify|verif|validate|ensure|should|must|compare|match|raises|warns|fail|snapshot|approx|"
    r"deprecated_call|raise_for_status|testfile|testmod|benchmark|run_test|run_check|do_test|eq_|ok_|is_equal|roundtrip|"
    r"round_trip|not_raises|does_not_raise)|_(assert|check|asserts|raises|test)$|(Assert|Raises|Check)[A-Z_]|^test_",
    re.IGNORECASE,
)
_SAYS_THAT_NOTHING_HAPPENS = re.compile(
    r"(?<![a-z])(no|not|doesnt|dont|never|without|raises?|errors?|crash\w*|fail\w*|throws?|warn\w*|exceptions?|smoke|imports?|"
    r"importable|valid|accepts?|accepted|allow\w*|idempotent|noop|safe\w*|ok|works|silent\w*|ignor\w*|types?|typing)"
    r"(?![a-z])"
)
"""In the name of a test that passes where nothing is raised."""
_SWALLOWED = frozenset({"AssertionError", "Exception", "BaseException"})
_TEST_MODULES = re.compile(
    r"(^|\.)(tests?|testing|conftest|helpers?|utils?|support|common|fixtures|asserts|assertions|base)(\.|$)"
)
_MOCK = frozenset({"Mock", "MagicMock", "AsyncMock", "create_autospec", "NonCallableMock"})
_MOCK_CHECKS = re.compile(r"^assert_(called|not_called|any_call|has_calls|awaited|has_awaits|any_await|not_awaited)")


def weak_tests(text: str, subjects: Collection[str]) -> tuple[WeakTest, ...]:
    try:
        tree = ast.parse(text.removeprefix(MARK))
    except (SyntaxError, ValueError):
        return ()
    module = _Module(tree)
    return tuple(
        WeakTest(name, test.lineno, why)
        for name, test in _tests(tree.body, "")
        if (why := module.weakness(test, subjects))
    )


def _tests(body: list[ast.stmt], within: str) -> Iterator[tuple[str, Function]]:
    for statement in body:
        if isinstance(statement, Function) and statement.name.startswith("test"):
            yield within + statement.name, statement
        elif isinstance(statement, ast.ClassDef):
            yield from _tests(statement.body, f"{within}{statement.name}::")
        elif isinstance(statement, ast.If | ast.Try):
            yield from _tests(statement.body, within)


class _Module:
    def __init__(self, tree: ast.Module) -> None:
        self._functions: dict[str, Function] = {}
        self._foreign: set[str] = set()
        """Names that come from other modules of the tests: what they do is not seen here."""
        for node in ast.walk(tree):
            if isinstance(node, Function):
                self._functions.setdefault(node.name, node)
            elif isinstance(node, ast.ImportFrom) and (node.level or _TEST_MODULES.search(node.module or "")):
                self._foreign |= {alias.asname or alias.name for alias in node.names}
        self._bases = {
            base.id
            for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
            for base in node.bases if isinstance(base, ast.Name)
        }  # fmt: skip

    def weakness(self, test: Function, subjects: Collection[str]) -> str:
        if any(re.search(r"skip|xfail|expectedFailure|benchmark", ast.unparse(one)) for one in test.decorator_list):
            return ""
        body = test.body[int(ast.get_docstring(test) is not None) :]
        if all(isinstance(one, ast.Pass | ast.Expr) and _is_nothing(one) for one in body):
            return NOTHING
        if subject := _replaced(test, subjects):
            return replaced(subject)
        checks = list(self._checks(test, set()))
        if not checks:
            said = _SAYS_THAT_NOTHING_HAPPENS.search(test.name.replace("_", " ").lower())
            return "" if said and _calls(test) else NOTHING
        return OWN_MOCK if _only_own_mocks(test, checks) else ""

    def _checks(self, node: ast.AST, seen: set[str]) -> Iterator[ast.AST]:
        """Statements and calls that make the test fail, in its helpers, too."""
        for one in _reached(node):
            match one:
                case ast.Assert(test=condition):
                    if not isinstance(condition, ast.Constant):
                        yield one
                case ast.Raise():
                    yield one
                case ast.Call(func=function):
                    yield from self._of_call(one, function, seen)
                case ast.With() | ast.AsyncWith():
                    for item in one.items:
                        expression = item.context_expr
                        called = _last(expression.func if isinstance(expression, ast.Call) else expression)
                        if _CHECKS.search(called) or called == "subtests":
                            yield one

    def _of_call(self, call: ast.Call, function: ast.expr, seen: set[str]) -> Iterator[ast.AST]:
        name = _last(function)
        root = _root(function)
        if _CHECKS.search(name) or name in self._foreign or (root in self._foreign and not name[:1].isupper()):
            yield call
        elif name in self._functions and name not in seen and not isinstance(function, ast.Attribute):
            seen.add(name)
            if any(True for _ in self._checks(self._functions[name], seen)):
                yield call
        elif isinstance(function, ast.Attribute) and root in ("self", "cls") and name not in seen:
            seen.add(name)
            own = self._functions.get(name)
            # a method of a base that stands elsewhere may well assert
            if own is None or any(True for _ in self._checks(own, seen)):
                yield call


def _is_nothing(statement: ast.stmt) -> bool:
    return not isinstance(statement, ast.Expr) or isinstance(statement.value, ast.Constant)


def _reached(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function that can be reached: none behind a return, in `if False`, or where failures are
    swallowed."""
    if isinstance(node, Function):
        for statement in node.body:
            yield from _reached_in(statement)
            if isinstance(statement, ast.Return):
                return
    else:
        yield from _reached_in(node)


def _reached_in(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Constant) and not node.test.value:
        return
    if isinstance(node, ast.Try) and any(_swallows(handler) for handler in node.handlers):
        for statement in (*node.orelse, *node.finalbody, *(one for h in node.handlers for one in h.body)):
            yield from _reached_in(statement)
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _reached_in(child)


def _swallows(handler: ast.ExceptHandler) -> bool:
    kinds = [handler.type] if handler.type is not None else []
    if kinds and isinstance(kinds[0], ast.Tuple):
        kinds = list(kinds[0].elts)
    named = not kinds or any(_last(kind) in _SWALLOWED for kind in kinds)
    return named and all(
        isinstance(one, ast.Pass | ast.Continue | ast.Expr) and _is_nothing(one) for one in handler.body
    )


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _calls(test: Function) -> bool:
    return any(isinstance(node, ast.Call | ast.Import | ast.ImportFrom | ast.Assign) for node in ast.walk(test))


# ── mocks ──


def _replaced(test: Function, subjects: Collection[str]) -> str:
    """The subject that the test replaces and calls, if any: by its bare name or on the very owner that was patched."""
    patched = [one for place in (*test.decorator_list, test) for one in _patched(place) if one[1] in subjects]
    for node in ast.walk(test) if patched else ():
        if isinstance(node, ast.Call) and not _of_patching(node) and node not in test.decorator_list:
            owner = _last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            for holder, name, line in patched:
                if _last(node.func) == name and owner in ("", holder) and node.lineno >= line:
                    return name
    return ""


def _patched(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    """(last name of what holds it, its name, line of the patch) of each name that is replaced."""
    for one in ast.walk(node):
        if not isinstance(one, ast.Call) or not _of_patching(one) or not one.args or _keeps_the_original(one):
            continue
        first, *others = one.args
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            holder, _, name = first.value.rpartition(".")
            yield holder.rpartition(".")[2], name, one.lineno
        elif others and isinstance(others[0], ast.Constant) and isinstance(others[0].value, str):
            yield _last(first), others[0].value, one.lineno


def _of_patching(call: ast.Call) -> bool:
    said = ast.unparse(call.func)
    return re.search(r"(^|\.)patch(\.object)?$|(^|\.)(monkeypatch|mp)\.setattr$", said) is not None


def _keeps_the_original(call: ast.Call) -> bool:
    """Return whether what is put in its place calls it: a spy."""
    return any(keyword.arg == "wraps" for keyword in call.keywords)


def _only_own_mocks(test: Function, checks: list[ast.AST]) -> bool:
    mocks = {
        target.id
        for node in ast.walk(test)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _last(node.value.func) in _MOCK
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if not mocks:
        return False
    for check in checks:
        if not (isinstance(check, ast.Call) and _MOCK_CHECKS.search(_last(check.func)) and _root(check.func) in mocks):
            return False
    others = [
        node
        for node in ast.walk(test)
        if isinstance(node, ast.Call) and _root(node.func) not in mocks and _last(node.func) not in _MOCK
    ]
    given = any(isinstance(node, ast.Name) and node.id in mocks for call in others for node in ast.walk(call))
    return not others and not given
