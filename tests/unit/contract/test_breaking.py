"""The changes in a new version of an OpenAPI document that break clients, with the words of both versions."""

from typing import Any

import pytest

from aurora.contract.breaking import Level, breaking
from tests.support.edited_documents import changed

USER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": True},
        "name": {"type": "string", "maxLength": 100},
        "age": {"type": "integer", "minimum": 0},
        "role": {"type": "string", "enum": ["admin", "guest"]},
        "secret": {"type": "string", "writeOnly": True},
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
    },
}
OLD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "users", "version": "1"},
    "paths": {
        "/users": {
            "get": {
                "operationId": "listUsers",
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100, "default": 20}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
                    "404": {"description": "none"},
                },
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
                "responses": {"201": {"description": "made"}},
            },
        },
        "/users/{id}": {
            "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
    },
    "components": {
        "schemas": {"User": USER},
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X"},
        },
    },
}
LIST = ("paths", "/users", "get")
MAKE = ("paths", "/users", "post")
SCHEMA = ("components", "schemas", "User")
PROPERTIES = (*SCHEMA, "properties")


BREAKING = [
    pytest.param([((*MAKE,), ...)], "POST /users", "the operation is removed", id="removed operation"),
    pytest.param(
        [(("paths", "/users/{id}"), ...)], "DELETE /users/{id}", "the operation is removed", id="removed path"
    ),
    pytest.param(
        [((*LIST, "responses", "200"), ...)], "GET /users", "response 200: the status is removed", id="status"
    ),
    pytest.param(
        [((*LIST, "parameters", 1), {"in": "query", "name": "q", "required": True, "schema": {}})],
        "GET /users",
        "query parameter `q`: new and required",
        id="new required parameter",
    ),
    pytest.param(
        [((*LIST, "parameters", 0, "required"), True)],
        "GET /users",
        "query parameter `limit`: became required",
        id="required parameter",
    ),
    pytest.param(
        [((*LIST, "parameters", 0, "schema", "maximum"), 50)],
        "GET /users",
        "query parameter `limit`: `maximum` changed",
        id="tighter bound",
    ),
    pytest.param(
        [((*MAKE, "requestBody", "required"), True)], "POST /users", "request body: became required", id="body"
    ),
    pytest.param([((*MAKE, "requestBody"), ...)], "POST /users", "request body: removed", id="no body"),
    pytest.param(
        [((*MAKE, "requestBody", "content"), {"text/csv": {}})],
        "POST /users",
        "request body: the media type application/json is removed",
        id="media type",
    ),
    pytest.param(
        [((*SCHEMA, "required"), ["id", "name", "age"])],
        "POST /users",
        "request body, `age`: became required",
        id="required property",
    ),
    pytest.param(
        [((*PROPERTIES, "mail"), {"type": "string"}), ((*SCHEMA, "required"), ["id", "name", "mail"])],
        "POST /users",
        "request body, `mail`: new and required",
        id="new required property",
    ),
    pytest.param(
        [((*PROPERTIES, "age", "type"), "string")], "POST /users", "request body, `age`: has another type", id="type"
    ),
    pytest.param(
        [((*PROPERTIES, "role", "enum"), ["admin"])],
        "POST /users",
        'request body, `role`: no longer allows ["guest"]',
        id="enum value removed from a request",
    ),
    pytest.param(
        [((*PROPERTIES, "name", "pattern"), "^a")],
        "POST /users",
        "request body, `name`: `pattern` changed",
        id="new pattern",
    ),
    pytest.param(
        [((*SCHEMA, "additionalProperties"), False)],
        "POST /users",
        "request body: further properties are no longer allowed",
        id="closed",
    ),
    pytest.param(
        [((*PROPERTIES, "name"), ...), ((*SCHEMA, "required"), ["id"])],
        "GET /users",
        "response 200, `name`: removed",
        id="required property of a response removed",
    ),
    pytest.param(
        [((*SCHEMA, "required"), ["id"])],
        "GET /users",
        "response 200, `name`: is no longer always there",
        id="optional in a response",
    ),
    pytest.param(
        [((*PROPERTIES, "age", "type"), ["integer", "null"])],
        "GET /users",
        "response 200, `age`: may be null now",
        id="null in a response",
    ),
    pytest.param(
        [((*PROPERTIES, "age", "type"), "number")],
        "GET /users",
        "response 200, `age`: has another type",
        id="wider type in a response",
    ),
    pytest.param(
        [(("security",), [{"token": []}])],
        "DELETE /users/{id}",
        "other or further credentials are needed",
        id="security",
    ),
]


