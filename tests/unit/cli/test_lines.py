"""How the events of a followed task are told: each tool call once, in plain English, with the cost of its reply."""

import pytest

from aurora.cli.lines import Lines, header_lines, outcome_lines, style_of
from aurora.cli.stages import Stages
from aurora.client.events import Event, Kind
from aurora.domain.outcome import Delivery, Outcome, OutcomeKind
from aurora.domain.steps import Step
from aurora.domain.view import TaskView


def event(kind: Kind, what: str, text: str = "", **more: object) -> Event:
    return Event.model_validate({"at": 0, "kind": kind, "what": what, "text": text} | more)


def reported(*events: Event) -> list[str]:
    lines = Lines()
    return [line.partition("  ")[2] for one in events if (line := lines.line_of(one)) is not None]


def test_a_tool_call_is_told_once_when_it_was_done_with_the_cost_of_its_reply() -> None:
    reply = event("did", "fix_code 2", "edit a.py, run tests", calls=2, microdollars=12_000, activity="fix_code")
    tools = event("did", "fix_code 2", "edited a.py; ran tests: 9 passed → 57ad377f", activity="use_tools")
    assert reported(reply, tools) == ["fix_code 2  edited a.py; ran tests: 9 passed → 57ad377f   $0.012"]
    assert reported(tools) == ["fix_code 2  edited a.py; ran tests: 9 passed → 57ad377f"]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (event("did", "draft_plan 1", "feat: users", microdollars=4_200), "draft_plan 1  feat: users   $0.0042"),
        (event("told", "answer", "ada answered q2: yes"), "ada answered q2: yes"),
        (event("submitted", "task"), "task handed in"),
        (event("failed", "run_tests", "it did not finish in time"), "run_tests  failed: it did not finish in time"),
        (event("did", "check_interfaces"), "check_interfaces  done"),
    ],
)
def test_an_event_is_a_line_of_plain_english(one: Event, said: str) -> None:
    assert reported(one) == [said]


def test_book_keeping_and_an_end_that_the_result_tells_are_no_lines() -> None:
    assert reported(event("ended", "committed", "x"), event("did", "close_task"), event("began", "write_code 1")) == []


def test_a_stage_is_announced_once_where_it_begins_and_again_where_it_is_gone_back_to() -> None:
    stages = Stages()
    begun = [Step.DRAFT_PLAN, Step.WRITE_TESTS, Step.RUN_LINTER, Step.WRITE_TESTS, Step.RUN_GATES, Step.WRITE_TESTS]
    lines = [stages.line_of(event("began", step, activity=step)) for step in begun]
    assert [line and line.partition("  ")[2] for line in lines] == [
        "[3/8] planning", "[5/8] writing tests", None, None, "[7/8] checking and fixing", "[5/8] writing tests",
    ]  # fmt: skip
    assert str(stages) == "[5/8] writing tests" and str(Stages()) == ""


def test_the_header_says_what_is_built_and_where() -> None:
    view = TaskView(task_id="t1", title="Create users", repository="shop", submitted_by="ada")
    assert header_lines(view) == ["task t1: Create users", "  repository shop, handed in by ada"]
    assert header_lines(TaskView(task_id="t1")) == ["task t1"]


def test_an_outcome_is_told_with_its_branch_and_where_it_was_delivered() -> None:
    delivery = Delivery(state="delivered", branch="aurora/t1", commit="c" * 40, where="/srv/shop", behind_by=2)
    done = Outcome(
        kind=OutcomeKind.COMMITTED, summary="Create users", commit="c" * 40, branch="aurora/t1", delivery=delivery
    )
    assert outcome_lines(done) == [
        "committed: Create users",
        "commit cccccccccccc on branch aurora/t1, delivered to /srv/shop",
        "the base branch has gained 2 commits since",
    ]
    out_of_budget = Outcome(kind=OutcomeKind.OUT_OF_BUDGET, summary="a limit is reached", kept="refs/aurora/t1")
    assert outcome_lines(out_of_budget) == [
        "out of budget: a limit is reached",
        "the work so far is kept as refs/aurora/t1",
    ]


def test_failures_and_answers_are_coloured() -> None:
    assert style_of(event("failed", "run_tests")) == "yellow" and style_of(event("told", "answer")) == "cyan"
