"""Branches of a route handler that decide a business rule: a comparison of a loaded entity's value, and in a branch a
change of an entity's value. Advice: syntax can't tell a rule from a mapping in all cases."""

import ast
from collections.abc import Callable, Iterator

from aurora.text import clip
from aurora.toolchains.craft import Flaw
from aurora.toolchains.handler import Handler, Kind
from aurora.toolchains.python.names import dotted
from aurora.toolchains.service_wording import branch


def branches(handler: Handler[ast.AST], place: Callable[[], str]) -> Iterator[Flaw]:
    transport = handler.named(Kind.REQUEST, Kind.RESPONSE, Kind.SELF) | {"request", "self", "settings", "form"}
    for node in ast.walk(handler.node):
        if not isinstance(node, ast.If) or not _compares_state(node.test, transport):
            continue
        if any(_changes(one, transport) for one in (*node.body, *node.orelse)):
            yield branch(handler.name, clip(ast.unparse(node.test), 80), node.lineno, place)


def _compares_state(test: ast.expr, transport: frozenset[str] | set[str]) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and not any(isinstance(one, ast.Is | ast.IsNot | ast.In) for one in node.ops):
            sides = [one for one in (node.left, *node.comparators) if isinstance(one, ast.Attribute)]
            if any(dotted(one).partition(".")[0] not in transport for one in sides):
                return True
    return False


def _changes(statement: ast.stmt, transport: frozenset[str] | set[str]) -> bool:
    for node in ast.walk(statement):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        if any(isinstance(one, ast.Attribute) and dotted(one).partition(".")[0] not in transport for one in targets):
            return True
    return False
