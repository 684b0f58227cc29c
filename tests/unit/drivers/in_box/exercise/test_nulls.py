"""A body with `null` wherever the document allows it."""

import pytest

from aurora.drivers.in_box.exercise.trimming import with_nulls

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    "said",
    [
        {"type": ["string", "null"]},
        {"type": "string", "nullable": True},
        {"anyOf": [TEXT, {"type": "null"}]},
        {"oneOf": [{"$ref": "#/components/schemas/Nothing"}, TEXT]},
    ],
)
def test_what_may_be_null_is(said):
    document = {"components": {"schemas": {"Nothing": {"type": "null"}}}}
    schema = {"allOf": [{"properties": {"about": said}}, {"properties": {"name": TEXT}}]}
    assert with_nulls({"name": "anna"}, document, schema) == {"name": "anna", "about": None}


@pytest.mark.parametrize("value", [{"name": "anna"}, ["anna"], "anna", None])
def test_nothing_is_made_where_nothing_may_be_null(value):
    assert with_nulls(value, {}, {"properties": {"name": TEXT}}) is None
