"""A step that gets the same report twice in a row has nothing else to try: somebody is asked, with what it said."""

from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.messages import CheckResult, PastConversation, ToolsResult
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import D, Steps, digest, green, red, result
from tests.support.seeds import opened, task
from workflows import conversations
from workflows.state import State
from workflows.visits import Visits, signature_of

SAID = "Django must be configured for this import; no stub can do that."


def finishes(said: str) -> Any:
    def done(order: Any) -> ToolsResult:
        draft = order.draft.at("b" * 40, D)
        return ToolsResult(draft=draft, conversation=D, finished=True, same_key=f"{order.step} {said}", said=said)

    return done


def imports(message: str) -> Report:
    return red(message, checker="imports").model_copy(update={"summary": message})


def unsuitable(message: str) -> Any:
    return lambda order: CheckResult(draft=order.draft, report=red(message, checker="red"), summary=message)


async def test_interfaces_that_fail_alike_twice_are_asked_about_with_what_was_said_at_the_end(
    env: WorkflowEnvironment,
) -> None:
    same = imports("settings are not configured")
    steps = Steps(check_interfaces=[same, same, green()], use_tools=[finishes("first try"), finishes(SAID)])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        (asked,) = (await view(handle)).questions
        assert "the same report twice in a row: settings are not configured" in asked.text
        assert SAID in asked.text and "first try" not in asked.text
        assert steps.ran.count("define_interfaces") == 2
        await say(handle, question, "leave the models out")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        said = {spend.step: spend.said for spend in (await view(handle)).steps}
    orders = steps.orders["define_interfaces"]
    assert [order.last for order in orders] == ["", "first try", SAID]
    assert said["define_interfaces"] == "", "the last visit said nothing"
    assert [order.advice for order in orders] == ["", "", "leave the models out"]


async def test_tests_that_are_red_for_the_same_wrong_reason_twice_are_asked_about(env: WorkflowEnvironment) -> None:
    steps = Steps(red=[unsuitable("NameError in test_a, line 3"), unsuitable("NameError in test_a, line 12")])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        assert steps.ran.count("write_tests") == 2
        await say(handle, question, "abandon")
        assert (await handle.result()).kind is OutcomeKind.EXHAUSTED


async def test_new_tests_that_lint_refuses_alike_twice_are_asked_about(env: WorkflowEnvironment) -> None:
    lint = red("unused import os", checker="lint")
    steps = Steps(run_linter=[green(), lint, lint])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "go on")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("write_tests") == 3


async def test_different_reports_go_round_as_often_as_before(env: WorkflowEnvironment) -> None:
    steps = Steps(check_interfaces=[imports("no module named a"), imports("no name b in a"), green()])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("define_interfaces") == 3 and not steps.orders["notify"]


async def test_a_report_that_comes_back_after_another_one_is_no_repetition(env: WorkflowEnvironment) -> None:
    a, b = unsuitable("NameError: a"), unsuitable("NameError: b")
    steps = Steps(red=[a, b])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert not steps.orders["notify"]


async def test_the_same_report_after_advice_asks_again_at_once(env: WorkflowEnvironment) -> None:
    same = imports("settings are not configured")
    steps = Steps(check_interfaces=[same, same, same])
    async with started(env, steps) as handle:
        first = await waits(handle, QuestionKind.STUCK)
        await say(handle, first, "try the other app")
        while (await waits(handle, QuestionKind.STUCK)) == first:
            pass
        assert steps.ran.count("define_interfaces") == 3
        await say(handle, await waits(handle, QuestionKind.STUCK), "go on")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED


async def test_tests_that_are_green_at_once_twice_are_asked_about_once_each_time(env: WorkflowEnvironment) -> None:
    def all_green(order: Any) -> CheckResult:
        return CheckResult(draft=order.draft, report=red("green", checker="red"), all_green=True, summary="3 passed")

    steps = Steps(red=[all_green, all_green])
    async with started(env, steps) as handle:
        first = await waits(handle, QuestionKind.DECISION)
        await say(handle, first, "check the status, too")
        while (second := await waits(handle, QuestionKind.DECISION)) == first:
            pass
        await say(handle, second, "go on")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert {q.kind for n in steps.orders["notify"] for q in n.questions} == {QuestionKind.DECISION}


async def test_lint_that_stays_the_same_goes_to_reflection_and_not_round(env: WorkflowEnvironment) -> None:
    lint = red("C901 too complex", checker="lint")
    steps = Steps(run_linter=[green(), green(), lint, lint, green()])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("fix_lint") == 1 and steps.ran.count("reflect") == 1


# ── which attempt it is, and with which conversation ─────────────────────────────────────────────────────────────


async def test_each_attempt_knows_its_number_what_was_found_and_the_conversation_before(
    env: WorkflowEnvironment,
) -> None:
    a, b, c = imports("no module named a"), imports("no name b"), imports("no name b")
    steps = Steps(check_interfaces=[a, b, c, green()])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "leave b out")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    orders = steps.orders["define_interfaces"]
    assert [(order.attempt.number, order.attempt.most) for order in orders] == [(1, 3), (2, 3), (3, 3), (4, 6)]
    assert orders[2].attempt.found == ("attempt 1: no module named a", "attempt 2: no name b")
    kept = [order.before for order in orders]
    assert kept[0].step == "draft_plan", "the plan's conversation goes on"
    assert kept[3] is None, "advice begins anew"
    assert (kept[1].head, kept[1].tokens, kept[1].commit) == (D, 110, orders[1].draft.commit)
    assert orders[1].warm and orders[2].warm


