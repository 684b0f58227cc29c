"""The driver's report: findings in words, one of a kind, and never a credential."""

import pytest

from aurora.domain.exercise import ExerciseOrder, ExerciseResult
from aurora.drivers.in_box.exercise import credentials, findings, kinds
from aurora.drivers.in_box.exercise.bodies import unparsed
from aurora.drivers.in_box.exercise.credentials import Credential
from aurora.drivers.in_box.exercise.records import ObservedBreach, Order, Request, read_order
from aurora.drivers.in_box.exercise.report import Report
from aurora.drivers.in_box.exercise.transport import Sendable
from aurora.drivers.in_box.exercise.trimming import body_schema, trimmed

DOCUMENT = {
    "components": {
        "schemas": {"User": {"type": "object"}, "Base": {"properties": {"id": {"type": "integer"}}}},
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "query", "name": "api_key"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
        },
    }
}
OPERATION = {
    "responses": {
        "200": {"content": {"application/json": {"schema": {"items": {"$ref": "#/components/schemas/User"}}}}},
        "4XX": {},
    }
}


def failure(kind, **said):
    return type(kind, (), {"title": "", "message": "", **said})()


def found(one, status=200):
    return findings.finding(one, "GET /users", status, DOCUMENT, OPERATION)


def test_a_missing_property_is_named_with_its_place_and_its_schema():
    one = failure("JsonSchemaError", instance_path=[3], instance={}, _raw_message='"email" is a required property')
    reported = found(one)
    assert reported.where == "/*/email"
    assert reported.message == (
        "`GET /users` answered 200 with `email` missing in `/3`, which the document requires "
        "(`/components/schemas/User`)"
    )


def test_a_wrong_status_says_which_the_document_names():
    assert found(failure("UndefinedStatusCode"), 418).message == (
        "`GET /users` answered 418, which the document does not name (it names 200, 4XX)"
    )


def test_a_time_without_its_zone_is_no_finding():
    said = '"2026-01-01T10:00:00.5" is not a "date-time"'
    one = failure("JsonSchemaError", instance_path=["at"], instance="2026-01-01T10:00:00.5", _raw_message=said)
    assert found(one) is None
    one = failure("JsonSchemaError", instance_path=["at"], instance="soon", _raw_message='"soon" is not a "date-time"')
    assert found(one).where == "/at"


def test_a_check_that_is_not_told_is_no_finding():
    assert found(failure("UseAfterFree")) is None


def test_only_declared_properties_are_kept_unless_the_schema_speaks_of_others():
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Base"}],
        "properties": {"tags": {"type": "array", "items": {"properties": {"a": {}}}}, "free": {"type": "object"}},
    }
    body = {"id": 1, "more": 2, "tags": [{"a": 1, "b": 2}], "free": {"x": 1}}
    assert trimmed(body, DOCUMENT, schema) == {"id": 1, "tags": [{"a": 1}], "free": {"x": 1}}
    assert trimmed(body, DOCUMENT, {**schema, "additionalProperties": {"type": "integer"}})["more"] == 2
    assert body_schema(DOCUMENT, {"requestBody": {"content": {"a/b": {"schema": schema}}}}, "a/b") == schema
    assert body_schema(DOCUMENT, {}, None) is None


@pytest.mark.parametrize(
    ("credential", "sent"),
    [
        (Credential("header", "Authorization", "Bearer x"), ("/a?b=1", {"Authorization": "Bearer x", "Cookie": "c=1"})),
        (Credential("query", "key", "x y"), ("/a?b=1&key=x%20y", {"authorization": "old", "Cookie": "c=1"})),
        (Credential("cookie", "sid", "x"), ("/a?b=1", {"authorization": "old", "Cookie": "c=1; sid=x"})),
        (Credential("cookie", "", "p=1; q=2"), ("/a?b=1", {"authorization": "old", "Cookie": "c=1; p=1; q=2"})),
    ],
)
def test_a_credential_goes_where_its_scheme_says(credential, sent):
    given = credential.given_to(Sendable("GET", "/a?b=1", {"authorization": "old", "Cookie": "c=1"}))
    assert (given.path, given.headers) == sent


def order(**more):
    return Order(document="", port=1, **more)


