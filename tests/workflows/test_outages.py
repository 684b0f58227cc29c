"""A broken world, for hours or days: the task waits, probes with growing pauses, and goes on by itself."""

from datetime import datetime
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from aurora.asking import QuestionKind
from aurora.domain import OutcomeKind
from aurora.view import Control
from tests.workflows.played import started, view, waits
from tests.workflows.scripted_steps import Steps, green, tools
from workflows.backend_task import BackendTask
from workflows.outages import probe_pause

HOUR = 3_600


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

    steps.script[step] = [broken] * 200
    return steps, tried


@pytest.mark.parametrize(
    ("step", "kind", "hours", "lasting"),
    [
        pytest.param("run_gates", "EngineTrouble", 1, False, id="engine away for an hour"),
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
    assert seen.round == 0 and "reflect" not in steps.ran and seen.trouble == "" and not seen.questions
    # a few tries soon, then one each quarter of an hour
    most = hours * HOUR / (0.75 * 900) + 8
    assert len(tried) <= most * (1 if lasting else 5)
    asked = [n for n in steps.orders["notify"] if n.questions[0].kind is QuestionKind.OUTAGE]
    assert len({n.key for n in asked}) == len(asked) <= 2 + hours // 24


async def test_a_retry_by_hand_tries_at_once(env: WorkflowEnvironment) -> None:
    refused = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
    steps = Steps(write_code=[refused])
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.OUTAGE)
        begun = await env.get_current_time()
        await handle.execute_update(BackendTask.control, Control(verb="retry"))
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert (await env.get_current_time() - begun).total_seconds() < 20


def test_tasks_that_wait_for_one_world_come_back_spread_out() -> None:
    assert [round(probe_pause(n, 0.5)) for n in (0, 1, 2, 3, 10, 60)] == [20, 40, 80, 160, 900, 900]
    assert probe_pause(10, 0.0) == pytest.approx(720) and probe_pause(10, 1.0) == pytest.approx(1_080)
