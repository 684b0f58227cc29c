"""The committed OpenAPI document against what an application serves: what differs, and what only a framework wrote."""

import asyncio
import json
from typing import Any

import pytest

from aurora import bounded
from aurora.contract.comparison import Base, compare, compared
from aurora.domain.findings import Weight
from aurora.errors import Refusal
from tests.support.edited_documents import changed

USER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 100},
        "mail": {"type": "string", "format": "email"},
        "age": {"type": "integer", "format": "int32", "nullable": True},
        "role": {"type": "string", "enum": ["admin", "guest"]},
        "price": {"type": "number"},
    },
}
JSON: dict[str, Any] = {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}
COMMITTED: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "users", "version": "1"},
    "servers": [{"url": "https://api.example.com/api"}],
    "paths": {
        "/users/{userId}": {
            "parameters": [{"in": "path", "name": "userId", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "operationId": "getUser",
                "parameters": [{"in": "query", "name": "fields", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "one", "content": JSON}, "404": {"description": "none"}},
            },
        },
        "/users": {
            "post": {
                "requestBody": {"content": JSON},
                "responses": {"201": {"description": "made", "content": JSON}},
                "security": [{"token": []}],
            }
        },
    },
    "components": {
        "schemas": {"User": USER},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
SERVED_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/UserOut"}}}
INVALID = {
    "description": "Validation Error",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}},
}
SERVED: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "FastAPI", "version": "0.1.0"},
    "paths": {
        "/api/users/{user_id}": {
            "get": {
                "summary": "Get User",
                "operationId": "get_user_api_users__user_id__get",
                "parameters": [
                    {
                        "name": "user_id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer", "title": "User Id"},
                    },
                    {
                        "name": "fields",
                        "in": "query",
                        "required": False,
                        "schema": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Fields"},
                    },
                ],
                "responses": {"200": {"description": "Successful Response", "content": SERVED_JSON}, "422": INVALID},
            }
        },
        "/api/users": {
            "post": {
                "operationId": "make_user_api_users_post",
                "requestBody": {"required": True, "content": dict(SERVED_JSON)},
                "responses": {"201": {"description": "Successful Response", "content": SERVED_JSON}, "422": INVALID},
                "security": [{"OAuth2PasswordBearer": []}],
            }
        },
        "/api/health": {"get": {"responses": {"200": {"description": "ok"}}}},
        "/openapi.json": {"get": {"responses": {"200": {"description": "ok"}}}},
    },
    "components": {
        "schemas": {
            "UserOut": {
                "title": "UserOut",
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 100, "title": "Name"},
                    "mail": {"type": "string", "format": "email"},
                    "age": {"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "Age"},
                    "role": {"allOf": [{"$ref": "#/components/schemas/Role"}], "description": "what may be done"},
                    "price": {"type": "number"},
                },
            },
            "Role": {"type": "string", "enum": ["guest", "admin"]},
            "HTTPValidationError": {"type": "object", "properties": {"detail": {"type": "array", "items": {}}}},
        },
        "securitySchemes": {"OAuth2PasswordBearer": {"type": "oauth2", "flows": {}}},
    },
}
GET = ("paths", "/api/users/{user_id}", "get")
POST = ("paths", "/api/users", "post")
FIELDS = ("components", "schemas", "UserOut", "properties")


