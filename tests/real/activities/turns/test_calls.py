"""The ledger's promise, settled <= billed <= settled + open, on the real client under everything an endpoint can do."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.interceptors.heartbeats import Heartbeats
from activities.messages import Stock, TurnInput, TurnReply
from activities.take_stock import TakeStockActivity
from activities.write_code import WriteCodeActivity
from aurora.client.converter import data_converter
from aurora.domain.outcome import Usage
from aurora.domain.task import TaskRef
from aurora.drivers.model import prices
from aurora.errors import AuroraError
from tests.support.desk_of_one import TEXT, Table, table

TRIES = 6
TASK = TaskRef(id="t1")


async def tried(at: Table, order: TurnInput) -> TurnReply | None:
    """The reply activity as Temporal would run it, again after every error; None when all tries were used up."""
    for _ in range(TRIES):
        with suppress(AuroraError):
            reply: TurnReply = await ActivityEnvironment().run(WriteCodeActivity(at.turns).write_code, order)
            return reply
    return None


async def stock(at: Table) -> Stock:
    taken: Stock = await ActivityEnvironment().run(TakeStockActivity(at.artifacts).take_stock, TASK)
    return taken


async def holds(at: Table, *, owes: bool) -> Stock:
    taken = await stock(at)
    billed = at.double.ledger.microdollars
    assert taken.usage.microdollars <= billed <= taken.usage.microdollars + taken.open_microdollars
    assert bool(taken.open_microdollars) is owes
    if not owes:
        assert billed == taken.usage.microdollars
    return taken


# ── every mode of trouble ────────────────────────────────────────────────────────────────────────────────────────

ERRORS = [
    pytest.param({"status": 429, "retry_after": 1}, False, id="429"),
    pytest.param({"status": 529}, False, id="529"),
    pytest.param({"status": 500}, True, id="500"),
    pytest.param({"status": 401}, False, id="a refused key"),
    pytest.param({"status": 400}, False, id="a refused request"),
    pytest.param({"cut_after_events": 0}, True, id="cut before the first event"),
    pytest.param({"cut_after_events": 1}, True, id="cut after message_start"),
    pytest.param({"cut_after_events": 5}, True, id="cut in mid-reply"),
    pytest.param({"hang": True}, True, id="hang"),
    pytest.param({"malformed": True}, True, id="malformed"),
    pytest.param({"error_event": "overloaded_error"}, True, id="overloaded in mid-stream"),
    pytest.param({"error_event": "invalid_request_error"}, True, id="refused in mid-stream"),
    pytest.param({"error_event": "billing_error"}, True, id="out of credit in mid-stream"),
]


@pytest.mark.parametrize("times", [1, 2, TRIES])
@pytest.mark.parametrize(("fault", "is_open"), ERRORS)
async def test_what_is_billed_lies_between_settled_and_settled_plus_open(
    fault: dict[str, Any], is_open: bool, times: int
) -> None:
    async with table({"text": "x" * 3_000}, fault=fault | {"times": times}, silence=0.3) as at:
        reply = await tried(at, await at.order())
        assert (reply is None) is (times == TRIES)
        taken = await holds(at, owes=is_open)
        assert taken.usage.calls == (0 if reply is None else 1)
        if reply is not None:
            assert (reply.usage, reply.open_microdollars) == (taken.usage, taken.open_microdollars)


async def test_a_cancelled_call_is_open_and_its_bound_holds() -> None:
    async with table({"text": "x" * 3_000}, fault={"hang": True}) as at:
        order = await at.order()
        calling = asyncio.create_task(WriteCodeActivity(at.turns).write_code(order))
        while not at.double.ledger.calls:
            await asyncio.sleep(0.01)
        calling.cancel()
        with suppress(asyncio.CancelledError):
            await calling
        await holds(at, owes=True)


async def test_a_reply_that_was_stored_counts_although_its_activity_never_completed() -> None:
    async with table() as at:
        order = await at.order()
        await tried(at, order)
        assert (await holds(at, owes=False)).usage.calls == 1
        again = await tried(at.again(), order)
        assert again is not None and again.usage.calls == 1
        assert len(at.double.ledger.calls) == 1


async def test_two_workers_racing_for_one_call_are_both_counted() -> None:
    async with table() as at:
        order = await at.order()
        await asyncio.gather(tried(at, order), tried(at.again(), order))
        taken = await holds(at, owes=True)
        assert taken.usage.calls == 1 and len(at.double.ledger.calls) == 2


async def test_a_task_that_called_nothing_has_paid_nothing() -> None:
    async with table() as at:
        assert await stock(at) == Stock(usage=Usage())


async def test_stock_is_the_sum_over_all_calls_of_the_task_and_of_no_other() -> None:
    async with table(TEXT, TEXT, TEXT) as at:
        for turn in (1, 2):
            await tried(at, await at.order(turn=turn, nudge=f"turn {turn}"))
        await at.artifacts.of(TaskRef(id="other")).create("calls/c/intent-0001.json", b'{"microdollars": 99}')
        assert (await holds(at, owes=False)).usage.calls == 2


# ── what still fits ──────────────────────────────────────────────────────────────────────────────────────────────


async def bound_of(at: Table) -> int:
    """The most that one try of the ordinary order may cost."""
    (intent,) = [content for name, content in at.kept().named.items() if "/intent-" in name]
    return int(json.loads(intent)["microdollars"])


async def test_tries_that_may_have_been_billed_use_up_what_is_left() -> None:
    async with table(fault={"cut_after_events": 1, "times": TRIES}) as probe:
        with suppress(AuroraError):
            await WriteCodeActivity(probe.turns).write_code(await probe.order())
        bound = await bound_of(probe)
    async with table(fault={"cut_after_events": 1, "times": TRIES}) as at:
        reply = await tried(at, await at.order(left_microdollars=3 * bound + 10))
        assert reply is not None and reply.stop == "out_of_budget"
        assert reply.open_microdollars == 3 * bound
        assert len(at.double.ledger.calls) == 3, "a fourth try could have cost more than was left"
        assert (await holds(at, owes=True)).open_microdollars == 3 * bound


async def test_tries_that_were_not_billed_use_up_nothing() -> None:
    async with table(fault={"status": 529, "times": 4}) as probe:
        await tried(probe, await probe.order())
        bound = min(json.loads(c)["microdollars"] for n, c in probe.kept().named.items() if "/intent-" in n)
    async with table(fault={"status": 529, "times": 4}) as at:
        reply = await tried(at, await at.order(left_microdollars=bound))
        assert reply is not None and reply.stop == "nudge"
        await holds(at, owes=False)


async def test_what_the_budget_already_gave_up_is_not_taken_off_twice() -> None:
    async with table(fault={"cut_after_events": 1, "times": 3}) as at:
        order = await at.order()
        with suppress(AuroraError):
            await WriteCodeActivity(at.turns).write_code(order)
        bound = await bound_of(at)
        twice = order.model_copy(update={"left_microdollars": bound})
        assert (await WriteCodeActivity(at.turns).write_code(twice)).stop == "out_of_budget"
        once = twice.model_copy(update={"counted_microdollars": bound})
        with suppress(AuroraError):
            await WriteCodeActivity(at.turns).write_code(once)
        assert len(at.double.ledger.calls) == 2


async def test_a_stored_reply_is_taken_however_little_is_left() -> None:
    async with table() as at:
        order = await at.order()
        paid = await tried(at, order)
        # the same request: what is left enters it through max_tokens only
        second_try = order.model_copy(update={"counted_microdollars": 5})
        assert paid is not None and await tried(at, second_try) == paid


async def test_what_is_left_enters_the_request_through_max_tokens_only() -> None:
    async with table(TEXT, TEXT) as at:
        first = await tried(at, await at.order())
        more = await tried(at, await at.order(left_microdollars=7_777_777))
        assert first is not None and more is not None and first.call_id == more.call_id
        less = await tried(at, await at.order(left_microdollars=60_000))
        assert less is not None and less.call_id != first.call_id
        bodies = [json.loads(c) for n, c in sorted(at.kept().named.items()) if "/intent-" in n]
        assert len({body["max_tokens"] for body in bodies}) == 2
        assert all(body["microdollars"] <= 60_000 for body in bodies if body["max_tokens"] < 16_000)


async def test_tokens_left_lower_max_tokens_and_at_last_forbid_the_call() -> None:
    async with table(TEXT, TEXT) as at:
        await tried(at, await at.order(left_tokens=12_000))
        (intent,) = [content for name, content in at.kept().named.items() if "/intent-" in name]
        assert json.loads(intent)["max_tokens"] < 12_000
        reply = await tried(at, await at.order(left_tokens=1_500))
        assert reply is not None and reply.stop == "out_of_budget"
        assert len(at.double.ledger.calls) == 1


@pytest.mark.parametrize("left", [0, -1, -(10**15)])
async def test_nothing_is_sent_when_nothing_is_left(left: int) -> None:
    async with table() as at:
        reply = await tried(at, await at.order(left_microdollars=left))
        assert reply is not None and reply.stop == "out_of_budget"
        assert at.double.ledger.calls == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a plain sentence of words. " * 400, id="words"),
        pytest.param("世界人民大团结万岁" * 400, id="chinese"),
        pytest.param("🦀🧪🪤" * 800, id="emoji"),
        pytest.param("\x01\x02;{}[]" * 800, id="signs"),
    ],
)
async def test_a_bound_counts_a_token_for_every_byte(text: str) -> None:
    """No tokeniser makes more tokens than bytes: the bound holds whatever a request is written in."""
    async with table() as at:
        await tried(at, await at.order(nudge=text))
        out = prices.dearest_cost("claude-sonnet-5-5", 0, 16_000)
        assert await bound_of(at) - out >= prices.dearest_cost("claude-sonnet-5-5", len(text.encode()), 0)


def test_an_unknown_price_counts_at_the_dearest() -> None:
    dearest = max(prices.dearest_cost(model, 1_000, 1_000) for model in prices.PRICES)
    assert prices.dearest_cost("a-model-nobody-knows", 1_000, 1_000) >= dearest


# ── heartbeats ───────────────────────────────────────────────────────────────────────────────────────────────────


@workflow.defn
class OneCall:
    @workflow.run
    async def run(self, order: TurnInput) -> TurnReply:
        reply: TurnReply = await workflow.execute_activity(
            "write_code",
            order,
            result_type=TurnReply,
            start_to_close_timeout=timedelta(seconds=60),
            heartbeat_timeout=timedelta(seconds=1),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        return reply


async def beaten(handle: WorkflowHandle[Any, Any]) -> list[Any]:
    """Details of the running activity's last beat."""
    described = await handle.describe()
    (pending,) = described.raw_description.pending_activities
    return await data_converter().decode(pending.heartbeat_details.payloads)


@pytest.mark.server
async def test_beats_say_what_a_running_call_has_reserved(temporal_binary: str) -> None:
    server = WorkflowEnvironment.start_local(dev_server_existing_path=temporal_binary, data_converter=data_converter())
    async with await server as env, table(fault={"hang": True}) as at:
        order = await at.order()
        worker = Worker(
            env.client,
            task_queue="q",
            workflows=[OneCall],
            activities=[WriteCodeActivity(at.turns).write_code],
            interceptors=[Heartbeats()],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        async with worker:
            handle = await env.client.start_workflow(OneCall.run, order, id="w", task_queue="q")
            while not at.double.ledger.calls:
                await asyncio.sleep(0.02)
            for _ in range(100):
                await asyncio.sleep(0.05)
                if said := await beaten(handle):
                    break
            assert [one["reserved_microdollars"] for one in said] == [await bound_of(at)]
            await handle.terminate()
        await holds(at, owes=True)
