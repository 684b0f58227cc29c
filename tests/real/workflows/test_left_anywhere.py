"""A run that ends in an awkward instant: between an answer and its effect, in an outage, in the last round."""

import asyncio
import contextlib
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.messages import Stock, ToolsResult
from aurora import names
from aurora.domain.outcome import OutcomeKind, Usage
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind
from aurora.domain.view import Clarification, Control
from aurora.settings.repository import ArchitectSettings
from tests.support.played import Handle, handed_in, say, started, view, waits, working
from tests.support.replaying import replay, runs
from tests.support.routed import Gate
from tests.support.scripted_steps import D, Steps, red, result, tools
from workflows.backend_task import BackendTask

DAY = 86_400
ROOM = 200
"""History events: more than a whole run needs here, fewer than `filled` adds."""
QUESTION = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?")
REVOKED = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)


async def filled(handle: Handle) -> None:
    """The run's history has no room any more: it is continued at its next chance. Nothing is said by it."""
    for _ in range(ROOM):
        await handle.signal(BackendTask.clarify, Clarification(text=" "))


async def in_run(handle: Handle, run: int) -> None:
    while (await view(handle)).run < run:
        await asyncio.sleep(0.01)


async def ended(handle: Handle) -> Any:
    return await asyncio.wait_for(handle.result(), 30)


def held(gate: Gate, value: Any) -> Any:
    return lambda _: gate.through(value)


@pytest.mark.server
async def test_the_last_round_left_in_its_middle_asks_nobody(server: Client) -> None:
    gate = Gate()
    steps = Steps(run_tests=[red("a")], reflect=[held(gate, result())])
    steps.bounds = steps.bounds.model_copy(update={"max_rounds": 1})
    async with started(server, steps, most_events=ROOM) as handle:
        await gate.reached.wait()
        await filled(handle)
        gate.opened.set()
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).run > 1 and not steps.orders["notify"]
    assert steps.ran.count("fix_code") == 1


@pytest.mark.server
async def test_advice_given_when_all_rounds_were_used_reaches_the_fix_in_the_next_run(server: Client) -> None:
    gate = Gate()
    reds = [red("a", "b", "c"), red("a", "b"), red("a")]
    steps = Steps(run_tests=reds, reflect=[result(), result(), held(gate, result())])
    steps.bounds = steps.bounds.model_copy(update={"max_rounds": 2})
    async with started(server, steps, most_events=ROOM) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "the clock is in UTC")
        await gate.reached.wait()
        await filled(handle)
        gate.opened.set()
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).run > 1
    assert steps.orders["reflect"][2].advice == steps.orders["fix_code"][2].advice == "the clock is in UTC"


@pytest.mark.server
async def test_an_answer_that_raised_a_budget_raises_it_once(server: Client) -> None:
    """The bound is reached again, by what an outage is found to have cost, before the turn it was raised for."""
    steps = Steps(define_interfaces=[REVOKED], take_stock=[Stock(usage=Usage(microdollars=16_000_000, calls=9))])
    steps.bounds = steps.bounds.model_copy(update={"max_turns": 2})
    async with started(server, steps, most_events=ROOM) as handle:
        first = await waits(handle, QuestionKind.BUDGET)
        await say(handle, first, "$5")
        await waits(handle, QuestionKind.OUTAGE)
        await filled(handle)
        await in_run(handle, 2)
        await handle.execute_update(BackendTask.control, Control(verb="retry"))
        again = await waits(handle, QuestionKind.BUDGET)
        assert again != first and (await view(handle)).budget_microdollars == 15_000_000
        await say(handle, again, "$7")
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).budget_microdollars == 22_000_000


