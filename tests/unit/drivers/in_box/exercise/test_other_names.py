"""Names of what does not exist, in the form of names that do."""

import pytest

from aurora.drivers.in_box.exercise.history import Call, Use
from aurora.drivers.in_box.exercise.links import Outcome
from aurora.drivers.in_box.exercise.other_names import elsewhere, other_than
from aurora.drivers.in_box.exercise.records import Request


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("1", "999984"),
        ("0000000042", "0001000025"),
        ("3f0c1d9e-5a0e-4a53-9f53-0d8ad2b4f1c7", "3f0c1d9e-5a0e-4a53-9f53-5c3fc7e9a6d2"),
        ("65f1a0c2b7e4d90011223344", "65f1a0c2b7e4c45566778899"),
        ("01HZX3Y8K2M4N6P8Q0R2S4T6V8", "01HZX3Y8K2M4N6P3Q5R7S9T1V3"),
    ],
)
def test_another_value_has_the_same_form(value, other):
    assert other_than(value) == other
    assert other_than(other) != other


@pytest.mark.parametrize("value", ["alice", "", "-1", "a title of several words 1", "²"])
def test_a_value_without_a_form_is_left(value):
    assert other_than(value) == ""


def test_only_the_last_parameter_names_what_is_not_there():
    made = Call(Request("POST", "/x"), Outcome({}, {}, None, {}, {}))
    team, user = Use("path:2", made, "$response.body#/id", "7"), Use("path:4", made, "$response.body#/id", "1")
    assert elsewhere({"team": 7, "id": 1}, "id", "path:4", (team, user)) == ({"team": 7, "id": 999_984}, (team,))
    assert elsewhere({"team": 7, "id": "1"}, "id", "path:4", (user,)) == ({"team": 7, "id": "999984"}, ())
    assert elsewhere({"team": 7, "id": 1}, "id", "path:4", (team,)) is None
