"""GraphQL schemas against each other: the committed SDL and the served schema, an old and a new SDL.

For a child of `bounded`: both are somebody else's text. What is breaking and what is dangerous is graphql-core's word;
what is added it does not tell, and is looked for here. What federation and the servers put in by themselves is left
out, and so are directives: introspection does not show where they are applied.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    build_client_schema,
    get_named_type,
    parse,
    print_type,
)
from graphql.language import ast, visit, visitor
from graphql.type import is_abstract_type, is_specified_scalar_type, specified_scalar_types
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from aurora.contract.breaking import MOST, Change, Level
from aurora.contract.comparison import CHECK
from aurora.domain.findings import Finding, Weight
from aurora.errors import Refusal
from aurora.text import clip

TOKENS = 1_000_000
NEAR = 2
"""Steps from a root field to the types that a task on it is taken to touch."""
QUOTED = 400
PARTS = ("name", "directives", "interfaces", "fields", "values", "types", "loc")
"""Parts of an extension, which a definition has as well."""
ROOTS = ("Query", "Mutation", "Subscription")
OWN = re.compile(
    r"(_service|_entities|_Service|_Entity|_Any|_FieldSet|FieldSet|CacheControlScope|(federation|link)__\w+|__\w+)$"
)
"""Of federation, of Apollo's cache control, and of introspection."""
_MEMBER = re.compile(r"^(?:An? \w+ field )?(\w+) (?:was (?:added to|removed from) enum|on input) type (\w+)")
_COORDINATE = re.compile(r"\b[_A-Za-z]\w*\.[_A-Za-z]\w*")
_NAME = re.compile(r"\b(?:union type|implemented by) (\w+)")
_ADDITION = "ADDED"
BEYOND = frozenset(
    {"VALUE_ADDED_TO_ENUM", "TYPE_ADDED_TO_UNION", "OPTIONAL_INPUT_FIELD_ADDED", "OPTIONAL_ARG_ADDED", _ADDITION}
)
"""Things that a service may have beyond its schema, and what breaks nobody."""


class SchemaChange(NamedTuple):
    """A difference, at its coordinate: `User.email`, or `User` for a type."""

    level: Level
    kind: str
    """Kind of graphql-core: `FIELD_REMOVED`; `ADDED` for what only the second schema has."""
    at: str
    message: str


def compared_schemas(
    path: str,
    sdl: str,
    served: str,
    touched: Sequence[str],
    base: tuple[str, str] | None,
    later: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """The committed SDL against what is served, SDL or the JSON of an introspection; blocking ones first.

    `touched`: root fields, `Mutation.addUser`. `base`: the same two at the base commit; what they show is known. What
    the SDL promises and is not served, and what is served beyond it, blocks where the task touches it. `later`: root
    fields that are still to be made; of them, and of types that only they need so far, nothing is told.
    Raises `Refusal`."""
    committed, running = schema_of(sdl, path), schema_of(served, "the served schema")
    known: frozenset[tuple[str, str]] = frozenset()
    served_before: GraphQLSchema | None = None
    if base is not None:
        try:
            before, served_before = schema_of(base[0], path), schema_of(base[1], "the schema served at the base")
            known = frozenset((one.kind, one.message) for one in schema_changes(before, served_before))
        except Refusal:
            served_before = None
    near = {name for schema in (committed, running) for name in _near(schema, touched)}
    to_come = _to_come(committed, running, later)
    findings = []
    for one in schema_changes(committed, running):
        if one.at in to_come:
            continue
        root = one.at.partition(".")[0] in ROOTS
        new = root and one.kind == _ADDITION and served_before is not None and not _said(served_before, one.at)
        mine = new or one.at in touched or (not root and one.at.partition(".")[0] in near)
        weight = Weight.BLOCKS if mine and (one.level is Level.BREAKING or one.kind in BEYOND) else Weight.ADVICE
        if (one.kind, one.message) in known:
            weight = Weight.KNOWN
        findings.append(_finding(one, weight, path, committed, running))
    order = list(Weight)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.weight))[:MOST])


def breaking_schemas(old: str, new: str) -> tuple[Change, ...]:
    """Changes of an SDL that clients of the old one notice, breaking ones first. Raises `Refusal`."""
    before, after = schema_of(old, "the old schema"), schema_of(new, "the new schema")
    order = list(Level)
    changes = [
        Change(
            level=one.level,
            kind=one.kind,
            operation=one.at,
            message=clip(one.message, 600),
            old=_said(before, one.at) or "nothing",
            old_at=one.at,
            new=_said(after, one.at) or "nothing",
            new_at=one.at,
        )
        for one in schema_changes(before, after)
        if one.kind != _ADDITION
    ]
    return tuple(sorted(changes, key=lambda change: order.index(change.level))[:MOST])