@pytest.mark.server
async def test_two_who_raise_at_one_instant_both_raise(server: Client) -> None:
    steps = Steps()
    steps.bounds = steps.bounds.model_copy(update={"max_turns": 3})
    handle = await handed_in(server)
    async with working(server, steps):
        question = await waits(handle, QuestionKind.BUDGET)
    # nobody works: both are heard in one breath
    await handle.signal(BackendTask.answer_signal, Answer(question_id=question, text="$5", by="ada"))
    raised = asyncio.create_task(handle.execute_update(BackendTask.control, Control(verb="raise_budget", amount=2)))
    await asyncio.sleep(0.2)
    async with working(server, steps):
        await raised
        await ended(handle)
        assert (await view(handle)).budget_microdollars == 17_000_000


@pytest.mark.server
async def test_words_about_work_outside_the_plan_reach_the_next_turn_in_the_next_run(server: Client) -> None:
    def outside(order: Any) -> ToolsResult:
        return ToolsResult(draft=order.draft, conversation=D, outside=("setup.py",), far=True, same_key="x")

    plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))
    steps = Steps(draft_plan=[result(questions=(plan,))], use_tools=[outside])
    steps.bounds = steps.bounds.model_copy(update={"architect": ArchitectSettings(approve_plan=True)})
    handle = await handed_in(server, most_events=ROOM)
    async with working(server, steps):
        await say(handle, await waits(handle, QuestionKind.PLAN), "approve")
        question = await waits(handle, QuestionKind.PLAN)
    # nobody works: the answer is heard in the breath in which the history is found full
    await handle.signal(BackendTask.answer_signal, Answer(question_id=question, text="leave setup.py alone", by="ada"))
    await filled(handle)
    async with working(server, steps):
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).run > 1
    assert [e.text for e in steps.orders["define_interfaces"][1].said] == ["leave setup.py alone"]
    assert steps.answers() == ["approve", "leave setup.py alone"]


@pytest.mark.server
async def test_an_outage_abandoned_while_its_run_is_continued_stays_abandoned(server: Client) -> None:
    gate = Gate()
    steps = Steps(write_code=[REVOKED] * 9, record_task=[held(gate, None)])
    async with started(server, steps, most_events=ROOM) as handle:
        question = await waits(handle, QuestionKind.OUTAGE)
        await filled(handle)
        await gate.reached.wait()
        await say(handle, question, "abandon")
        gate.opened.set()
        assert (await ended(handle)).kind is OutcomeKind.ABANDONED


async def test_an_outage_abandoned_in_the_middle_of_a_probe_stays_abandoned(env: WorkflowEnvironment) -> None:
    gate = Gate()
    steps = Steps(write_code=[REVOKED, held(gate, tools())])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.OUTAGE)
        await handle.execute_update(BackendTask.control, Control(verb="retry"))
        await gate.reached.wait()
        await say(handle, question, "abandon")
        gate.opened.set()
        assert (await ended(handle)).kind is OutcomeKind.ABANDONED


async def test_a_retry_said_while_stock_is_taken_tries_at_once(env: WorkflowEnvironment) -> None:
    gate, tried = Gate(), list[Any]()

    async def again(_: Any) -> Any:
        tried.append(await env.get_current_time())
        return tools()

    steps = Steps(write_code=[REVOKED, again], take_stock=[held(gate, Stock(usage=Usage()))])
    async with started(env, steps) as handle:
        await gate.reached.wait()
        begun = await env.get_current_time()
        await handle.execute_update(BackendTask.control, Control(verb="retry"))
        gate.opened.set()
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
    assert (tried[0] - begun).total_seconds() < 10


async def test_the_idle_bound_counts_through_a_continuation(env: WorkflowEnvironment) -> None:
    closed = []

    async def closing(_: Any) -> None:
        closed.append(await env.get_current_time())

    steps = Steps(check_context=[result(questions=(QUESTION,))], close_task=[closing])
    steps.bounds = steps.bounds.model_copy(update={"idle_seconds": 7 * DAY})
    async with started(env, steps, most_events=ROOM) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        begun = await env.get_current_time()
        await env.sleep(4 * DAY)
        await filled(handle)
        outcome = await ended(handle)  # time is skipped
    days = (closed[0] - begun).total_seconds() / DAY
    assert outcome.kind is OutcomeKind.ABANDONED and "7.0 days" in outcome.summary
    assert steps.orders["record_task"] and days < 7.1


