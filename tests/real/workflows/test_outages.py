"""A broken world, for hours or days: the task waits, probes with growing pauses, and goes on by itself."""

import asyncio
import itertools
from datetime import datetime
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.messages import Stock
from aurora.domain.outcome import OutcomeKind, Usage
from aurora.domain.questions import QuestionKind
from aurora.domain.view import Clarification, Control
from aurora.settings.repository import ArchitectSettings
from tests.support.played import Handle, say, started, view, waits
from tests.support.scripted_steps import Steps, green, tools
from workflows.backend_task import BackendTask
from workflows.outages import probe_pause

HOUR = 3_600
_SEARCHABLE = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES


def out_until(
    env: WorkflowEnvironment, step: str, kind: str, hours: float, *, lasting: bool
) -> tuple[Steps, list[Any]]:
    """Steps of which one finds the world broken until so many virtual hours have passed; when it was tried."""
    steps, tried = Steps(), list[datetime]()

    async def broken(order: Any) -> Any:
        tried.append(await env.get_current_time())
        if (tried[-1] - tried[0]).total_seconds() < hours * HOUR:
            raise ApplicationError("away", type=kind, non_retryable=lasting)
        return tools() if step == "write_code" else green("run_gates")

    steps.script[step] = [broken] * 5_000  # more than any of these takes: what comes after them is a step that works
    return steps, tried


@pytest.mark.parametrize(
    ("step", "kind", "hours", "lasting"),
    [
        pytest.param("run_gates", "EngineError", 1, False, id="engine away for an hour"),
        pytest.param("write_code", "CredentialsRefused", 72, True, id="key revoked for three days"),
        pytest.param("write_code", "QuotaExhausted", 24, True, id="quota used up for a day"),
        pytest.param("write_code", "ModelGone", 5, True, id="model gone for hours"),
        pytest.param("write_code", "DiskFull", 2, True, id="disk full for two hours"),
    ],
)
async def test_the_task_waits_probes_at_growing_intervals_and_goes_on_by_itself(
    env: WorkflowEnvironment, step: str, kind: str, hours: float, lasting: bool
) -> None:
    steps, tried = out_until(env, step, kind, hours, lasting=lasting)
    async with started(env, steps) as handle:
        outcome = await handle.result()  # time is skipped
        seen = await view(handle)
    assert outcome.kind is OutcomeKind.COMMITTED
    assert seen.round == 0 and "reflect" not in steps.ran and seen.error == "" and not seen.questions
    # a few tries soon, then one each quarter of an hour
    most = hours * HOUR / (0.75 * 900) + 8
    assert len(tried) <= most * (1 if lasting else 5)
    asked = [n for n in steps.orders["notify"] if n.questions[0].kind is QuestionKind.OUTAGE]
    assert len({n.key for n in asked}) == len(asked) <= 2 + hours // 24


@pytest.mark.parametrize("hours", [pytest.param(1, id="an hour"), pytest.param(36, id="a day and a half")])
async def test_probes_are_as_many_as_their_pauses_allow_each_jittered_by_a_fifth(
    env: WorkflowEnvironment, hours: float
) -> None:
    steps, tried = out_until(env, "write_code", "CredentialsRefused", hours, lasting=True)
    async with started(env, steps) as handle:
        await handle.result()
        runs = (await view(handle)).run
    pauses = [(b - a).total_seconds() for a, b in itertools.pairwise(tried)]
    grown = [probe_pause(n, 0.5) for n in range(len(pauses))]
    # a run that continues another tries at once: it can't know how much of its pause was over
    early = [n for n, (pause, due) in enumerate(zip(pauses, grown, strict=True)) if pause < 0.8 * due - 1]
    assert len(early) <= runs - 1
    assert all(pause <= 1.2 * due + 30 for pause, due in zip(pauses, grown, strict=True))
    at_full = hours * HOUR / 900
    assert at_full / 1.2 <= len(tried) <= at_full / 0.8 + 8 + runs


async def test_people_are_told_of_a_long_outage_once_a_rung_and_of_nothing_after_it(env: WorkflowEnvironment) -> None:
    steps, _ = out_until(env, "write_code", "QuotaExhausted", 80, lasting=True)
    ladder = ArchitectSettings(escalation=("bob", "platform"))
    steps.bounds = steps.bounds.model_copy(update={"architect": ladder, "remind_seconds": 24 * HOUR})
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        seen = await view(handle)
    reported = [(n.event, n.to, n.questions[0].kind) for n in steps.orders["notify"]]
    assert reported == [
        ("on_question", "ada", QuestionKind.OUTAGE),
        ("on_reminder", "ada", QuestionKind.OUTAGE),
        ("on_question", "bob", QuestionKind.OUTAGE),
        ("on_question", "platform", QuestionKind.OUTAGE),
    ]
    assert seen.phase == "ended" and not seen.questions
    assert steps.ran.count("reflect") == 0 and seen.round == 0


