"""Operations made from a schema: one root field, its arguments as variables, and a selection to a bounded depth.

The selection is kept beside the text, so that an answer can be held against the types that it was asked by.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from .graphql_values import Draw, Pool, Unsupported

DEEPEST = 4
"""Levels of objects that are selected."""
MOST_FIELDS = 220
MOST_TYPES = 6
"""Members of an abstract type that get a fragment."""
MOST_DEEP = 12
"""Fields with fields of their own that are selected of one object below the first level."""


@dataclass
class Selected:
    """A field that was asked for. `by_type`: of what its type may be, what is asked for of each."""

    key: str
    name: str
    owner: str
    kind: GraphQLOutputType
    arguments: str = ""
    by_type: dict[str, list["Selected"]] = field(default_factory=dict)
    abstract: bool = False

    @property
    def coordinate(self) -> str:
        return f"{self.owner}.{self.name}"

    def text(self) -> str:
        own = self.name if self.key == self.name else f"{self.key}: {self.name}"
        if not is_composite_type(get_named_type(self.kind)):
            return f"{own}{self.arguments}"
        if self.abstract:
            inner = [
                f"... on {name} {{ {' '.join(one.text() for one in of)} }}" for name, of in self.by_type.items() if of
            ]
            return f"{own}{self.arguments} {{ __typename {' '.join(inner)} }}"
        chosen = next(iter(self.by_type.values()), [])
        return f"{own}{self.arguments} {{ {' '.join(one.text() for one in chosen) or '__typename'} }}"


@dataclass
class Operation:
    kind: str
    """`query`, `mutation`."""
    root: Selected
    declared: str
    variables: dict[str, Any]
    drawn: Draw

    @property
    def name(self) -> str:
        return self.root.coordinate

    def text(self) -> str:
        return f"{self.kind} {self.root.name}{f'({self.declared})' if self.declared else ''} {{ {self.root.text()} }}"


class Maker:
    """Makes operations of one schema. What the service was seen not to know is left out from then on."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.unknown: set[str] = set()
        """`Type.field`, `Type.field(argument)`."""

    def roots(self, kind: str) -> dict[str, GraphQLField]:
        owner = self.owner(kind)
        return dict(owner.fields) if owner is not None else {}

    def owner(self, kind: str) -> GraphQLObjectType | None:
        return self.schema.query_type if kind == "query" else self.schema.mutation_type

    def operation(
        self, kind: str, name: str, drawn: Draw, depth: int = DEEPEST, only: frozenset[str] | None = None
    ) -> Operation:
        """`only`: coordinates of the fields with fields that are selected below the root; none: all.

        Raises `Unsupported`."""
        owner = self.owner(kind)
        assert owner is not None
        making = _Making(self, drawn, only)
        root = making.selected(owner.name, name, owner.fields[name], depth, name)
        return Operation(kind, root, ", ".join(making.declared), making.variables, drawn)

    def read(self, document: DocumentNode) -> Operation | None:
        """An operation of ours from its text; None for any other."""
        definition = next((one for one in document.definitions if isinstance(one, OperationDefinitionNode)), None)
        owner = self.owner(definition.operation.value) if definition is not None else None
        if definition is None or owner is None:
            return None
        roots = _read(self.schema, owner, definition.selection_set)
        drawn = Draw(Pool(), random.Random(0), 0, "", (), False)  # noqa: S311 (nothing is drawn)
        return Operation(definition.operation.value, roots[0], "", {}, drawn) if roots else None

    def members(self, named: Any) -> list[GraphQLObjectType]:
        if is_abstract_type(named):
            return sorted(self.schema.get_possible_types(named), key=lambda one: one.name)[:MOST_TYPES]
        return [named]


