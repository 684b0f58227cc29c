"""The parts of a GraphQL schema that the exercise of a served application needs: its SDL, each root field with what it
leads to.

For a child of `bounded`: the text comes from a repository nobody trusts.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type, print_type
from graphql.type import is_specified_scalar_type
from pydantic import Field

from aurora.contract import graphql_sdl
from aurora.contract.graphql_schemas import schema_of
from aurora.domain.value import Value


class ExercisedSchema(Value):
    text: str
    """SDL, all files joined."""
    operations: dict[str, str] = Field(default_factory=dict)
    """`Query.user` -> digest of the field, and of all types that it takes or leads to."""


def read(texts: dict[str, str]) -> ExercisedSchema:
    """`texts`: of its files, by path. Raises `Refusal`."""
    facts = graphql_sdl.facts(texts)
    schema = schema_of(facts.text, next(iter(texts), "the schema"))
    roots = [one for one in (schema.query_type, schema.mutation_type, schema.subscription_type) if one is not None]
    names = frozenset(root.name for root in roots)
    kinds = ("Query", "Mutation", "Subscription")
    titles = dict(zip((schema.query_type, schema.mutation_type, schema.subscription_type), kinds, strict=True))
    found = {f"{titles[root]}.{name}": _digest(field, names) for root in roots for name, field in root.fields.items()}
    return ExercisedSchema(text=facts.text, operations=found)


def _digest(field: Any, roots: frozenset[str]) -> str:
    said = [str(field.type), *(f"{name}: {one.type} = {one.default_value!r}" for name, one in field.args.items())]
    reached: dict[str, GraphQLNamedType] = {}
    waiting = list(_types_of(field))
    while waiting:
        one = waiting.pop()
        if one.name in reached or one.name in roots or is_specified_scalar_type(one):
            continue
        reached[one.name] = one
        waiting += _below(one)
    said += [print_type(reached[name]) for name in sorted(reached)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _below(one: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    fields: Iterable[Any] = getattr(one, "fields", {}).values()
    for field in fields:
        yield from _types_of(field)
    yield from getattr(one, "types", ())
    if isinstance(one, GraphQLObjectType):
        yield from one.interfaces


def _types_of(field: Any) -> Iterator[GraphQLNamedType]:
    yield get_named_type(field.type)
    for argument in getattr(field, "args", {}).values():
        yield get_named_type(argument.type)
