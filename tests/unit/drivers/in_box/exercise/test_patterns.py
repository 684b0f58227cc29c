"""Patterns that a document holds as JavaScript writes them."""

import pytest

from aurora.drivers.in_box.exercise import patterns


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (r"/((?=.*\d)|(?=.*\W+))(?=.*[A-Z]).*$/", r"((?=.*\d)|(?=.*\W+))(?=.*[A-Z]).*$"),
        ("/^[a-z]+$/", "^[a-z]+$"),
        ("/^a/g", "^a"),
        ("/^a$/i", "(?i)^a$"),
        ("^/api/v1/$", "^/api/v1/$"),
        ("/[a-z]+/", "/[a-z]+/"),
        ("^a$", "^a$"),
        ("/", "/"),
        ("", ""),
    ],
)
def test_a_literal_that_nothing_fits_is_read_as_what_is_in_it(said, read):
    assert patterns.inside(said) == read


def test_only_what_is_a_pattern_is_read_so():
    document = {"properties": {"pattern": {"type": "string", "pattern": "/^a$/"}, "b": {"enum": ["/^a$/"]}}}
    assert patterns.read([document]) == [
        {"properties": {"pattern": {"type": "string", "pattern": "^a$"}, "b": {"enum": ["/^a$/"]}}}
    ]
