"""The parts of a document that an exercise reads: each operation with all that it states, and the clause of a
response."""

from collections.abc import Sequence

import pytest

from aurora.contract import exercised, exercised_schema
from aurora.errors import Refusal
from tests.support.contract_services import DOCUMENT, OPERATIONS


def changed(before: str, after: str) -> list[str]:
    assert before in DOCUMENT
    old = exercised.read(DOCUMENT, "openapi.yaml").operations
    new = exercised.read(DOCUMENT.replace(before, after), "openapi.yaml").operations
    return sorted(name for name in old if old[name] != new[name])


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        ("id: {type: integer}", "id: {type: string}", ["GET /items/{id}", "POST /items"]),
        ("maximum: 1000000", "maximum: 99", ["DELETE /items/{id}", "GET /items/{id}"]),
        ("Why not.", "Why.", ["DELETE /items/{id}", "GET /items/{id}", "POST /items", "POST /login"]),
        ("scheme: bearer", "scheme: basic", ["DELETE /items/{id}", "GET /items/{id}", "POST /items"]),
        ("description: Well.", "description: Up.", ["GET /health"]),
        ("title: Shop", "title: Store", []),
    ],
)
def test_a_change_touches_every_operation_that_refers_to_it(before: str, after: str, touched: list[str]) -> None:
    assert changed(before, after) == touched


def test_operations_that_need_a_log_in_are_known_with_their_schemes() -> None:
    found = exercised.read(DOCUMENT, "openapi.yaml")
    assert tuple(sorted(found.operations)) == OPERATIONS
    assert found.secured == dict.fromkeys(("DELETE /items/{id}", "GET /items/{id}", "POST /items"), ("bearer",))
    optional = DOCUMENT.replace("security: [{bearer: []}]", "security: [{bearer: []}, {}]", 1)
    assert exercised.read(optional, "openapi.yaml").secured == {}


@pytest.mark.parametrize(
    ("server", "base"),
    [
        ("servers: [{url: https://api.example.com/v1/}]", "/v1"),
        ("servers: [{url: /api}]", "/api"),
        ("servers: [{url: 'https://x/{stage}/', variables: {stage: {default: live}}}]", "/live"),
        ("servers: [{url: https://x}]", ""),
        ("servers: []", ""),
    ],
)
def test_the_first_server_says_below_which_path_it_is_served(server: str, base: str) -> None:
    text = DOCUMENT.replace("paths:\n", f"{server}\npaths:\n", 1)
    assert exercised.read(text, "openapi.yaml").base_path == base


def test_a_clause_is_quoted_with_its_line() -> None:
    wanted = (
        ("GET /items/{id}", "response_schema", 200),
        ("POST /items", "undocumented_status", 202),
        ("DELETE /items/{id}", "ignored_auth", 204),
        ("PUT /nothing", "server_error", 500),
    )
    schema, status, security, gone = exercised.clauses(DOCUMENT, "openapi.yaml", wanted)
    assert schema.said.startswith("openapi.yaml:28 at /paths/~1items~1{id}/get/responses/200: ")
    assert '"required": ["id", "name", "quantity"]' in schema.said
    assert (status.line, status.said.partition(": ")[2]) == (20, "it answers 201, 401, 422")
    assert security.said == 'openapi.yaml:3 at /security: [{"bearer": []}]'
    assert gone.line == 0 and "does not have this operation" in gone.said


def test_a_document_of_many_files_is_one_and_its_clauses_stand_where_they_were_written() -> None:
    files = {
        "docs/items.yaml": "get:\n  responses:\n    '200': {$ref: 'parts.yaml#/Ok'}\n",
        "docs/parts.yaml": "Ok:\n  description: it\n",
    }
    text = 'openapi: 3.1.0\ninfo: {title: a, version: "1"}\npaths:\n  /items: {$ref: docs/items.yaml}\n'

    def texts(paths: Sequence[str]) -> dict[str, str | None]:
        return {path: files.get(path) for path in paths}

    found = exercised.read(text, "openapi.yaml", texts)
    assert list(found.operations) == ["GET /items"] and set(found.files) == {"openapi.yaml", *files}
    (clause,) = exercised.clauses(text, "openapi.yaml", (("GET /items", "undocumented_status", 418),), texts)
    assert clause.said == "docs/items.yaml:2 at /get/responses: it answers 200" and clause.line == 0
    before = found.operations["GET /items"]
    files["docs/parts.yaml"] = "Ok:\n  description: other\n"
    assert exercised.read(text, "openapi.yaml", texts).operations["GET /items"] != before


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(Refusal):
        exercised.read("a: b", "openapi.yaml")


SDL = """type Query { user(id: ID!): User, health: Boolean! }
type Mutation { add(input: NewUser!): User }
type User { id: ID!, posts: [Post!]!, query: Query }
type Post { title: String }
input NewUser { name: String! }
"""


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        ("title: String", "title: String!", ["Mutation.add", "Query.user"]),
        ("name: String!", "name: String", ["Mutation.add"]),
        ("health: Boolean!", "health: Boolean", ["Query.health"]),
        ("id: ID!):", "id: ID):", ["Query.user"]),
    ],
)
def test_a_change_of_a_schema_touches_the_root_fields_that_lead_to_it(
    before: str, after: str, touched: list[str]
) -> None:
    old = exercised_schema.read({"schema.graphql": SDL}).operations
    new = exercised_schema.read({"schema.graphql": SDL.replace(before, after, 1)}).operations
    assert sorted(old) == ["Mutation.add", "Query.health", "Query.user"]
    assert sorted(name for name in old if old[name] != new[name]) == touched
