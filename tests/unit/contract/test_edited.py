"""The changes of a document that break clients, and those that the task named."""

import json
from typing import Any

import pytest

from aurora.contract import edited

OLD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/users": {
            "get": {
                "responses": {
                    "200": {
                        "description": "all",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["email"],
                                    "properties": {"email": {"type": "string"}},
                                }
                            }
                        },
                    }
                }
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"nickname": {"type": "string"}}}
                        }
                    }
                },
                "responses": {"201": {"description": "made"}},
            },
        },
        "/orders": {"delete": {"responses": {"204": {"description": "gone"}}}},
    },
}


def changed(path: tuple[str, ...], value: Any) -> str:
    new = json.loads(json.dumps(OLD))
    at = new
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(new)


BODY = ("paths", "/users", "post", "requestBody", "content", "application/json", "schema", "required")
EMAIL = ("paths", "/users", "get", "responses", "200", "content", "application/json", "schema", "properties")


@pytest.mark.parametrize(
    ("new", "task", "broken"),
    [
        (changed(("paths", "/orders"), None), "List users by name.", ["DELETE /orders"]),
        (changed(("paths", "/orders"), None), "Remove DELETE /orders, nobody uses it.", []),
        (changed(("paths", "/orders"), None), "Also show /orders in the log.", ["DELETE /orders"]),
        (changed(BODY, ["nickname"]), "Let users have a nickname.", ["POST /users"]),
        (changed(BODY, ["nickname"]), "`nickname` becomes mandatory when a user is created.", []),
        (changed(EMAIL, {}), "Hide what is private.", ["GET /users"]),
        (changed(EMAIL, {}), "GET /users no longer returns the email.", []),
        (changed(EMAIL, {}), "Hide what is private. Breaking changes are fine.", []),
        (changed(("paths", "/orders", "get"), {"responses": {"200": {"description": "all"}}}), "List orders.", []),
    ],
)
def test_a_break_that_no_sentence_asks_for_is_told(new: str, task: str, broken: list[str]) -> None:
    found = edited.openapi(json.dumps(OLD), new, (task,))
    assert [change.operation for change in found.breaking] == broken


def test_a_schema_of_graphql_is_compared_as_well() -> None:
    old, new = "type Query { user: String orders: String }", "type Query { user: String }"
    assert [change.operation for change in edited.graphql(old, new, ("Show a user.",)).breaking] == ["Query.orders"]
    assert edited.graphql(old, new, ("Remove `Query.orders`.",)).breaking == ()
