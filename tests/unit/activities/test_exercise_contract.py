"""The breaches of an exercise that block a draft, given its application at the draft, in the replay and at the base."""

from typing import Any

import pytest

from aurora.domain.exercise import Breach, ExerciseOrder
from aurora.domain.findings import Weight
from aurora.domain.plan import PlannedPart
from aurora.domain.runs import ExecEnd
from aurora.ports import ServedExercise
from aurora.toolchains.serving import MOST_READY_SECONDS
from tests.support.exercised_draft import ALL, DOCUMENT, Bench
from tests.support.served_sandbox import answered, seen, silent


@pytest.mark.parametrize(("part", "asked"), [(1, {"GET /health"}), (2, {"GET /health", "GET /items"}), (3, set(ALL))])
async def test_a_part_is_asked_for_its_own_operations_and_none_of_a_later_part(part: int, asked: set[str]) -> None:
    bench = Bench(answered())
    made = ("GET /health", "GET /items", "POST /items")
    bench.planned, bench.part = made, part
    bench.parts = tuple(PlannedPart(title=one, summary=one, operations=(one,), files=(), tests=()) for one in made)
    report = await bench.checked()
    ((_, order),) = bench.sandbox.runs
    assert order.touched == (made[part - 1],) and asked <= {*order.touched, *order.others}
    assert not {*order.touched, *order.others} & {*made[part:]}
    (exercise,) = (await bench.evidence(report)).exercises
    assert exercise.left_out == () and [one.operation for one in exercise.later] == list(made[part:])
    reported = f"; left to later parts of the plan: {3 - part}" if part < 3 else " requests"
    assert report.summary.endswith(reported) and "not exercised" not in report.summary


async def test_a_draft_that_shows_nothing_is_served_once() -> None:
    bench = Bench(answered())
    report = await bench.checked()
    assert report.passed and report.findings == () and bench.order == ["draft"]
    ((_, order),) = bench.sandbox.runs
    assert order.touched == ("GET /items",) and order.others == ("GET /health", "POST /items")
    assert (order.examples, order.others_examples, order.seed) == (20, 5, 1)
    assert report.summary == "schemathesis 4, seed 1: 3 operations of openapi.yaml exercised by 60 requests"
    (exercise,) = (await bench.evidence(report)).exercises
    assert exercise.touched == ("GET /items",) and exercise.requests == 60 and not exercise.why_not


async def test_what_is_seen_again_and_was_not_at_the_base_blocks_with_request_response_and_clause() -> None:
    bench = Bench(answered(seen(Breach.STATUS_CODE, status=418)))
    report = await bench.checked()
    assert not report.passed and bench.order == ["draft", "draft again", "base", "base again"]
    (finding,) = report.findings
    assert (finding.check, finding.path, finding.line) == ("contract", "openapi.yaml", 8)
    assert finding.message.splitlines() == [
        "GET /items answered 418: a status that the document does not have (undocumented_status)",
        "it broke",
        "request: curl -X GET -H 'X-Tenant: a' http://127.0.0.1/items  # logged in",
        'response: 418 {"detail": "boom"}',
        "the document: openapi.yaml:8 at /paths/~1items/get/responses: it answers 200",
    ]
    assert "not yours to change" in finding.hint


@pytest.mark.parametrize("breach", ["server_error", "undocumented_status", "content_type", "response_schema",
                                    "ignored_auth", "unexpected_error"])  # fmt: skip
async def test_every_breach_of_a_blocking_kind_blocks(breach: str) -> None:
    report = await Bench(answered(seen(Breach(breach)))).checked()
    assert [finding.weight for finding in report.findings] == [Weight.BLOCKS]


@pytest.mark.parametrize("breach", ["negative_data_accepted", "positive_data_refused", "unsupported_method",
                                    "response_headers", "depth_unbounded", "cost_unbounded"])  # fmt: skip
async def test_other_kinds_are_told_and_cost_no_further_run(breach: str) -> None:
    bench = Bench(answered(seen(Breach(breach))))
    report = await bench.checked()
    assert report.passed and bench.order == ["draft"]
    assert [note.weight for note in report.notes] == [Weight.ADVICE] and "reported only" in report.notes[0].message


