"""A committed GraphQL schema against the served one, and an old one against a new one."""

import json

import pytest
from graphql import build_schema, introspection_from_schema

from aurora.contract.breaking import Level
from aurora.contract.graphql_schemas import breaking_schemas, compared_schemas
from aurora.domain.findings import Weight
from aurora.errors import Refusal

SDL = '''
"""What can be asked."""
type Query {
  user(id: ID!): User
  users(role: Role): [User!]!
}
type Mutation { addUser(input: NewUser!): User! }
type User implements Node { id: ID! name: String! role: Role pet: Pet }
interface Node { id: ID! }
type Cat { name: String }
type Dog { name: String }
union Pet = Cat | Dog
enum Role { ADMIN GUEST }
input NewUser { name: String! role: Role }
'''


def edited(*edits: tuple[str, str], sdl: str = SDL) -> str:
    for old, new in edits:
        assert old in sdl
        sdl = sdl.replace(old, new)
    return sdl


CHANGES = [
    pytest.param(("  user(id: ID!): User\n", ""), Level.BREAKING, "Query.user", "FIELD_REMOVED", id="root field"),
    pytest.param((" name: String! role", " role"), Level.BREAKING, "User.name", "FIELD_REMOVED", id="field"),
    pytest.param(
        ("name: String! role: Role pet", "name: String role: Role pet"),
        Level.BREAKING,
        "User.name",
        "FIELD_CHANGED_KIND",
        id="may be null",
    ),
    pytest.param(
        ("users(role: Role)", "users(role: Role!)"), Level.BREAKING, "Query.users", "ARG_CHANGED_KIND", id="argument"
    ),
    pytest.param(
        ("users(role: Role)", "users(role: Role, of: ID!)"),
        Level.BREAKING,
        "Query.users",
        "REQUIRED_ARG_ADDED",
        id="required argument",
    ),
    pytest.param(
        ("input NewUser { ", "input NewUser { mail: String! "),
        Level.BREAKING,
        "NewUser.mail",
        "REQUIRED_INPUT_FIELD_ADDED",
        id="required input",
    ),
    pytest.param(("ADMIN GUEST", "ADMIN"), Level.BREAKING, "Role.GUEST", "VALUE_REMOVED_FROM_ENUM", id="enum value"),
    pytest.param(("Cat | Dog", "Cat"), Level.BREAKING, "Pet", "TYPE_REMOVED_FROM_UNION", id="union"),
    pytest.param((" implements Node", ""), Level.BREAKING, "User", "IMPLEMENTED_INTERFACE_REMOVED", id="interface"),
    pytest.param(
        ("ADMIN GUEST", "ADMIN GUEST BOT"), Level.DANGEROUS, "Role.BOT", "VALUE_ADDED_TO_ENUM", id="new enum value"
    ),
    pytest.param(
        ("union Pet = Cat | Dog", "type Cow { name: String }\nunion Pet = Cat | Dog | Cow"),
        Level.DANGEROUS,
        "Pet",
        "TYPE_ADDED_TO_UNION",
        id="new member",
    ),
    pytest.param(
        ("users(role: Role)", "users(role: Role, of: ID)"),
        Level.DANGEROUS,
        "Query.users",
        "OPTIONAL_ARG_ADDED",
        id="new argument",
    ),
    pytest.param(
        ("input NewUser { ", "input NewUser { mail: String "),
        Level.DANGEROUS,
        "NewUser.mail",
        "OPTIONAL_INPUT_FIELD_ADDED",
        id="new input",
    ),
    pytest.param(("pet: Pet", "pet: Pet @deprecated"), Level.CHANGE, "User.pet", "DEPRECATION", id="deprecated"),
]


@pytest.mark.parametrize(("edit", "level", "at", "kind"), CHANGES)
def test_a_change_of_the_schema_is_told(edit: tuple[str, str], level: Level, at: str, kind: str) -> None:
    assert (level, at, kind) in [(one.level, one.operation, one.kind) for one in breaking_schemas(SDL, edited(edit))]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(("pet: Pet", "pet: Pet age: Int"), id="a new field"),
        pytest.param(("users(role: Role): [User!]!", "users(role: Role): [User!]! cats: [Cat]"), id="a new root field"),
        pytest.param(("pet: Pet", "pet: Pet!"), id="never null"),
        pytest.param(("What can be asked", "Questions"), id="words"),
    ],
)
def test_a_change_that_no_client_notices_is_not_told(edit: tuple[str, str]) -> None:
    assert breaking_schemas(SDL, edited(edit)) == ()


