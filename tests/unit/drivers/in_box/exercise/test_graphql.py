"""A GraphQL service driven by its schema: what it breaks is found, carried into a new data store, and nothing else."""

import pytest

from aurora.domain.exercise import ExerciseResult
from aurora.drivers.in_box.exercise import graphql_errors
from aurora.drivers.in_box.exercise.records import read_order
from tests.support.graphql_endpoint import exercised

BOUNDED = "bounded"


def reported(result):
    return {(one["breach"], one["operation"], one["where"]) for one in result["seen"]}


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_told_of_a_service_that_keeps_to_its_schema(seed):
    result = exercised(BOUNDED, seed=seed)
    assert (result["trouble"], reported(result)) == ("", set())
    assert all(one["succeeded"] for one in result["operations"])
    assert ExerciseResult.model_validate(result).served_document.count("type ") >= 4


@pytest.mark.parametrize(
    ("breach", "found"),
    [
        ("raises", ("unexpected_error", "Query.author", "Query.author")),
        ("null", ("unexpected_error", "Mutation.addAuthor", "Author.name")),
        ("enum", ("unexpected_error", "Mutation.addBook", "Book.genre")),
        ("lacks a field", ("response_schema", "Mutation.addAuthor", "Book.genre")),
        ("n+1", ("n_plus_one", "Query.books", "Book.author")),
    ],
)
def test_a_breach_is_found_and_seen_again_in_a_new_data_store_and_no_more_when_it_is_mended(breach, found):
    first = exercised(BOUNDED, breach)
    assert found in reported(first)
    again = read_order(f'{{"document": "", "port": 1, "again": {_json(first["seen"])}}}').again
    second = exercised(BOUNDED, breach, again=again)
    assert reported(second) == reported(first)
    assert all(one["replayed"] for one in second["seen"])
    repaired = exercised(BOUNDED, again=again)
    assert not any(one["replayed"] for one in repaired["seen"])


def test_the_same_seed_sends_the_same_and_another_one_something_else():
    def requests(seed):
        return [one["request"]["body"] for one in exercised("raises", "null", seed=seed)["seen"]]

    assert requests(3) == requests(3)
    assert requests(3) != requests(4)


def test_a_masked_exception_is_one_and_an_honest_refusal_is_none():
    assert ("unexpected_error", "Query.author", "Query.author") in reported(exercised(BOUNDED, "raises", "masked"))
    assert reported(exercised(BOUNDED, "masked")) == set()


def test_what_is_not_bounded_is_told_with_whether_a_bound_was_set():
    unset = exercised()
    assert {(one["breach"], "reported, not blocking" in one["message"]) for one in unset["seen"]} == {
        ("depth_unbounded", True),
        ("cost_unbounded", True),
    }
    bound = exercised(depth=9)
    depth = next(one for one in bound["seen"] if one["breach"] == "depth_unbounded")
    assert "a query of 10 levels" in depth["message"] and "told, not" not in depth["message"]


def test_only_what_is_touched_gets_all_examples_and_what_reaches_a_touched_field_does():
    result = exercised(BOUNDED, touched=("Book.author",), examples=8, others_examples=2)
    requests = {one["operation"]: one["requests"] for one in result["operations"]}
    assert requests["Query.books"] >= 8
    assert requests["Mutation.deleteBook"] == 2


@pytest.mark.parametrize(
    ("error", "unexpected"),
    [
        ({"message": "Post not found", "path": ["post"], "extensions": {"code": "INTERNAL_SERVER_ERROR"}}, False),
        ({"message": "boom", "path": ["post"], "extensions": {"code": "INTERNAL_SERVER_ERROR"}}, True),
        ({"message": "boom", "path": ["post"], "extensions": {"code": "BAD_USER_INPUT"}}, False),
        ({"message": "Cannot read properties of undefined (reading 'x')", "path": ["a"]}, True),
        ({"message": "'NoneType' object has no attribute 'id'", "path": ["a"]}, True),
        ({"message": "'42'", "path": ["a"]}, True),
        ({"message": "Unexpected error.", "path": ["a"]}, True),
        ({"message": "Cannot return null for non-nullable field A.b.", "path": ["a", "b"]}, True),
        ({"message": "Int cannot represent non-integer value: 'x'", "path": ["a"]}, True),
        ({"message": "Variable '$v0' got invalid value 'x'; Int cannot represent non-integer value: 'x'"}, False),
        ({"message": "You must be logged in", "path": ["a"]}, False),
        (
            {"message": "gone", "path": ["a"], "extensions": {"code": "INTERNAL_SERVER_ERROR", "stacktrace": [
                "Error: gone", "    at post (/app/src/resolvers.js:10:11)"]}},
            False,
        ),
        (
            {"message": "gone", "path": ["a"], "extensions": {"code": "INTERNAL_SERVER_ERROR", "stacktrace": [
                "TypeError: gone", "    at post (/app/src/resolvers.js:10:11)"]}},
            True,
        ),
        (
            {"message": "gone", "path": ["a"], "extensions": {"code": "INTERNAL_SERVER_ERROR", "stacktrace": [
                "Error: gone", "    at run (/app/node_modules/knex/lib/x.js:10:11)"]}},
            True,
        ),
        (
            {"message": "no", "path": ["a"], "extensions": {"exception": {"stacktrace": [
                "Traceback (most recent call last):", '  File "/app/api.py", line 3, in post', "    raise Gone('no')",
                "api.Gone: no"]}}},
            False,
        ),
    ],
)  # fmt: skip
def test_an_exception_is_told_from_an_honest_error_by_class_place_and_words(error, unexpected):
    assert bool(graphql_errors.unexpected(error)) == unexpected


def test_what_the_observer_heard_decides_before_the_words():
    error = {"message": "nothing here", "path": ["post"]}
    raised = {"raised": "IndexError", "said": "nothing here", "path": ["post"], "at": "app/a.py:3", "deliberate": False}
    assert graphql_errors.unexpected(error, [raised]) == "IndexError raised at app/a.py:3"
    assert graphql_errors.unexpected(error, [{**raised, "deliberate": True}]) == ""


def _json(value):
    import json

    return json.dumps(value)