async def test_a_red_run_is_handed_on_to_the_next_one_past_a_refusal_of_lint(env: WorkflowEnvironment) -> None:
    def seen(order: Any) -> CheckResult:
        return unsuitable("NameError: a")(order).model_copy(update={"run": digest(7)})

    lint = red("unused import os", checker="lint")
    # interfaces, tests (red refuses), tests (lint refuses), tests
    steps = Steps(red=[seen], run_linter=[green(), green(), lint, green()])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [order.before for order in steps.orders["red"]] == [None, digest(7)]
    assert [order.attempt.number for order in steps.orders["write_tests"]] == [1, 2, 3]


async def test_a_round_of_fixing_is_told_what_the_coder_said_and_what_earlier_rounds_tried(
    env: WorkflowEnvironment,
) -> None:
    def coded(order: Any) -> ToolsResult:
        return finishes(f"{order.step} says so")(order)

    steps = Steps(run_tests=[red("a", "b"), red("a"), green()], use_tools=[coded] * 5)
    steps.script["reflect"] = [result(1, summary="key the store by address"), result(2)]
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        said = {spend.step: spend.said for spend in (await view(handle)).steps}
    first, second = steps.orders["fix_code"]
    assert (first.last, second.last) == ("write_code says so", "fix_code says so")
    assert (second.attempt.number, second.before.step, first.before.step) == (2, "fix_code", "write_code")
    assert second.attempt.found == ("round 1: tests: red; the change to make was: key the store by address",)
    assert (said["write_tests"], said["fix_code"]) == ("write_tests says so", "fix_code says so")
    (order,) = steps.orders["create_commit"]
    assert {spend.step: spend.said for spend in order.view.steps} == said


async def test_a_planned_test_that_was_left_out_is_a_warning_for_the_commit(env: WorkflowEnvironment) -> None:
    def wrote(order: Any) -> ToolsResult:
        done: ToolsResult = finishes("done")(order)
        return done.model_copy(update={"left_out": ("a 409 (the model's reason: no store yet)",)})

    steps = Steps(use_tools=[finishes("stubs"), wrote])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    (order,) = steps.orders["create_commit"]
    assert "a planned behaviour has no test: a 409 (the model's reason: no store yet)" in order.view.warnings


@pytest.mark.parametrize(
    ("tokens", "left", "kept"),
    [
        pytest.param(90_000, 1_000_000, True, id="within both"),
        pytest.param(110_000, 1_000_000, False, id="too long by itself"),
        pytest.param(90_000, 400_000, False, id="too long for what the task has left"),
    ],
)
def test_a_conversation_is_gone_on_with_within_the_tokens(tokens: int, left: int, kept: bool) -> None:
    draft = opened(task()).draft
    state = State.of(task())
    state.ledger.max_tokens = left
    past = PastConversation(head=D, step=Step.DEFINE_INTERFACES, commit=draft.commit, tokens=tokens, replied_at=1)
    conversations.keep(state, past)
    assert (conversations.to_go_on_with(state, Step.WRITE_TESTS) is not None) is kept
    assert conversations.to_go_on_with(state, Step.WRITE_CODE) is None, "the coder shares none with the test writer"


# ── what the same report is ──────────────────────────────────────────────────────────────────────────────────────


def report(*findings: tuple[str, str], summary: str = "1 finding") -> Report:
    made = tuple(Finding(check="imports", path=path, message=message) for path, message in findings)
    return Report(checker="imports", status=ReportStatus.FAILED, summary=summary, findings=made, total=len(made))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(report(("a.py", "line 3: x")), report(("a.py", "line 14: x")), True, id="another line"),
        pytest.param(report(("a", "x"), ("b", "y")), report(("b", "y"), ("a", "x")), True, id="another order"),
        pytest.param(report(("a", "at 0x7f01: x")), report(("a", "at 0x8e22: x")), True, id="another address"),
        pytest.param(report(("a", "x\nframe 1")), report(("a", "x\nother frame")), True, id="another frame below"),
        pytest.param(report(("a", "x")), report(("a", "y")), False, id="another message"),
        pytest.param(report(("a", "x")), report(("b", "x")), False, id="another file"),
        pytest.param(report(("", "Traceback")), report(("", "Traceback"), summary="other"), False, id="another error"),
    ],
)
def test_two_reports_are_the_same_by_what_they_find(one: Report, other: Report, same: bool) -> None:
    assert (signature_of(one) == signature_of(other)) is same


def test_a_visit_keeps_only_heads() -> None:
    long = Report(
        checker="red",
        status=ReportStatus.FAILED,
        findings=tuple(Finding(check="red", test_id=f"t{n}", message="\x01é" * 1_999) for n in range(10)),
        total=300,
        whole=digest(1),
    )
    draft = opened(task()).draft
    visits = Visits(draft=draft).after(draft, CheckResult(draft=draft, report=long, summary="s" * 400), "é\x01" * 9_000)
    assert len(visits.model_dump_json().encode()) < 6_000
    assert "(296 more)" in visits.found
    assert visits.stuck(1, "They do not import").startswith("They do not import, after 1 attempt: s")
