"""A coder reports a frozen test: what is refused, judged, asked about, rewritten, and what is thawed meanwhile."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.messages import CheckReportResult, ReplayTestResult, ToolsResult
from aurora.domain.contradiction import Reported
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.task import Draft
from tests.support.played import Handle, say, started, view, waits
from tests.support.scripted_steps import REFROZEN, THAWED, D, Steps, contradicts, red, reported, result, stands
from workflows.policies import REFUSALS_UNASKED, REWRITE_VISITS, REWRITES_UNASKED

OTHER = "tests/test_a.py::test_b"


def _done(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("b" * 40, D), conversation=D, finished=True, same_key="y")


def _reports(what: Reported) -> Callable[[Any], ToolsResult]:
    return lambda order: ToolsResult(draft=order.draft, conversation=D, blocked=what, same_key=f"{order.turn}")


def _disagrees(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("c" * 40, D), conversation=D, disagreed="both can hold", same_key="z")


def coder(*calls: Any, **script: Any) -> Steps:
    """Interfaces and tests are finished; then the coder's tools, and the rewriter's between them, do these."""
    return Steps(use_tools=[_done, _done, *calls], **script)


def doubtful(order: Any) -> ReplayTestResult:
    return ReplayTestResult(standing="asks", draft=order.draft, why="1 assertions instead of 2", after="assert True")


def broken(why: str = "the fixture is gone") -> Any:
    return lambda order: ReplayTestResult(standing="refused", draft=order.draft, why=why, whole=D)


@asynccontextmanager
async def asked(env: WorkflowEnvironment, steps: Steps) -> AsyncIterator[tuple[Handle, str, str]]:
    """The task, waiting with its question to the Architect: (handle, id, text)."""
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        (one,) = (await view(handle)).questions
        yield handle, question, one.text


def committed(steps: Steps) -> Draft:
    (order,) = steps.orders["create_commit"]
    draft: Draft = order.draft
    return draft


def heard(steps: Steps, step: str = "write_code") -> str:
    """The coder's next message after its report."""
    return str(steps.orders[step][1].nudge)


async def test_a_test_that_contradicts_is_rewritten_alone_and_the_coder_goes_on_in_its_conversation(
    env: WorkflowEnvironment,
) -> None:
    steps = coder(_reports(reported()))
    async with started(env, steps) as handle:
        outcome = await handle.result()
        warnings = (await view(handle)).warnings
    assert outcome.kind is OutcomeKind.COMMITTED
    boxes = [n for n in steps.ran if n in ("check_report", "judge_contradiction", "rewrite_test", "replay_test")]
    assert boxes == ["check_report", "judge_contradiction", "rewrite_test", "replay_test"]
    # whoever judges has the frozen tests as they are; whoever rewrites, one of them thawed
    (judge,), (writer,) = steps.orders["judge_contradiction"], steps.orders["rewrite_test"]
    assert (judge.draft.frozen, writer.draft.frozen) == (D, THAWED)
    assert judge.case == writer.case == D and judge.advice == writer.advice == ""
    assert steps.ran.count("write_tests") == 1 and steps.ran.count("red") == 1
    assert steps.orders["replay_test"][0].decided_by == "check"
    assert "was rewritten" in heard(steps) and steps.orders["write_code"][1].conversation == D
    assert committed(steps).frozen == REFROZEN
    assert any("tests/test_a.py::test_a" in w and "201, not 200" in w for w in warnings)


async def test_a_report_that_the_checks_refuse_thaws_nothing_and_asks_nobody(env: WorkflowEnvironment) -> None:
    steps = coder(
        _reports(reported()), check_report=[CheckReportResult(standing="refused", why="it is green now", test="t")]
    )
    async with started(env, steps) as handle:
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED
    assert "judge_contradiction" not in steps.ran and "rewrite_test" not in steps.ran
    assert "it is green now" in heard(steps)
    assert committed(steps).frozen == D


async def test_a_clause_that_does_not_contradict_leaves_the_test_frozen(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), judge_contradiction=[result(verdict=contradicts(False, why="both can hold"))])
    async with started(env, steps) as handle:
        await handle.result()
    assert "rewrite_test" not in steps.ran and "both can hold" in heard(steps)
    assert committed(steps).frozen == D