@pytest.mark.server
async def test_time_until_the_record_is_written_is_no_work(server: Client) -> None:
    gate = Gate()
    context = Gate()
    steps = Steps(record_task=[held(gate, None)], check_context=[held(context, result())])
    steps.bounds = steps.bounds.model_copy(update={"wall_seconds": 6})
    async with started(server, steps, most_events=ROOM) as handle:
        await context.reached.wait()
        await filled(handle)
        context.opened.set()
        await gate.reached.wait()
        await asyncio.sleep(7)
        gate.opened.set()
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).run > 1 and not steps.orders["notify"]


@pytest.mark.server
@pytest.mark.parametrize("runs_on", [True, False], ids=["in one run", "in the next run"])
async def test_megabytes_said_to_a_task_that_waits_get_it_stuck_nowhere(server: Client, runs_on: bool) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=2_000 if runs_on else 300) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        for n in range(150):
            said = Clarification(text=f"note {n} " + "\x01" * 19_900, by="ada", id=f"n{n}")
            await handle.signal(BackendTask.clarify, said)
        if not runs_on:
            await filled(handle)
            await in_run(handle, 2)
        await say(handle, question, "this")
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
    observed = [int(t.split()[1]) for t in steps.answers() if t.startswith("note ")]
    # each once and in order; what was too much at a time was refused, for all to see
    assert observed and observed == sorted(set(observed))
    refused = [e for o in steps.orders["record_task"] + steps.orders["close_task"] for e in o.view.audit]
    reported = [e.note for e in refused if e.what == "refused" and e.who == "ada"]
    assert len(reported) == 150 - len(observed) > 0 and all("too many clarifications" in note for note in reported)


async def test_what_is_said_while_a_task_closes_is_refused_for_all_to_see(env: WorkflowEnvironment) -> None:
    gate = Gate()
    steps = Steps(close_task=[held(gate, None)])
    async with started(env, steps) as handle:
        await gate.reached.wait()
        await handle.signal(BackendTask.clarify, Clarification(text="and log it", by="ada", id="c1"))
        gate.opened.set()
        await ended(handle)
        assert any("too late" in w for w in (await view(handle)).warnings)


@pytest.mark.server
@pytest.mark.parametrize("most_events", range(26, 32))
async def test_a_refusal_at_the_moment_a_history_becomes_long_leaves_one_that_replays(
    server: Client, most_events: int
) -> None:
    """A refused update leaves no event: what happened at its sight only, a replay could not find again."""
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=most_events) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        for _ in range(most_events):
            with pytest.raises(WorkflowUpdateFailedError):
                await handle.execute_update(BackendTask.control, Control(verb="raise_budget", amount=-1))
            await asyncio.gather(refused(handle), handle.signal(names.ANSWER_SIGNAL, {"nonsense": 1}))
            if (await view(handle)).run > 1:
                break
        await handle.execute_update(BackendTask.control, Control(verb="cancel"))
        await ended(handle)
    await replay(*await runs(server, handle))


async def refused(handle: Handle) -> None:
    with contextlib.suppress(WorkflowUpdateFailedError, RPCError):
        await handle.execute_update(BackendTask.control, Control(verb="raise_budget", amount=-1))


async def test_a_signal_that_cannot_be_read_is_refused_for_all_to_see(env: WorkflowEnvironment) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        for name in (names.ANSWER_SIGNAL, names.CLARIFY):
            for nonsense in ({"nonsense": [1, 2]}, None, 3, "this", [question], {"question_id": question, "text": 5}):
                await handle.signal(name, nonsense)
        warnings = (await view(handle)).warnings
        assert any("not an answer" in w for w in warnings) and any("not a clarification" in w for w in warnings)
        assert [q.id for q in (await view(handle)).questions] == [question]
        await say(handle, question, "this")
        assert (await ended(handle)).kind is OutcomeKind.COMMITTED
    assert len([e for e in steps.orders["close_task"][0].view.audit if e.what == "refused"]) == 12
