"""A cancel that was taken ends the task wherever it was, also where the call in its way would not be stopped."""

import asyncio
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.view import Control
from tests.support.played import Handle, started, view
from tests.support.scripted_steps import Steps, result, tools
from workflows.backend_task import BackendTask

ASKED = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?")
REVOKED = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)


class Stubborn:
    """A call that ends as it likes, although it was told to stop."""

    def __init__(self, end: Any) -> None:
        self.end = end
        self.reached = asyncio.Event()

    async def __call__(self, _: Any) -> Any:
        self.reached.set()
        try:
            await asyncio.sleep(3_600)
        except asyncio.CancelledError:
            if isinstance(self.end, Exception):
                raise self.end from None
        return self.end


async def by_update(handle: Handle) -> None:
    await handle.execute_update(BackendTask.control, Control(verb="cancel"))


async def by_temporal(handle: Handle) -> None:
    await handle.cancel()


@pytest.mark.parametrize("cancel", [by_update, by_temporal])
@pytest.mark.parametrize(
    ("step", "end"),
    [
        pytest.param("write_code", tools(), id="it completes"),
        pytest.param("check_context", result(questions=(ASKED,)), id="it completes and asks"),
        pytest.param("write_code", REVOKED, id="it finds the world broken"),
    ],
)
async def test_a_cancel_ends_the_task_however_the_call_it_met_ended(
    env: WorkflowEnvironment, cancel: Any, step: str, end: Any
) -> None:
    call = Stubborn(end)
    steps = Steps(**{step: [call]})
    async with started(env, steps) as handle:
        await asyncio.wait_for(call.reached.wait(), 30)
        await cancel(handle)
        outcome = await asyncio.wait_for(handle.result(), 30)
    assert outcome.kind is OutcomeKind.CANCELLED
    assert "use_tools" not in steps.ran[steps.ran.index(step) :] and "deliver" not in steps.ran
    # what it cost is counted, and nobody is asked for a task that is no more
    paid = steps.ran.count("check_context") + len([s for s in steps.ran if s in ("draft_plan", "define_interfaces")])
    assert steps.orders["close_task"][0].outcome.usage.calls >= paid and not steps.orders["notify"]


async def test_a_cancel_by_temporal_itself_does_not_cut_the_closing_off(env: WorkflowEnvironment) -> None:
    closing, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Any) -> None:
        closing.set()
        await go_on.wait()

    steps = Steps(close_task=[slow])
    async with started(env, steps) as handle:
        await asyncio.wait_for(closing.wait(), 30)
        await handle.cancel()
        await asyncio.sleep(0.3)
        go_on.set()
        assert (await asyncio.wait_for(handle.result(), 30)).kind is OutcomeKind.COMMITTED


async def test_an_ended_task_shows_the_closings_last_word_on_the_money(env: WorkflowEnvironment) -> None:
    call = Stubborn(tools())
    steps = Steps(write_code=[call])
    steps.left_open = 70_000
    async with started(env, steps) as handle:
        await asyncio.wait_for(call.reached.wait(), 30)
        await by_update(handle)
        outcome = await asyncio.wait_for(handle.result(), 30)
        seen = await view(handle)
    assert seen.outcome == outcome and outcome.open_microdollars == 70_000
    assert (seen.usage, seen.open_microdollars) == (outcome.usage, 70_000)
