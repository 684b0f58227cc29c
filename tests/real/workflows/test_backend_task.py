"""The flow chart, driven by scripted steps on Temporal's time-skipping server."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.messages import Asked, CheckResult, CommitResult, DeliverResult
from aurora.domain.outcome import Delivery, OutcomeKind, Usage
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind
from aurora.domain.view import Clarification, Control
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import BASE, D, Steps, red, result, tools
from workflows.backend_task import BackendTask


async def test_a_clear_task_goes_through_every_box_to_a_commit(env: WorkflowEnvironment) -> None:
    steps = Steps()
    async with started(env, steps) as handle:
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED
    assert outcome.delivery is not None and outcome.delivery.state == "delivered"
    boxes = [name for name in steps.ran if name not in ("use_tools", "run_linter")]
    assert boxes == [
        "open_workspace", "check_context", "draft_plan", "define_interfaces", "check_interfaces", "write_tests", "red",
        "write_code", "run_tests", "run_gates", "run_tests", "observe_tests", "exercise_contract",
        "check_mutants", "ask_checkers", "deliver",
    ]  # fmt: skip
    modes = [order.mode for order in steps.orders["run_tests"]]
    assert modes == ["focused", "whole"]
    assert outcome.usage.calls == 5


async def test_missing_pieces_are_asked_at_once_and_their_answers_reach_the_next_step(env: WorkflowEnvironment) -> None:
    missing = tuple(QuestionDraft(kind=QuestionKind.MISSING_SPEC, text=text) for text in ("Which fields?", "Unique?"))
    steps = Steps(check_context=[result(questions=missing), result()])
    async with started(env, steps) as handle:
        first = await waits(handle, QuestionKind.MISSING_SPEC)
        assert [q.text for q in (await view(handle)).questions] == ["Which fields?", "Unique?"]
        await say(handle, first, "name and email")
        assert (await view(handle)).phase == "waiting"
        await say(handle, "q2", "yes")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED
    (recorded,) = steps.orders["record_answers"]
    assert [e.text for e in recorded.exchanges] == ["name and email", "yes"]
    assert steps.orders["draft_plan"][0].draft.answers == D


async def test_thirty_days_of_silence_are_never_consent(env: WorkflowEnvironment) -> None:
    steps = Steps(check_context=[result(questions=(QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?"),))])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        await env.sleep(30 * 24 * 3600)
        assert (await view(handle)).phase == "waiting"
        assert "draft_plan" not in steps.ran
        await say(handle, question, "the first one")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED


async def test_the_same_answer_again_gets_the_same_receipt_and_another_one_is_refused(env: WorkflowEnvironment) -> None:
    pair = tuple(QuestionDraft(kind=QuestionKind.MISSING_SPEC, text=text) for text in ("A?", "B?"))
    steps = Steps(check_context=[result(questions=pair)])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        receipt = await say(handle, question, "yes")
        assert await say(handle, question, "yes") == receipt
        with pytest.raises(WorkflowUpdateFailedError) as contradicted:
            await say(handle, question, "no")
        assert "already answered differently by 'ada'" in str(contradicted.value.cause)
        with pytest.raises(WorkflowUpdateFailedError) as unknown:
            await say(handle, "q9", "yes")
        assert "open questions: q2" in str(unknown.value.cause)
        with pytest.raises(WorkflowUpdateFailedError):
            await say(handle, "q2", "   ")
        await handle.signal(BackendTask.answer_signal, Answer(question_id="q7", text="x"))
        await handle.signal(BackendTask.answer_signal, Answer(question_id="q2", text="by signal", by="bob"))
        await handle.result()
        seen = await view(handle)
        # the audit keeps what was refused; once all is answered nobody needs to be warned of it
        assert [e.note for e in seen.audit if e.what == "refused"] == ["no question 'q7' is open; open questions: q2"]
        assert not any("q7" in warning for warning in seen.warnings)
    assert [e.text for e in steps.orders["record_answers"][0].exchanges] == ["yes", "by signal"]


async def test_a_question_from_a_turn_is_answered_in_the_same_conversation(env: WorkflowEnvironment) -> None:
    asked = Asked(tool_use_id="toolu_1", question=QuestionDraft(kind=QuestionKind.DECISION, text="Soft delete?"))
    steps = Steps(write_code=[tools(asks=(asked,))])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DECISION)
        await handle.signal(BackendTask.clarify, Clarification(text="and log it", by="ada"))
        await say(handle, question, "yes, soft")
        await handle.result()
    order = next(o for o in steps.orders["use_tools"] if o.answers)
    assert [(t.tool_use_id, t.question_id) for t in order.answers] == [("toolu_1", "q1")]
    assert [(e.question.id, e.text) for e in order.said if e.question] == [("q1", "yes, soft")]
    assert [e.text for e in order.said] == ["yes, soft", "and log it"]


async def test_a_red_run_is_reflected_on_and_fixed_then_linted_again(env: WorkflowEnvironment) -> None:
    steps = Steps(run_tests=[red("test_a", "test_b"), red("test_a")])
    async with started(env, steps) as handle:
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED
    assert steps.ran.count("reflect") == steps.ran.count("fix_code") == 2
    last_fix = len(steps.ran) - 1 - steps.ran[::-1].index("fix_code")
    assert "run_linter" in steps.ran[last_fix:]
    assert steps.orders["create_commit"][0].rounds == 2


async def test_exhausted_rounds_ask_and_the_advice_reaches_the_next_reflection(env: WorkflowEnvironment) -> None:
    steps = Steps(run_tests=[red(*(f"t{n}" for n in range(9 - i))) for i in range(6)])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        assert steps.ran.count("fix_code") == 5
        await say(handle, question, "the clock is in UTC")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.orders["reflect"][-1].advice == "the clock is in UTC"


async def test_the_same_failures_twice_are_no_progress_and_abandoning_keeps_the_work(env: WorkflowEnvironment) -> None:
    steps = Steps(run_tests=[red("test_a") for _ in range(9)])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        assert steps.ran.count("fix_code") == 1
        await say(handle, question, "abandon")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.EXHAUSTED
    assert outcome.draft is not None and outcome.draft.commit != BASE
    assert "create_commit" not in steps.orders


async def test_an_outage_asks_costs_no_round_and_goes_on_by_itself(env: WorkflowEnvironment) -> None:
    refused = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
    steps = Steps(write_code=[refused, refused])
    async with started(env, steps) as handle:
        outcome = await handle.result()
        shown = await view(handle)
    assert outcome.kind is OutcomeKind.COMMITTED
    assert steps.ran.count("write_code") == 3
    assert "reflect" not in steps.ran
    assert shown.questions == () and shown.error == ""


async def test_green_tests_before_any_code_are_a_question(env: WorkflowEnvironment) -> None:
    def all_green(order: Any) -> Any:
        return CheckResult(
            draft=order.draft, report=red("green at once", checker="red"), all_green=True, summary="3 passed"
        )

    steps = Steps(red=[all_green])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DECISION)
        await say(handle, question, "check the status code too")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.orders["write_tests"][1].advice == "check the status code too"


async def test_a_task_without_a_red_test_is_committed_only_on_the_architects_word(env: WorkflowEnvironment) -> None:
    def all_green(order: Any) -> Any:
        return CheckResult(
            draft=order.draft, report=red("green at once", checker="red"), all_green=True, summary="3 passed"
        )

    def asking(order: Any) -> Any:
        text, options = "No test was red.", ("commit without a red test", "abandon")
        question = QuestionDraft(kind=QuestionKind.DECISION, text=text, options=options)
        return CommitResult(draft=order.draft, message="", files=0, question=question)

    def named(order: Any) -> Any:
        said = ("Dockerfile (container), asked for by the task",)
        return CommitResult(draft=order.draft, message="feat: x", evidence=D, files=1, allowed=said)

    steps = Steps(red=[all_green], create_commit=[asking, asking, named])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DECISION), "no test can be red")
        while (first := await waits(handle, QuestionKind.DECISION)) == "q1":
            await asyncio.sleep(0.01)
        await say(handle, first, "why?")
        while (second := await waits(handle, QuestionKind.DECISION)) == first:
            await asyncio.sleep(0.01)
        await say(handle, second, "commit without a red test")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert "changed on request: Dockerfile (container), asked for by the task" in (await view(handle)).warnings
    assert [order.without_red for order in steps.orders["create_commit"]] == ["", "", "ada"]
    assert steps.orders["as_written"] and len(steps.orders["write_tests"]) == 1


async def test_a_refused_commit_is_a_question_and_never_a_commit(env: WorkflowEnvironment) -> None:
    def refusing(order: Any) -> Any:
        question = QuestionDraft(kind=QuestionKind.STUCK, text="refused", options=("try again", "abandon"))
        return CommitResult(draft=order.draft, message="", files=0, question=question, summary="refused: 1 finding")

    steps = Steps(create_commit=[refusing])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "abandon")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.ABANDONED and "refused: 1 finding" in outcome.summary
    assert "deliver" not in steps.ran


async def test_a_plan_without_the_files_that_nobody_wants_is_planned_again(env: WorkflowEnvironment) -> None:
    wants = QuestionDraft(kind=QuestionKind.PLAN, text="It wants Makefile.", allows=("Makefile",))
    steps = Steps(draft_plan=[result(questions=(wants,)), result()])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.PLAN), "without them")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    first, second = steps.orders["draft_plan"]
    assert first.advice == "" and second.advice == "Plan the same again, without these files: Makefile"
    (recorded,) = steps.orders["record_answers"]
    assert recorded.exchanges[0].question.allows == ("Makefile",)


async def test_turns_stop_hard_and_a_raise_goes_on(env: WorkflowEnvironment) -> None:
    steps = Steps()
    steps.bounds = steps.bounds.model_copy(update={"max_turns": 3})
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.BUDGET)
        assert (await view(handle)).turns == 3
        await handle.execute_update(BackendTask.control, Control(verb="raise_budget", amount=5))
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).budget_microdollars == 15_000_000


async def test_a_budget_that_is_not_raised_ends_out_of_budget(env: WorkflowEnvironment) -> None:
    spent = Usage(microdollars=9_990_000, calls=1)
    broke = tools(9).model_copy(update={"stop": "out_of_budget", "usage": Usage()})
    steps = Steps(draft_plan=[result().model_copy(update={"usage": spent})], define_interfaces=[broke])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.BUDGET)
        await say(handle, question, "abandon")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.OUT_OF_BUDGET
    assert steps.orders["define_interfaces"][0].left_microdollars == 9_000


async def test_a_paused_task_starts_nothing_until_it_is_resumed(env: WorkflowEnvironment) -> None:
    steps = Steps(check_context=[result(questions=(QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?"),))])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        await handle.execute_update(BackendTask.control, Control(verb="pause"))
        await say(handle, question, "this")
        assert (await view(handle)).phase == "paused"
        assert "draft_plan" not in steps.ran
        await handle.execute_update(BackendTask.control, Control(verb="resume"))
        assert (await handle.result()).kind is OutcomeKind.COMMITTED


async def test_a_cancel_in_the_middle_of_a_call_ends_the_task_and_keeps_the_work(env: WorkflowEnvironment) -> None:
    reached = asyncio.Event()

    async def hang(_: Any) -> Any:
        reached.set()
        await asyncio.sleep(3600)

    steps = Steps(write_code=[hang])
    async with started(env, steps) as handle:
        await asyncio.wait_for(reached.wait(), 30)
        await handle.execute_update(BackendTask.control, Control(verb="cancel"))
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.CANCELLED
    assert outcome.draft is not None and outcome.draft.commit != BASE
    assert len(steps.orders["close_task"]) == 1


async def test_a_refused_delivery_is_a_question_and_can_be_tried_again(env: WorkflowEnvironment) -> None:
    refused = Delivery(state="refused", branch="aurora/t", commit=BASE, why="the branch is not ours")
    steps = Steps(deliver=[DeliverResult(delivery=refused)])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DECISION)
        await say(handle, question, "try again")
        outcome = await handle.result()
    assert outcome.delivery is not None and outcome.delivery.state == "delivered"
