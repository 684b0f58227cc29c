"""What a contract states of input beyond its type."""

import json

from aurora.contract.bounds import bounds_of

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/shop/orders/{orderId}": {
            "parameters": [{"name": "orderId", "in": "path", "schema": {"type": "string", "format": "uuid"}}],
            "put": {
                "parameters": [{"$ref": "#/components/parameters/Limit"}, {"name": "q", "in": "query", "schema": {}}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                },
            },
        },
        "/admin/orders/{id}": {"put": {}},
    },
    "components": {
        "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}},
        "schemas": {
            "Order": {
                "allOf": [{"$ref": "#/components/schemas/Base"}],
                "properties": {
                    "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}, "maxItems": 50},
                    "note": {"type": "string"},
                    "part_of": {"$ref": "#/components/schemas/Order"},
                },
            },
            "Base": {"properties": {"email": {"type": "string", "format": "email"}}},
            "Line": {"properties": {"sku": {"type": "string", "pattern": "^[A-Z]+$"}}},
            "Answer": {"properties": {"text": {"type": "string", "maxLength": 9}}},
        },
    },
}
BOUNDS = bounds_of(json.dumps(DOCUMENT), "openapi.json")


def test_parameters_are_those_of_the_path_and_of_the_operation():
    operation = BOUNDS.operation("PUT", "/shop/orders/{order_id}")
    assert operation is not None
    assert operation.parameters == {"orderId": "format uuid", "limit": "maximum 100"}


def test_a_body_has_the_fields_of_all_schemas_that_make_it():
    operation = BOUNDS.operation("PUT", "/shop/orders/{id:uuid}/")
    assert operation is not None
    assert operation.body == {"email": "format email", "lines": "maxItems 50"}


def test_only_schemas_that_requests_hold_are_named():
    assert set(BOUNDS.models) == {"Order", "Base", "Line"}
    assert BOUNDS.models["Line"] == {"sku": "pattern ^[A-Z]+$"}


def test_a_path_that_ends_two_operations_is_none_of_them():
    assert BOUNDS.operation("PUT", "/orders/{id}") is None
    assert BOUNDS.operation("PUT", "/") is None
    assert BOUNDS.operation("GET", "/shop/orders/{id}") is None


def test_a_document_that_can_not_be_read_states_nothing():
    assert bounds_of("paths: [", "openapi.yaml").operations == ()
    assert bounds_of("[]", "openapi.json").operations == ()
    assert bounds_of(json.dumps({"paths": {"/a": {"get": {"parameters": [3, {"name": "x"}]}}}}), "a.json").models == {}


def test_swagger_2_states_bounds_beside_the_type_and_bodies_as_parameters():
    document = {
        "swagger": "2.0",
        "paths": {
            "/a": {
                "post": {
                    "parameters": [
                        {"name": "size", "in": "query", "type": "integer", "minimum": 1},
                        {"name": "body", "in": "body", "schema": {"properties": {"n": {"maximum": 3}}}},
                    ]
                }
            }
        },
    }
    operation = bounds_of(json.dumps(document), "swagger.json").operation("POST", "/a")
    assert operation is not None
    assert (operation.parameters, operation.body) == ({"size": "minimum 1"}, {"n": "maximum 3"})
