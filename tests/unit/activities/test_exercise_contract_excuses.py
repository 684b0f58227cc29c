"""What excuses an error of the server, and the document that the task itself writes."""

import pytest

from aurora.domain.exercise import Breach
from aurora.domain.findings import Weight
from tests.support.exercised_draft import DOCUMENT, Bench
from tests.support.served_sandbox import answered, seen

OLD = seen(Breach.SERVER_ERROR, variant="old")
NEW = seen(Breach.SERVER_ERROR, variant="new")


async def test_an_error_of_the_server_is_excused_by_the_same_request_alone() -> None:
    bench = Bench(answered(OLD, NEW), answered(OLD))
    report = await bench.checked()
    assert not report.passed and bench.order == ["draft", "draft again", "base", "base again"]
    assert len(report.findings) == 1
    assert [note.weight for note in report.notes] == [Weight.KNOWN]


async def test_the_same_error_of_requests_of_two_kinds_is_told_once() -> None:
    report = await Bench(answered(OLD, NEW)).checked()
    assert len(report.findings) == 1
    report = await Bench(answered(OLD, NEW), answered(OLD, NEW)).checked()
    assert report.passed and len(report.notes) == 1


async def test_an_error_whose_request_cannot_be_sent_to_the_base_is_excused_by_its_like_and_else_unknown() -> None:
    report = await Bench(answered(NEW), answered(OLD, untried=[NEW])).checked()
    assert report.passed and [note.weight for note in report.notes] == [Weight.KNOWN]
    report = await Bench(answered(NEW), answered(untried=[NEW])).checked()
    assert report.passed and "could not be determined" in report.notes[0].message


async def test_an_error_that_the_base_shows_by_itself_is_excused_though_its_request_alone_is_no_error() -> None:
    """A second log-out fails, and the first does not: sent alone, the request of the second is a first one."""
    found = answered(OLD)

    def at_base(order):
        return answered()(order) if order.again else found(order)

    report = await Bench(found, at_base).checked()
    assert report.passed and [note.weight for note in report.notes] == [Weight.KNOWN]


async def test_other_breaches_are_excused_by_their_like_without_a_further_run() -> None:
    shown = seen(Breach.STATUS_CODE, status=418)
    bench = Bench(answered(shown), answered(shown))
    assert (await bench.checked()).passed
    assert bench.order == ["draft", "draft again", "base"]


def written(**contract: str) -> Bench:
    bench = Bench(answered(NEW), **contract)
    bench.committed = False
    del bench.sandbox.base["openapi.yaml"]
    bench.sandbox.changed = {"openapi.yaml", "shop/app.py"}
    return bench


async def test_an_application_is_held_to_the_document_that_the_task_writes() -> None:
    bench = written()
    report = await bench.checked()
    assert [finding.path for finding in report.findings] == ["openapi.yaml"]
    ((_, order), *_) = bench.sandbox.runs
    assert order.touched == ("GET /health", "GET /items", "POST /items")


async def test_no_document_is_looked_for_where_the_settings_say_that_there_is_none() -> None:
    report = await written(path="none").checked()
    assert report.passed and "no document" in report.summary


async def test_a_document_that_the_task_did_not_write_binds_nothing() -> None:
    bench = written()
    bench.sandbox.base["openapi.yaml"] = DOCUMENT.encode()
    bench.sandbox.changed = {"shop/settings.yaml", "shop/app.py"}
    report = await bench.checked()
    assert report.passed and bench.order == []


@pytest.mark.parametrize(
    ("answer", "blocks"),
    [("409 Conflict, whatever its case", False), ("At most 409.5 euros", True), ("As you like.", True)],
)
async def test_a_status_that_an_answer_decides_is_told_where_the_document_lacks_it(answer: str, blocks: bool) -> None:
    bench = Bench(answered(seen(Breach.STATUS_CODE, status=409)))
    bench.answer = answer
    report = await bench.checked()
    assert bool(report.findings) is blocks
    assert blocks or "an answer names this status" in report.notes[0].message


async def test_an_answer_excuses_no_error_of_the_server() -> None:
    bench = Bench(answered(seen(Breach.RESPONSE_SCHEMA, status=409), seen(Breach.SERVER_ERROR)))
    bench.answer = "409, never 500."
    assert len((await bench.checked()).findings) == 2


async def test_a_status_of_the_base_excuses_the_draft_where_no_request_succeeds_and_the_operation_is_there() -> None:
    nothing = seen(Breach.STATUS_CODE, status=404)
    assert (await Bench(answered(nothing, succeeded=0), answered(nothing, succeeded=0)).checked()).passed
    assert not (await Bench(answered(nothing, succeeded=0), answered(nothing, absent=True)).checked()).passed
