"""Texts of TypeScript that are put together, and where the parts come from."""

import re
from collections.abc import Iterator
from enum import IntEnum

from tree_sitter import Node

from aurora.toolchains.node import syntax

HOLE = "aurora_x"
"""Stands in a text for what is spliced into it."""
QUOTING = re.compile(r"quote|ident|escape|placeholder|literal|\.format$|^format$|\.as\.", re.IGNORECASE)
NUMBERS = ("Number", "parseInt", "parseFloat", "Math.max", "Math.min", "Math.floor", "BigInt")
REQUEST = ("req", "request", "ctx", "params", "query", "body", "args", "input", "dto")
TURNS = ("map", "flatMap", "forEach", "filter", "reduce", "reduceRight", "some", "every", "find")
"""Methods of a list that call a function for each of its items."""
DEPTH = 6


class From(IntEnum):
    """The origins of a part, the worst last: the code itself, another place, a parameter or a request."""

    CODE = 0
    ELSEWHERE = 1
    CALLER = 2


def holed(node: Node | None) -> str | None:
    """The text with a hole for each part that is no literal; None for what is no text."""
    if node is None:
        return None
    match node.type:
        case "string":
            return syntax.text(node)[1:-1]
        case "template_string":
            return "".join(
                HOLE if one.type == "template_substitution" else syntax.text(one)
                for one in node.children
                if one.type not in ("`",)
            )
        case "parenthesized_expression":
            return holed(node.named_children[0]) if node.named_children else None
        case "binary_expression":
            if syntax.text(node.child_by_field_name("operator")) != "+":
                return None
            left, right = holed(node.child_by_field_name("left")), holed(node.child_by_field_name("right"))
            return None if left is None and right is None else (left or HOLE) + (right or HOLE)
        case "call_expression":
            lines = joined(node)
            texts = [holed(one) for one in lines]
            return " ".join(one or HOLE for one in texts) if any(texts) else None
    return None


def joined(call: Node) -> list[Node]:
    """The items of `[...].join(...)`, where the list is written out; empty for another call."""
    function = call.child_by_field_name("function")
    if call.type != "call_expression" or function is None or function.type != "member_expression":
        return []
    items = function.child_by_field_name("object")
    if syntax.text(function.child_by_field_name("property")) != "join" or items is None or items.type != "array":
        return []
    return [one for one in items.named_children if one.type != "comment"]


def parts(node: Node) -> Iterator[Node]:
    for one in joined(node):
        if holed(one) is None:
            yield one
        else:
            yield from parts(one)
    if node.type == "template_string":
        for one in node.children:
            if one.type == "template_substitution" and one.named_children:
                yield one.named_children[0]
    elif node.type == "parenthesized_expression":
        yield from parts(node.named_children[0])
    elif node.type == "binary_expression":
        for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
            if side is None:
                continue
            if holed(side) is None:
                yield side
            else:
                yield from parts(side)


def of(node: Node | None, depth: int = DEPTH) -> From:
    if node is None:
        return From.CODE
    if depth == 0:
        return From.ELSEWHERE
    match node.type:
        case "string" | "number" | "true" | "false" | "null" | "undefined" | "regex" | "update_expression":
            return From.CODE
        case "template_string":
            return _worst(parts(node), depth)
        case "binary_expression":
            if syntax.text(node.child_by_field_name("operator")) not in ("+", "||", "??"):
                return From.CODE
            return _worst(iter((node.named_children[0], node.named_children[-1])), depth)
        case "ternary_expression":
            return _worst(iter(node.named_children[1:]), depth)
        case "array":
            return _worst(iter(node.named_children), depth)
        case "object":
            return _worst(iter(syntax.properties(node).values()), depth)
        case (
            "as_expression"
            | "parenthesized_expression"
            | "non_null_expression"
            | "await_expression"
            | "satisfies_expression"
        ):
            return of(node.named_children[0], depth - 1) if node.named_children else From.CODE
        case "arrow_function" | "function_expression":
            return of(node.child_by_field_name("body"), depth - 1)
        case "subscript_expression":
            return of(node.child_by_field_name("object"), depth - 1)
        case "member_expression":
            name = syntax.text(node.child_by_field_name("property"))
            if name.isupper() or name in ("length", "tableName", "tablePath"):
                return From.CODE
            holder = node.child_by_field_name("object")
            return From.ELSEWHERE if syntax.text(holder) == "this" else of(holder, depth - 1)
        case "identifier":
            return _name(node, depth)
        case "call_expression":
            return _call(node, depth)
    return From.ELSEWHERE


def _worst(nodes: Iterator[Node], depth: int) -> From:
    return max((of(one, depth - 1) for one in nodes), default=From.CODE)


def _call(node: Node, depth: int) -> From:
    name = syntax.dotted(node.child_by_field_name("function"))
    short = syntax.last(name)
    if name in NUMBERS or QUOTING.search(name):
        return From.CODE
    function = node.child_by_field_name("function")
    holder = function.child_by_field_name("object") if function is not None else None
    if short == "join":
        return of(holder, depth - 1)
    if short in ("map", "flatMap") and syntax.arguments(node):
        return _mapped(syntax.arguments(node)[0], holder, depth)
    if short in ("fill", "from", "Array", "keys", "entries"):
        return _worst(iter(syntax.arguments(node)[-1:]), depth) if short == "fill" else From.CODE
    inner = of(holder, depth - 1) if holder is not None and holder.type != "this" else From.ELSEWHERE
    if inner is From.CALLER and short in (
        "trim",
        "toLowerCase",
        "toUpperCase",
        "toString",
        "replace",
        "slice",
        "filter",
        "concat",
    ):
        return From.CALLER
    return (
        From.CODE
        if inner is From.CODE and short in ("get", "slice", "filter", "concat", "repeat", "trim")
        else From.ELSEWHERE
    )


