"""SDL of a repository: found by name and content, joined, validated; and the part of it that a task speaks of."""

import pytest

from aurora.contract import graphql_guess, graphql_sdl, graphql_slices
from aurora.errors import Refusal

WHOLE = """
type Query { user(id: ID!): User, users: [User!]! }
type Mutation { addUser(name: String!): User! }
type User { id: ID!, name: String!, posts: [Post!]! }
type Post { id: ID!, author: User! }
"""


def test_a_schema_in_one_file_is_named_by_its_root_fields():
    found = graphql_sdl.choose({"schema.graphql": WHOLE})
    assert found is not None
    assert found.fields == ("Mutation.addUser", "Query.user", "Query.users")
    assert (found.files, found.faults, found.text) == (("schema.graphql",), (), WHOLE)


def test_operations_of_clients_are_no_schema():
    assert graphql_sdl.choose({"queries.graphql": "query Users { users { id } }"}) is None
    with pytest.raises(Refusal, match="defines no types"):
        graphql_sdl.facts({"queries.graphql": "query Users { users { id } }"})


def test_operations_beside_a_schema_are_left_out_of_it():
    found = graphql_sdl.choose({"schema.graphql": WHOLE, "web/users.graphql": "fragment F on User { id }"})
    assert found is not None and found.files == ("schema.graphql",)


def test_files_of_one_folder_are_joined_and_each_keeps_its_lines():
    parts = {
        "app/schema/query.graphql": "type Query { user: User }",
        "app/schema/user.graphql": "type User {\n  id: ID!\n  role: Role!\n}\nenum Role { ADMIN }",
        "other/thing.graphql": "type Thing { id: ID! }",
    }
    found = graphql_sdl.choose(parts)
    assert found is not None and found.files == ("app/schema/query.graphql", "app/schema/user.graphql")
    wrong = graphql_sdl.facts({**parts, "app/schema/user.graphql": "type User {\n  id: ID!\n  role: Role!\n}"})
    assert wrong.faults == ("app/schema/user.graphql:3: Unknown type 'Role'.",)


def test_a_root_that_stands_in_several_files_is_one_as_servers_merge_them():
    found = graphql_sdl.choose(
        {
            "modules/user/schema.graphql": "extend type Query { user: User } type User { id: ID! posts: [Post] }",
            "modules/post/schema.graphql": "extend type Query { posts: [Post] } type Post { id: ID! }",
        }
    )
    assert found is not None and found.fields == ("Query.posts", "Query.user")
    assert found.faults == () and "type Query" in found.text and "extend" not in found.text


def test_roots_of_other_names_are_followed():
    found = graphql_sdl.choose({"schema.graphqls": "schema { query: Root } type Root { a: Int }"})
    assert found is not None and found.fields == ("Query.a",)


def test_what_is_wrong_is_said_with_its_line_and_binds_all_the_same():
    found = graphql_sdl.facts({"schema.graphql": "type Query { a: Missing }\ntype A { x: Int }\ntype A { y: Int }"})
    assert found.fields == ("Query.a",)
    assert any(fault.startswith("schema.graphql:") and "'A'" in fault for fault in found.faults)


def test_directives_that_the_server_declares_are_no_fault():
    text = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0") type Query @shareable { a: Int @auth }'
    assert graphql_sdl.facts({"schema.graphql": text}).faults == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{" * 100_000, id="nested without end"),
        pytest.param("type Query { a: " + "[" * 50_000 + "Int" + "]" * 50_000 + " }", id="a list of lists without end"),
        pytest.param("type Query { " + " ".join(f"f{i}: Int" for i in range(300_000)) + " }", id="tokens without end"),
        pytest.param("\x00\ufffd type", id="no text"),
    ],
)
def test_hostile_text_is_refused_or_no_schema(text):
    assert graphql_sdl.choose({"schema.graphql": text}) is None
    with pytest.raises(Refusal):
        graphql_sdl.facts({"schema.graphql": text})


def test_names_rank_a_schema_before_what_clients_send_and_leave_out_other_folders():
    paths = [
        "web/queries/users.graphql",
        "src/schema.graphql",
        "tests/fixtures/schema.graphql",
        "a/types.graphqls",
        "b.py",
    ]
    assert graphql_guess.find(paths) == ("src/schema.graphql", "a/types.graphqls", "web/queries/users.graphql")
    assert graphql_guess.find(["api/schema.graphql", "web/schema.graphql"], "api") == ("api/schema.graphql",)


@pytest.mark.parametrize(
    ("packages", "serves", "source"),
    [
        (["ariadne>=0.23", "fastapi"], True, True),
        (["strawberry_graphql[fastapi]>=0.200"], True, False),
        (["@apollo/server@^4", "graphql@^16"], True, True),
        (["graphql-yoga@^5", "@pothos/core@^4"], True, False),
        (["@nestjs/graphql@^12", "@apollo/server@^4"], True, False),
        (["@apollo/client@^3", "graphql@^16"], False, False),
    ],
)
def test_packages_tell_a_server_from_a_client_and_schema_first_from_code_first(packages, serves, source):
    assert (graphql_guess.serves(packages), graphql_guess.is_source(packages)) == (serves, source)


def test_a_slice_has_what_the_task_names_and_what_that_leads_to():
    types = "\n".join(f"type Thing{i} {{ id: ID! text: String! other: Thing{(i + 1) % 400} }}" for i in range(400))
    fields = " ".join(f"thing{i}(id: ID!): Thing{i}" for i in range(400))
    sdl = f"{WHOLE.replace('type Query {', 'type Query { ' + fields)}\n{types}"
    part = graphql_slices.sliced(sdl, "Let `Query.users` be sorted by name.", 6_000)
    assert len(part) < 6_600
    assert "users: [User!]!" in part and "type User {" in part and "type Post {" in part
    assert "# Query: thing0, thing1" in part
    assert "thing7(" not in part
