"""Links between operations, and what a request can read of an earlier one."""

import pytest

from aurora.drivers.in_box.exercise import links, pointers, requirements
from aurora.drivers.in_box.exercise.links import Link, Outcome, Value

OUTCOME = Outcome(
    path_parameters={"team": "7"},
    query={"page": "2"},
    sent={"name": "anna", "tags": ["a"]},
    received={"data": {"id": 3}, "items": [{"id": 4}, {"id": 5}], "by/name": {"~x": 1}},
    headers={"location": ["http://127.0.0.1/api/users/a%20b/"]},
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$response.body#/data/id", 3),
        ("$response.body#/items/1/id", 5),
        ("$response.body#/items/*/id", 4),
        ("$response.body#/by~1name/~0x", 1),
        ("$response.body", OUTCOME.received),
        ("$request.body#/name", "anna"),
        ("$request.path.team", "7"),
        ("$request.query.page", "2"),
        ("$response.header.Location", "http://127.0.0.1/api/users/a%20b/"),
        ("$response.header.Location#last", "a b"),
        ("fixed", "fixed"),
        (12, 12),
    ],
)
def test_an_expression_reads_the_request_or_its_answer(expression, value):
    assert links.evaluate(expression, OUTCOME) == value


@pytest.mark.parametrize(
    "expression",
    ["$response.body#/data/none", "$response.body#/items/9/id", "$response.header.X", "$request.path.x", "$url"],
)
def test_an_expression_that_leads_nowhere_is_missing(expression):
    with pytest.raises(pointers.Missing):
        links.evaluate(expression, OUTCOME)


def test_a_value_is_put_where_a_pointer_says_and_the_rest_stays():
    assert pointers.put({"a": [{"b": 1}, 2]}, "/a/0/b", 9) == {"a": [{"b": 9}, 2]}
    assert pointers.put({}, "/a/b", 1) == {"a": {"b": 1}}
    assert pointers.put({"a": []}, "/a/0/id", 1) == {"a": [{"id": 1}]}
    assert pointers.put(5, "", 6) == 6


def test_indexes_of_an_array_are_one_place():
    assert pointers.general(("items", 3, "a/b")) == "/items/*/a~1b"


def test_declared_links_are_read_by_id_and_by_reference():
    said = {
        "One": {"operationId": "readUser", "parameters": {"id": "$response.body#/id", "query.full": True}},
        "Two": {"operationRef": "#/paths/~1notes/post", "requestBody": {"owner": {"id": "$response.body#/id"}}},
        "Gone": {"operationId": "none", "parameters": {"id": "$response.body#/id"}},
    }
    whole = {
        "paths": {
            "/users": {"post": {"responses": {"201": {"$ref": "#/components/responses/Made"}}}},
            "/users/{id}": {"get": {"operationId": "readUser"}},
            "/notes": {"post": {}},
        },
        "components": {"responses": {"Made": {"links": said}}},
    }
    assert links.declared(whole) == [
        Link(
            "POST /users",
            "201",
            "GET /users/{id}",
            (Value("path:id", "$response.body#/id"), Value("query:full", True)),
        ),
        Link("POST /users", "201", "POST /notes", (Value("body:/owner/id", "$response.body#/id"),)),
    ]


def test_the_status_of_a_link_may_be_a_range_or_any():
    assert Link("a", "2XX", "b", ()).fits(204)
    assert Link("a", "default", "b", ()).fits(500)
    assert not Link("a", "201", "b", ()).fits(200)


def test_paths_alone_say_what_makes_an_item_and_keep_the_parents_value():
    whole = {
        "paths": {
            "/teams/{team}/members": {"post": {}, "get": {}},
            "/teams/{team}/members/{memberId}": {"get": {}},
        }
    }
    found = [link for link in links.by_path(links.operations(whole), whole) if link.target.endswith("{memberId}")]
    assert {link.source for link in found} == {"POST /teams/{team}/members", "GET /teams/{team}/members"}
    assert {link.values[0] for link in found} == {Value("path:team", "$request.path.team")}
    tried = [link.values[1].expression for link in found if link.source.startswith("POST")]
    assert tried[:2] == ["$response.body#/memberId", "$response.body#/id"]
    assert "$response.header.Location#last" in tried


def test_what_makes_is_preferred_to_what_lists_and_declared_links_to_guesses():
    said = {"L": {"operationId": "one", "parameters": {"id": "$response.body#/data/0/id"}}}
    whole = {
        "paths": {
            "/users": {"get": {"responses": {"200": {"links": said}}}, "post": {}},
            "/users/{id}": {"get": {"operationId": "one"}},
        }
    }
    feeding = requirements.Feeding.of(whole, [])
    ranked = [link.source for link in feeding.to["GET /users/{id}"]]
    assert ranked[0] == "GET /users"
    assert ranked[1] == "POST /users"


def test_makers_run_first_and_what_takes_away_runs_last():
    names = ["GET /a", "DELETE /a/{id}", "POST /a/{id}/b", "PATCH /a/{id}", "POST /a"]
    assert requirements.ordered(names) == ["POST /a", "POST /a/{id}/b", "PATCH /a/{id}", "GET /a", "DELETE /a/{id}"]


def test_what_logs_out_is_tried_when_everything_else_was():
    names = ["POST /auth/logout/all/", "POST /notes", "DELETE /notes/{id}", "GET /sign-out", "GET /layout"]
    ends = ["POST /auth/logout/all/", "GET /sign-out"]
    assert requirements.ordered(names) == ["POST /notes", "GET /layout", "DELETE /notes/{id}", *ends]


def test_a_malformed_document_has_no_operations_rather_than_an_error():
    for broken in ({}, {"paths": []}, {"paths": {"/a": None, "/b": {"get": []}}}):
        assert links.operations(broken) == {}
    endless = {"paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/x"}}}}}, "x": {"$ref": "#/x"}}
    assert links.declared(endless) == []


def test_an_envelope_of_any_name_is_found_in_the_documented_response():
    user = {"type": "object", "properties": {"id": {}, "team": {"properties": {"id": {}}}}}
    listed = {"type": "object", "properties": {"done": {}, "responseObject": {"type": "array", "items": user}}}
    whole = {
        "components": {"schemas": {"Listed": listed}, "responses": {"Listed": {"content": {"application/json": {
            "schema": {"allOf": [{"$ref": "#/components/schemas/Listed"}]}}}}}},
        "paths": {
            "/users": {"get": {"responses": {"200": {"$ref": "#/components/responses/Listed"}, "400": {"content": {
                "application/json": {"schema": {"properties": {"key": {}}}}}}}}},
            "/users/{id}": {"get": {}},
        },
    }  # fmt: skip
    tried = [link.values[0].expression for link in links.by_path(links.operations(whole), whole)]
    assert tried[-1] == "$response.body#/responseObject/*/id"
    received = {"done": True, "responseObject": [{"id": 3, "team": {"id": 9}}]}
    assert links.evaluate(tried[-1], Outcome({}, {}, None, received, {})) == 3


def test_a_thing_of_many_parts_and_a_schema_in_a_circle_are_no_envelopes():
    wide = {"properties": {f"part{number}": {"properties": {"id": {}}} for number in range(9)}}
    round_about = {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    for schema in (wide, round_about):
        said = {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}
        assert links.documented("id", {"components": {"schemas": {"Node": round_about}}}, said) == []
