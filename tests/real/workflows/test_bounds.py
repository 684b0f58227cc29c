"""The limits of a task, and their effect: warned near a limit, asked at it, the work kept."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.messages import Asked, Stock, ToolsResult
from aurora import names
from aurora.client import send
from aurora.domain.outcome import OutcomeKind, Usage
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.view import Control
from aurora.errors import Refusal, RefusalCode
from aurora.settings.repository import ArchitectSettings
from tests.support.played import Handle, handed_in, say, started, view, waits, working
from tests.support.scripted_steps import D, Steps, result, tools
from workflows.backend_task import BackendTask
from workflows.ledger import Ledger

HOUR = 3_600


def bounded(steps: Steps, **bounds: Any) -> Steps:
    steps.bounds = steps.bounds.model_copy(update=bounds)
    return steps


async def control(handle: Handle, verb: Any, **more: Any) -> str:
    phase: str = await handle.execute_update(BackendTask.control, Control(verb=verb, by="ada", **more))
    return phase


async def test_tokens_are_a_bound_of_their_own_and_a_raise_goes_on(env: WorkflowEnvironment) -> None:
    steps = bounded(Steps(), max_tokens=300)  # each scripted reply is 110 tokens
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.BUDGET)
        seen = await view(handle)
        assert seen.turns == 3 and "330 of 300 tokens" in seen.questions[0].text
        assert steps.orders["define_interfaces"][0].left_tokens == 80
        assert "a limit is nearly reached: 330 of 300 tokens" in seen.warnings
        await say(handle, question, "raise")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        after = await view(handle)
        assert after.max_tokens > 300 and not any("limit" in warning for warning in after.warnings)


async def test_time_spent_waiting_and_paused_is_no_work(env: WorkflowEnvironment) -> None:
    ask = result(questions=(QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?"),))
    steps = bounded(Steps(check_context=[ask]), wall_seconds=HOUR)
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        await env.sleep(30 * HOUR)
        await control(handle, "pause")
        await say(handle, question, "this")
        await env.sleep(30 * HOUR)
        assert (await view(handle)).wall_seconds < 60
        await control(handle, "resume")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert QuestionKind.BUDGET not in {q.kind for q in (await view(handle)).questions}


async def test_a_task_that_worked_longer_than_its_wall_clock_asks_before_the_next_call(
    env: WorkflowEnvironment,
) -> None:
    async def slow(_: Any) -> Any:
        await asyncio.sleep(2.5)
        return result()

    steps = bounded(Steps(draft_plan=[slow]), wall_seconds=2)
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.BUDGET)
        assert "minutes at work" in (await view(handle)).questions[0].text
        assert "define_interfaces" not in steps.ran
        await say(handle, question, "abandon")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.OUT_OF_BUDGET and outcome.draft is not None


@pytest.mark.server
async def test_time_without_any_worker_is_no_work(server: Client) -> None:
    """The worker goes away in the middle of an activity, as a machine does, and comes back later."""
    begun = asyncio.Event()

    async def cut(_: Any) -> Any:
        begun.set()
        await asyncio.sleep(60)

    steps = Steps(draft_plan=[cut, result()])
    async with working(server, steps):
        handle = await handed_in(server)
        await begun.wait()
        await asyncio.sleep(2.5)
    await asyncio.sleep(6)
    async with working(server, steps):
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        worked = (await view(handle)).wall_seconds
    assert 2 <= worked < 6, "what the first try worked counts, the time without a worker does not"


async def test_nobody_raises_a_budget_above_what_the_worker_permits(env: WorkflowEnvironment) -> None:
    ask = result(questions=(QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?"),))
    steps = bounded(Steps(check_context=[ask]), most_microdollars=12_000_000)
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await control(handle, "raise_budget", amount=5)
        assert "raise by $2.00 at most" in str(refused.value.cause)
        for amount in (0, -1, float("nan"), float("inf")):
            with pytest.raises(WorkflowUpdateFailedError):
                await control(handle, "raise_budget", amount=amount)
        await control(handle, "raise_budget", amount=2)
        assert (await view(handle)).budget_microdollars == 12_000_000
        await control(handle, "cancel")
        await handle.result()


async def test_who_may_not_answer_may_not_approve_or_raise(env: WorkflowEnvironment) -> None:
    plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))
    steps = bounded(Steps(draft_plan=[result(questions=(plan,))]), architect=ArchitectSettings(answered_by=("bob",)))
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.PLAN)
        for verb, more in (("approve", {}), ("raise_budget", {"amount": 1})):
            with pytest.raises(WorkflowUpdateFailedError) as refused:
                await control(handle, verb, **more)
            assert "allowed: bob" in str(refused.value.cause)
        task_id = handle.id.removeprefix(names.workflow_id(""))
        for name, value in (
            (names.CONTROL, Control(verb="approve")),
            (names.ANSWER, Answer(question_id="q1", text="no")),
        ):
            with pytest.raises(Refusal, match="allowed: bob") as reported:
                await send.tell(env.client, task_id, name, value, object, name)
            assert reported.value.code is RefusalCode.FORBIDDEN
        await handle.execute_update(BackendTask.control, Control(verb="approve", by="bob"))
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.orders["record_answers"][0].exchanges[0].text == "approve"


async def test_an_approval_without_a_plan_to_approve_is_refused(env: WorkflowEnvironment) -> None:
    ask = result(questions=(QuestionDraft(kind=QuestionKind.DECISION, text="Which?"),))
    async with started(env, Steps(check_context=[ask])) as handle:
        await waits(handle, QuestionKind.DECISION)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await control(handle, "approve")
        assert "no plan waits" in str(refused.value.cause)
        await control(handle, "cancel")
        await handle.result()


async def test_work_far_outside_an_approved_plan_is_shown_once_and_words_reach_the_next_turn(
    env: WorkflowEnvironment,
) -> None:
    plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))

    def wandering(order: Any) -> ToolsResult:
        key = f"{order.step} {order.turn}"
        return ToolsResult(draft=order.draft, conversation=D, same_key=key, outside=("billing/x.py",), far=True)

    steps = Steps(draft_plan=[result(questions=(plan,))], write_code=[tools(1), tools(2)])
    steps.script["use_tools"] = [_done, _done, wandering, wandering]
    bounded(steps, architect=ArchitectSettings(approve_plan=True))
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.PLAN)
        await control(handle, "approve")
        question = await waits(handle, QuestionKind.PLAN)
        assert "billing/x.py" in (await view(handle)).questions[0].text
        await say(handle, question, "leave billing alone")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [e.text for e in steps.orders["write_code"][1].said] == ["leave billing alone"]
    # asked once, though the next turn changed the same file
    assert [e.text for o in steps.orders["record_answers"] for e in o.exchanges] == ["approve", "leave billing alone"]


async def test_what_failed_tries_may_have_cost_is_owed_while_the_task_waits_for_the_world(
    env: WorkflowEnvironment,
) -> None:
    cut = ApplicationError("the stream was cut", type="EndpointError", non_retryable=True)
    steps = Steps(write_code=[cut], take_stock=[Stock(usage=Usage(), open_by_call={"c9": 70_000})])
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.OUTAGE)
        while not (seen := await view(handle)).open_microdollars:
            await asyncio.sleep(0.01)
        assert seen.open_microdollars == 70_000
        await control(handle, "retry")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED and outcome.open_microdollars == 70_000


async def test_answering_retry_to_an_outage_that_goes_on_asks_again_and_does_not_spin(
    env: WorkflowEnvironment,
) -> None:
    refused = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
    steps = Steps(write_code=[refused] * 4)
    async with started(env, steps) as handle:
        first = await waits(handle, QuestionKind.OUTAGE)
        await say(handle, first, "retry")
        while (second := await waits(handle, QuestionKind.OUTAGE)) == first:
            await asyncio.sleep(0.01)
        assert steps.ran.count("write_code") == 2
        await say(handle, second, "abandon")
        assert (await handle.result()).kind is OutcomeKind.ABANDONED


async def test_polling_while_an_answer_is_awaited_is_no_lack_of_progress(env: WorkflowEnvironment) -> None:
    asked = Asked(tool_use_id="t", question=QuestionDraft(kind=QuestionKind.DECISION, text="Now?"))
    steps = Steps(write_code=[tools(n, asks=(asked,)) for n in range(4)])

    def same(order: Any) -> ToolsResult:
        return ToolsResult(draft=order.draft, conversation=D, same_key="same")

    steps.script["use_tools"] = [_done, _done, same, same, same, same]
    async with started(env, steps) as handle:
        for _ in range(4):
            await say(handle, await waits(handle, QuestionKind.DECISION), "not yet")
            await asyncio.sleep(0.05)
        assert (await handle.result()).kind is OutcomeKind.COMMITTED


def test_calls_that_are_stocked_again_are_owed_once_however_many_there_are() -> None:
    ledger = Ledger()
    many = {f"{n:016x}": 10 for n in range(200)}
    ledger.restock(Stock(usage=Usage(calls=3, microdollars=50), open_by_call=many))
    ledger.restock(Stock(usage=Usage(calls=3, microdollars=50), open_by_call=many))
    assert ledger.open == 2_000 and ledger.settled.microdollars == 50


def test_a_reply_that_stock_knew_already_is_settled_once() -> None:
    ledger = Ledger(budget=1_000)
    ledger.restock(Stock(usage=Usage(calls=1, microdollars=1_000)))
    ledger.settle(Step.WRITE_CODE, tools())
    assert ledger.settled.microdollars == 1_000 and ledger.settled.calls == 1


def _done(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("b" * 40, D), conversation=D, finished=True, same_key="y")


async def test_a_word_that_names_no_sum_raises_nothing_and_the_task_asks_again(env: WorkflowEnvironment) -> None:
    steps = bounded(Steps(), max_turns=3)
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.BUDGET), "what for?")
        while (again := await waits(handle, QuestionKind.BUDGET)) == "q1":
            await asyncio.sleep(0.01)
        assert (await view(handle)).budget_microdollars == 10_000_000
        await say(handle, again, "$2.50")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).budget_microdollars == 12_500_000