@pytest.mark.parametrize(
    ("scheme", "path", "headers"),
    [
        ("bearer", "/a", {"Authorization": "Bearer wrong"}),
        ("key", "/a?api_key=wrong", {}),
        ("session", "/a", {"Cookie": "sid=wrong"}),
    ],
)
def test_a_credential_that_is_none_goes_where_its_scheme_says(scheme, path, headers):
    asked = credentials.needs(DOCUMENT, {"security": [{scheme: []}]})
    given = credentials.wrong(asked).given_to(Sendable("GET", "/a"))
    assert (given.path, given.headers) == (path, headers)


@pytest.mark.parametrize(
    ("security", "given", "why"),
    [
        ([], order(), ""),
        ([{}, {"bearer": []}], order(), ""),
        ([{"bearer": []}], order(), "there is no recipe: bearer (header `Authorization`)"),
        ([{"bearer": []}], order(value="Bearer x"), ""),
        ([{"key": []}], order(value="x"), "another log-in than the recipe's: key (query `api_key`)"),
        ([{"key": []}, {"bearer": []}], order(value="x"), ""),
        ([{"key": [], "bearer": []}], order(value="x"), "key (query `api_key`) with bearer"),
        ([{"key": []}], order(value="x", place="query", header="api_key"), ""),
        ([{"session": []}], order(login="POST /login", place="cookie"), ""),
        ([{"unknown": []}], order(value="x"), ""),
    ],
)
def test_an_operation_is_left_out_with_the_log_in_that_it_needs(security, given, why):
    reported = credentials.why_not(credentials.needs(DOCUMENT, {"security": security}), given)
    assert reported.endswith(why) if not why else why in reported
    assert bool(reported) == bool(why)


def test_security_of_the_document_holds_where_an_operation_says_nothing():
    whole = {**DOCUMENT, "security": [{"bearer": []}]}
    assert credentials.needs(whole, {})
    assert not credentials.needs(whole, {"security": []})


def seen(body="", before=(), **more):
    request = Request(method="POST", path="/a", body=body)
    return ObservedBreach(
        breach="server_error", operation="POST /a", message="m", request=request, before=before, **more
    )


def test_one_breach_is_told_once_by_its_smallest_request():
    report = Report(order())
    assert report.see(seen("long body"))
    assert not report.see(seen("short"))
    assert not report.see(seen("s", before=(Request("GET", "/"),)))
    assert [one.request.body for one in report.seen()] == ["short"]
    assert report.see(seen(status=500))


def test_a_result_is_what_the_worker_reads_and_holds_no_credential():
    report = Report(order(seed=3))
    report.redactor.hide("hunter2")
    report.redactor.hide("abc")
    report.see(seen(body='{"password": "hunter2"}', response="abc"))
    report.operation("POST /a").left_out = "refused hunter2"
    report.problem("said hunter2")
    report.problem("said hunter2")
    reported = ExerciseResult.model_validate_json(report.written())
    assert "hunter2" not in report.written()
    assert (reported.seed, reported.trouble, reported.seen[0].response) == (3, "said [credential]", "abc")
    assert reported.operations[0].left_out == "refused [credential]"


def test_the_worker_and_the_driver_name_the_same_keys():
    for ours, theirs in (
        (Order, ExerciseOrder),
        (ObservedBreach, ExerciseResult.model_fields["seen"].annotation.__args__[0]),
    ):
        assert set(ours.__dataclass_fields__) == set(theirs.model_fields)
    given = ExerciseOrder(document="{}", port=5, again=(), token="/t")
    read = read_order(given.model_dump_json())
    assert {name: getattr(read, name) for name in ("port", "token", "examples", "seconds", "place")} == {
        name: getattr(given, name) for name in ("port", "token", "examples", "seconds", "place")
    }


def test_a_kind_that_nobody_drives_is_trouble():
    report = Report(order())
    kinds.drive(order(kind="soap"), report)
    assert "soap" in report.written()


@pytest.mark.parametrize(
    ("kind", "body", "refused"),
    [
        ("application/json", b"{", True),
        ("application/json; charset=utf-8", b"0", True),
        ("application/json", b"", True),
        ("application/json", b"null", True),
        ("application/json", b'{"a": 1}', False),
        ("application/json", b"[]", False),
        ("text/plain", b"{", False),
    ],
)
def test_a_body_that_parsers_refuse_is_told_from_one_that_reaches_an_operation(kind, body, refused):
    assert unparsed(Sendable("POST", "/users", {"Content-Type": kind}, body)) is refused
