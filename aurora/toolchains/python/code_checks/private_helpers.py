"""Private functions and methods of a file that its route handlers call: a part of the handler, and no layer of its own.

A public function of the same file may be the service of a small program, so it is left alone."""

import ast
from collections.abc import Iterator

from aurora.toolchains.handler import Handler
from aurora.toolchains.python.code_checks.outside_calls import Calls, OutsideCall
from aurora.toolchains.python.names import Function, definitions, dotted

DEPTH = 3


class PrivateHelpers:
    def __init__(self, tree: ast.Module, calls: Calls) -> None:
        self.calls = calls
        self.functions = {
            (id(owner) if owner is not None else 0, function.name): function
            for name, function, owner in definitions(tree)
            if _is_private(function) and name.count(".") == (owner is not None)
        }
        self._found: dict[int, list[OutsideCall]] = {}

    def of(self, handler: Handler[ast.AST]) -> Iterator[OutsideCall]:
        """The outside calls of a handler's helpers, each helper once."""
        seen: set[int] = set()
        yield from self._within(handler.node, handler.owner, seen, DEPTH)

    def _within(self, function: ast.AST, owner: ast.AST | None, seen: set[int], depth: int) -> Iterator[OutsideCall]:
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
            held, _, name = dotted(call.func).rpartition(".")
            helper = None
            if not held and isinstance(call.func, ast.Name):
                helper = self.functions.get((0, name))
            elif held in ("self", "cls") and owner is not None:
                helper = self.functions.get((id(owner), name))
            if helper is None or id(helper) in seen or helper is function or depth == 0:
                continue
            seen.add(id(helper))
            if id(helper) not in self._found:
                self._found[id(helper)] = list(self.calls.of(helper))
            yield from (one._replace(written=f"{name} > {one.written}") for one in self._found[id(helper)])
            yield from self._within(helper, owner, seen, depth - 1)


def _is_private(function: Function) -> bool:
    """And is run by its call: what is decorated may be a command, a task or a dependency."""
    return function.name.startswith("_") and not function.name.startswith("__") and not function.decorator_list
