"""Small changes of TypeScript's and JavaScript's expressions and statements, each an edit at a node of the tree."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from aurora.toolchains.code_mutation import Operator
from aurora.toolchains.node.comparisons import text_of

_BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_FLIPPED = {"===": "!==", "!==": "===", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*"}
_ASSIGNED = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
_LOGICAL = {"&&": "||", "||": "&&"}
_TEXTS = frozenset({"string", "template_string", "array", "object", "regex"})
_TYPES = frozenset(
    {
        "type_annotation", "type_alias_declaration", "interface_declaration", "type_arguments", "type_parameters",
        "enum_declaration", "ambient_declaration", "import_statement", "asserts_annotation", "comment",
        "type_predicate_annotation", "literal_type", "union_type", "jsx_element", "jsx_self_closing_element",
    }
)  # fmt: skip
_LOGS = re.compile(r"(^|\.|_)(console|log|logger|logging|debug|Sentry|winston|pino)(\.|$)", re.IGNORECASE)
_DEFENSIVE = re.compile(
    r"unreachable|invariant|exhausti|not[ _-]?(yet )?implemented|should never|impossible", re.IGNORECASE
)
_WITHOUT_EFFECT = re.compile(
    r"(^|\.)(close|destroy|unref|clearTimeout|clearInterval|setTimeout|disconnect|super|commit|listen|use strict)$"
)
_SAYS_NOTHING = re.compile(
    r"^(timeout|\w*Timeout|\w*[pP]ort|description|title|summary|examples?|deprecated|index|indent|strict|logger|cause|"
    r"stripUnknown|trustProxy|maxAge|keepAlive|cache|enumerable|configurable|writable)$"
)
"""Keys whose values no behaviour of an application's tests follows from."""


class Edit(NamedTuple):
    operator: Operator
    node: Node
    start: int
    end: int
    instead: str


def edits(node: Node, *, outside: bool = False) -> Iterator[Edit]:
    """The edits of a node and what is in it; `outside` of functions only numbers and comparisons are rules."""
    if _is_left_alone(node):
        return
    yield from _own(node, outside=outside)
    for at, child in enumerate(node.children):
        # a counter's step, altered, never ends
        if child.is_named and not (node.type == "for_statement" and node.field_name_for_child(at) == "increment"):
            yield from edits(child, outside=outside)


def is_log(statement: Node) -> bool:
    function = _called(statement)
    return function is not None and _LOGS.search(text_of(function).partition("(")[0]) is not None


def _called(statement: Node) -> Node | None:
    """The function that a statement consists of a call of."""
    if statement.type != "expression_statement" or not statement.named_children:
        return None
    call = statement.named_children[0]
    if call.type == "await_expression" and call.named_children:
        call = call.named_children[0]
    return call.child_by_field_name("function") if call.type == "call_expression" else None


def _is_left_alone(node: Node) -> bool:
    if node.type in _TYPES:
        return True
    match node.type:
        case "expression_statement":
            return is_log(node)
        case "throw_statement":
            return _DEFENSIVE.search(text_of(node)) is not None
        case "pair":
            key = node.child_by_field_name("key")
            return key is not None and _SAYS_NOTHING.match(text_of(key).strip("'\"")) is not None
        case "variable_declarator":
            name = node.child_by_field_name("name")
            return name is not None and _SAYS_NOTHING.match(text_of(name)) is not None
    return False


def _own(node: Node, *, outside: bool) -> Iterator[Edit]:
    match node.type:
        case "if_statement" | "ternary_expression":
            condition = node.child_by_field_name("condition")
            if condition is not None:
                yield from _negated(_bare(condition))
        case "binary_expression":
            yield from _binary(node)
        case "augmented_assignment_expression":
            right = node.child_by_field_name("right")
            if right is not None and not _is_text(right):
                yield from _swapped(Operator.ARITHMETIC, node, _ASSIGNED)
        case "true" | "false" if not outside:
            other = "false" if node.type == "true" else "true"
            yield Edit(Operator.BOOLEAN, node, node.start_byte, node.end_byte, other)
        case "number":
            text = text_of(node)
            if re.fullmatch(r"[0-9][0-9_]*(\.[0-9]+)?", text):
                value = float(text) if "." in text else int(text.replace("_", ""))
                yield Edit(Operator.OFF_BY_ONE, node, node.start_byte, node.end_byte, repr(value + 1))
        case "throw_statement":
            yield Edit(Operator.RAISE, node, node.start_byte, node.end_byte, "{}")
        case "expression_statement" if not outside and _is_effect(node):
            yield Edit(Operator.STATEMENT, node, node.start_byte, node.end_byte, "{}")


def _is_effect(statement: Node) -> bool:
    function = _called(statement)
    if function is not None:
        return _WITHOUT_EFFECT.search(text_of(function)) is None
    inner = statement.named_children[0] if statement.named_children else statement
    left = inner.child_by_field_name("left") if inner.type == "assignment_expression" else None
    return left is not None and left.type in ("member_expression", "subscript_expression")


def _bare(node: Node) -> Node:
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return "" if operator is None else text_of(operator)


def _negated(test: Node) -> Iterator[Edit]:
    if test.type == "binary_expression" and _operator(test) in _FLIPPED:
        yield from _swapped(Operator.NEGATED, test, _FLIPPED)
    elif test.type == "unary_expression" and _operator(test) == "!":
        inner = test.child_by_field_name("argument")
        if inner is not None:
            yield Edit(Operator.NEGATED, test, test.start_byte, test.end_byte, f"({text_of(inner)})")
    else:
        yield Edit(Operator.NEGATED, test, test.start_byte, test.end_byte, f"!({text_of(test)})")


def _binary(node: Node) -> Iterator[Edit]:
    operator = _operator(node)
    if operator in _BOUNDARY:
        yield from _swapped(Operator.BOUNDARY, node, _BOUNDARY)
    elif operator in _LOGICAL:
        yield from _swapped(Operator.BOOLEAN, node, _LOGICAL)
    elif operator in _ARITHMETIC and not _is_text(node):
        yield from _swapped(Operator.ARITHMETIC, node, _ARITHMETIC)
    elif (
        operator in _FLIPPED and node.parent is not None and node.parent.type in ("return_statement", "arrow_function")
    ):
        yield from _swapped(Operator.NEGATED, node, _FLIPPED)


def _swapped(kind: Operator, node: Node, table: dict[str, str]) -> Iterator[Edit]:
    operator = node.child_by_field_name("operator")
    if operator is not None and (other := table.get(text_of(operator))):
        yield Edit(kind, node, operator.start_byte, operator.end_byte, other)


def _is_text(node: Node) -> bool:
    """Return whether something that is joined is in it: other arithmetic than `+` only makes NaN of it."""
    node = _bare(node)
    if node.type == "binary_expression":
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        return any(side is not None and _is_text(side) for side in sides)
    return node.type in _TEXTS