def schema_changes(left: GraphQLSchema, right: GraphQLSchema) -> tuple[SchemaChange, ...]:
    """The changes from left to right, each once."""
    found = [
        SchemaChange(level, change.type.name, _coordinate(change.description), change.description)
        for level, changes in (
            (Level.BREAKING, find_breaking_changes(left, right)),
            (Level.DANGEROUS, find_dangerous_changes(left, right)),
        )
        for change in changes
        if not change.type.name.startswith(("DIRECTIVE", "REQUIRED_DIRECTIVE"))
        and not change.description.startswith("Standard scalar")  # such as ID: what used it is told by itself
    ]
    found += [*_additions(left, right), *_deprecations(left, right)]
    return tuple(dict.fromkeys(one for one in found if not _own(one.at)))


def _own(at: str) -> bool:
    return at in specified_scalar_types or any(OWN.match(part) for part in at.split("."))


def schema_of(text: str, what: str) -> GraphQLSchema:
    """The schema in an SDL, extensions and all, or in the JSON of an introspection. A type that is named and never
    defined, as those of federation, is taken for a scalar. Raises `Refusal`."""
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("{"):
            value = json.loads(text.lstrip("\ufeff"))
            return build_client_schema(value.get("data") or value, assume_valid=True)
        document = parse(text, max_tokens=TOKENS)
        if not any(
            isinstance(one, ast.TypeSystemDefinitionNode | ast.TypeExtensionNode) for one in document.definitions
        ):
            raise ValueError("it defines no type")
        return build_ast_schema(_whole(document), assume_valid=True, assume_valid_sdl=True)
    except GraphQLError as error:
        line = f":{error.locations[0].line}" if error.locations else ""
        raise Refusal(
            f"{what}{line}: not a GraphQL schema: {clip(error.message, 200)}", "Fix it and try again."
        ) from None
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        raise Refusal(f"{what}: not a GraphQL schema: {clip(str(error), 200)}", "Fix it and try again.") from None


_DEFINED_BY = {
    ast.ObjectTypeExtensionNode: ast.ObjectTypeDefinitionNode,
    ast.InterfaceTypeExtensionNode: ast.InterfaceTypeDefinitionNode,
    ast.InputObjectTypeExtensionNode: ast.InputObjectTypeDefinitionNode,
    ast.EnumTypeExtensionNode: ast.EnumTypeDefinitionNode,
    ast.UnionTypeExtensionNode: ast.UnionTypeDefinitionNode,
    ast.ScalarTypeExtensionNode: ast.ScalarTypeDefinitionNode,
}


