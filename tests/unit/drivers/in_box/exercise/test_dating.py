"""Dates of requests: in the days to come, what begins before what ends, and what is past in the past."""

import datetime as dt

from aurora.drivers.in_box.exercise.dating import dated, dated_query

FIRST = dt.date(2030, 5, 1)
MOMENT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}


def body(**schemas):
    schema = {"type": "object", "properties": schemas}
    return dated(dict.fromkeys(schemas, "1973-01-01"), {}, schema, FIRST)


def test_what_ends_lies_after_what_begins_whatever_stands_first():
    assert body(ends_at=MOMENT, startsAt=MOMENT) == {
        "ends_at": "2030-05-01T11:00:00Z",
        "startsAt": "2030-05-01T10:00:00Z",
    }
    assert body(check_out=DAY, check_in=DAY, reminder=DAY) == {
        "check_in": "2030-05-01",
        "reminder": "2030-05-02",
        "check_out": "2030-05-03",
    }


def test_what_is_past_by_its_name_lies_in_the_past():
    assert body(birthDate=DAY, due=DAY) == {"birthDate": "2000-05-08", "due": "2030-05-01"}


def test_what_is_no_date_stays():
    assert body(name={"type": "string"}, kind={**DAY, "enum": ["1973-01-01"]}) == {
        "name": "1973-01-01",
        "kind": "1973-01-01",
    }
    assert dated([1, None], {}, {"type": "array", "items": MOMENT}, FIRST) == [1, None]


def test_dates_behind_references_branches_and_in_lists_are_found():
    document = {"components": {"schemas": {"Slot": {"allOf": [{"properties": {"from": MOMENT, "to": MOMENT}}]}}}}
    schema = {
        "properties": {
            "slots": {"type": "array", "items": {"$ref": "#/components/schemas/Slot"}},
            "until": {"anyOf": [DAY, {"type": "null"}]},
        }
    }
    sent = {"slots": [{"to": "x", "from": "y"}, {"to": "x", "from": "y"}], "until": "1973-01-01"}
    slot = {"to": "2030-05-01T11:00:00Z", "from": "2030-05-01T10:00:00Z"}
    assert dated(sent, document, schema, FIRST) == {"slots": [slot, slot], "until": "2030-05-01"}


def test_parameters_of_a_query_are_dated_as_well():
    operation = {
        "parameters": [
            {"name": "to", "in": "query", "schema": DAY},
            {"name": "from", "in": "query", "schema": DAY},
            {"name": "page", "in": "query", "schema": {"type": "integer"}},
            {"name": "day", "in": "path", "schema": DAY},
        ]
    }
    sent = {"to": "1973-01-01", "from": "1973-01-01", "page": 3}
    assert dated_query(sent, {}, operation, FIRST) == {"from": "2030-05-01", "to": "2030-05-02", "page": 3}