@pytest.mark.parametrize(("edits", "operation", "message"), BREAKING)
def test_what_a_client_cannot_follow_is_breaking(edits: list[Any], operation: str, message: str) -> None:
    reported = breaking(OLD, changed(OLD, *edits))
    assert (operation, message) in [(one.operation, one.message) for one in reported if one.level is Level.BREAKING]


DANGEROUS = [
    pytest.param([((*LIST, "parameters"), [])], "query parameter `limit`: removed", id="parameter removed"),
    pytest.param(
        [((*LIST, "parameters", 0, "schema", "default"), 10)],
        "query parameter `limit`: `default` changed",
        id="default",
    ),
    pytest.param(
        [((*PROPERTIES, "role", "enum"), ["admin", "guest", "bot"])],
        'response 200, `role`: may now be ["bot"]',
        id="enum value added to a response",
    ),
    pytest.param([((*PROPERTIES, "age"), ...)], "response 200, `age`: removed", id="optional property of a response"),
    pytest.param([((*PROPERTIES, "age"), ...)], "request body, `age`: removed", id="property of a request removed"),
    pytest.param(
        [((*PROPERTIES, "name", "maxLength"), 200)],
        "response 200, `name`: `maxLength` allows more",
        id="wider bound of a response",
    ),
    pytest.param(
        [((*PROPERTIES, "age"), {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "object"}]})],
        "response 200, `age`: may be something else, too",
        id="another alternative in a response",
    ),
]


@pytest.mark.parametrize(("edits", "message"), DANGEROUS)
def test_what_a_client_may_not_follow_is_dangerous(edits: list[Any], message: str) -> None:
    reported = breaking(OLD, changed(OLD, *edits))
    assert message in [one.message for one in reported if one.level is Level.DANGEROUS]


HARMLESS = [
    pytest.param([], id="the same"),
    pytest.param(
        [((*LIST, "summary"), "words"), ((*SCHEMA, "title"), "A user"), ((*PROPERTIES, "age", "example"), 3)],
        id="words",
    ),
    pytest.param([(("paths", "/health"), {"get": {"responses": {}}})], id="a new operation"),
    pytest.param(
        [((*LIST, "parameters", 1), {"in": "query", "name": "q", "schema": {}})], id="a new optional parameter"
    ),
    pytest.param([((*PROPERTIES, "nick"), {"type": "string"})], id="a new optional property"),
    pytest.param([((*LIST, "responses", "404"), ...)], id="a failure less"),
    pytest.param([((*LIST, "responses", "500"), {"description": "more"})], id="a failure more"),
    pytest.param(
        [
            ((*LIST, "responses", "2XX"), OLD["paths"]["/users"]["get"]["responses"]["200"]),
            ((*LIST, "responses", "200"), ...),
        ],
        id="a range that covers the status",
    ),
    pytest.param(
        [
            (("paths", "/users/{id}"), ...),
            (
                ("paths", "/users/{user}"),
                {
                    "delete": {
                        "parameters": [{"in": "path", "name": "user", "required": True, "schema": {"type": "string"}}],
                        "responses": {"204": {"description": "gone"}},
                    }
                },
            ),
        ],
        id="a path parameter renamed",
    ),
    pytest.param([((*PROPERTIES, "age"), {"anyOf": [{"type": "integer", "minimum": 0}]})], id="one alternative alone"),
    pytest.param([((*PROPERTIES, "age"), {"type": "integer", "exclusiveMinimum": -1})], id="an exclusive bound"),
    pytest.param([((*SCHEMA,), {"allOf": [USER]})], id="allOf of one"),
    pytest.param([(("security",), [{}, {"token": []}])], id="security that is optional"),
    pytest.param([(("servers",), [{"url": "https://api.example.com/v1"}])], id="a server"),
]


@pytest.mark.parametrize("edits", HARMLESS)
def test_what_a_client_does_not_notice_is_not_told(edits: list[Any]) -> None:
    assert breaking(OLD, changed(OLD, *edits)) == ()


def test_both_versions_are_quoted_with_their_places() -> None:
    (one,) = [
        each
        for each in breaking(OLD, changed(OLD, ((*PROPERTIES, "age", "type"), "string")))
        if each.message.startswith("request")
    ]
    assert (one.old, one.new) == ("integer", "string")
    assert one.old_at == one.new_at == "/components/schemas/User/properties/age"


