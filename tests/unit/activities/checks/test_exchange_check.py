"""The breaches in exchanges of tests that block, and their wording."""

import pytest

from activities.checks.exchange_check import ObservedExchanges, finding, trusted, weight
from aurora.contract.exchange_judging import Broken
from aurora.contract.exercised import Clause
from aurora.domain import findings, runs
from aurora.domain.exercise import Breach
from aurora.domain.findings import Weight
from aurora.domain.runs import Exchange, ExecEnd

BROKEN = Broken(
    breach=Breach.RESPONSE_SCHEMA,
    operation="GET /items/{id}",
    status=200,
    where="/id",
    message="at /id of the body: 'x' is not of type 'integer'",
    method="GET",
    path="/items/1",
    test_id="tests/test_items.py::test_one",
)
TOUCHED = ("GET /items/{id}",)


def ran(*cases, observed=()):
    made = tuple(runs.TestCase(test_id=test_id, outcome=outcome) for test_id, outcome in cases)
    exchanges = tuple(Exchange(method="GET", path="/a", status=200, test_id=test_id) for test_id in observed)
    return runs.TestRun(
        cases=made, counts=findings.TestCounts(), end=ExecEnd.EXITED, exit_code=0, output="", exchanges=exchanges
    )  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "touched", "known", "expected"),
    [
        (BROKEN, TOUCHED, (), Weight.BLOCKS),
        (BROKEN, TOUCHED, (BROKEN.key,), Weight.KNOWN),
        (BROKEN, ("POST /items",), (), Weight.ADVICE),
        (BROKEN.model_copy(update={"certain": False}), TOUCHED, (), Weight.ADVICE),
    ],
)
def test_only_a_sure_breach_of_a_touched_operation_blocks_that_the_base_does_not_show(broken, touched, known, expected):
    assert weight(broken, touched, frozenset(known)) is expected


def test_an_operation_that_the_document_lacks_is_told_on_the_paths_that_the_task_touches():
    put = BROKEN.model_copy(update={"breach": Breach.UNSUPPORTED_METHOD, "operation": "PUT /items/{id}"})
    assert weight(put, TOUCHED, frozenset()) is Weight.ADVICE
    assert weight(put, ("GET /items",), frozenset()) is None


def test_items_of_a_list_are_one_place():
    first, second = (BROKEN.model_copy(update={"where": where}) for where in ("/items/0/id", "/items/12/id"))
    assert first.key == second.key != BROKEN.key


def test_a_test_that_did_not_pass_is_no_witness():
    red = ("tests/a.test.ts > red", runs.TestOutcome.FAILED)
    green = ("tests/b.test.ts > green", runs.TestOutcome.PASSED)
    skipped = ("tests/b.test.ts > later", runs.TestOutcome.SKIPPED)
    observed = (red[0], green[0], skipped[0], "tests/a.test.ts", "tests/b.test.ts", "")
    found = trusted(ran(red, green, skipped, observed=observed))
    assert [one.test_id for one in found] == [green[0], "tests/b.test.ts"]
    assert [one.test_id for one in trusted(ran(green, observed=("",)))] == [""]


def test_a_finding_names_both_sides_and_the_test():
    clause = Clause(line=12, said="openapi.yaml:12 at /paths/~1items~1{id}/get/responses/200: {}")
    made = finding(BROKEN, "openapi.yaml", clause, Weight.BLOCKS)
    assert made is not None and (made.check, made.path, made.line) == ("contract", "openapi.yaml", 12)
    for part in ("GET /items/{id} answered 200", "tests/test_items.py::test_one", "GET /items/1 -> 200", "'x' is not",
                 "openapi.yaml:12"):  # fmt: skip
        assert part in made.message
    assert "report the test as a contradiction" in made.hint
    assert finding(BROKEN, "openapi.yaml", clause, None) is None


def test_what_may_block_is_asked_of_the_base():
    others = (BROKEN.model_copy(update={"operation": "GET /b"}), BROKEN.model_copy(update={"certain": False}))
    assert ObservedExchanges(broken=(BROKEN, *others), touched=TOUCHED).suspected == (BROKEN,)