async def test_a_key_revoked_for_three_days_is_tried_at_once_when_somebody_says_retry(env: WorkflowEnvironment) -> None:
    steps, tried = out_until(env, "write_code", "CredentialsRefused", 1_000, lasting=True)
    three_days, still = asyncio.Event(), asyncio.Event()

    async def stock() -> Stock:
        if (tried[-1] - tried[0]).total_seconds() >= 72 * HOUR and not still.is_set():
            three_days.set()
            await still.wait()
        return Stock(usage=Usage())

    steps.script["take_stock"] = [lambda _: stock()] * 5_000
    async with started(env, steps) as handle:
        days = asyncio.create_task(handle.result())  # time is skipped while it is awaited
        await three_days.wait()
        days.cancel()
        await asyncio.gather(days, return_exceptions=True)
        still.set()
        while not await _pauses(handle):
            await asyncio.sleep(0.02)
        asked, probes, steps.script["write_code"] = await view(handle), len(tried), [_noted(env, tried)]
        begun = await env.get_current_time()
        await handle.execute_update(BackendTask.control, Control(verb="retry", by="ops", id="r1"))
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [q.kind for q in asked.questions] == [QuestionKind.OUTAGE] and asked.phase == "waiting"
    assert 72 * HOUR / 900 / 1.2 <= probes <= 72 * HOUR / 900 / 0.8 + 10
    assert len(tried) == probes + 1 and (tried[-1] - begun).total_seconds() < 10


def _noted(env: WorkflowEnvironment, tried: list[Any]) -> Any:
    async def now() -> Any:
        tried.append(await env.get_current_time())
        return tools()

    return lambda _: now()


async def _pauses(handle: Handle) -> bool:
    """Return whether the newest thing the task did is to begin a pause."""
    last = [e.event_type for e in (await handle.fetch_history()).events if e.event_type != _SEARCHABLE]
    return last[-1] == EventType.EVENT_TYPE_TIMER_STARTED


async def test_a_retry_by_hand_tries_at_once(env: WorkflowEnvironment) -> None:
    refused = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
    tried = list[datetime]()
    steps = Steps(write_code=[refused, _noted(env, tried)])
    async with started(env, steps) as handle:
        while not await _pauses(handle):
            await asyncio.sleep(0.02)
        begun = await env.get_current_time()
        await handle.execute_update(BackendTask.control, Control(verb="retry"))
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert (tried[0] - begun).total_seconds() < 10


async def test_a_retry_that_comes_while_stock_is_taken_is_heard(env: WorkflowEnvironment) -> None:
    refused = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
    taking, said = asyncio.Event(), asyncio.Event()

    async def held() -> Stock:
        taking.set()
        await said.wait()
        return Stock(usage=Usage())

    tried = list[datetime]()
    steps = Steps(write_code=[refused, _noted(env, tried)], take_stock=[lambda _: held()])
    async with started(env, steps) as handle:
        await asyncio.wait_for(taking.wait(), 30)
        begun = await env.get_current_time()
        await handle.execute_update(BackendTask.control, Control(verb="retry"))
        said.set()
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert (tried[0] - begun).total_seconds() < 10


@pytest.mark.server
async def test_an_abandon_that_is_said_while_the_run_of_an_outage_is_continued_ends_the_task(server: Client) -> None:
    refused = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
    recording, said = asyncio.Event(), asyncio.Event()

    async def held(_: Any) -> None:
        recording.set()
        await said.wait()

    steps = Steps(write_code=[refused], record_task=[held])
    async with started(server, steps, most_events=200) as handle:
        question = await waits(handle, QuestionKind.OUTAGE)
        for n in range(200):
            if recording.is_set():
                break
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
        await asyncio.wait_for(recording.wait(), 30)
        receipt = await say(handle, question, "abandon")
        said.set()
        outcome = await asyncio.wait_for(handle.result(), 60)
    assert receipt.question_id == question
    assert outcome.kind is OutcomeKind.ABANDONED, "the answer was accepted and had no effect"


def test_tasks_that_wait_for_one_world_come_back_spread_out() -> None:
    assert [round(probe_pause(n, 0.5)) for n in (0, 1, 2, 3, 10, 60)] == [20, 40, 80, 160, 900, 900]
    assert probe_pause(10, 0.0) == pytest.approx(720) and probe_pause(10, 1.0) == pytest.approx(1_080)
