"""The schema of a GraphQL service as it is committed: one SDL document or many, read, validated, its fields named.

For a child process: graphql-core reads what a repository holds, bounded by tokens, so that no nesting exhausts it.
"""

from collections.abc import Iterable, Mapping

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    ExecutableDefinitionNode,
    GraphQLError,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    Source,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    build_ast_schema,
    parse,
    print_ast,
    specified_scalar_types,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.text import clip

MAX_CHARS = 4_000_000
MAX_TOKENS = 400_000
MOST_FAULTS = 50
ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_BY_THE_SERVER = ("Unknown directive", "Query root type must be provided")
"""Directives of federation and of transformers are declared by the server; a part of a graph may have no query."""
Definitions = list[DefinitionNode]
ObjectType = ObjectTypeDefinitionNode | ObjectTypeExtensionNode


class SchemaFacts(Value):
    """Facts that a task needs to know of a committed schema."""

    path: str
    """Path of the file with the queries."""
    files: tuple[str, ...]
    text: str
    """SDL, one piece: the files as they are, or printed anew where types of several were merged."""
    fields: tuple[str, ...]
    """`Query.user`, sorted."""
    faults: tuple[str, ...] = ()


def choose(texts: Mapping[str, str]) -> SchemaFacts | None:
    """The files of a project, best first, that are its schema; None where none is one.

    A file with everything in it binds alone; else all in the folder of the first one with queries, else all."""
    read = {path: found for path, text in texts.items() if (found := _guessed(text, path)) is not None}
    rooted = [path for path, found in read.items() if _fields(found)]
    if not rooted:
        return None
    extending = {name for found in read.values() for one in found if (name := _extends(one)) in ROOTS.values()}
    whole = next((path for path in rooted if _is_whole(read[path])), None)
    if whole is not None and (not extending or not _others_extend(read, whole)):
        return facts({whole: texts[whole]})
    folder = rooted[0].rpartition("/")[0]
    near = {path: texts[path] for path in read if not folder or path.startswith(f"{folder}/")}
    if _is_whole([one for path in near for one in read[path]]):
        return facts(near)
    return facts({path: texts[path] for path in read})


def facts(texts: Mapping[str, str]) -> SchemaFacts:
    """The facts of files that are said to be the schema. Raises `Refusal` for what is none."""
    definitions: Definitions = []
    broken: list[str] = []
    for path, text in texts.items():
        try:
            definitions += _parsed(text, path)
        except GraphQLError as error:
            broken.append(_said(error, path))
    own = [one for one in definitions if not isinstance(one, ExecutableDefinitionNode)]
    names = ", ".join(texts)
    if not own:
        first = broken[0] if broken else f"{names}: no schema: it defines no types."
        hint = "Operations of clients are none, nor is the JSON of an introspection: name the SDL."
        raise Refusal(first, hint)
    merged = _merged(own) if len(texts) > 1 else None
    plain = merged is None and not broken and len(own) == len(definitions)
    text = _joined(texts) if plain else print_ast(DocumentNode(definitions=tuple(merged or own)))
    first_path = next((path for path, content in texts.items() if _has_queries(content, path)), next(iter(texts)))
    return SchemaFacts(
        path=first_path,
        files=tuple(texts),
        text=text,
        fields=_fields(merged or own),
        faults=tuple([*broken, *_faults(merged or own)][:MOST_FAULTS]),
    )


def _guessed(text: str, path: str) -> Definitions | None:
    """None for what is no SDL: operations of clients, another language."""
    try:
        found = _parsed(text, path)
    except (GraphQLError, Refusal):
        return None
    own = [one for one in found if not isinstance(one, ExecutableDefinitionNode)]
    return own if len(own) == len(found) else None


def _parsed(text: str, path: str) -> Definitions:
    if len(text) > MAX_CHARS:
        raise Refusal(f"{path}: {len(text):,} characters; at most {MAX_CHARS:,} are read.", "Is this the right file?")
    if not text.strip():
        return []
    try:
        document = parse(Source(text, path), max_tokens=MAX_TOKENS)
    except RecursionError:
        raise Refusal(f"{path}: nested too deeply to be read.", "Is this the right file?") from None
    return list(document.definitions)


def _has_queries(text: str, path: str) -> bool:
    try:
        return any(field.startswith("Query.") for field in _fields(_parsed(text, path)))
    except GraphQLError:
        return False


def _roots(definitions: Iterable[DefinitionNode]) -> dict[str, str]:
    """Type -> kind of operation."""
    said = {
        operation.type.name.value: operation.operation.value
        for one in definitions
        if isinstance(one, SchemaDefinitionNode | SchemaExtensionNode)
        for operation in one.operation_types or ()
    }
    return said or {name: kind for kind, name in ROOTS.items()}


