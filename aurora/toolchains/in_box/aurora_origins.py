"""The origin of a value in a test: the code under test, or the test's own lines.

Read from the source, never by running anything: names are followed through assignments, loops, fixtures and helper
functions to a call or a literal. Standard library only, Python 3.8 and later.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

CODE = "code"
"""Code of the project, or of a package that stands between it and the test: a client, a database, a mailbox."""
LIBRARY = "library"
"""Of the language: its functions pass on what they are given."""
TEST = "test"
UNKNOWN = "unknown"
DEPTH = 14
SOURCE_BYTES = 1_000_000
STANDARD = sysconfig.get_paths()["stdlib"]
PASSING_ON = ("unittest.mock", "mock", "pytest_mock")
"""Modules of the language whose values are filled by the code under test."""
Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Comprehension = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_trees: dict[str, Any] = {}


def tree_of(path: str) -> Any:
    """The syntax tree of a file with its nodes' parents; none for one that can't be read."""
    if path not in _trees:
        _trees[path] = None
        try:
            if Path(path).stat().st_size <= SOURCE_BYTES:
                tree = ast.parse(Path(path).read_bytes())
                for node in ast.walk(tree):
                    for child in ast.iter_child_nodes(node):
                        child.parent = node  # type: ignore[attr-defined]
                _trees[path] = tree
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return _trees[path]


class Origins:
    def __init__(
        self, frame: FrameType, relative: Callable[[str], str | None], is_test_file: Callable[[str], bool]
    ) -> None:
        self.path = os.path.realpath(frame.f_code.co_filename)
        self.relative = relative
        self.is_test_file = is_test_file
        self.tree = tree_of(self.path)
        self.steps = 0

    def nodes(self) -> Iterator[Any]:
        return ast.walk(self.tree) if self.tree is not None else iter(())

    def of(self, node: Any) -> str:
        return self._of(node, self.path, {}, DEPTH)

    def is_display(self, node: Any) -> bool:
        """Return whether it is a list, a tuple or a dict that the test wrote out, whatever its elements are."""
        for _ in range(DEPTH):
            if not isinstance(node, ast.Name):
                break
            scope: Any = _function(node) or self.tree
            node = self._assigned(scope, node.id, node.lineno)
        return isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.Set))

    # ── expressions ──

    def _of(self, node: Any, path: str, bound: dict[str, str], depth: int) -> str:
        self.steps += 1
        if depth <= 0 or self.steps > 2000 or node is None:
            return UNKNOWN

        def inner(one: Any) -> str:
            return self._of(one, path, bound, depth - 1)

        if isinstance(node, ast.Name):
            return self._name(node, path, bound, depth)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                return self._own(node, path, bound, depth)
            return inner(node.value)
        if isinstance(node, (ast.Subscript, ast.Await, ast.Starred, ast.NamedExpr)):
            return inner(node.value)
        if isinstance(node, ast.Call):
            return self._call(node, path, bound, depth)
        if isinstance(node, ast.IfExp):
            return _any(inner(node.body), inner(node.orelse))
        if isinstance(node, ast.BoolOp):
            return _any(*map(inner, node.values))
        if isinstance(node, ast.BinOp):
            return _any(inner(node.left), inner(node.right))
        if isinstance(node, Comprehension):
            made = node.value if isinstance(node, ast.DictComp) else node.elt
            return _any(inner(made), *(inner(one.iter) for one in node.generators))
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return _any(*map(inner, node.elts))
        if isinstance(node, ast.Lambda):
            return inner(node.body)
        return TEST

    def _call(self, node: ast.Call, path: str, bound: dict[str, str], depth: int) -> str:
        def inner(one: Any) -> str:
            return self._of(one, path, bound, depth - 1)

        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        called = self._definition(node.func, path) if isinstance(node.func, ast.Name) else None
        if called is not None:
            function, where = called
            if isinstance(function, Function):
                names = [arg.arg for arg in function.args.args]
                arguments = _arguments(names, map(inner, node.args))
                arguments.update({word.arg: inner(word.value) for word in node.keywords if word.arg})
                return self._returned(function, where, arguments, depth)
            return _any(*map(inner, given))  # a class of the test's own
        origin = inner(node.func)
        if origin == CODE:
            return CODE
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            method = self._method(node)
            if method is not None:
                names = [arg.arg for arg in method.args.args][1:]
                return self._returned(method, path, _arguments(names, map(inner, node.args)), depth)
        return CODE if any(inner(one) == CODE for one in given) else (TEST if origin == LIBRARY else origin)

    def _returned(self, function: Any, path: str, bound: dict[str, str], depth: int) -> str:
        """The origin of a value that a function of the tests returns or yields."""
        values = [
            one.value
            for one in ast.walk(function)
            if isinstance(one, (ast.Return, ast.Yield)) and one.value is not None and _function(one) is function
        ]
        return _any(*(self._of(value, path, bound, depth - 1) for value in values)) if values else TEST

    # ── names ──

    def _name(self, node: ast.Name, path: str, bound: dict[str, str], depth: int) -> str:
        name, line = node.id, node.lineno
        scope: Any = getattr(node, "parent", None)
        while scope is not None:
            if isinstance(scope, Comprehension):
                for one in scope.generators:
                    if name in _targets(one.target):
                        return self._of(one.iter, path, bound, depth - 1)
            if isinstance(scope, ast.Lambda) and name in _parameters(scope):
                return self._of_others(scope, path, bound, depth)
            if isinstance(scope, Function):
                value = self._assigned(scope, name, line)
                if value is not None:
                    return self._of(value, path, bound, depth - 1)
                if name in _parameters(scope):
                    return bound[name] if name in bound else self._parameter(scope, name, path, depth)
            scope = getattr(scope, "parent", None)
        tree = tree_of(path)
        value = self._assigned(tree, name, 10**9) if tree is not None else None
        if value is not None:
            return self._of(value, path, bound, depth - 1)
        imported = self._imported(name, path)
        if imported:
            return imported
        return LIBRARY if hasattr(builtins, name) else UNKNOWN

    def _of_others(self, function: ast.Lambda, path: str, bound: dict[str, str], depth: int) -> str:
        """The arguments that a call passes to a function: `sorted(users, key=lambda user: ...)`."""
        call: Any = getattr(function, "parent", None)
        call = _parent(call) if isinstance(call, ast.keyword) else call
        if not isinstance(call, ast.Call):
            return UNKNOWN
        return _any(*(self._of(one, path, bound, depth - 1) for one in call.args if one is not function))

    def _assigned(self, scope: Any, name: str, line: int) -> Any:
        """The expression that a name was last given in a function or module, before a line or else anywhere."""
        found = []
        for one in ast.walk(scope):
            value, targets = None, []
            if isinstance(one, ast.Assign):
                value, targets = one.value, one.targets
            elif isinstance(one, (ast.AnnAssign, ast.NamedExpr)):
                value, targets = one.value, [one.target]
            elif isinstance(one, (ast.For, ast.AsyncFor)):
                value, targets = one.iter, [one.target]
            elif isinstance(one, ast.withitem) and one.optional_vars is not None:
                value, targets = one.context_expr, [one.optional_vars]
            if value is None or not any(name in _targets(target) for target in targets):
                continue
            holder = _function(one)
            if holder is (scope if isinstance(scope, Function) else None):
                found.append((getattr(value, "lineno", 0), _matching(targets[0], value, name)))
        before = [value for at, value in found if at < line] or [value for at, value in found if at <= line]
        return before[-1] if before else (found[-1][1] if found else None)

    def _parameter(self, function: Any, name: str, path: str, depth: int) -> str:
        """A parametrised value is the test's own, a fixture is what it gives; a plugin's stands before the code."""
        if name in ("self", "cls"):
            return UNKNOWN
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and "parametrize" in ast.dump(decorator.func) and decorator.args:
                first = decorator.args[0]
                given = [one.value for one in ast.walk(first) if isinstance(one, ast.Constant)]
                if any(name in [part.strip() for part in str(text).split(",")] for text in given):
                    return TEST
        found = self._fixture(name, path, function)
        if found is None:
            return CODE if function.name.startswith("test") or _is_fixture(function) else UNKNOWN
        fixture, where = found
        return self._returned(fixture, where, {}, depth)

    def _fixture(self, name: str, path: str, other: Any) -> Any:
        """The fixture in the test's own file, then in each conftest above it."""
        folder = Path(path).parent
        places = [path]
        while self.relative(str(folder)) is not None:
            places.append(str(folder / "conftest.py"))
            folder = folder.parent
        for where in places:
            tree = tree_of(where)
            for one in ast.walk(tree) if tree is not None else ():
                if isinstance(one, Function) and one is not other and name in _fixture_names(one):
                    return one, where
        return None

    def _own(self, node: ast.Attribute, path: str, bound: dict[str, str], depth: int) -> str:
        """An attribute of the test's class: what its set-up gave it; a client is its framework's."""
        kind: Any = node
        while kind is not None and not isinstance(kind, ast.ClassDef):
            kind = getattr(kind, "parent", None)
        found = []
        for one in ast.walk(kind) if kind is not None else ():
            if isinstance(one, (ast.Assign, ast.AnnAssign)) and one.value is not None:
                targets = one.targets if isinstance(one, ast.Assign) else [one.target]
                for target in targets:
                    named = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
                    if named == node.attr and (isinstance(target, ast.Attribute) or _parent(one) is kind):
                        found.append(one.value)
        if found:
            return _any(*(self._of(value, path, bound, depth - 1) for value in found))
        return CODE if "client" in node.attr or node.attr == "app" else UNKNOWN

    def _method(self, node: ast.Call) -> Any:
        """The method of the test's own class that is called on `self`."""
        func: Any = node.func
        if func.value.id not in ("self", "cls"):
            return None
        kind: Any = node
        while kind is not None and not isinstance(kind, ast.ClassDef):
            kind = getattr(kind, "parent", None)
        body = kind.body if kind is not None else ()
        return next((one for one in body if isinstance(one, Function) and one.name == func.attr), None)

    def _definition(self, node: ast.Name, path: str) -> Any:
        """(function or class, its file) of the tests that a name means."""
        tree = tree_of(path)
        if tree is None:
            return None
        for scope in (*_around(node), tree):
            for one in scope.body:
                if isinstance(one, (*Function, ast.ClassDef)) and one.name == node.id:
                    return one, path
        for one in ast.walk(tree):
            if isinstance(one, ast.ImportFrom):
                for alias in one.names:
                    where = self._file(one, path) if (alias.asname or alias.name) == node.id else None
                    if where and self.is_test_file(self.relative(where) or ""):
                        other = tree_of(where)
                        for made in other.body if other is not None else ():
                            if isinstance(made, (*Function, ast.ClassDef)) and made.name == alias.name:
                                return made, where
        return None

    def _imported(self, name: str, path: str) -> str:
        tree = tree_of(path)
        for one in ast.walk(tree) if tree is not None else ():
            if not isinstance(one, (ast.Import, ast.ImportFrom)):
                continue
            for alias in one.names:
                said = alias.asname or (alias.name.partition(".")[0] if isinstance(one, ast.Import) else alias.name)
                if said == name:
                    return self._kind(one, alias.name, path)
        return ""

    def _kind(self, node: Any, name: str, path: str) -> str:
        module = name if isinstance(node, ast.Import) else node.module or ""
        if module.startswith(PASSING_ON) or (module == "unittest" and name == "mock"):
            return CODE
        where = self._file(node, path, name)
        ours = self.relative(where) if where else None
        if ours is not None:
            return UNKNOWN if self.is_test_file(ours) else CODE
        root = module.partition(".")[0]
        names = getattr(sys, "stdlib_module_names", None)
        standard = root in names if names is not None else bool(where and where.startswith(STANDARD + os.sep))
        if root in ("pytest", "faker", "factory", "hypothesis", "freezegun"):
            return TEST
        return LIBRARY if standard and not node_level(node) else CODE

    def _file(self, node: Any, path: str, name: str = "") -> str:
        """The file of an imported module, where it is known."""
        if node_level(node):
            folder = Path(path).parent
            for _ in range(node.level - 1):
                folder = folder.parent
            for candidate in ([*(node.module or "").split(".")], [*(node.module or "").split("."), name]):
                whole = folder.joinpath(*filter(None, candidate))
                for there in (whole.with_suffix(".py"), whole / "__init__.py"):
                    if there.is_file():
                        return str(there)
            return ""
        module = name if isinstance(node, ast.Import) else node.module or ""
        for known in (f"{module}.{name}", module):
            file = getattr(sys.modules.get(known), "__file__", None)
            if isinstance(file, str):
                return file
        return ""


