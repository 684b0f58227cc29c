"""The place where a handler of TypeScript or JavaScript reads a body that nothing has validated, and what validates
it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from aurora.toolchains.handler import Kind
from aurora.toolchains.node.handlers import NodeHandler
from aurora.toolchains.node.syntax import arguments, dotted, last, line, parameters, text, within

VALIDATES = re.compile(
    r"valid|schema|parse|celebrate|joi|zod|\byup|ajv|\bcheck|\bbody\(|dto|openapi|assert|sanitiz|decode|ensure|"
    r"plainTo|matchedData|superstruct|typebox|\bis[A-Z]\w*(?:Body|Input|Payload|Request)",
    re.IGNORECASE,
)
"""Validates in the name of a function that is given the input, or in what a route is registered with."""
_NOT_PARSE = re.compile(r"^(?:JSON\.parse|express\.json|bodyParser|parseInt|parseFloat|Number\.parse\w+|Date\.parse)")
_GUARDS = re.compile(r"(?:^|\.)is(?!Array|Empty|Nil|Null|Undefined|Object|Function)[A-Z]\w*$")
"""`isEvent(body)`: a type guard of the project's own."""
_TRANSPARENT = (
    "await_expression", "parenthesized_expression", "as_expression", "non_null_expression", "satisfies_expression",
    "type_assertion",
)  # fmt: skip


@dataclass
class RawInput:
    """The values that one handler takes from the request as it came."""

    names: set[str] = field(default_factory=set)
    uses: list[tuple[str, int]] = field(default_factory=list)
    """Fields that are taken out of it, with their lines; `...` for all of them."""
    handed: list[int] = field(default_factory=list)
    any_lines: list[int] = field(default_factory=list)
    """The place where it is said to be `any`."""
    validated: bool = False


def read(handler: NodeHandler) -> RawInput:
    requests = set(handler.named(Kind.REQUEST)) - {""}
    found = RawInput()
    for given in parameters(handler.node):
        found.names |= _bodies_taken_apart(given)
    nodes = list(within(handler.node))
    for node in nodes:
        if node.type == "variable_declarator":
            value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
            if value is None or name is None:
                continue
            if is_body(bare(value), requests, found.names) and name.type == "identifier":
                found.names.add(text(name))
            elif name.type == "object_pattern" and text(bare(value)) in requests | {f"{r}.request" for r in requests}:
                found.names |= set(_names_of(name, "body"))
            said = node.child_by_field_name("type")
            if said is not None and text(said).lstrip(": ") == "any" and is_body(bare(value), requests, found.names):
                found.any_lines.append(line(node))
    for node in nodes:
        _look(node, requests, found)
    return found


def _bodies_taken_apart(parameter: Node) -> set[str]:
    """`({ body }, res)`."""
    pattern = parameter.child_by_field_name("pattern") or parameter
    return set(_names_of(pattern, "body")) if pattern.type == "object_pattern" else set()


def _names_of(pattern: Node, key: str) -> Iterator[str]:
    for one in pattern.named_children:
        if one.type == "shorthand_property_identifier_pattern" and text(one) == key:
            yield key
        elif one.type == "pair_pattern" and text(one.child_by_field_name("key")) == key:
            value = one.child_by_field_name("value")
            if value is not None and value.type == "identifier":
                yield text(value)


def _look(node: Node, requests: set[str], found: RawInput) -> None:
    def raw(one: Node | None) -> bool:
        return one is not None and is_body(bare(one), requests, found.names)

    match node.type:
        case "call_expression" | "new_expression":
            name = text(node.child_by_field_name("function") or node.child_by_field_name("constructor"))
            given = arguments(node)
            if (VALIDATES.search(name) and not _NOT_PARSE.match(name)) or _GUARDS.search(name):
                inside = any(raw(one) or text(one) in requests or _has_field(one, requests, found) for one in given)
                found.validated |= inside
            elif name == "Object.assign" and any(raw(one) for one in given[1:]) and given[0].type != "object":
                found.uses.append(("...", line(node)))
            elif any(raw(one) for one in given) and not name.startswith(
                ("console.", "JSON.", "logger", "log", "Object.keys")
            ):
                found.handed.append(line(node))
        case "member_expression" if not _is_assigned(node):
            if raw(node.child_by_field_name("object")):
                found.uses.append((text(node.child_by_field_name("property")), line(node)))
        case "subscript_expression" if not _is_assigned(node):
            if raw(node.child_by_field_name("object")):
                found.uses.append(("?", line(node)))
        case "spread_element":
            if node.named_children and raw(node.named_children[0]):
                found.uses.append(("...", line(node)))
        case "variable_declarator":
            name_node = node.child_by_field_name("name")
            if name_node is not None and name_node.type == "object_pattern" and raw(node.child_by_field_name("value")):
                found.uses += [(key, line(node)) for key in _keys(name_node)]
        case "as_expression":
            if node.named_children and text(node.named_children[-1]) == "any" and raw(node.named_children[0]):
                found.any_lines.append(line(node))


def _is_assigned(node: Node) -> bool:
    """`body.created = now`: nothing is taken out."""
    left = node.parent.child_by_field_name("left") if node.parent is not None else None
    return left is not None and left == node and node.parent is not None and node.parent.type == "assignment_expression"


def _has_field(node: Node, requests: set[str], found: RawInput) -> bool:
    """`schema.parse({ ...req.body })`, `validate({ name: req.body.name })`."""
    stack = [node]
    while stack:
        one = stack.pop()
        if is_body(one, requests, found.names):
            return True
        stack += one.named_children
    return False


def _keys(pattern: Node) -> Iterator[str]:
    for one in pattern.named_children:
        if one.type == "rest_pattern":
            yield "..."
        elif one.type == "object_assignment_pattern":
            yield text(one.named_children[0])
        else:
            yield text(one.child_by_field_name("key")) or text(one)


def bare(node: Node) -> Node:
    while True:
        if node.type in _TRANSPARENT and node.named_children:
            node = node.named_children[-1] if node.type == "type_assertion" else node.named_children[0]
        elif node.type == "binary_expression" and text(node.child_by_field_name("operator")) in ("||", "??"):
            node = node.child_by_field_name("left") or node
        elif node.type == "call_expression" and last(dotted(node)) == "catch":
            # `await request.json().catch(() => null)`
            function = node.child_by_field_name("function")
            inner = function.child_by_field_name("object") if function is not None else None
            if inner is None:
                return node
            node = inner
        else:
            return node


def is_body(node: Node, requests: set[str], names: set[str]) -> bool:
    if node.type == "identifier":
        return text(node) in names
    if node.type == "member_expression":
        owner = text(node.child_by_field_name("object")).replace("?", "").replace("!", "")
        is_request = owner in requests or owner.removesuffix(".request") in requests
        return text(node.child_by_field_name("property")) == "body" and is_request
    if node.type == "call_expression":
        function = node.child_by_field_name("function")
        name = dotted(function)
        owner = name.rpartition(".")[0]
        if last(name) in ("json", "parseBody", "formData") and not arguments(node):
            return owner in requests or owner.removesuffix(".req") in requests
        if name == "JSON.parse" and arguments(node):
            return is_body(bare(arguments(node)[0]), requests, names)
    return False