def _fields(definitions: Definitions) -> tuple[str, ...]:
    roots = _roots(definitions)
    return tuple(
        sorted(
            {
                f"{ROOTS[roots[one.name.value]]}.{field.name.value}"
                for one in definitions
                if isinstance(one, ObjectTypeDefinitionNode | ObjectTypeExtensionNode) and one.name.value in roots
                for field in one.fields or ()
            }
        )
    )


def _extends(one: DefinitionNode) -> str:
    return one.name.value if isinstance(one, TypeExtensionNode) else ""


def _others_extend(read: Mapping[str, Definitions], whole: str) -> bool:
    return any(_extends(one) for path, found in read.items() if path != whole for one in found)


def _is_whole(definitions: Definitions) -> bool:
    """Return whether each type that is referred to is there."""
    defined = {one.name.value for one in definitions if isinstance(one, TypeDefinitionNode | TypeExtensionNode)}
    return bool(_fields(definitions)) and _used(definitions) <= defined | set(specified_scalar_types)


def _used(definitions: Definitions) -> set[str]:
    found: set[str] = set()
    for one in definitions:
        if isinstance(one, DirectiveDefinitionNode):
            continue
        found |= {type_name(inner) for inner in getattr(one, "interfaces", None) or ()}
        found |= {type_name(inner) for inner in getattr(one, "types", None) or ()}
        for field in getattr(one, "fields", None) or ():
            found.add(type_name(field.type))
            found |= {type_name(argument.type) for argument in getattr(field, "arguments", None) or ()}
    return found


def type_name(node: TypeNode) -> str:
    """The name of a type without its list and non-null marks."""
    inner = node
    while hasattr(inner, "type"):
        inner = inner.type
    return str(getattr(inner, "name").value)  # noqa: B009 (what is left is a named type)


def _merged(definitions: Definitions) -> Definitions | None:
    """Merge definitions as servers merge files: a type that stands in two is one, an extension of nothing is a type.
    None: no need."""
    others: Definitions = []
    kept: dict[str, ObjectTypeDefinitionNode] = {}
    defined = {one.name.value for one in definitions if isinstance(one, ObjectTypeDefinitionNode)}
    changed = False
    for one in definitions:
        if not isinstance(one, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            others.append(one)
            continue
        name, known = one.name.value, kept.get(one.name.value)
        extension = isinstance(one, ObjectTypeExtensionNode)
        changed = changed or (name not in defined if extension else known is not None)
        kept[name] = _with(known, one)
    return [*others, *kept.values()] if changed else None


def _with(known: ObjectTypeDefinitionNode | None, more: ObjectType) -> ObjectTypeDefinitionNode:
    """A type with what another place says of it; a field that both have is the first one's."""
    there = {field.name.value for field in known.fields or ()} if known else set()
    return ObjectTypeDefinitionNode(
        name=more.name,
        interfaces=(*((known.interfaces if known else None) or ()), *(more.interfaces or ())),
        directives=(*((known.directives if known else None) or ()), *(more.directives or ())),
        fields=(
            *((known.fields if known else None) or ()),
            *(field for field in more.fields or () if field.name.value not in there),
        ),
        description=getattr(known, "description", None) or getattr(more, "description", None),
        loc=known.loc if known else more.loc,
    )


def _joined(texts: Mapping[str, str]) -> str:
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n".join(f"# {path}\n{text.strip()}\n" for path, text in texts.items() if text.strip())


def _faults(definitions: Definitions) -> list[str]:
    document = DocumentNode(definitions=tuple(definitions))
    found = [_said(error) for error in validate_sdl(document) if not error.message.startswith(_BY_THE_SERVER)]
    if not found:
        try:
            schema = build_ast_schema(document, assume_valid_sdl=True)
            found = [_said(error) for error in validate_schema(schema) if not error.message.startswith(_BY_THE_SERVER)]
        except (GraphQLError, TypeError, ValueError, RecursionError) as error:
            found = [clip(str(error).partition("\n")[0], 240)]
    return list(dict.fromkeys(found))


def _said(error: GraphQLError, path: str = "") -> str:
    """`schema.graphql:8: why`."""
    node = next(iter(error.nodes or ()), None)
    source = node.loc.source if node is not None and node.loc is not None else error.source
    place = source.name if source is not None else path
    line = error.locations[0].line if error.locations else 0
    return f"{place}{f':{line}' if line else ''}: {clip(error.message, 240)}"