@pytest.mark.parametrize(("breach", "bounds"), [("depth_unbounded", {"depth": 9}), ("cost_unbounded", {"cost": 90})])
async def test_a_query_without_end_blocks_where_the_settings_bound_it(breach: str, bounds: dict[str, int]) -> None:
    report = await Bench(answered(seen(Breach(breach))), bounds=bounds).checked()
    assert [finding.weight for finding in report.findings] == [Weight.BLOCKS]


@pytest.mark.parametrize(
    ("operation", "where", "planned", "weights"),
    [
        ("GET /items", "Item.owner", ("GET /items",), [Weight.BLOCKS]),
        ("POST /items", "Item.owner", ("Item.owner",), [Weight.BLOCKS]),
        ("POST /items", "Item.owner", ("GET /items",), []),
    ],
)
async def test_statements_for_each_item_block_where_the_task_touches_the_operation_or_the_field(
    operation: str, where: str, planned: tuple[str, ...], weights: list[Weight]
) -> None:
    bench = Bench(answered(seen(Breach.REPEATED, operation, 200, where)))
    bench.planned = planned
    report = await bench.checked()
    assert [finding.weight for finding in report.findings] == weights
    assert bench.order == (["draft", "draft again", "base", "base again"] if weights else ["draft"])
    known = Bench(
        answered(seen(Breach.REPEATED, operation, 200, where)), answered(seen(Breach.REPEATED, operation, 200, where))
    )
    known.planned = planned
    assert (await known.checked()).passed


async def test_what_the_base_shows_too_is_known_and_blocks_nothing() -> None:
    old, new = seen(Breach.SERVER_ERROR), seen(Breach.SERVER_ERROR, "POST /items")
    report = await Bench(answered(old, new), answered(old)).checked()
    assert [finding.message.partition(" answered")[0] for finding in report.findings] == ["POST /items"]
    assert [(note.weight, note.message.partition(" answered")[0]) for note in report.notes] == [
        (Weight.KNOWN, "GET /items")
    ]


async def test_an_operation_that_is_not_there_yet_excuses_no_draft_that_does_not_have_it_either() -> None:
    missing = seen(Breach.STATUS_CODE, status=404)
    report = await Bench(answered(missing), answered(missing, absent=True)).checked()
    assert not report.passed
    there = await Bench(answered(missing), answered(missing)).checked()
    assert there.passed and there.notes[0].weight is Weight.KNOWN


async def test_an_operation_that_the_task_does_not_touch_and_that_got_worse_blocks_and_says_so() -> None:
    report = await Bench(answered(seen(Breach.SERVER_ERROR, "GET /health"))).checked()
    (finding,) = report.findings
    assert "The task does not touch this operation: at the base commit it does not do so." in finding.message


async def test_what_a_new_data_store_does_not_show_again_is_told() -> None:
    def once(order: Any) -> Any:
        return (answered() if order.again else answered(seen(Breach.SERVER_ERROR)))(order)

    bench = Bench(once)
    report = await bench.checked()
    assert report.passed and bench.order == ["draft", "draft again"]
    assert [note.message for note in report.notes if "not again in a new data store" in note.message]


async def test_an_unchanged_round_repeats_no_run_and_a_changed_one_asks_the_base_for_what_is_new_alone() -> None:
    one, other = seen(Breach.SERVER_ERROR), seen(Breach.SERVER_ERROR, "POST /items")
    bench = Bench(answered(one, other))
    first = await bench.checked()
    runs = ["draft", "draft again", "base", "base again"]
    assert await bench.checked() == first and bench.order == runs
    bench.sandbox.of_draft = answered(one)
    second = await bench.checked("c" * 40)
    assert not second.passed and bench.order == [*runs, "draft", "draft again"], "the base is known"
    bench.sandbox.of_draft = answered(one, seen(Breach.SERVER_ERROR, "GET /health"))
    await bench.checked("d" * 40)
    assert bench.order[6:] == runs
    assert bench.sandbox.runs[8][1].touched == ("GET /health",)


async def test_an_application_that_starts_no_more_blocks_with_what_it_printed() -> None:
    report = await Bench(silent("it ended with code 1", "ImportError: no name 'router'")).checked()
    (finding,) = report.findings
    assert "can't be exercised any more" in finding.message and "ImportError: no name 'router'" in finding.message