async def test_a_clause_that_stands_nowhere_is_the_architects_to_judge(env: WorkflowEnvironment) -> None:
    steps = coder(
        _reports(reported("POST /users answers None")),
        check_report=[stands(standing="asks", why="the clause stands nowhere", place="")],
    )
    async with asked(env, steps) as (handle, question, text):
        assert "the clause stands nowhere" in text and "POST /users answers None" in text
        assert "tests/test_a.py::test_a" in text and "assert old" in text
        assert "The coder says (its own words, not verified):\nthe clause says so" in text
        assert "judge_contradiction" not in steps.ran
        await say(handle, question, "the test stands")
        await handle.result()
    assert "rewrite_test" not in steps.ran and committed(steps).frozen == D


@pytest.mark.parametrize("words", ["hm, perhaps", "yes", "go on", "The clause is right; do not rewrite"])
async def test_only_the_word_rewrite_rewrites_and_any_other_words_reach_the_coder(
    env: WorkflowEnvironment, words: str
) -> None:
    steps = coder(_reports(reported()), check_report=[stands(standing="asks", why="?")])
    async with asked(env, steps) as (handle, question, _):
        await say(handle, question, words)
        await handle.result()
    assert "rewrite_test" not in steps.ran and committed(steps).frozen == D
    assert [e.text for e in steps.orders["write_code"][1].said] == [words]


async def test_what_the_architect_adds_reaches_who_rewrites_it_as_his(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), check_report=[stands(standing="asks", why="?")])
    async with asked(env, steps) as (handle, question, _):
        await say(handle, question, "Rewrite it: 201 it is")
        await handle.result()
    assert steps.orders["rewrite_test"][0].advice == "Rewrite it: 201 it is"
    assert steps.orders["replay_test"][0].decided_by == "architect"
    assert committed(steps).frozen == REFROZEN


async def test_a_judge_whose_clause_stands_nowhere_decides_nothing(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), judge_contradiction=[result(verdict=contradicts(quoted=False))])
    async with asked(env, steps) as (handle, question, text):
        assert "quotes a clause that is not in the specification" in text
        await say(handle, question, "the test stands")
        await handle.result()
    assert committed(steps).frozen == D


async def test_a_second_report_about_one_test_goes_to_the_architect(env: WorkflowEnvironment) -> None:
    steps = coder(
        _reports(reported()),
        _reports(reported("204, not 200")),
        judge_contradiction=[result(verdict=contradicts(False)), result(verdict=contradicts())],
    )
    async with asked(env, steps) as (handle, question, text):
        assert "this test was reported before" in text
        await say(handle, question, "the test stands")
        await handle.result()
    assert steps.ran.count("judge_contradiction") == 1 and "rewrite_test" not in steps.ran


async def test_after_a_few_rewrites_each_further_one_is_asked_about(env: WorkflowEnvironment) -> None:
    tests = [f"tests/test_a.py::test_{n}" for n in range(REWRITES_UNASKED + 1)]
    calls = [call for test in tests for call in (_reports(reported(test=test)), _done)]
    steps = coder(*calls)
    async with asked(env, steps) as (handle, question, text):
        assert f"{REWRITES_UNASKED} frozen tests of this task were rewritten already" in text
        await say(handle, question, "the test stands")
        await handle.result()
    assert steps.ran.count("rewrite_test") == REWRITES_UNASKED


async def test_reports_refused_time_and_again_are_told_to_the_architect(env: WorkflowEnvironment) -> None:
    refused = CheckReportResult(standing="refused", why="it is green now", test=OTHER)
    steps = coder(*[_reports(reported())] * REFUSALS_UNASKED, check_report=[refused] * REFUSALS_UNASKED)
    async with asked(env, steps) as (handle, question, text):
        assert f"{REFUSALS_UNASKED} reports" in text and "it is green now" in text
        await say(handle, question, "look at the fixture")
        await handle.result()
    assert [e.text for e in steps.orders["write_code"][3].said] == ["look at the fixture"]


# ── the rewrite ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_weaker_rewrite_is_shown_in_both_versions_and_his_yes_is_recorded(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), replay_test=[doubtful])
    async with asked(env, steps) as (handle, question, text):
        assert "assert old" in text and "assert True" in text and "1 assertions instead of 2" in text
        assert "(its own words, not verified)" in text
        await say(handle, question, "accept")
        await handle.result()
    first, second = steps.orders["replay_test"]
    assert not first.accepted and second.accepted and second.decided_by == "architect"
    assert committed(steps).frozen == REFROZEN