def test_both_versions_are_quoted() -> None:
    (one,) = breaking_schemas(SDL, edited(("name: String! role: Role pet", "name: Int! role: Role pet")))
    assert (one.old, one.new) == ("name: String!", "name: Int!")


def test_a_service_that_serves_its_schema_has_no_finding_by_introspection() -> None:
    served = json.dumps({"data": introspection_from_schema(build_schema(SDL))})
    assert compared_schemas("schema.graphql", SDL, served, ["Query.user"], None) == ()


FEDERATED = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
extend type Query { me: User }
type User @key(fields: "id") { id: ID! @shareable name: String }
"""
SUBGRAPH = """
directive @key(fields: federation__FieldSet!) repeatable on OBJECT
directive @defer on FIELD
scalar federation__FieldSet
scalar _Any
enum CacheControlScope { PUBLIC PRIVATE }
type Query { me: User _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
type _Service { sdl: String }
union _Entity = User
type User { id: ID! name: String }
"""


def test_what_federation_and_servers_add_is_no_finding() -> None:
    assert compared_schemas("schema.graphql", FEDERATED, SUBGRAPH, ["Query.me"], None) == ()


BREACHES = [
    pytest.param(("  user(id: ID!): User\n", ""), "Query.user", Weight.BLOCKS, id="root field missing"),
    pytest.param(
        ("  users(role: Role): [User!]!", "  users(role: Role): [User]!"), "Query.users", Weight.ADVICE, id="untouched"
    ),
    pytest.param((" name: String! role", " role"), "User.name", Weight.BLOCKS, id="field missing"),
    pytest.param(("pet: Pet", "pet: Pet hash: String"), "User.hash", Weight.BLOCKS, id="field beyond"),
    pytest.param(("ADMIN GUEST", "ADMIN GUEST BOT"), "Role.BOT", Weight.BLOCKS, id="value beyond"),
    pytest.param(("pet: Pet", "pet: Pet @deprecated"), "User.pet", Weight.ADVICE, id="deprecated"),
    pytest.param(
        ("input NewUser { name: String!", "input NewUser {"), "NewUser.name", Weight.ADVICE, id="untouched input"
    ),
]


@pytest.mark.parametrize(("edit", "at", "weight"), BREACHES)
def test_what_is_served_otherwise_is_found(edit: tuple[str, str], at: str, weight: Weight) -> None:
    served = edited(edit)
    (one,) = [
        each
        for each in compared_schemas("schema.graphql", SDL, served, ["Query.user"], None)
        if each.message.startswith(f"{at}:")
    ]
    assert one.weight is weight and one.check == "contract_document" and one.line
    (known,) = [
        each
        for each in compared_schemas("schema.graphql", SDL, served, ["Query.user"], (SDL, served))
        if each.message.startswith(f"{at}:")
    ]
    assert known.weight is Weight.KNOWN


def test_a_new_root_field_that_the_schema_lacks_blocks() -> None:
    served = edited(("user(id: ID!): User", "user(id: ID!): User purge: Boolean"))
    (one,) = compared_schemas("schema.graphql", SDL, served, [], (SDL, SDL))
    assert one.weight is Weight.BLOCKS and "nothing of it" in one.message and "`purge: Boolean`" in one.message


@pytest.mark.parametrize(
    "text", ["", "type Query {", "type Query { a: [", "{", '{"data": {}}', '{"data": 3}', "[]", "query { a }"]
)
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        compared_schemas("schema.graphql", text, SDL, [], None)


LATER = [
    pytest.param(["Query.user", "Query.users", "Mutation.addUser"], [], id="all that is missing"),
    pytest.param(["Query.user", "Mutation.addUser"], ["Query.users"], id="types that another field needs"),
]


@pytest.mark.parametrize(("later", "missing"), LATER)
def test_of_what_is_still_to_be_made_nothing_is_told(later: list[str], missing: list[str]) -> None:
    sdl = edited(("users(role: Role): [User!]!", "users(role: Role): [User!]!  health: String"))
    served = "type Query { health: String }"
    reported = compared_schemas("schema.graphql", sdl, served, ["Query.health"], None, later)
    names = [one.message.partition(":")[0] for one in reported]
    assert [name for name in names if "." in name] == missing
    assert ("User" in names) is bool(missing) and not {"Mutation", "NewUser", "Standard"} & {*names}