async def test_an_application_that_a_request_ends_blocks_unless_the_base_ends_as_well() -> None:
    trouble = "the service ended: connection refused"
    report = await Bench(answered(trouble=trouble, alive=False)).checked()
    (finding,) = report.findings
    assert "it ended on its own, with exit code 139" in finding.message and trouble in finding.message
    ends = answered(trouble=trouble, alive=False)
    report = await Bench(ends, ends).checked()
    assert report.passed and "At the base commit it does not, either" in report.notes[0].message


async def test_one_that_starts_at_neither_is_told_with_what_to_set_and_stands_in_the_evidence() -> None:
    bench = Bench(silent("it ended with code 1"), silent("it ended with code 1"))
    report = await bench.checked()
    assert report.passed and "not exercised: it ended with code 1" in report.summary
    (note,) = report.notes
    assert "nor could it at the base commit" in note.message and "contract.serve" in note.hint
    (exercise,) = (await bench.evidence(report)).exercises
    assert exercise.why_not == "it ended with code 1" and len(exercise.left_out) == 3 and exercise.exercised == ()


async def test_operations_behind_a_log_in_that_the_draft_broke_are_not_left_out_in_silence() -> None:
    behind = {"POST /items": "it needs a log-in, and that failed"}
    trouble = "the log-in failed: POST /login answered 500"
    report = await Bench(answered(left_out=behind, trouble=trouble), answered()).checked()
    (finding,) = report.findings
    assert "1 operation can't be exercised any more, as at the base commit, the first POST /items" in finding.message
    assert trouble in finding.message


async def test_a_log_in_that_fails_at_the_base_commit_as_well_is_no_fault_of_the_draft() -> None:
    behind = {"POST /items": "it needs a log-in, and that failed"}
    application = answered(left_out=behind, trouble="the log-in failed: POST /login answered 400")
    report = await Bench(application, application).checked()
    assert report.passed
    assert any("POST /items" in note.message and "contract.auth" in note.hint for note in report.notes)


async def test_operations_that_are_lost_once_are_no_fault_of_the_draft() -> None:
    lost = answered(left_out={"POST /items": "it does not answer in time"}, trouble="no answer within 10 s, 2 times")
    report = await Bench(lambda order: (answered() if order.examples == 1 else lost)(order), answered()).checked()
    assert report.passed
    assert any("POST /items" in note.message and "2 times" in note.message for note in report.notes)


async def test_an_application_that_is_not_ready_in_time_is_waited_for_once_more() -> None:
    late = ServedExercise(end=ExecEnd.OUT_OF_TIME, exit_code=137, stdout="", stderr="", not_ready="it did not listen")
    runs: list[ExerciseOrder] = []

    def application(order: ExerciseOrder) -> ServedExercise:
        runs.append(order)
        return late if len(runs) == 1 else answered()(order)

    bench = Bench(application, answered())
    assert (await bench.checked()).passed
    waited = [command.ready_seconds for command, _ in bench.sandbox.exercised[:2]]
    assert waited[1] == MOST_READY_SECONDS > waited[0]


async def test_what_a_bound_on_calls_refused_is_told() -> None:
    trouble = "14 of 20 requests were answered 429: the application bounds how often it answers"
    report = await Bench(answered(trouble=trouble), answered()).checked()
    assert report.passed
    (note,) = [one for one in report.notes if "429" in one.message]
    assert "contract.env" in note.hint


async def test_operations_that_were_out_of_reach_at_the_base_are_listed_and_never_counted() -> None:
    behind = {"POST /items": "it needs a log-in and there is no recipe"}
    trouble = "no log-in"
    application = answered(left_out=behind, trouble=trouble)
    bench = Bench(application, application)
    report = await bench.checked()
    assert report.passed and "2 operations of openapi.yaml exercised" in report.summary
    assert "not exercised: 1 (POST /items)" in report.summary
    (exercise,) = (await bench.evidence(report)).exercises
    assert [one.operation for one in exercise.left_out] == ["POST /items"]


@pytest.mark.parametrize("others", [{}, {"tests/conftest.py": b"", "docs/site.config.js": b""}])
async def test_a_service_that_the_task_writes_has_to_start(
    others: dict[str, bytes],
) -> None:
    bench = Bench(silent("it ended with code 1", "ImportError: no name 'router'"), silent("it ended with code 1"))
    bench.sandbox.base = {"openapi.yaml": DOCUMENT.encode(), **others}
    (finding,) = (await bench.checked()).findings
    assert "The application that the task writes can't be exercised: it ended with code 1" in finding.message
    assert "ImportError: no name 'router'" in finding.message and bench.order == ["draft"]


