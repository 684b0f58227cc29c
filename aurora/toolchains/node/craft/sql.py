"""SQL in the texts of a TypeScript file: statements that select every column, statements put together from strings."""

import re
from collections.abc import Iterator
from enum import IntEnum

from tree_sitter import Node

from aurora.domain.workspace import Workspace
from aurora.toolchains import sql_text
from aurora.toolchains.craft import Flaw
from aurora.toolchains.edit import Edit
from aurora.toolchains.node import syntax

STAR_HINT = "Name the columns that are used."
BUILT_HINT = "Pass values as parameters, by placeholders or by the tag of the library (`sql`...``, `$queryRaw`...``)."
HOLE = "aurora_x"
TAGS = ("sql", "Prisma.sql", "$queryRaw", "$executeRaw", "SQL", "pgsql", "slonik.sql")
"""Tags that pass what is spliced as parameters, by the end of their names."""
SINKS = frozenset(
    {
        "query", "execute", "raw", "$queryRawUnsafe", "$executeRawUnsafe", "unsafe", "prepare", "exec", "all", "get",
        "run", "each", "any", "one", "oneOrNone", "many", "manyOrNone", "none", "whereRaw", "selectRaw", "havingRaw",
        "joinRaw", "orderByRaw", "fromRaw", "literal", "createQuery", "queryRaw",
    }
)  # fmt: skip
"""Functions and methods that take a statement."""
NAMES = ("sql", "query", "stmt", "statement")
ASIDE = ("migrations", "migration", "seeds", "seeders", "seed", "fixtures")
"""Folders of what runs once, in the order of its making."""
PROSE = ("console.", "logger.", "log.", "this.logger.")
QUOTING = re.compile(r"quote|ident|escape|placeholder|literal|\.format$|^format$|\.as\.", re.IGNORECASE)
NUMBERS = ("Number", "parseInt", "parseFloat", "Math.max", "Math.min", "Math.floor", "BigInt")
REQUEST = ("req", "request", "ctx", "params", "query", "body", "args", "input", "dto")
TURNS = ("map", "flatMap", "forEach", "filter", "reduce", "reduceRight", "some", "every", "find")
"""Methods of a list that call a function for each of its items."""
DEPTH = 6


class From(IntEnum):
    """Where a part comes from, the worst last: the code itself, another place, a parameter or a request."""

    CODE = 0
    ELSEWHERE = 1
    CALLER = 2


def check(_: Workspace, edit: Edit) -> Iterator[Flaw]:
    lowered = edit.after.lower()
    if any(part in ASIDE for part in edit.path.split("/")[:-1]):
        return
    if not any(word in lowered for word in ("select", "insert", "update", "delete")):
        return
    root = syntax.tree(edit.path, edit.after)
    if root is None:
        return
    for node in syntax.walk(root):
        text = _holed(node)
        if text is None or _piece(node) or not sql_text.may_be(text):
            continue
        function = _function(node)
        name = (syntax.name_of(function) if function is not None else "") or "the module"
        if _for_people(node):
            continue
        if "*" in text and sql_text.selects_all(text):
            message = f"The statement of `{name}` selects every column."
            yield Flaw(message, STAR_HINT, syntax.line(node), f"{name} * {text[:200]}")
        if HOLE not in text or _tagged(node) or not _executed(node):
            continue
        worst = max(((_of(part, DEPTH), part) for part in _parts(node)), key=lambda one: one[0], default=None)
        if worst is None or worst[0] is From.CODE:
            continue
        part = syntax.text(worst[1])
        yield Flaw(
            f"The statement of `{name}` is put together from strings: `{part[:80]}` is spliced into it.",
            BUILT_HINT,
            syntax.line(node),
            f"{name} built {part[:200]}",
            advice=worst[0] is not From.CALLER,
        )


def _holed(node: Node | None) -> str | None:
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
            return _holed(node.named_children[0]) if node.named_children else None
        case "binary_expression":
            if syntax.text(node.child_by_field_name("operator")) != "+":
                return None
            left, right = _holed(node.child_by_field_name("left")), _holed(node.child_by_field_name("right"))
            return None if left is None and right is None else (left or HOLE) + (right or HOLE)
    return None


def _parts(node: Node) -> Iterator[Node]:
    if node.type == "template_string":
        for one in node.children:
            if one.type == "template_substitution" and one.named_children:
                yield one.named_children[0]
    elif node.type == "parenthesized_expression":
        yield from _parts(node.named_children[0])
    elif node.type == "binary_expression":
        for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
            if side is None:
                continue
            if _holed(side) is None:
                yield side
            else:
                yield from _parts(side)


def _piece(node: Node) -> bool:
    """Whether it is a side of a text that is put together."""
    parent = node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        parent = parent.parent
    return parent is not None and parent.type == "binary_expression" and _holed(parent) is not None


