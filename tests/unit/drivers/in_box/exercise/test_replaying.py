"""Requests written down, and sent again with values of another run."""

import json

import pytest

from aurora.drivers.in_box.exercise.history import Call, History, Use, requests_before
from aurora.drivers.in_box.exercise.links import Outcome
from aurora.drivers.in_box.exercise.records import Request, TakenValue, plain, read_order
from aurora.drivers.in_box.exercise.substitution import Broken, outcome_of, with_values
from aurora.drivers.in_box.exercise.transport import Answer, Sendable


def answered(received, **headers):
    return Outcome({}, {}, None, received, {name.lower(): [value] for name, value in headers.items()})


def made(operation, received=None, sent=None, uses=(), status=200):
    method, _, path = operation.partition(" ")
    body = "" if sent is None else json.dumps(sent)
    request = Request(method=method, path=path, body=body, operation=operation, status=status)
    return Call(request, Outcome({}, {}, sent, received, {}), tuple(uses))


def test_every_value_that_was_taken_is_taken_anew():
    request = Request(
        method="PUT",
        path="/teams/old%2Fone/members/7.json?ref=7&x=1",
        headers={"If-Match": "v1"},
        body='{"owner": {"id": 7}, "name": "a"}',
        taken=(
            TakenValue("path:2", 0, "$response.body#/key", "old/one"),
            TakenValue("path:4", 1, "$response.body#/id", "7"),
            TakenValue("query:ref", 1, "$response.body#/id", "7"),
            TakenValue("header:If-Match", 1, "$response.header.ETag", "v1"),
            TakenValue("body:/owner/id", 1, "$response.body#/id", "7"),
        ),
    )
    sent = with_values(request, [answered({"key": "new/one"}), answered({"id": 12}, ETag="v2")])
    assert sent.path == "/teams/new%2Fone/members/12.json?ref=12&x=1"
    assert sent.headers == {"If-Match": "v2"}
    assert json.loads(sent.body) == {"owner": {"id": 12}, "name": "a"}


def test_a_value_that_is_not_produced_any_more_breaks_the_request():
    request = Request(method="GET", path="/a/1", taken=(TakenValue("path:2", 0, "$response.body#/id", "1"),))
    for outcomes in ([None], [], [answered({"other": 1})]):
        with pytest.raises(Broken):
            with_values(request, outcomes)


def test_bytes_that_are_no_text_go_out_as_they_were():
    assert (
        with_values(Request(method="POST", path="/", body=Sendable("POST", "/", {}, b"\xff").text), []).body == b"\xff"
    )


def test_a_chain_is_told_in_order_once_each_with_its_places():
    team = made("POST /teams", {"id": 1})
    user = made("POST /users", {"id": 2}, uses=[Use("body:/team", team, "$response.body#/id", "1")])
    uses = [Use("path:2", team, "$response.body#/id", "1"), Use("path:4", user, "$response.body#/id", "2")]
    before, request = requests_before(made("GET /teams/1/users/2", uses=uses), [user])
    assert [one.operation for one in before] == ["POST /teams", "POST /users"]
    assert [taken.source for taken in before[1].taken] == [0]
    assert [taken.source for taken in request.taken] == [0, 1]


def test_a_change_with_the_same_values_is_related_and_another_is_not():
    history = History()
    first, second = made("POST /users", sent={"name": "anna"}), made("POST /users", sent={"name": "bert"})
    elsewhere = made("POST /teams", sent={"name": "anna"})
    for one in (first, second, elsewhere, made("GET /users")):
        history.add(one)
    assert history.related(made("POST /users", sent={"name": "anna"}), []) == [first]
    assert history.related(made("GET /users"), ["POST /users"]) == [first, second]


def test_what_made_a_thing_that_a_request_names_by_chance_goes_before_it():
    history = History()
    first, second = made("POST /users", {"id": 1}), made("POST /users", {"id": 2})
    history.add(first)
    history.add(second)
    asked = made("GET /users/{id}", {"id": 1})
    asked.outcome.path_parameters["id"] = "1"
    assert history.related(asked, []) == [first]
    first.gone = True
    assert history.related(asked, []) == []


def test_what_was_taken_away_is_not_used_again():
    history = History()
    first, second = made("POST /users"), made("POST /users")
    history.add(first)
    history.add(second)
    assert history.latest("POST /users") is second
    second.spent = True
    assert history.latest("POST /users", fresh=True) is first
    second.gone = True
    assert history.latest("POST /users") is first
    assert history.latest("POST /none") is None


def test_an_outcome_knows_the_parameters_of_its_path():
    answer = Answer(200, {}, b'{"id": 1}', False, None, 0.0, "", None)
    outcome = outcome_of(Sendable("GET", "/teams/a%2Fb/users/7?x=1"), answer, "/teams/{team}/users/{id}")
    assert (outcome.path_parameters, outcome.query, outcome.received) == (
        {"team": "a/b", "id": "7"},
        {"x": "1"},
        {"id": 1},
    )


def test_an_order_is_read_with_what_is_to_be_sent_again_and_unknown_keys_are_passed_over():
    taken = TakenValue("path:2", 0, "$response.body#/id", "1")
    request = Request(method="GET", path="/a/1", operation="GET /a/{id}", taken=(taken,))
    seen = {"breach": "server_error", "operation": "GET /a/{id}", "message": "m", "new": 1}
    said = {
        "document": "{}",
        "port": 1,
        "host": "::1",
        "base_path": "/api/",
        "again": [{**seen, "request": plain(request), "before": [plain(request)]}],
        "login": {"operation": "POST /login", "body": {"a": 1}, "form": None},
        "later": True,
    }
    order = read_order(json.dumps(said))
    assert order.again[0].request == request
    assert order.again[0].before == (request,)
    assert (order.root, order.logs_in) == ("http://[::1]:1/api", True)