async def test_a_service_that_the_task_writes_has_to_be_logged_in_to_as_is_said() -> None:
    trouble = "the log-in failed: POST /login answered 500"
    broken = answered(left_out={"POST /items": "it needs a log-in, and that failed"}, trouble=trouble)
    login = {"login": {"operation": "POST /login", "body": {"name": "ada"}}}
    bench = Bench(broken, broken, auth=login)
    bench.sandbox.base = {"openapi.yaml": DOCUMENT.encode()}
    (finding,) = (await bench.checked()).findings
    assert f"1 operation can't be exercised: {trouble}" in finding.message and "contract.auth" in finding.hint
    unsaid = Bench(broken, broken)
    unsaid.sandbox.base = bench.sandbox.base
    assert (await unsaid.checked()).passed


async def test_a_new_service_that_a_request_ends_is_not_excused_by_a_base_that_has_none() -> None:
    bench = Bench(answered(trouble="the service ended: connection refused", alive=False), silent("no code"))
    bench.sandbox.base = {"openapi.yaml": DOCUMENT.encode()}
    (finding,) = (await bench.checked()).findings
    assert "it ended on its own, with exit code 139" in finding.message


async def test_what_a_new_service_breaks_blocks_without_a_look_at_the_base() -> None:
    bench = Bench(answered(seen(Breach.SERVER_ERROR)), silent("it ended with code 1"))
    bench.sandbox.base = {"openapi.yaml": DOCUMENT.encode()}
    report = await bench.checked()
    assert len(report.findings) == 1 and bench.order == ["draft", "draft again"]


async def test_an_operation_whose_part_of_the_document_changed_is_touched() -> None:
    bench = Bench(answered())
    bench.planned = ()
    bench.sandbox.tree["openapi.yaml"] = DOCUMENT.replace("scheme: bearer", "scheme: basic").encode()
    bench.sandbox.changed = {"openapi.yaml"}
    await bench.checked()
    assert bench.sandbox.runs[0][1].touched == ("POST /items",), "it alone needs the scheme"


@pytest.mark.parametrize("changed", [{"tests/test_app.py"}, {"README.md"}, set[str]()])
async def test_a_task_that_changed_neither_code_nor_document_is_skipped(changed: set[str]) -> None:
    bench = Bench(answered())
    bench.sandbox.changed = changed
    report = await bench.checked()
    assert report.passed and report.summary.startswith("skipped") and bench.order == []


async def test_nothing_is_served_where_it_is_off_or_nobody_knows_how() -> None:
    off = Bench(answered(), exercise={"enabled": False})
    assert "off: `contract.exercise.enabled`" in (await off.checked()).summary and off.order == []
    unknown = Bench(answered())
    unknown.serve = None
    report = await unknown.checked()
    assert report.passed and unknown.order == [] and "contract: {serve" in report.notes[0].message
    (exercise,) = (await unknown.evidence(report)).exercises
    assert exercise.why_not.startswith("Nothing tells how the application is")
    assert [one.operation for one in exercise.left_out] == list(ALL) and exercise.exercised == ()


async def test_what_the_file_does_not_say_of_how_a_new_service_is_served_is_read_from_the_draft() -> None:
    bench = Bench(answered(), serve=("python", "-m", "uvicorn", "--factory", "shop.app:create_app", "--port", "{port}"))
    bench.serve = None
    bench.sandbox.base = {"openapi.yaml": DOCUMENT.encode()}
    bench.sandbox.tree |= {
        "pyproject.toml": b'[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi", "uvicorn"]\n',
        "shop/app.py": b"from fastapi import FastAPI\n\n\ndef create_app() -> FastAPI:\n    return FastAPI()\n",
        "tests/test_app.py": b"def test_it() -> None:\n    assert True\n",
    }
    assert (await bench.checked()).passed
    ((_, order),) = bench.sandbox.runs
    assert "/openapi.json" in order.documents


async def test_a_document_that_the_draft_broke_is_told() -> None:
    bench = Bench(answered())
    bench.sandbox.tree["openapi.yaml"] = b"openapi: ["
    bench.sandbox.changed = {"openapi.yaml"}
    report = await bench.checked()
    assert "not valid YAML" in report.summary and report.notes