def _mapped(function: Node, holder: Node | None, depth: int) -> From:
    """A text for each turn that does not hold the turn's value is the code's own: `ids.map((_, i) => `$${i + 1}`)`."""
    if function.type not in ("arrow_function", "function_expression"):
        return From.ELSEWHERE
    first = next(iter(syntax.parameters(function)), None)
    name = syntax.parameter_name(first) if first is not None else ""
    body = function.child_by_field_name("body")
    if body is None:
        return From.ELSEWHERE
    if any(one.type == "call_expression" and QUOTING.search(syntax.dotted(one)) for one in syntax.walk(body)):
        return From.CODE
    uses = any(one.type == "identifier" and syntax.text(one) == name for one in syntax.walk(body)) if name else False
    return of(holder, depth - 1) if uses else From.CODE


def _name(node: Node, depth: int) -> From:
    name = syntax.text(node)
    if name.isupper() or name in ("undefined",) or re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        return From.CODE
    outer = node.parent
    while outer is not None:
        if outer.type in syntax.FUNCTIONS:
            for place, parameter in enumerate(syntax.parameters(outer)):
                names = {syntax.text(one) for one in syntax.walk(parameter) if one.type in _BINDING}
                if name in names:
                    return _parameter(outer, place, parameter, name, depth)
        if outer.type in ("statement_block", "program"):
            found = declared(outer, name)
            if found is not None:
                more = _added(outer, name)
                return max(of(found, depth - 1), _worst(iter(more), depth))
        outer = outer.parent
    return From.CALLER if name in ("req", "request", "ctx") else From.ELSEWHERE


def _parameter(function: Node, place: int, parameter: Node, name: str, depth: int) -> From:
    """The value of a parameter: of a callback an item of its list, of a function that only this file calls its
    argument."""
    if _checked(function, name) or _literal(parameter):
        return From.CODE
    given = function.parent
    call = given.parent if given is not None and given.type == "arguments" else None
    callee = call.child_by_field_name("function") if call is not None else None
    if callee is not None and syntax.last(syntax.dotted(callee)) in TURNS:
        item = 1 if syntax.last(syntax.dotted(callee)).startswith("reduce") else 0
        if place != item:
            return From.CODE if place > item else From.ELSEWHERE
        return of(callee.child_by_field_name("object"), depth - 1)
    if re.match(r":\s*(?:number|bigint|boolean)\b(?!\[)", syntax.text(parameter.child_by_field_name("type"))):
        return From.ELSEWHERE  # holds no text, as far as the types hold
    passed = _passed(function, place)
    return max((of(one, depth - 1) for one in passed), default=From.CODE) if passed else From.CALLER


def _passed(function: Node, place: int) -> list[Node]:
    """The arguments at a place in the calls of a function that is not exported and no method."""
    holder = function.parent if function.type == "arrow_function" else function
    if holder is None or function.type not in ("function_declaration", "arrow_function"):
        return []
    outer = (
        holder.parent.parent if holder.type == "variable_declarator" and holder.parent is not None else holder.parent
    )
    name = syntax.text(holder.child_by_field_name("name"))
    if not name or outer is None or outer.type == "export_statement":
        return []
    root = outer
    while root.parent is not None:
        root = root.parent
    found: list[Node] = []
    for one in syntax.walk(root):
        if one.type == "call_expression" and syntax.dotted(one.child_by_field_name("function")) == name:
            given = syntax.arguments(one)
            if place >= len(given) or any(each.type == "spread_element" for each in given):
                return []
            found.append(given[place])
    return found


_BINDING = ("identifier", "shorthand_property_identifier_pattern")


def declared(block: Node, name: str) -> Node | None:
    """The value of a name of this block."""
    for statement in block.named_children:
        inner = statement.child_by_field_name("declaration") if statement.type == "export_statement" else statement
        if inner is None or inner.type not in ("lexical_declaration", "variable_declaration"):
            continue
        for one in inner.named_children:
            bound = one.child_by_field_name("name") if one.type == "variable_declarator" else None
            if bound is not None and name in {
                syntax.text(part) for part in syntax.walk(bound) if part.type in _BINDING
            }:
                return one.child_by_field_name("value")
    return None


def _added(block: Node, name: str) -> list[Node]:
    """The additions to a name later: `where.push(...)`, `sql += ...`."""
    found: list[Node] = []
    for one in syntax.walk(block):
        if one.type == "call_expression" and syntax.dotted(one) in (f"{name}.push", f"{name}.unshift"):
            found += syntax.arguments(one)
        elif one.type in ("augmented_assignment_expression", "assignment_expression"):
            left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
            if syntax.text(left) == name and right is not None:
                found.append(right)
    return found


def _checked(function: Node, name: str) -> bool:
    """Return whether the function asks a list of what is allowed: `ALLOWED.includes(name)`, `name in COLUMNS`."""
    for one in syntax.within(function):
        asked: list[Node | None] = []
        if one.type == "call_expression" and syntax.last(syntax.dotted(one)) in ("includes", "has", "hasOwn"):
            asked = [*syntax.arguments(one)]
        elif one.type == "binary_expression" and syntax.text(one.child_by_field_name("operator")) == "in":
            asked = [one.child_by_field_name("left")]
        if any(syntax.text(given).startswith(name) for given in asked):
            return True
    return False


def _literal(parameter: Node) -> bool:
    """Return whether its type lists the values there are."""
    written = parameter.child_by_field_name("type")
    return written is not None and any(one.type == "literal_type" for one in syntax.walk(written))
