"""GraphQL resolvers in a map: `const resolvers = { Query: { orders: (parent, args, context) => ... } }`."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.toolchains.node.handler_sign import Sign
from aurora.toolchains.node.syntax import FUNCTIONS, arguments, properties, text, walk

_ROOTS = {"Query", "Mutation", "Subscription"}
_NAMES = re.compile(r"resolvers?$", re.IGNORECASE)
_PLACES = re.compile(r"(^|/)(resolvers?|graphql)(/|\.)|resolvers?\.[cm]?[jt]s$", re.IGNORECASE)


def signs(path: str, root: Node) -> Iterator[tuple[Node, Sign]]:
    for node in walk(root):
        if node.type == "object":
            fields = properties(node)
            if fields.keys() & _ROOTS or (_NAMES.search(_held_by(node)) and _of_types(fields)):
                for type_name, value in fields.items():
                    yield from _fields(type_name, value)
        elif node.type == "variable_declarator" and _PLACES.search(path):
            name = text(node.child_by_field_name("name"))
            if re.search(r"(Query|Mutation|Queries|Mutations)$", name):
                yield from _fields(name, node.child_by_field_name("value"))


def _held_by(node: Node) -> str:
    holder = node.parent
    while holder is not None and holder.type in ("as_expression", "satisfies_expression"):
        holder = holder.parent
    if holder is None:
        return ""
    return text(holder.child_by_field_name("name") or holder.child_by_field_name("key"))


def _of_types(fields: Mapping[str, Node]) -> bool:
    return any(name[:1].isupper() and value.type == "object" for name, value in fields.items())


def _fields(type_name: str, value: Node | None) -> Iterator[tuple[Node, Sign]]:
    for name, one in properties(value).items():
        found: Node | None = one
        while found is not None and found.type == "call_expression":
            found = next((inner for inner in arguments(found) if inner.type in (*FUNCTIONS, "call_expression")), None)
        if found is not None and found.type == "object":
            # `{ subscribe, resolve }`
            found = properties(found).get("resolve")
        if found is not None and found.type in FUNCTIONS:
            yield found, Sign("graphql", (), f"{type_name}.{name}")
