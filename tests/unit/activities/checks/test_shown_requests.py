"""A request in a finding: what a person may send by hand."""

from activities.checks.contract_judging import as_curl
from aurora.domain.exercise import Request


def test_a_request_is_shown_where_it_was_sent() -> None:
    request = Request(method="GET", path="/items?limit=1", authenticated=False)
    assert as_curl(request, "/api") == "curl -X GET 'http://127.0.0.1/api/items?limit=1'"


def test_its_log_in_is_named() -> None:
    request = Request(method="POST", path="/items", headers={"X-Tenant": "a"}, body="{}")
    line = as_curl(request)
    assert line == "curl -X POST -H 'X-Tenant: a' --data-binary '{}' http://127.0.0.1/items  # logged in"
