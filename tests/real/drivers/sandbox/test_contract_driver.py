"""A service exercised by the driver of the image: what it breaks is found, replayed, and nothing else is told."""

import json

import pytest

from aurora.domain.exercise import BLOCKING, Breach, ExerciseResult
from tests.support import breached_service
from tests.support.breached_service import PASSWORD, TOKEN, order
from tests.support.served import slow

pytestmark = pytest.mark.docker


async def exercised(box, *breaches, **more):
    run = await box.exercise(breached_service.served(*breaches), order(**more).model_dump_json().encode())
    assert run.not_ready == "", run.not_ready + run.stderr
    assert run.result, run.driver_said
    assert PASSWORD not in run.result.decode()
    assert TOKEN not in run.result.decode()
    return ExerciseResult.model_validate_json(run.result)


def reported(result):
    return {(one.breach.value, one.operation, one.status, one.where) for one in result.seen}


def server_errors(result):
    return tuple(one for one in result.seen if one.breach is Breach.SERVER_ERROR)


ALL = ("duplicate", "list", "schema", "status", "type", "header", "open")
FOUND = {
    ("server_error", "POST /users", 500, ""),
    ("response_schema", "GET /users", 200, "/*/name"),
    ("response_schema", "GET /users/{id}", 200, "/name"),
    ("undocumented_status", "DELETE /users/{id}", 202, ""),
    ("content_type", "GET /export", 200, ""),
    ("response_headers", "GET /export", 200, ""),
    ("ignored_auth", "POST /notes", 201, ""),
    ("ignored_auth", "GET /notes", 200, ""),
}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=slow)])
async def test_nothing_is_told_of_a_service_that_keeps_to_its_document(box, seed):
    result = await exercised(box, seed=seed)
    assert result.trouble == ""
    assert result.seen == ()
    assert [one.operation for one in result.operations if not one.succeeded] == []
    assert not [one for one in result.operations if one.left_out]


async def test_routers_and_parsers_that_refuse_a_request_have_answered_for_no_operation(box):
    result = await exercised(box, "router", "parser")
    assert (result.trouble, result.seen) == ("", ())


async def test_every_breach_is_found_and_seen_again_in_a_new_data_store(box):
    first = await exercised(box, *ALL)
    assert reported(first) == FOUND
    second = await exercised(box, *ALL)
    assert [(one.key, one.request, one.before) for one in first.seen] == [
        (one.key, one.request, one.before) for one in second.seen
    ]
    assert first.operations == second.operations
    again = await exercised(box, *ALL, again=first.seen)
    assert (again.trouble, reported(again)) == ("", FOUND)
    assert all(one.replayed for one in again.seen)
    repaired = await exercised(box, again=first.seen)
    assert (repaired.trouble, repaired.seen) == ("", ())


async def test_a_credential_that_is_none_is_sent_again_as_it_was(box):
    first = await exercised(box, "token", touched=("GET /notes",))
    assert reported(first) == {("server_error", "GET /notes", 500, "wrong")}
    again = await exercised(box, "token", again=first.seen)
    assert (again.trouble, reported(again)) == ("", reported(first))
    repaired = await exercised(box, again=first.seen)
    assert (repaired.trouble, repaired.seen) == ("", ())


@slow
async def test_something_that_is_not_there_is_asked_for(box):
    result = await exercised(box, "gone", touched=("GET /users/{id}",))
    assert ("undocumented_status", "GET /users/{id}", 410, "") in reported(result)


async def test_something_that_is_not_there_is_asked_for_where_ids_are_texts_of_a_form_that_is_not_documented(box):
    document = breached_service.document()
    document["paths"]["/users/{id}"]["parameters"][0]["schema"] = {"type": "string"}
    result = await exercised(box, "gone", touched=("GET /users/{id}",), document=json.dumps(document))
    assert ("undocumented_status", "GET /users/{id}", 410, "") in reported(result)
    again = await exercised(box, "gone", document=json.dumps(document), again=result.seen)
    assert ("undocumented_status", "GET /users/{id}", 410, "") in reported(again)