def _parent(node: Any) -> Any:
    return getattr(node, "parent", None)


def node_level(node: Any) -> int:
    return int(getattr(node, "level", 0) or 0)


def _arguments(names: Iterable[str], origins: Iterable[str]) -> dict[str, str]:
    return dict(zip(names, origins))  # noqa: B905 - 3.8 has no `strict`, and arguments may be fewer


def _any(*origins: str) -> str:
    for one in (CODE, UNKNOWN):
        if one in origins:
            return one
    return TEST


def _targets(target: Any) -> set[str]:
    return {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}


def _matching(target: Any, value: Any, name: str) -> Any:
    """The value of `a, b = 1, 2` that belongs to the name."""
    both = (ast.Tuple, ast.List)
    if isinstance(target, both) and isinstance(value, both) and len(target.elts) == len(value.elts):
        for one, given in zip(target.elts, value.elts):  # noqa: B905 - 3.8 has no `strict`
            if name in _targets(one):
                return given
    return value


def _function(node: Any) -> Any:
    """The function that a node stands in."""
    node = getattr(node, "parent", None)
    while node is not None and not isinstance(node, (*Function, ast.Lambda)):
        node = getattr(node, "parent", None)
    return node


def _around(node: Any) -> Iterator[Any]:
    """The functions that a node stands in, inmost first."""
    found = _function(node)
    while found is not None:
        if isinstance(found, Function):
            yield found
        found = _function(found)


def _parameters(function: Any) -> set[str]:
    args = function.args
    return {one.arg for one in (*getattr(args, "posonlyargs", ()), *args.args, *args.kwonlyargs)}


def _is_fixture(function: Any) -> bool:
    return any("fixture" in ast.dump(decorator) for decorator in function.decorator_list)


def _fixture_names(function: Any) -> set[str]:
    if not _is_fixture(function):
        return set()
    renamed = {
        str(word.value.value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for word in decorator.keywords
        if word.arg == "name" and isinstance(word.value, ast.Constant)
    }
    return renamed or {function.name}
