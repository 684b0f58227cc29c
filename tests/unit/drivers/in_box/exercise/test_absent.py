"""Numbers of a path by which nothing is found."""

from typing import Any

import pytest

from aurora.drivers.in_box.exercise import absent

NAME = "GET /shops/{shop}/posts/{id}"


def parameter(schema: dict[str, Any], name: str = "id", place: str = "path") -> dict[str, Any]:
    return {"in": place, "name": name, "required": True, "schema": schema}


@pytest.mark.parametrize(
    ("schema", "number"),
    [
        ({"type": "integer"}, absent.FAR - 1),
        ({"type": "integer", "minimum": 1, "maximum": 9_000_000_000}, absent.FAR),
        ({"type": "integer", "maximum": 100}, 99),
        ({"$ref": "#/components/schemas/Id"}, absent.FAR - 1),
    ],
)
def test_a_number_is_far_from_those_that_are_given_first_and_allowed(schema: dict[str, Any], number: int) -> None:
    document = {"components": {"schemas": {"Id": {"type": "integer"}}}}
    assert absent.numbers(document, NAME, {"parameters": [parameter(schema)]}) == {"id": number}


@pytest.mark.parametrize(
    "said",
    [
        parameter({"type": "string"}),
        parameter({"type": "integer", "enum": [1, 2]}),
        parameter({"type": "integer", "minimum": 1, "maximum": 1}),
        parameter({"type": "integer"}, "page", "query"),
    ],
)
def test_any_other_value_is_left_to_the_generator(said: dict[str, Any]) -> None:
    assert absent.numbers({}, NAME, {"parameters": [said]}) == {}


def test_swagger_says_the_type_beside_the_name() -> None:
    operation = {"parameters": [{"in": "path", "name": "shop", "type": "integer"}]}
    assert absent.numbers({}, NAME, operation) == {"shop": absent.FAR - 1}