class _Making:
    def __init__(self, maker: Maker, drawn: Draw, only: frozenset[str] | None) -> None:
        self.maker, self.drawn, self.only = maker, drawn, only
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}
        self.left = MOST_FIELDS

    def selected(self, owner: str, name: str, of: GraphQLField, depth: int, key: str) -> Selected:
        self.left -= 1
        selected = Selected(key, name, owner, of.type, self._arguments(owner, name, of))
        named = get_named_type(of.type)
        if is_composite_type(named):
            selected.abstract = is_abstract_type(named)
            for member in self.maker.members(named):
                selected.by_type[member.name] = self._fields(member, depth - 1, selected.abstract)
        return selected

    def _fields(self, owner: GraphQLObjectType, depth: int, abstract: bool) -> list[Selected]:
        found: list[Selected] = []
        # leaves first: what is bounded is what lies deeper
        ordered = sorted(owner.fields.items(), key=lambda one: not is_leaf_type(get_named_type(one[1].type)))
        deep = 0
        for name, of in ordered:
            coordinate = f"{owner.name}.{name}"
            composite = is_composite_type(get_named_type(of.type))
            if coordinate in self.maker.unknown or self.left <= 0 or name.startswith("__"):
                continue
            if composite:
                if depth <= 0 or deep >= MOST_DEEP or (self.only is not None and coordinate not in self.only):
                    continue
                deep += 1
            key = f"{owner.name}__{name}" if abstract else name
            try:
                found.append(self.selected(owner.name, name, of, depth, key))
            except Unsupported:
                continue
        return found

    def _arguments(self, owner: str, name: str, of: GraphQLField) -> str:
        given = []
        root = owner in (getattr(self.maker.owner(one), "name", "") for one in ("query", "mutation"))
        for argument, about in of.args.items():
            if f"{owner}.{name}({argument})" in self.maker.unknown:
                continue
            must = is_non_null_type(about.type) and about.default_value is Undefined
            fixed = root and argument in self.drawn.given
            if not (must or fixed) and not (root and self.drawn.wanted(about.type, about.default_value)):
                continue
            variable = f"v{len(self.variables)}"
            self.variables[variable] = None  # its name is taken, whatever is made for it
            subject = item_type(of.type).name
            made = (
                self.drawn.given[argument]
                if fixed
                else self.drawn.value(about.type, argument, f"/variables/{variable}", about=subject)
            )
            self.variables[variable] = made
            self.declared.append(f"${variable}: {about.type}")
            given.append(f"{argument}: ${variable}")
        return f"({', '.join(given)})" if given else ""


def _read(schema: GraphQLSchema, owner: Any, of: SelectionSetNode | None) -> list[Selected]:
    found = []
    for node in of.selections if of is not None else ():
        known = owner.fields.get(node.name.value) if isinstance(node, FieldNode) and hasattr(owner, "fields") else None
        if known is None or not isinstance(node, FieldNode):
            continue
        key = node.alias.value if node.alias else node.name.value
        selected = Selected(key, node.name.value, owner.name, known.type)
        named = get_named_type(known.type)
        if is_abstract_type(named):
            selected.abstract = True
            for part in node.selection_set.selections if node.selection_set else ():
                if isinstance(part, InlineFragmentNode) and part.type_condition is not None:
                    name = part.type_condition.name.value
                    selected.by_type[name] = _read(schema, schema.get_type(name), part.selection_set)
        elif is_composite_type(named):
            selected.by_type[named.name] = _read(schema, named, node.selection_set)
        found.append(selected)
    return found


def item_type(kind: GraphQLOutputType) -> Any:
    """The type that an answer is about: of a list its items', of a connection its nodes', of a payload its object's."""
    named = get_named_type(kind)
    fields = getattr(named, "fields", {})
    for wrapper in ("edges", "nodes", "node", "items", "results", "data"):
        if wrapper in fields and is_composite_type(get_named_type(fields[wrapper].type)):
            return item_type(fields[wrapper].type)
    if named.name.endswith(("Payload", "Response", "Result", "Output")):
        objects = [get_named_type(one.type) for one in fields.values()]
        inner = [one for one in objects if is_composite_type(one) and not one.name.endswith(("Error", "Errors"))]
        if inner:
            return inner[0]
    if is_abstract_type(named) and hasattr(named, "types"):
        return next((one for one in named.types if "Error" not in one.name), named)
    return named


def is_list(kind: GraphQLOutputType) -> bool:
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)