async def test_a_pattern_that_is_a_literal_of_javascript_is_read_as_what_is_in_it(box):
    document = breached_service.document()
    user = document["paths"]["/users"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    user["properties"]["name"]["pattern"] = "/^(?=.*[A-Z])(?=.*[0-9]).*$/"
    result = await exercised(box, touched=("POST /users",), document=json.dumps(document))
    assert (result.trouble, result.seen) == ("", ())
    assert [one.operation for one in result.operations if one.succeeded > 3] == ["POST /users"]


@slow
async def test_values_that_nothing_fits_leave_the_time_to_the_other_operations(box):
    document = breached_service.document()
    user = document["paths"]["/users"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    user["properties"]["name"]["pattern"] = "^a$b"
    result = await exercised(
        box, touched=("POST /users",), others=("GET /users", "GET /export"), document=json.dumps(document), seconds=60
    )
    assert {one.operation: one.succeeded > 0 for one in result.operations if one.operation != "POST /users"} == {
        "GET /users": True, "GET /export": True,
    }  # fmt: skip


async def test_a_value_at_the_border_of_what_is_allowed_is_tried(box):
    result = await exercised(box, "boundary", touched=("POST /users",))
    assert reported(result) == {("server_error", "POST /users", 500, "")}
    assert '"age": 150' in result.seen[0].request.body


async def test_what_begins_in_the_future_and_ends_after_it_is_made_and_read(box):
    result = await exercised(box, document=json.dumps(breached_service.bookings()))
    assert {one.breach for one in result.seen} == {Breach.POSITIVE_DATA}  # dates of any year are sent as well
    made = {one.operation: one.succeeded for one in result.operations if "bookings" in one.operation}
    assert made["POST /bookings"] >= 3
    assert made["GET /bookings/{booking_id}"] >= 3


async def test_an_error_of_the_server_is_told_by_what_was_sent_so_that_an_old_one_hides_no_new_one(box):
    only = {"touched": ("POST /bookings",), "document": json.dumps(breached_service.bookings())}
    old = server_errors(await exercised(box, "old", **only))
    both = server_errors(await exercised(box, "old", "new", **only))
    assert {one.stem for one in [*old, *both]} == {"server_error|POST /bookings|500|"}
    new = [one for one in both if one.key not in {seen.key for seen in old}]
    assert {one.response for one in new} == {'{"error": "no such table"}'}
    at_base = await exercised(box, "old", **only, again=both)
    assert {one.key for one in server_errors(at_base)} == {one.key for one in old}


@slow
async def test_only_the_operations_asked_for_are_judged_though_others_feed_them(box):
    result = await exercised(box, *ALL, touched=("GET /users/{id}",), others=("GET /export",), others_examples=1)
    assert {one.operation for one in result.seen} == {"GET /users/{id}", "GET /export"}
    assert result.seen[0].message == (
        "`GET /users/{id}` answered 200 with `name` missing, which the document requires (`/components/schemas/User`)"
    )
    assert result.seen[0].before[0].operation == "POST /users"


async def test_operations_behind_a_log_in_are_left_out_without_a_recipe(box):
    result = await exercised(box, before=(), login=None)
    left = {one.operation for one in result.operations if "no recipe: bearer" in one.left_out}
    assert left == {"POST /notes", "GET /notes", "GET /notes/{note_id}"}
    found = await exercised(box, "open", before=(), login=None)
    assert {(one.breach.value, one.operation) for one in found.seen} == {("ignored_auth", "GET /notes")}


@slow
async def test_a_log_in_that_is_refused_is_told_without_its_password(box):
    result = await exercised(box, before=())
    assert "`POST /login`, sent name, password, answered 401" in result.trouble
    assert [one for one in result.operations if one.left_out]


@slow
async def test_a_log_in_that_takes_long_is_waited_for(box):
    result = await exercised(box, "hashes", touched=("GET /notes",))
    assert (result.trouble, result.seen) == ("", ())
    assert {one.operation: one.succeeded for one in result.operations}["GET /notes"]


@slow
async def test_a_log_in_that_expires_is_renewed(box):
    result = await exercised(box, "expires")
    assert (result.trouble, result.seen) == ("", ())
    assert {one.operation: one.succeeded for one in result.operations}["GET /notes/{note_id}"] > 5


@slow
async def test_a_service_that_dies_is_told_with_its_last_request(box):
    result = await exercised(box, "dies")
    assert "the service ended" in result.trouble
    assert reported(result) == {("server_error", "GET /notes/{note_id}", 0, "ended")}
    assert [one.operation for one in result.operations if one.left_out == "the service had ended"]
    again = await exercised(box, "dies", again=result.seen)
    assert reported(again) == reported(result)


@slow
async def test_what_a_bound_on_calls_refuses_is_not_told_as_exercised(box):
    result = await exercised(box, "bounded")
    assert result.seen == ()
    assert "were answered 429" in result.trouble
    assert "GET /export" in {one.operation for one in result.operations if one.left_out.endswith("refused (429)")}


@slow
async def test_requests_that_the_time_did_not_suffice_for_say_nothing_of_the_service(box):
    result = await exercised(box, "stalls", touched=("GET /export",), seconds=6)
    assert (result.trouble, result.seen) == ("", ())
    assert [one.left_out for one in result.operations] == ["the time was over before its requests were"]


@slow
async def test_an_answer_without_end_is_cut(box):
    result = await exercised(box, "endless", touched=("GET /stream",), seconds=30)
    assert not {one.breach for one in result.seen} & BLOCKING
    assert result.seconds < 40
