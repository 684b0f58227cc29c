"""Statements of TypeScript that are not written as one text: raw conditions of query builders, texts
that grow by `+=`, that are filled in by a format or by `replace`, and the star of a query builder."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tree_sitter import Node

from aurora.toolchains import sql_text
from aurora.toolchains.node import syntax
from aurora.toolchains.node.code_checks.spliced import HOLE, From, declared, holed, of, parts
from aurora.toolchains.node.syntax import Origin, arguments, dotted, last

RAW = frozenset(
    {
        "whereRaw",
        "orWhereRaw",
        "andWhereRaw",
        "havingRaw",
        "joinRaw",
        "orderByRaw",
        "groupByRaw",
        "selectRaw",
        "fromRaw",
    }
)
"""Methods of a query builder that take a piece of SQL as it is."""
CONDITIONS = frozenset({"where", "andWhere", "orWhere", "having", "andHaving", "orHaving"})
"""Methods of TypeORM's query builder that take a condition as a text."""
_BUILDER = re.compile(r"createQueryBuilder|QueryBuilder\b")
_OF_A_TABLE = re.compile(r"(?:^|\.)(?:knex|db|database|trx|tx|qb|connection|conn)$", re.IGNORECASE)
_VALUE = re.compile(rf"(?:['\"%]|[=<>]\s*|\blike\s+|\bin\s*\(\s*){HOLE}", re.IGNORECASE)
"""A hole where a value stands, and not the name of a column."""
_FORMATS = ("util", "node:util", "sprintf-js", "printf", "format-util")
_NAMED_BY_PLACE = frozenset({"orderByRaw", "groupByRaw", "fromRaw", "joinRaw", "selectRaw"})
"""Those whose text is columns and tables: whatever is spliced in is no value."""
_STAR = re.compile(r"(?:\w+\.)?\*")


class Built(NamedTuple):
    node: Node
    part: Node
    """The spliced expression."""
    worst: From


def built(root: Node, origins: Mapping[str, Origin]) -> Iterator[Built]:
    """Pieces and statements, with the worst part of each; the caller asks whether a statement is executed."""
    conditions = _BUILDER.search(syntax.text(root)) is not None
    for node in syntax.walk(root):
        if node.type == "call_expression":
            yield from _raw(node, conditions)
            yield from _formatted(node, origins)
            yield from _replaced(node)
        elif grows(node):
            yield from _grown(node)


def starred(root: Node) -> Iterator[Node]:
    """`knex("orders").select("*")`, where no query around it names its columns."""
    for call in syntax.walk(root):
        if call.type != "call_expression" or last(dotted(call)) != "select":
            continue
        given = [syntax.string(one) or "" for one in arguments(call)]
        if any(_STAR.fullmatch(one) for one in given) and _on_a_table(call):
            yield call


def _on_a_table(call: Node) -> bool:
    """Return whether the chain of calls around it begins with a table: `knex("x")`, `db.select("*").from("x")`."""
    top = call
    while top.parent is not None and top.parent.type in ("member_expression", "call_expression"):
        top = top.parent
    named = False
    node: Node | None = top
    while node is not None:
        if node.type == "call_expression" and last(dotted(node)) == "as":
            return False
        if node.type == "call_expression":
            function = node.child_by_field_name("function")
            table = bool(arguments(node)) and syntax.string(arguments(node)[0]) is not None
            if function is not None and function.type in ("identifier", "member_expression"):
                named = named or (table and last(dotted(node)) in ("from", "into", "table"))
                if table and _OF_A_TABLE.search(dotted(function)):
                    return True
            node = function
        elif node.type == "member_expression":
            node = node.child_by_field_name("object")
        else:
            return named and _OF_A_TABLE.search(dotted(node)) is not None
    return False


def _raw(call: Node, conditions: bool) -> Iterator[Built]:
    method, given = last(dotted(call)), arguments(call)
    function = call.child_by_field_name("function")
    if not given or function is None or function.type != "member_expression":
        return
    text = holed(given[0])
    if text is None or HOLE not in text or sql_text.may_be(text):
        return
    of_builder = method in RAW or (conditions and method in CONDITIONS)
    if method in _NAMED_BY_PLACE or (of_builder and _VALUE.search(text)):
        yield from _worst(call, parts(given[0]))


def _formatted(call: Node, origins: Mapping[str, Origin]) -> Iterator[Built]:
    """`util.format("... %s", value)`: unlike pg-format it quotes nothing."""
    name, given = dotted(call.child_by_field_name("function")), arguments(call)
    origin = origins.get(name.partition(".")[0])
    if origin is None or origin.specifier not in _FORMATS or len(given) < 2:
        return
    text = holed(given[0]) or _declared_text(given[0])
    if text and "%" in text and sql_text.may_be(text):
        yield from _worst(call, iter(given[1:]))


def _replaced(call: Node) -> Iterator[Built]:
    """`QUERY.replace("{{name}}", name)`."""
    function, given = call.child_by_field_name("function"), arguments(call)
    if last(dotted(call)) not in ("replace", "replaceAll") or function is None or len(given) != 2:
        return
    holder = function.child_by_field_name("object")
    while holder is not None and holder.type == "call_expression" and last(dotted(holder)) in ("replace", "replaceAll"):
        inner = holder.child_by_field_name("function")
        holder = inner.child_by_field_name("object") if inner is not None else None
    text = holed(holder) or _declared_text(holder)
    if text and sql_text.may_be(text):
        yield from _worst(call, iter(given[1:]))


def grows(node: Node) -> bool:
    """`sql += more`, `sql = sql + more`."""
    if node.type == "augmented_assignment_expression":
        return syntax.text(node.child_by_field_name("operator")) == "+="
    if node.type != "assignment_expression":
        return False
    first = node.child_by_field_name("right")
    name = syntax.text(node.child_by_field_name("left"))
    sum_of_itself = first is not None and first.type == "binary_expression"
    while first is not None and first.type == "binary_expression":
        first = first.child_by_field_name("left")
    return sum_of_itself and first is not None and first.type == "identifier" and syntax.text(first) == name


def _grown(node: Node) -> Iterator[Built]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    text, added = _declared_text(left), holed(right)
    if right is not None and text and sql_text.may_be(text) and added is not None and HOLE in added:
        yield from _worst(node, (one for one in parts(right) if syntax.text(one) != syntax.text(left)))


def _declared_text(name: Node | None) -> str:
    """The value of a name of this file, where that is a text."""
    if name is None or name.type != "identifier":
        return ""
    outer = name.parent
    while outer is not None:
        if outer.type in ("statement_block", "program"):
            found = declared(outer, syntax.text(name))
            if found is not None:
                return holed(found) or ""
        outer = outer.parent
    return ""


def _worst(node: Node, spliced: Iterator[Node]) -> Iterator[Built]:
    found = max(((of(part), part) for part in spliced), key=lambda one: one[0], default=None)
    if found is not None and found[0] is not From.CODE:
        yield Built(node, found[1], found[0])
