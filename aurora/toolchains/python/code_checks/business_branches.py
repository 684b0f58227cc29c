"""Branches of a route handler that decide a business rule: a comparison of a loaded entity's value, and in a branch a
change of an entity's value. Advice: syntax can't tell a rule from a mapping in all cases. A branch on what was loaded
that works a value out (a product, a quotient, a sum kept in the entity) is a rule, and blocks."""

import ast
import re
from collections.abc import Callable, Iterator

from aurora.text import clip
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.handler import Handler, Kind
from aurora.toolchains.python.names import dotted
from aurora.toolchains.service_wording import branch

_SIZES = frozenset({"status_code", "size", "count", "total", "page", "per_page", "limit", "length", "ok", "method"})
_PLAIN = re.compile(r"(response|resp|answer|result|res|form|serializer|page|pagination|paginator|config|settings)$")
"""Names of what is no entity."""


def branches(handler: Handler[ast.AST], place: Callable[[], str]) -> Iterator[Flaw]:
    transport = handler.named(Kind.REQUEST, Kind.RESPONSE, Kind.SELF) | {"request", "self", "settings", "form"}
    loaded = _loaded(handler.node) - transport
    seen: set[int] = set()
    for node in ast.walk(handler.node):
        if not isinstance(node, ast.If) or id(node) in seen or not _compares_state(node.test, transport):
            continue
        entities = _compared(node.test) & loaded
        if entities and any(_works_out(one, entities) for one in (*node.body, *node.orelse)):
            # what an `elif` says is a part of it
            seen |= {id(one) for one in ast.walk(node)}
            yield branch(handler.name, clip(ast.unparse(node.test), 80), node.lineno, place)._replace(advice=False)
        elif any(_changes(one, transport) for one in (*node.body, *node.orelse)):
            yield branch(handler.name, clip(ast.unparse(node.test), 80), node.lineno, place)


def _loaded(function: ast.AST) -> set[str]:
    """Names that are given what a call or an `await` gives."""
    return {
        target.id
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Await | ast.Call)
        for target in one.targets
        if isinstance(target, ast.Name) and not _PLAIN.search(target.id)
    }


def _compared(test: ast.expr) -> set[str]:
    """The objects whose attributes are compared with a value; presence and size are no state."""
    found = set()
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and not any(isinstance(one, ast.Is | ast.IsNot | ast.In) for one in node.ops):
            for side in (node.left, *node.comparators):
                if isinstance(side, ast.Attribute) and side.attr not in _SIZES:
                    found.add(dotted(side).partition(".")[0])
    return found


def _works_out(statement: ast.stmt, entities: set[str]) -> bool:
    for node in ast.walk(statement):
        if isinstance(node, ast.AugAssign):
            kept = isinstance(node.target, ast.Attribute) and dotted(node.target).partition(".")[0] in entities
            if isinstance(node.op, ast.Mult | ast.Div) or (kept and isinstance(node.op, ast.Add | ast.Sub)):
                return True
        elif isinstance(node, ast.Assign):
            sums = [one for one in ast.walk(node.value) if isinstance(one, ast.BinOp)]
            if any(isinstance(one.op, ast.Mult | ast.Div) and not _is_text(one) for one in sums):
                return True
    return False


def _is_text(node: ast.BinOp) -> bool:
    """`folder / "name"`, `"-" * 20`."""
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in (node.left, node.right))


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
