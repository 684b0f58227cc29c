"""Operations and schemas of one form, whoever wrote the document."""

from typing import Any

import pytest

from aurora.contract.normal_form import Scheme, base_path, normal_form
from aurora.contract.normal_schema import Reader, Schema, Written


def schema(value: Any, **components: Any) -> Schema:
    return Reader({"components": {"schemas": components}}).schema(Written(value, ("here",)))


def reported(one: Schema) -> tuple[Any, ...]:
    return (one.types, one.nullable, one.enum, one.format, dict(one.bounds), sorted(one.properties), one.required)


SAME = [
    pytest.param(
        {"type": "string", "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, id="null, pydantic"
    ),
    pytest.param({"type": "string", "nullable": True}, {"type": ["string", "null"]}, id="null, 3.1"),
    pytest.param({"type": "string", "nullable": True}, {"type": "string", "x-nullable": True}, id="null, Swagger 2"),
    pytest.param(
        {"$ref": "#/components/schemas/User", "nullable": True},
        {"allOf": [{"$ref": "#/components/schemas/User"}], "nullable": True},
        id="nullable reference",
    ),
    pytest.param({"type": "string", "enum": ["a"]}, {"const": "a"}, id="const"),
    pytest.param(
        {"type": "string", "enum": ["a", "b"], "nullable": True}, {"enum": ["a", "b", None]}, id="null in an enum"
    ),
    pytest.param(
        {"type": "string", "enum": ["a", ""], "nullable": True},
        {"oneOf": [{"enum": ["a"], "type": "string"}, {"enum": [""]}, {"enum": [None]}]},
        id="drf-spectacular's blank",
    ),
    pytest.param({"type": ["integer", "string"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}, id="types"),
    pytest.param({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0.0}, id="exclusive, 3.1"),
    pytest.param(
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": True, "minimum": 0, "title": "Price"},
        id="exclusive, 3.0",
    ),
    pytest.param(
        {"type": "string", "format": "binary"},
        {"type": "string", "contentMediaType": "application/octet-stream"},
        id="file",
    ),
    pytest.param({"type": "object", "properties": {"a": {}}}, {"properties": {"a": {}}}, id="a type left out"),
    pytest.param(
        {"allOf": [{"$ref": "#/components/schemas/User"}, {"required": ["age"]}]},
        {"$ref": "#/components/schemas/User", "required": ["age"]},
        id="keywords beside a reference",
    ),
    pytest.param(
        {"type": "string", "minLength": 0}, {"type": "string", "description": "words"}, id="a bound that binds nothing"
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_write_a_schema_are_one(one: Any, other: Any) -> None:
    user = {"type": "object", "properties": {"age": {"type": "integer"}}}
    assert reported(schema(one, User=user)) == reported(schema(other, User=user))


OTHERS = [
    pytest.param({"type": "string"}, {"type": "string", "nullable": True}, id="null"),
    pytest.param({"type": "integer"}, {"type": "number"}, id="type"),
    pytest.param({"enum": [1]}, {"enum": [True]}, id="one and true"),
    pytest.param(
        {"type": "number", "minimum": 0}, {"type": "number", "minimum": 0, "exclusiveMinimum": True}, id="exclusive"
    ),
    pytest.param(
        {"allOf": [{"maxLength": 3}, {"maxLength": 5}], "type": "string"},
        {"type": "string", "maxLength": 5},
        id="tightest",
    ),
]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_what_differs_stays_different(one: Any, other: Any) -> None:
    assert repr(reported(schema(one))) != repr(reported(schema(other)))


@pytest.mark.parametrize(
    ("value", "nullable"),
    [
        pytest.param({"allOf": [{"type": "object", "nullable": True}, {"type": "object"}]}, False, id="one part"),
        pytest.param({"allOf": [{"type": ["object", "null"]}, {"type": ["object", "null"]}]}, True, id="both parts"),
        pytest.param({"allOf": [{"$ref": "#/components/schemas/A"}, {"nullable": True}]}, True, id="beside it"),
        pytest.param({"allOf": [{"anyOf": [{"type": "string"}, {"type": "null"}]}]}, True, id="of one part"),
        pytest.param({"anyOf": [{"type": "string"}, {"type": "integer", "nullable": True}]}, True, id="an alternative"),
    ],
)
def test_null_is_allowed_where_all_that_speak_of_it_allow_it(value: Any, nullable: bool) -> None:
    assert schema(value, A={"type": "object"}).nullable is nullable


def test_circles_of_any_kind_come_to_an_end() -> None:
    ref = {"$ref": "#/components/schemas/A"}
    for circle in (
        ref,
        {"allOf": [ref, ref]},
        {"anyOf": [ref, {"type": "string"}]},
        {"properties": {"a": ref}},
        {"oneOf": [ref]},
    ):
        reader = Reader({"components": {"schemas": {"A": circle}}})
        written = Written(ref, ("here",))
        assert isinstance(reader.schema(written), Schema)
        assert reader.fingerprint(written)


def test_an_all_of_that_doubles_itself_is_read_in_a_moment() -> None:
    many: dict[str, Any] = {"S0": {"type": "object"}}
    for n in range(1, 60):
        many[f"S{n}"] = {"allOf": [{"$ref": f"#/components/schemas/S{n - 1}"}] * 2}
    assert schema({"$ref": "#/components/schemas/S59"}, **many).types == {"object"}


def test_an_operation_is_resolved_with_all_that_stands_around_it() -> None:
    api = normal_form(
        {
            "openapi": "3.1.0",
            "servers": [
                {
                    "url": "https://{host}/{stage}/v1",
                    "variables": {"host": {"default": "x"}, "stage": {"default": "live"}},
                }
            ],
            "security": [{"key": []}],
            "paths": {
                "/a/{x}/b/{y}": {
                    "parameters": [
                        {"$ref": "#/components/parameters/y"},
                        {"in": "path", "name": "x", "schema": {"type": "string"}},
                        {"in": "header", "name": "X-Trace", "schema": {"type": "string"}},
                        {"in": "header", "name": "Authorization", "schema": {"type": "string"}},
                        {"in": "query", "name": "q", "schema": {"type": "string"}},
                    ],
                    "get": {
                        "parameters": [
                            {
                                "in": "query",
                                "name": "q",
                                "required": True,
                                "content": {"application/json": {"schema": {}}},
                            }
                        ],
                        "responses": {"200": {"$ref": "#/components/responses/ok"}, "4xx": {"description": "no"}},
                        "deprecated": True,
                    },
                    "post": {
                        "security": [{}, {"token": ["write"]}],
                        "requestBody": {"$ref": "#/components/requestBodies/in"},
                    },
                }
            },
            "components": {
                "parameters": {"y": {"in": "path", "name": "y", "required": True, "schema": {"type": "integer"}}},
                "responses": {"ok": {"content": {"Application/JSON; charset=utf-8": {"schema": {"type": "string"}}}}},
                "requestBodies": {"in": {"required": True, "content": {"text/plain": {}}}},
                "securitySchemes": {
                    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                    "token": {"type": "http", "scheme": "Bearer"},
                },
            },
        }
    )
    get, post = api.operations["GET", "/a/{}/b/{}"], api.operations["POST", "/a/{}/b/{}"]
    assert api.bases == ("/live/v1",) and not api.thin
    assert list(get.parameters) == [("path", "1"), ("path", "0"), ("header", "x-trace"), ("query", "q")]
    assert get.parameters["query", "q"].required and get.parameters["path", "0"].required and get.deprecated
    assert list(get.responses) == ["200", "4XX"] and list(get.responses["200"].content) == ["application/json"]
    assert get.security == (frozenset({Scheme("apiKey in header x-key", frozenset())}),)
    assert post.security == (frozenset(), frozenset({Scheme("http bearer", frozenset({"write"}))}))
    assert post.body is not None and post.body.required and post.body.content == {"text/plain": None}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://x/v1/", "/v1"),
        ("/v1", "/v1"),
        ("https://x", ""),
        ("/", ""),
        ("//x/y", "/y"),
        ("http://[", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_base_path_of_a_server(url: Any, path: str) -> None:
    assert base_path({"url": url}) == path