def test_a_schema_of_several_operations_is_told_once() -> None:
    again = changed(OLD, (("paths", "/people"), OLD["paths"]["/users"]))
    (one,) = [
        each
        for each in breaking(again, changed(again, ((*PROPERTIES, "age", "type"), "number")))
        if each.kind == "type"
    ]
    assert (one.operation, one.also) == ("GET /users", ("GET /people",))


def test_another_operation_id_is_told() -> None:
    (one,) = breaking(OLD, changed(OLD, ((*LIST, "operationId"), "users")))
    assert (one.level, one.old, one.new) == (Level.CHANGE, "listUsers", "users")


SECURITY = [
    pytest.param([{"token": []}], [{"token": []}, {"key": []}], False, id="an alternative more"),
    pytest.param([{"token": []}, {"key": []}], [{"token": []}], True, id="an alternative less"),
    pytest.param([{"token": []}], [{"token": [], "key": []}], True, id="both are needed"),
    pytest.param([{"token": ["read", "write"]}], [{"token": ["read"]}], False, id="a scope less"),
    pytest.param([{"token": ["read"]}], [{"token": ["read", "write"]}], True, id="a scope more"),
    pytest.param([{"token": []}], [], False, id="no longer any"),
]


@pytest.mark.parametrize(("before", "after", "breaks"), SECURITY)
def test_security_breaks_whom_it_shuts_out(before: list[Any], after: list[Any], breaks: bool) -> None:
    old, new = changed(OLD, (("security",), before)), changed(OLD, (("security",), after))
    assert any(one.kind == "security" for one in breaking(old, new)) is breaks


def test_circles_and_dangling_references_come_to_an_end() -> None:
    circle = {"allOf": [{"$ref": "#/components/schemas/User"}], "oneOf": [{"$ref": "#/components/schemas/User"}]}
    broken = changed(OLD, (SCHEMA, circle), ((*LIST, "responses", "200"), {"$ref": "#/components/responses/none"}))
    assert isinstance(breaking(broken, OLD), tuple)
    assert isinstance(breaking(OLD, broken), tuple)


@pytest.mark.parametrize("value", [None, [], "text", 7, {"a": 1}, [None], True])
def test_a_document_of_any_shape_is_read(value: Any) -> None:
    places = [
        ("paths",),
        ("paths", "/users"),
        LIST,
        (*LIST, "parameters"),
        (*LIST, "responses"),
        ("components",),
        SCHEMA,
        (*SCHEMA, "properties"),
        (*PROPERTIES, "age"),
        (*MAKE, "requestBody"),
        ("security",),
        ("servers",),
        (*PROPERTIES, "age", "type"),
        (*PROPERTIES, "role", "enum"),
        (*SCHEMA, "required"),
        (*SCHEMA, "allOf"),
    ]
    for place in places:
        assert isinstance(breaking(changed(OLD, (place, value)), OLD), tuple)
        assert isinstance(breaking(OLD, changed(OLD, (place, value))), tuple)


def test_swagger_2_is_compared_with_openapi_3() -> None:
    old = {
        "swagger": "2.0",
        "basePath": "/v1",
        "securityDefinitions": {"token": {"type": "basic"}},
        "security": [{"token": []}],
        "definitions": {"User": {"type": "object", "properties": {"name": {"type": "string", "x-nullable": True}}}},
        "paths": {
            "/users": {
                "post": {
                    "parameters": [{"in": "body", "name": "user", "schema": {"$ref": "#/definitions/User"}}],
                    "responses": {"200": {"schema": {"$ref": "#/definitions/User"}}},
                },
                "get": {
                    "parameters": [{"in": "query", "name": "q", "type": "string"}],
                    "responses": {"200": {"description": ""}},
                },
            }
        },
    }
    user = {"type": "object", "properties": {"name": {"type": ["string", "null"]}}}
    content = {"application/json": {"schema": user}}
    new = {
        "openapi": "3.1.0",
        "servers": [{"url": "/v1"}],
        "components": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
        "security": [{"basic": []}],
        "paths": {
            "/users": {
                "post": {"requestBody": {"content": content}, "responses": {"200": {"content": content}}},
                "get": {
                    "parameters": [{"in": "query", "name": "q", "schema": {"type": "string"}}],
                    "responses": {"200": {"description": ""}},
                },
            }
        },
    }
    assert breaking(old, new) == ()
    assert [one.message for one in breaking(old, changed(new, (("paths", "/users", "get"), ...)))] == [
        "the operation is removed"
    ]