def _for_people(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type in ("import_statement", "literal_type", "throw_statement"):
        return True
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    if call is None:
        return False
    name = syntax.dotted(call)
    return name.startswith(PROSE) or name.endswith("Error") or name.endswith("Exception")


def _tag(node: Node) -> str:
    parent = node.parent
    if node.type != "template_string" or parent is None or parent.type != "call_expression":
        return ""
    return syntax.dotted(parent.child_by_field_name("function"))


def _tagged(node: Node) -> bool:
    tag = _tag(node)
    return bool(tag) and (tag.endswith(TAGS) or not tag.endswith(("Unsafe", "raw", "dedent", "unsafe")))


def _executed(node: Node) -> bool:
    """Whether a text is taken for a statement: by what it is passed to, or what its variable is called."""
    parent = node.parent
    while parent is not None and parent.type in ("parenthesized_expression", "as_expression", "object", "pair"):
        if parent.type == "pair" and syntax.text(parent.child_by_field_name("key")) not in (
            "text",
            "sql",
            "statement",
            "query",
        ):
            return False
        parent = parent.parent
    if parent is None:
        return False
    if parent.type == "arguments" and parent.parent is not None:
        return syntax.last(syntax.dotted(parent.parent)) in SINKS
    if parent.type == "call_expression":
        return syntax.last(_tag(node)) in SINKS
    if parent.type == "return_statement":
        function = _function(node)
        name = syntax.name_of(function).lower() if function is not None else ""
        return any(word in name for word in NAMES)
    holder = ""
    if parent.type == "variable_declarator":
        holder = syntax.text(parent.child_by_field_name("name"))
    elif parent.type in ("assignment_expression", "augmented_assignment_expression"):
        holder = syntax.last(syntax.dotted(parent.child_by_field_name("left")))
    if not holder:
        return False
    return any(word in holder.lower() for word in NAMES) or _passed_on(holder, _function(node))


def _passed_on(name: str, function: Node | None) -> bool:
    return function is not None and any(
        one.type == "call_expression"
        and syntax.last(syntax.dotted(one)) in SINKS
        and any(given.type == "identifier" and syntax.text(given) == name for given in syntax.arguments(one))
        for one in syntax.within(function)
    )


def _function(node: Node) -> Node | None:
    outer = node.parent
    while outer is not None and outer.type not in syntax.FUNCTIONS:
        outer = outer.parent
    return outer


# ── where a part comes from ──────────────────────────────────────────────────────────────────────────────────────────


def _of(node: Node | None, depth: int) -> From:
    if node is None:
        return From.CODE
    if depth == 0:
        return From.ELSEWHERE
    match node.type:
        case "string" | "number" | "true" | "false" | "null" | "undefined" | "regex" | "update_expression":
            return From.CODE
        case "template_string":
            return _worst(_parts(node), depth)
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
            return _of(node.named_children[0], depth - 1) if node.named_children else From.CODE
        case "arrow_function" | "function_expression":
            return _of(node.child_by_field_name("body"), depth - 1)
        case "subscript_expression":
            return _of(node.child_by_field_name("object"), depth - 1)
        case "member_expression":
            name = syntax.text(node.child_by_field_name("property"))
            if name.isupper() or name in ("length", "tableName", "tablePath"):
                return From.CODE
            holder = node.child_by_field_name("object")
            return From.ELSEWHERE if syntax.text(holder) == "this" else _of(holder, depth - 1)
        case "identifier":
            return _name(node, depth)
        case "call_expression":
            return _call(node, depth)
    return From.ELSEWHERE


def _worst(nodes: Iterator[Node], depth: int) -> From:
    return max((_of(one, depth - 1) for one in nodes), default=From.CODE)


def _call(node: Node, depth: int) -> From:
    name = syntax.dotted(node.child_by_field_name("function"))
    short = syntax.last(name)
    if name in NUMBERS or QUOTING.search(name):
        return From.CODE
    function = node.child_by_field_name("function")
    holder = function.child_by_field_name("object") if function is not None else None
    if short == "join":
        return _of(holder, depth - 1)
    if short in ("map", "flatMap") and syntax.arguments(node):
        return _mapped(syntax.arguments(node)[0], holder, depth)
    if short in ("fill", "from", "Array", "keys", "entries"):
        return _worst(iter(syntax.arguments(node)[-1:]), depth) if short == "fill" else From.CODE
    inner = _of(holder, depth - 1) if holder is not None and holder.type != "this" else From.ELSEWHERE
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
    return _of(holder, depth - 1) if uses else From.CODE


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
            found = _declared(outer, name)
            if found is not None:
                more = _added(outer, name)
                return max(_of(found, depth - 1), _worst(iter(more), depth))
        outer = outer.parent
    return From.CALLER if name in ("req", "request", "ctx") else From.ELSEWHERE


def _parameter(function: Node, place: int, parameter: Node, name: str, depth: int) -> From:
    """Of a callback what its list holds, of a function that only this file calls what it is given."""
    if _checked(function, name) or _literal(parameter):
        return From.CODE
    given = function.parent
    call = given.parent if given is not None and given.type == "arguments" else None
    callee = call.child_by_field_name("function") if call is not None else None
    if callee is not None and syntax.last(syntax.dotted(callee)) in TURNS:
        item = 1 if syntax.last(syntax.dotted(callee)).startswith("reduce") else 0
        if place != item:
            return From.CODE if place > item else From.ELSEWHERE
        return _of(callee.child_by_field_name("object"), depth - 1)
    passed = _passed(function, place)
    return max((_of(one, depth - 1) for one in passed), default=From.CODE) if passed else From.CALLER


def _passed(function: Node, place: int) -> list[Node]:
    """What the calls of a function pass at a place, where it is not exported and no method."""
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


def _declared(block: Node, name: str) -> Node | None:
    """What a name of this block is given."""
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
    """What is added to a name later: `where.push(...)`, `sql += ...`."""
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
    """Whether the function asks a list of what is allowed: `ALLOWED.includes(name)`, `name in COLUMNS`."""
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
    """Whether its type lists the values there are."""
    written = parameter.child_by_field_name("type")
    return written is not None and any(one.type == "literal_type" for one in syntax.walk(written))
