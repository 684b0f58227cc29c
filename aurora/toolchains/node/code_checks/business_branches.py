"""Branches of a route handler that decide a business rule: a comparison of a loaded entity's value, and in a branch a
change of an entity's value. Advice: syntax can't tell a rule from a mapping in all cases. One that works a value out
with a multiplication or division of its own, by the state of what was awaited, is a rule and blocks."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from aurora.text import clip
from aurora.toolchains.code_checks import Flaw
from aurora.toolchains.handler import Handler, Kind
from aurora.toolchains.node.syntax import dotted, line, text, walk
from aurora.toolchains.service_wording import branch

_TRANSPORT = {"req", "res", "request", "response", "reply", "ctx", "c", "this", "process", "config", "env"}
_SIZES = (".length", ".size", ".ok", ".statusCode", ".count", ".total", ".page", ".limit")
_COMPARISONS = {"==", "===", "!=", "!==", "<", ">", "<=", ">="}


def branches(handler: Handler[Node], place: Callable[[], str]) -> Iterator[Flaw]:
    transport = handler.named(Kind.REQUEST, Kind.RESPONSE) | _TRANSPORT
    for node in walk(handler.node):
        condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
        if condition is None or not _compares_state(condition, transport):
            continue
        written = clip(text(condition).strip("()"), 80)
        loaded = _loaded(handler.node)
        branches = [one for one in node.named_children if one != condition]
        if _state_of(condition) & loaded and any(_works_out(one) for one in branches):
            yield branch(handler.name, written, line(node), place, advice=False)
        elif any(_changes(one, transport) for one in node.named_children if one != condition):
            yield branch(handler.name, written, line(node), place)


def _loaded(function: Node) -> set[str]:
    """Names that the handler gives what it awaits: `const order = await orders.get(id)`."""
    return {
        text(node.child_by_field_name("name"))
        for node in walk(function)
        if node.type == "variable_declarator"
        and (value := node.child_by_field_name("value")) is not None
        and value.type == "await_expression"
    }


def _state_of(condition: Node) -> set[str]:
    """The object whose values are compared, sizes and answers of HTTP left out."""
    found = set()
    for node in walk(condition):
        if node.type == "member_expression" and node.parent is not None and node.parent.type == "binary_expression":
            name = dotted(node)
            if not name.endswith(_SIZES):
                found.add(name.partition(".")[0])
    return found


def _works_out(statement: Node) -> bool:
    for node in walk(statement):
        if node.type == "augmented_assignment_expression":
            if text(node.child_by_field_name("operator")) in ("*=", "/="):
                return True
        elif node.type in ("assignment_expression", "variable_declarator"):
            value = node.child_by_field_name("right" if node.type == "assignment_expression" else "value")
            for one in walk(value) if value is not None else ():
                if one.type == "binary_expression" and text(one.child_by_field_name("operator")) in ("*", "/"):
                    return True
    return False


def _compares_state(condition: Node, transport: frozenset[str]) -> bool:
    for node in walk(condition):
        if node.type != "binary_expression" or text(node.child_by_field_name("operator")) not in _COMPARISONS:
            continue
        sides = [node.child_by_field_name("left"), node.child_by_field_name("right")]
        members = [one for one in sides if one is not None and one.type == "member_expression"]
        plain = any(one is not None and text(one) in ("undefined", "null") for one in sides)
        if not plain and any(dotted(one).partition(".")[0] not in transport for one in members):
            return True
    return False


def _changes(statement: Node, transport: frozenset[str]) -> bool:
    for node in walk(statement):
        if node.type in ("assignment_expression", "augmented_assignment_expression"):
            left = node.child_by_field_name("left")
            if (
                left is not None
                and left.type == "member_expression"
                and dotted(left).partition(".")[0] not in transport
            ):
                return True
    return False
