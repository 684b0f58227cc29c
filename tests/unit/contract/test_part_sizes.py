"""The size of the contract for each part of a plan."""

import json

from aurora.contract.part_sizes import part_sizes


def test_each_part_is_as_long_as_its_operations_and_what_they_refer_to() -> None:
    words = "word " * 400
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {"get": {"responses": {"200": {"description": "short"}}}},
            "/b/{id}": {"get": {"responses": {"200": {"$ref": "#/components/responses/Long"}}}},
            "/c": {"get": {"responses": {"200": {"$ref": "#/components/responses/Long"}}}},
        },
        "components": {"responses": {"Long": {"description": words}}},
    }
    found = part_sizes(json.dumps(document), "openapi.json", (("GET /a",), ("GET /b/{x}", "GET /c"), ("GET /none",)))
    short, long, none = found.sizes
    assert short < 400 < len(words) < long < 2 * len(words)
    # what both refer to stands there once, so that cutting them apart would make little shorter
    assert found.longest[1] > 0.9 * long and found.longest[0] == short and found.longest[2] == 0 <= none