async def test_a_weaker_rewrite_that_he_refuses_leaves_the_test_as_it_was(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), _done, replay_test=[doubtful])
    async with asked(env, steps) as (handle, question, _):
        await say(handle, question, "the test stands")
        await handle.result()
    order = steps.orders["write_code"][1]
    # the draft of before the rewrite, with his answer
    assert order.draft.frozen == D and order.draft.answers == D
    assert order.draft.commit == steps.orders["check_report"][0].draft.commit
    assert steps.ran.count("replay_test") == 1 and committed(steps).frozen == D


async def test_words_about_a_weaker_rewrite_reach_who_rewrites_it(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), replay_test=[doubtful])
    async with asked(env, steps) as (handle, question, _):
        await say(handle, question, "keep the second assertion")
        await handle.result()
    assert [o.advice for o in steps.orders["rewrite_test"]] == ["", "keep the second assertion"]
    assert committed(steps).frozen == REFROZEN and steps.orders["replay_test"][1].accepted is False


async def test_words_about_a_weaker_rewrite_are_taken_a_few_times_and_then_the_test_stands(
    env: WorkflowEnvironment,
) -> None:
    steps = coder(_reports(reported()), replay_test=[doubtful] * REWRITE_VISITS)
    async with started(env, steps) as handle:
        answered = set[str]()
        while len(answered) < REWRITE_VISITS:
            question = await waits(handle, QuestionKind.STUCK)
            if question not in answered:
                await say(handle, question, "more like the clause")
                answered.add(question)
        await handle.result()
    assert steps.ran.count("rewrite_test") == REWRITE_VISITS
    assert committed(steps).frozen == D


async def test_a_rewriter_that_disagrees_is_heard_by_the_architect(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), _disagrees)
    async with asked(env, steps) as (handle, question, text):
        assert "the test writer disagrees: both can hold" in text
        await say(handle, question, "the test stands")
        await handle.result()
    order = steps.orders["write_code"][1]
    assert order.draft.frozen == D and order.draft.commit == steps.orders["check_report"][0].draft.commit
    assert "replay_test" not in steps.ran


async def test_a_rewrite_that_does_not_hold_goes_back_and_at_last_to_the_architect(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), replay_test=[broken("no id"), broken("no client"), broken()])
    async with asked(env, steps) as (handle, question, text):
        assert f"is still not right after {REWRITE_VISITS} attempts: the fixture is gone" in text
        numbers = [(o.attempt.number, o.attempt.found) for o in steps.orders["rewrite_test"]]
        assert numbers[:2] == [(1, ()), (2, ("attempt 1: no id",))]
        assert [o.reports for o in steps.orders["rewrite_test"]] == [(), (D,), (D,)]
        await say(handle, question, "rewrite the test")
        await handle.result()
    assert len(steps.orders["rewrite_test"]) == REWRITE_VISITS + 1
    assert committed(steps).frozen == REFROZEN


async def test_a_rewrite_that_fails_alike_twice_is_asked_about_at_once(env: WorkflowEnvironment) -> None:
    steps = coder(_reports(reported()), replay_test=[broken("line 3: no id"), broken("line 8: no id")])
    async with asked(env, steps) as (handle, question, text):
        assert "is still not right after 2 attempts: line 8: no id" in text
        await say(handle, question, "the test stands")
        await handle.result()


# ── reflect goes the same way ────────────────────────────────────────────────────────────────────────────────────


async def test_a_reflection_that_invents_a_contradiction_is_refused_and_the_fix_is_told(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(
        run_tests=[red("a")],
        reflect=[result(7, blocked=reported())],
        judge_contradiction=[result(verdict=contradicts(False, why="both can hold"))],
    )
    async with started(env, steps) as handle:
        await handle.result()
    assert "both can hold" in steps.orders["fix_code"][0].nudge
    assert "rewrite_test" not in steps.ran and committed(steps).frozen == D


async def test_a_reflection_whose_contradiction_holds_has_the_test_rewritten_and_no_code_fixed(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(run_tests=[red("a")], reflect=[result(7, blocked=reported())])
    async with started(env, steps) as handle:
        await handle.result()
    assert "fix_code" not in steps.ran and committed(steps).frozen == REFROZEN


async def test_a_test_reported_by_the_coder_and_then_by_the_reflection_is_reported_twice(
    env: WorkflowEnvironment,
) -> None:
    steps = coder(_reports(reported()), run_tests=[red("a")], reflect=[result(7, blocked=reported("204, not 200"))])
    async with asked(env, steps) as (handle, question, text):
        assert "this test was reported before" in text
        await say(handle, question, "the test stands")
        await handle.result()
    assert steps.ran.count("rewrite_test") == 1