class _Named(visitor.Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_named_type(self, node: Any, *_: Any) -> None:
        self.names.add(node.name.value)


def _whole(document: DocumentNode) -> DocumentNode:
    """The document with a definition for each type that is only extended, as in a subgraph, or only named."""
    defined = {one.name.value for one in document.definitions if isinstance(one, ast.TypeDefinitionNode)}
    definitions: list[Any] = []
    for one in document.definitions:
        maker = _DEFINED_BY.get(cast(Any, type(one)))
        name = one.name.value if isinstance(one, ast.TypeExtensionNode) and one.name else ""
        if maker is not None and name not in defined:
            defined.add(name)
            definitions.append(maker(**{part: getattr(one, part) for part in PARTS if hasattr(one, part)}))
        else:
            definitions.append(one)
    named = _Named()
    visit(document, named)
    definitions += [
        ast.ScalarTypeDefinitionNode(name=ast.NameNode(value=name), directives=())
        for name in sorted(named.names - defined - specified_scalar_types.keys())
    ]
    return DocumentNode(definitions=tuple(definitions), loc=document.loc)


def _fields(named: GraphQLNamedType | None) -> dict[str, Any]:
    if isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        return cast(dict[str, Any], named.fields)
    return {}


def _additions(left: GraphQLSchema, right: GraphQLSchema) -> Iterator[SchemaChange]:
    """Fields that only the right schema has, in types of both and in root types; a new type is reached by one."""
    for name, named in right.type_map.items():
        if name not in left.type_map and name not in ROOTS:
            continue
        known = _fields(left.type_map.get(name))
        optional = isinstance(named, GraphQLInputObjectType)  # of which graphql-core tells
        for field in _fields(named):
            if field not in known and not optional:
                yield SchemaChange(Level.CHANGE, _ADDITION, f"{name}.{field}", f"{name}.{field} was added.")


def _deprecations(left: GraphQLSchema, right: GraphQLSchema) -> Iterator[SchemaChange]:
    for name, named in right.type_map.items():
        known = _fields(left.type_map.get(name))
        for field, stated in _fields(named).items():
            if field in known and bool(known[field].deprecation_reason) != bool(stated.deprecation_reason):
                word = "is deprecated" if stated.deprecation_reason else "is no longer deprecated"
                yield SchemaChange(Level.CHANGE, "DEPRECATION", f"{name}.{field}", f"{name}.{field} {word}.")


def _coordinate(description: str) -> str:
    if found := _MEMBER.search(description):
        return f"{found[2]}.{found[1]}"
    if found := _COORDINATE.search(description):
        return found[0]
    found = _NAME.search(description)
    return found[1] if found else description.partition(" ")[0]


def _to_come(committed: GraphQLSchema, running: GraphQLSchema, later: Sequence[str]) -> set[str]:
    """Root fields that are still to be made, and types that nothing else needs and that are not served yet."""
    if not later:
        return set()
    kept = [
        (root, field)
        for root in ROOTS
        for name, field in _fields(committed.type_map.get(root)).items()
        if f"{root}.{name}" not in later
    ]
    needed, reached = {root for root, _ in kept}, [field for _, field in kept]
    while reached:
        names = {name for field in reached for name in _types_of(field)}
        abstract = [named for name in names if is_abstract_type(named := committed.type_map.get(name))]
        names |= {one.name for named in abstract for one in committed.get_possible_types(named)}
        reached = [field for name in names - needed for field in _fields(committed.type_map.get(name)).values()]
        needed |= names
    return {*later, *(committed.type_map.keys() - needed - running.type_map.keys())}


def _near(schema: GraphQLSchema, touched: Sequence[str]) -> Iterator[str]:
    """Names of the types near the touched root fields: what they take, and what they give."""
    for coordinate in touched:
        root, _, field = coordinate.partition(".")
        reached = [_fields(schema.type_map.get(root)).get(field)]
        for _ in range(NEAR):
            names = {name for one in reached if one is not None for name in _types_of(one)}
            yield from names
            reached = [one for name in names for one in _fields(schema.type_map.get(name)).values()]


def _types_of(field: Any) -> Iterator[str]:
    for one in (field, *getattr(field, "args", {}).values()):
        named = get_named_type(one.type)
        if not is_specified_scalar_type(named):
            yield named.name


def _said(schema: GraphQLSchema, at: str) -> str:
    """The way a schema defines what stands at a coordinate; empty where it does not."""
    name, _, field = at.partition(".")
    named = schema.type_map.get(name)
    if named is None:
        return ""
    if not field:
        return clip(_without_descriptions(named), QUOTED)
    if isinstance(named, GraphQLEnumType):
        return field if field in named.values else ""
    stated = _fields(named).get(field)
    if stated is None:
        return ""
    arguments = ", ".join(f"{key}: {one.type}" for key, one in getattr(stated, "args", {}).items())
    return clip(f"{field}{f'({arguments})' if arguments else ''}: {stated.type}", QUOTED)


def _without_descriptions(named: GraphQLNamedType) -> str:
    if isinstance(named, GraphQLUnionType):
        return f"union {named.name} = {' | '.join(one.name for one in named.types)}"
    if isinstance(named, GraphQLEnumType):
        return f"enum {named.name} {{ {' '.join(named.values)} }}"
    fields = _fields(named)
    if fields:
        return f"{named.name} {{ {', '.join(f'{key}: {one.type}' for key, one in fields.items())} }}"
    return print_type(named)


def _line(schema: GraphQLSchema, at: str) -> int:
    name, _, field = at.partition(".")
    named = schema.type_map.get(name)
    stated = _fields(named).get(field) if field else None
    node = (stated.ast_node if stated is not None else None) or (named.ast_node if named is not None else None)
    return node.loc.start_token.line if node is not None and node.loc is not None else 0


def _finding(one: SchemaChange, weight: Weight, path: str, committed: GraphQLSchema, running: GraphQLSchema) -> Finding:
    ours, theirs = _said(committed, one.at), _said(running, one.at)
    line = _line(committed, one.at)
    place = f"{path or 'the schema'}{f':{line}' if line else ''}"
    quoted = [f"`{said}`" if said else "nothing of it" for said in (ours, theirs)]
    return Finding(
        check=CHECK,
        path=path,
        line=line,
        message=clip(
            f"{one.at}: from the committed schema to the served one, {one.message} {place} says: "
            f"{quoted[0]}. The application serves: {quoted[1]}.",
            3000,
        ),
        hint="The schema binds: serve what it says, or have it changed first.",
        weight=weight,
    )
