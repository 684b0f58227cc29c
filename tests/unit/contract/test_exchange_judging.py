"""Exchanges of a project's tests against its document: what is a breach, and what is none."""

import json

import pytest
import yaml

from aurora.contract import exchange_judging
from aurora.domain.exercise import Breach
from aurora.domain.runs import Exchange

DOCUMENT = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: "https://shop.example.com/api/v1"}]
security: [{bearer: []}]
paths:
  /items:
    get:
      responses:
        "200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}}
    post:
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
        4XX: {$ref: "#/components/responses/Problem"}
  /items/mine:
    get: {responses: {"200": {description: mine, content: {text/csv: {schema: {type: string}}}}}}
  /items/{id}:
    get:
      responses:
        "200": {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
        default: {$ref: "#/components/responses/Problem"}
    delete: {responses: {"204": {description: gone}}}
  /public:
    get: {security: [], responses: {"200": {description: free}}}
components:
  responses:
    Problem: {description: no, content: {application/json: {schema: {type: object, required: [why], properties: {why: {type: string}}}}}}
  schemas:
    Item:
      type: object
      required: [id, secret]
      properties:
        id: {type: integer}
        secret: {type: string, writeOnly: true}
        note: {type: string, nullable: true}
        made: {type: string, format: date}
        owner: {nullable: true, allOf: [{$ref: "#/components/schemas/Owner"}]}
    Owner: {type: object, required: [name], properties: {name: {type: string}}}
"""  # noqa: E501 - a document, read as a whole
TEXT = json.dumps(yaml.safe_load(DOCUMENT))


def said(method, path, status, body=None, kind="application/json", base=None, document=TEXT, **more):
    text = None if body is None else json.dumps(body)
    one = Exchange(
        method=method, path=path, status=status, content_type=kind, body=text, whole=True,
        filled=body is not None, test_id="t", **more,
    )  # fmt: skip
    return exchange_judging.judged(document, (one,), base)


def kinds(judged):
    return [(one.breach, one.operation, one.where, one.certain) for one in judged.broken]


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/items/1", 200, {"id": 1}),
        ("GET", "/items/1", 200, {"id": 1, "note": None, "owner": None, "made": "2026-12-01"}),
        ("GET", "/api/v1/items/1", 200, {"id": 1}),
        ("GET", "/items/", 200, [{"id": 1}]),
        ("POST", "/items", 201, {"id": 1}),
        ("POST", "/items", 422, {"why": "wrong"}),
        ("GET", "/items/1", 418, {"why": "tea"}),
        ("DELETE", "/items/1", 204, None),
    ],
)
def test_an_answer_as_the_document_says_is_no_breach(method, path, status, body):
    judged = said(method, path, status, body)
    assert kinds(judged) == [] and len(judged.validated) == 1 and judged.operations == 6


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "expected"),
    [
        ("GET", "/items/1", 200, {"id": "one"}, (Breach.RESPONSE_SCHEMA, "GET /items/{id}", "/id", True)),
        ("GET", "/items/1", 200, {}, (Breach.RESPONSE_SCHEMA, "GET /items/{id}", "/", True)),
        ("GET", "/items/1", 200, {"id": 1, "secret": ""}, (Breach.RESPONSE_SCHEMA, "GET /items/{id}", "/secret", True)),
        ("GET", "/items/1", 200, {"id": 1, "owner": {}}, (Breach.RESPONSE_SCHEMA, "GET /items/{id}", "/owner", True)),
        ("GET", "/items/1", 200, {"id": 1, "made": "x"}, (Breach.RESPONSE_SCHEMA, "GET /items/{id}", "/made", False)),
        ("GET", "/items", 200, [{"id": 1}, {"id": None}], (Breach.RESPONSE_SCHEMA, "GET /items", "/1/id", True)),
        ("POST", "/items", 200, {"id": 1}, (Breach.STATUS_CODE, "POST /items", "", True)),
        ("POST", "/items", 500, {"id": 1}, (Breach.STATUS_CODE, "POST /items", "", False)),
        ("GET", "/items", 401, {"id": 1}, (Breach.STATUS_CODE, "GET /items", "", False)),
        ("GET", "/public", 401, {"id": 1}, (Breach.STATUS_CODE, "GET /public", "", True)),
        ("GET", "/items/1", 200, None, (Breach.CONTENT_TYPE, "GET /items/{id}", "", True)),
        ("GET", "/items/mine", 200, [], (Breach.CONTENT_TYPE, "GET /items/mine", "", True)),
        ("PUT", "/items/1", 200, {"id": 1}, (Breach.UNSUPPORTED_METHOD, "PUT /items/{id}", "", False)),
    ],
)  # fmt: skip
def test_a_breach_is_told_with_its_place(method, path, status, body, expected):
    assert kinds(said(method, path, status, body)) == [expected]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/boom", 500), ("HEAD", "/items", 404), ("OPTIONS", "/items", 200), ("PATCH", "/items", 405),
     ("GET", "/public/", 307), ("GET", "/public", 304)],
)  # fmt: skip
def test_what_the_document_says_nothing_of_is_not_judged(method, path, status):
    assert kinds(said(method, path, status, {})) == []


def test_a_body_that_nobody_saw_is_not_missing():
    one = Exchange(method="GET", path="/items/1", status=200, content_type="application/json")
    html = one.model_copy(update={"content_type": "text/html", "filled": True})
    assert exchange_judging.judged(TEXT, (one,)).broken == ()
    assert kinds(exchange_judging.judged(TEXT, (html,))) == [(Breach.CONTENT_TYPE, "GET /items/{id}", "", True)]


def test_the_settings_say_where_it_is_mounted():
    assert said("GET", "/shop/items", 200, [], base="/shop").validated == ("GET /items",)
    assert said("GET", "/shop/items", 200, []).validated == ()


def test_a_part_of_a_path_counts_where_one_operation_alone_ends_so():
    assert said("GET", "/mine", 404, {}, part=True).validated == ("GET /items/mine",)
    assert said("GET", "/7", 200, {"id": 7}, part=True).validated == ("GET /items/{id}",)
    assert said("PUT", "/7", 200, {"id": 7}, part=True).validated == ()


def test_the_same_breach_is_told_once_and_by_its_first_test():
    found = [
        Exchange(method="GET", path="/items", status=200, content_type="application/json", whole=True, filled=True,
                 body=json.dumps([{"id": 1}] * n + [{"id": "x"}]), test_id=f"t{n}")
        for n in range(3)
    ]  # fmt: skip
    (one,) = exchange_judging.judged(TEXT, found).broken
    assert one.test_id == "t0" and one.where == "/0/id" and "'x' is not of type 'integer'" in one.message


def test_openapi_3_1_and_2_have_their_own_rules():
    schema = {"type": ["integer", "null"]}
    answers = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    new = json.dumps({"openapi": "3.1.0", "paths": {"/n": {"get": {"responses": answers}}}})
    assert kinds(said("GET", "/n", 200, None, document=new)) == [(Breach.CONTENT_TYPE, "GET /n", "", True)]
    assert [k[2] for k in kinds(said("GET", "/n", 200, "x", document=new))] == ["/"]
    assert kinds(said("GET", "/n", 200, 1, document=new)) == []
    answers = {200: {"description": "", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
    answers[200]["schema"]["properties"]["b"] = {"type": "string", "x-nullable": True}
    old = json.dumps({"swagger": "2.0", "basePath": "/v2", "produces": ["application/json"],
                      "paths": {"/n": {"get": {"responses": answers}}}})  # fmt: skip
    assert kinds(said("GET", "/v2/n", 200, {"a": "", "b": None}, document=old)) == []
    assert [k[2] for k in kinds(said("GET", "/v2/n", 200, {"a": None}, document=old))] == ["/a"]


def test_null_is_called_so():
    (one,) = said("GET", "/items/1", 200, {"id": None}).broken
    assert one.message == "at /id of the body: null is not allowed"


def test_a_schema_that_nobody_can_read_says_nothing():
    answers = {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/nowhere"}}}}}
    broken = json.dumps({"openapi": "3.1.0", "paths": {"/n": {"get": {"responses": answers}}}})
    assert kinds(said("GET", "/n", 200, 1, document=broken)) == []