def served(*edits: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
    return changed(SERVED, *edits)


def test_what_fastapi_writes_by_itself_is_no_finding() -> None:
    (one,) = compare(COMMITTED, SERVED, ["GET /users/{userId}"])
    assert "`getUser`" in one.message and "`get_user_api_users__user_id__get`" in one.message
    assert one.weight is Weight.ADVICE


FOUND = [
    pytest.param(
        [(("paths", "/api/users"), ...)], "POST /users: in the document, and not served.", Weight.BLOCKS, id="operation"
    ),
    pytest.param(
        [((*POST[:-1], "put"), {"responses": {}})],
        "PUT /api/users: served but not documented.",
        Weight.BLOCKS,
        id="method",
    ),
    pytest.param(
        [((*GET, "parameters", 2), {"name": "page", "in": "query", "schema": {"type": "integer"}})],
        "query parameter `page`: served but not documented.",
        Weight.BLOCKS,
        id="parameter beyond",
    ),
    pytest.param(
        [((*GET, "parameters", 1), ...)],
        "query parameter `fields`: the application does not have it.",
        Weight.ADVICE,
        id="parameter missing",
    ),
    pytest.param(
        [((*GET, "parameters", 1, "required"), True)],
        "query parameter `fields`: it is required by one of them only.",
        Weight.ADVICE,
        id="parameter required",
    ),
    pytest.param(
        [((*FIELDS, "password"), {"type": "string"})],
        "`password`: served but not documented.",
        Weight.BLOCKS,
        id="property beyond",
    ),
    pytest.param(
        [((*FIELDS, "price"), ...)], "`price`: the application does not have it.", Weight.ADVICE, id="property missing"
    ),
    pytest.param([((*FIELDS, "price", "type"), "string")], "`price`: `type` differs.", Weight.ADVICE, id="type"),
    pytest.param([((*FIELDS, "name", "maxLength"), 50)], "`name`: `maxLength` differs.", Weight.ADVICE, id="bound"),
    pytest.param([((*FIELDS, "mail", "format"), "uri")], "`mail`: `format` differs.", Weight.ADVICE, id="format"),
    pytest.param(
        [(("components", "schemas", "Role", "enum"), ["guest"])],
        '`role`: ["admin"] is not in the application.',
        Weight.ADVICE,
        id="enum",
    ),
    pytest.param(
        [
            ((*POST, "responses", "200"), SERVED["paths"]["/api/users"]["post"]["responses"]["201"]),
            ((*POST, "responses", "201"), ...),
        ],
        "response 200: served but not documented.",
        Weight.BLOCKS,
        id="status",
    ),
    pytest.param([((*POST, "security"), [])], "the credentials that are needed differ.", Weight.ADVICE, id="security"),
    pytest.param(
        [((*POST, "requestBody", "content"), {"application/x-www-form-urlencoded": SERVED_JSON["application/json"]})],
        "request body: the media type application/x-www-form-urlencoded is served but not documented.",
        Weight.BLOCKS,
        id="media type",
    ),
    pytest.param(
        [((*GET, "responses", "409"), {"description": "conflict"})],
        "response 409: served but not documented.",
        Weight.BLOCKS,
        id="failure beyond",
    ),
]


@pytest.mark.parametrize(("edits", "message", "weight"), FOUND)
def test_a_difference_is_found(edits: list[Any], message: str, weight: Weight) -> None:
    touched = ["GET /users/{userId}", "POST /users", "PUT /users", "PUT /api/users"]
    found = [one for one in compare(COMMITTED, served(*edits), touched) if message in one.message]
    assert found, [one.message for one in compare(COMMITTED, served(*edits), touched)]
    assert found[0].weight is weight
    (other,) = {one.weight for one in compare(COMMITTED, served(*edits)) if message in one.message}
    assert other is Weight.ADVICE, "only what the task touches blocks"


FORMS = [
    pytest.param([((*FIELDS, "age"), {"type": "integer", "nullable": True})], id="nullable"),
    pytest.param([((*FIELDS, "age"), {"type": ["integer", "null"]})], id="type list"),
    pytest.param(
        [((*FIELDS, "age"), {"oneOf": [{"type": "null"}, {"type": "integer", "format": "int64"}]})], id="oneOf null"
    ),
    pytest.param([((*FIELDS, "role"), {"anyOf": [{"const": "admin"}, {"const": "guest"}]})], id="enum of constants"),
    pytest.param(
        [
            (
                (*FIELDS, "role"),
                {"oneOf": [{"enum": ["admin"], "type": "string"}, {"$ref": "#/components/schemas/Role"}]},
            )
        ],
        id="enums in alternatives",
    ),
    pytest.param([((*FIELDS, "price"), {"type": "number", "format": "double"})], id="how a number is stored"),
    pytest.param([((*FIELDS, "price"), {})], id="a property that says nothing"),
    pytest.param([((*GET, "responses", "200", "content", "application/json", "schema"), {})], id="no response model"),
    pytest.param([((*FIELDS, "price"), {"anyOf": [{"type": "array", "items": {}}, {}]})], id="anything at all"),
    pytest.param(
        [((*GET, "responses", "200"), {"description": "Default Response"})], id="a Fastify route without a response"
    ),
    pytest.param([((*GET, "operationId"), ...)], id="no operationId"),
    pytest.param(
        [((*POST, "requestBody", "content", "multipart/form-data"), SERVED_JSON["application/json"])], id="DRF's forms"
    ),
    pytest.param(
        [((*FIELDS, "age", "maximum"), 2147483647), ((*FIELDS, "age", "minimum"), -2147483648)], id="a column's bounds"
    ),
    pytest.param(
        [((*GET[:-1], "head"), {"responses": {}}), ((*GET[:-1], "options"), {"responses": {}})], id="router's methods"
    ),
    pytest.param([(("paths", "/docs"), {"get": {"responses": {}}})], id="the page of the document"),
    pytest.param([((*POST, "security"), ...), (("components", "securitySchemes"), ...)], id="security said nowhere"),
    pytest.param([((*POST, "security"), [{"cookie": []}, {"OAuth2PasswordBearer": []}])], id="a further way to log in"),
    pytest.param([((*GET, "responses", "default"), {"description": "any failure"})], id="default response"),
]


@pytest.mark.parametrize("edits", FORMS)
def test_a_form_of_a_framework_is_no_finding(edits: list[Any]) -> None:
    found = compare(COMMITTED, served(*edits), ["GET /users/{userId}", "POST /users"])
    assert [one.message for one in found if "operationId" not in one.message] == []


@pytest.mark.parametrize(("method", "reported"), [("put", True), ("patch", False)])
def test_drf_spectacular_requires_no_body_of_a_patch(method: str, reported: bool) -> None:
    body = {"content": JSON, "required": True}
    committed = changed(COMMITTED, (("paths", "/users", method), {"requestBody": body, "responses": {}}))
    optional = served((("paths", "/api/users", method), {"requestBody": {"content": SERVED_JSON}, "responses": {}}))
    assert any("request body: it is required" in one.message for one in compare(committed, optional)) is reported


def test_an_array_that_travels_as_one_text_is_a_text_to_fastapi() -> None:
    array = {"type": "array", "items": {"type": "string"}}
    fields = (*("paths", "/users/{userId}", "get", "parameters"), 0)
    joined = changed(COMMITTED, ((*fields, "schema"), array), ((*fields, "explode"), False))
    assert all("`fields`" not in one.message for one in compare(joined, SERVED))
    repeated = changed(COMMITTED, ((*fields, "schema"), array))
    assert any("`fields`" in one.message for one in compare(repeated, SERVED))


def test_what_another_document_says_is_unknown() -> None:
    outside = changed(
        COMMITTED, (("components", "schemas", "User"), {"allOf": [{"$ref": "https://example.com/user.json"}, USER]})
    )
    extra = served(((*FIELDS, "password"), {"type": "string"}))
    assert all("`password`" not in one.message for one in compare(outside, extra))


def test_a_document_of_routes_alone_says_nothing_of_schemas() -> None:
    thin = {
        "openapi": "3.0.0",
        "paths": {
            "/api/users/{id}": {"get": {"responses": {}}},
            "/api/users": {"post": {"responses": {"default": {}}}},
        },
    }
    assert compare(COMMITTED, thin, ["POST /users"]) == ()
    (one,) = compare(COMMITTED, changed(thin, (("paths", "/api/users"), ...)), ["POST /users"])
    assert one.weight is Weight.BLOCKS and one.message.startswith("POST /users: in the document, and not served.")


def test_what_the_base_showed_is_known() -> None:
    extra = served(((*FIELDS, "password"), {"type": "string"}))
    both = changed(extra, ((*FIELDS, "token"), {"type": "string"}))
    found = compare(COMMITTED, both, ["GET /users/{userId}", "POST /users"], Base(COMMITTED, extra))
    weights = {one.message.split(":")[0].rpartition("`")[0].rpartition("`")[2]: one.weight for one in found}
    assert weights["token"] is Weight.BLOCKS
    assert weights["password"] is Weight.KNOWN


def test_an_operation_that_the_base_did_not_serve_is_the_tasks() -> None:
    new = served((("paths", "/api/admin"), {"get": {"responses": {}}}))
    assert [one.weight for one in compare(COMMITTED, new) if "/admin" in one.message] == [Weight.ADVICE]
    found = compare(COMMITTED, new, [], Base(COMMITTED, SERVED))
    assert [one.weight for one in found if "/admin" in one.message] == [Weight.BLOCKS]


def test_both_sides_are_quoted_with_their_places_and_the_line() -> None:
    text = json.dumps(COMMITTED, indent=1)
    late = json.dumps(served(((*FIELDS, "price", "type"), "string")))
    found = asyncio.run(_in_a_child(text, late))
    (one,) = [each for each in found if "`type`" in each.message and "request" in each.message]
    line = next(n for n, written in enumerate(text.splitlines(), 1) if '"price": {' in written)
    assert (one.path, one.line, one.check) == ("openapi.json", line, "contract_document")
    assert f"openapi.json:{line} at /components/schemas/User/properties/price says: `number`." in one.message
    assert "The application serves, at /components/schemas/UserOut/properties/price: `string`." in one.message


async def _in_a_child(text: str, served_text: str) -> Any:
    try:
        return await bounded.call(
            compared, "openapi.json", text, served_text, ["POST /users"], None, about="openapi.json"
        )
    finally:
        bounded.close()


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(Refusal):
        compared("openapi.json", json.dumps(COMMITTED), "<html>", [], None)
    with pytest.raises(Refusal):
        compared("openapi.json", json.dumps(COMMITTED), "[]", [], None)
    assert compared("openapi.json", json.dumps(COMMITTED), json.dumps(SERVED), [], ("", "<html>"))


def test_schemas_of_one_difference_are_one_finding() -> None:
    found = compare(COMMITTED, served(((*FIELDS, "price", "type"), "string")))
    responses = [one for one in found if "`type`" in one.message and "response" in one.message]
    assert [one.also for one in responses] == [1]


@pytest.mark.parametrize("value", [None, [], "text", 7, {"a": 1}, [None], True])
def test_a_served_document_of_any_shape_is_read(value: Any) -> None:
    places: list[tuple[str | int, ...]] = [("paths",), ("components",), ("components", "securitySchemes"), ("openapi",)]
    places += [GET, (*GET, "parameters"), (*GET, "responses"), (*POST, "requestBody"), (*POST, "security"), FIELDS]
    for place in [*places, (*FIELDS, "age")]:
        assert isinstance(compare(COMMITTED, served((place, value)), ["POST /users"]), tuple)


def test_of_operations_that_are_still_to_be_made_nothing_is_told() -> None:
    now = {**SERVED, "paths": {}}
    (one,) = compare(COMMITTED, now, later=["GET /users/{id}"])
    assert one.message.startswith("POST /users: in the document, and not served.")
    assert compare(COMMITTED, now, later=["GET /users/{userId}", "POST /users"]) == ()


def test_a_parameter_that_operations_share_is_told_once_though_a_framework_writes_it_out_in_each() -> None:
    def listed(parameter: dict[str, Any]) -> dict[str, Any]:
        content = {"application/json": {"schema": USER}}
        return {"get": {"parameters": [parameter], "responses": {"200": {"description": "ok", "content": content}}}}

    bounded_limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
    inline = {**bounded_limit, "schema": {"type": "integer", "maximum": 500}}
    shared = {"$ref": "#/components/parameters/limit"}
    places = ("/users", "/orders", "/groups")
    committed = {
        "openapi": "3.0.3",
        "paths": {place: listed(shared) for place in places},
        "components": {"parameters": {"limit": bounded_limit}},
    }
    now = {"openapi": "3.0.3", "paths": {place: listed(inline) for place in places}}
    (one,) = compare(committed, now)
    assert one.also == 2 and "`maximum` differs" in one.message and "The same holds for" in one.message
    repaired = {**now, "paths": {**now["paths"], "/users": listed(bounded_limit)}}
    assert {each.weight: each.also for each in compare(committed, now, base=Base(committed, repaired))} == {
        Weight.ADVICE: 0,
        Weight.KNOWN: 1,
    }
