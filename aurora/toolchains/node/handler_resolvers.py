"""GraphQL resolvers in a map, `const resolvers = { Query: { orders: (parent, args, context) => ... } }`, by their
generated type, `const orders: QueryResolvers["orders"]`, by place, and beside their field: `t.field({ resolve })`.
"""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aurora.toolchains.node.handler_sign import Sign
from aurora.toolchains.node.syntax import (
    FUNCTIONS,
    arguments,
    dotted,
    parameter_name,
    parameters,
    properties,
    string,
    text,
    walk,
)

_TYPED = re.compile(r"\b(Query|Mutation|Subscription|[A-Z]\w*?)Resolvers\b")
"""Of what codegen makes of a schema: `QueryResolvers`, `NonNullable<MutationResolvers["addUser"]>`."""
_OF_A_TYPE = re.compile(
    r"(^|/)(quer(y|ies)|mutations?|subscriptions?|types?)(/|\.)|resolvers?/[^/]+\.[cm]?[jt]sx?$|resolvers?\.",
    re.IGNORECASE,
)
_TYPES = re.compile(r"(^|/)types?/", re.IGNORECASE)
"""Folders of the fields of types, whose only parameter is the parent, by the type's name."""
_PARENT = re.compile(r"_+\w*|(root|parent|obj|source)(Value)?")
_BUILDING = re.compile(
    r"(^|\.)(t|builder)\.(\w+\.)*(\w*[fF]ield|queryField|mutationField|prisma\w+|relayed\w+|connection|expose\w*"
    r"|(string|int|float|boolean|id)(List)?)$"
)
"""Of Pothos and Nexus."""
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
            elif _is_exported(node) and _PLACES.search(path):
                yield from _of_a_file(path, node)
            elif "resolve" in fields and ("type" in fields or _builds(node)):
                yield from _beside(node, fields["resolve"])
        elif node.type == "variable_declarator" and (typed := _TYPED.search(text(node.child_by_field_name("type")))):
            held = node.child_by_field_name("value")
            if held is not None and held.type in FUNCTIONS:
                yield held, Sign("graphql", (), f"{typed[1]}.{text(node.child_by_field_name('name'))}")
            elif typed[1]:
                yield from _fields(typed[1], held)
        elif node.type == "variable_declarator" and _PLACES.search(path):
            name = text(node.child_by_field_name("name"))
            if re.search(r"(query|mutation|queries|mutations)$", name, re.IGNORECASE):
                yield from _fields(name, node.child_by_field_name("value"))


def _is_exported(node: Node) -> bool:
    """Return whether it is a member of `export default { ... }`, `module.exports = { ... }`."""
    parent = node.parent
    if parent is None or parent.type != "assignment_expression":
        return parent is not None and parent.type == "export_statement"
    return text(parent.child_by_field_name("left")) in ("module.exports", "exports")


def _of_a_file(path: str, node: Node) -> Iterator[tuple[Node, Sign]]:
    """The fields of the type that a folder or file is called by: `resolvers/Query/author.js`."""
    for function, sign in _fields("", node):
        given = parameters(function)
        first = parameter_name(given[0]) if given else ""
        if _OF_A_TYPE.search(path) and (not given or _PARENT.fullmatch(first) or len(given) > 1 or _TYPES.search(path)):
            yield function, sign._replace(path=sign.path.lstrip("."))


def _builds(node: Node) -> bool:
    """Return whether an object is given to `t.field(...)`, `t.prismaField(...)`, `builder.queryField(...)`."""
    around = node.parent.parent if node.parent is not None and node.parent.type == "arguments" else None
    called = dotted(around.child_by_field_name("function")) if around is not None else ""
    return bool(_BUILDING.search(called))


def _beside(node: Node, resolve: Node) -> Iterator[tuple[Node, Sign]]:
    if resolve.type in FUNCTIONS:
        yield resolve, Sign("graphql", (), _key_around(node))


def _key_around(node: Node) -> str:
    """`users` of `users: t.field({ ... })` and of `t.field("users", { ... })`."""
    around = node.parent
    if around is not None and around.type == "arguments":
        named = next((string(one) for one in around.named_children if string(one)), None)
        if named:
            return named
        around = around.parent.parent if around.parent is not None else None
    return text(around.child_by_field_name("key")) if around is not None and around.type == "pair" else ""


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
