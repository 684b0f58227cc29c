"""Tasks of every shape that a history can have: what is kept of them must replay for as long as a task may run."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.messages import ToolsResult
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.view import Clarification, Control
from aurora.settings.repository import ArchitectSettings
from tests.support.eventful import QUESTION, answering, eventful
from tests.support.played import Handle, say, started, view, waits
from tests.support.scripted_steps import D, Steps, red, result, tools
from workflows.backend_task import BackendTask

DAY = 86_400
REVOKED = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
BUG = ApplicationError("an internal error", type="AssertionError", non_retryable=True)
PLAN = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))


async def steer(handle: Handle, verb: Any, **more: Any) -> None:
    await handle.execute_update(BackendTask.control, Control(verb=verb, **more))


async def plain(server: Client) -> list[Handle]:
    async with started(server, Steps()) as handle:
        await handle.result()
    return [handle]


async def everything(server: Client) -> list[Handle]:
    """Whole in one history, and in several."""
    played = []
    for most_events in (None, 90):
        async with started(server, eventful(), most_events=most_events) as handle:
            await answering(handle)
            await handle.result()
        played.append(handle)
    return played


async def outage(server: Client) -> list[Handle]:
    """One that is retried by a person, one that is given up."""
    played = []
    for end in ("retry", "abandon"):
        async with started(server, Steps(write_code=[REVOKED, tools(), tools()])) as handle:
            await say(handle, await waits(handle, QuestionKind.OUTAGE), end)
            await handle.result()
        played.append(handle)
    return played


async def steered(server: Client) -> list[Handle]:
    """Paused, told things, raised, resumed, refused, and cancelled in the middle of a call."""
    reached = asyncio.Event()

    async def hold(_: Any) -> Any:
        reached.set()
        await asyncio.sleep(3_600)

    steps = Steps(check_context=[result(questions=(QUESTION,)), result()], write_code=[hold])
    async with started(server, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        await steer(handle, "pause", id="p1", by="ada")
        await handle.signal(BackendTask.clarify, Clarification(text="log it, too", by="bob", id="c1"))
        await handle.signal(BackendTask.clarify, Clarification(text=" ", by="bob"))
        await say(handle, question, "this")
        await steer(handle, "raise_budget", amount=2.5, id="r1")
        await steer(handle, "resume", id="p2")
        await asyncio.wait_for(reached.wait(), 60)
        await steer(handle, "cancel", id="x1")
        await handle.result()
    return [handle]


async def out_of_budget(server: Client) -> list[Handle]:
    """Raised by an answer, and given up."""
    played = []
    for end in ("raise", "abandon"):
        steps = Steps()
        steps.bounds = steps.bounds.model_copy(update={"max_turns": 2})
        async with started(server, steps) as handle:
            await say(handle, await waits(handle, QuestionKind.BUDGET), end)
            await handle.result()
        played.append(handle)
    return played


async def planned(server: Client) -> list[Handle]:
    """A plan sent back, approved, left, and approved again."""

    def outside(order: Any) -> ToolsResult:
        return ToolsResult(draft=order.draft, conversation=D, outside=("setup.py",), far=True, same_key="x")

    steps = Steps(draft_plan=[result(questions=(PLAN,)), result(2, questions=(PLAN,))], use_tools=[outside])
    steps.bounds = steps.bounds.model_copy(update={"architect": ArchitectSettings(approve_plan=True)})
    said = iter(("smaller", "approve", "leave setup.py alone", "approve"))
    async with started(server, steps) as handle:
        known = set[str]()
        while (seen := await view(handle)).outcome is None:
            for question in seen.questions:
                if question.id not in known:
                    known.add(question.id)
                    await say(handle, question.id, next(said))
            await asyncio.sleep(0.01)
    return [handle]


async def exhausted(server: Client) -> list[Handle]:
    """Rounds used up, no progress, given up."""
    steps = Steps(run_tests=[red("a", "b"), red("a"), red("a"), red("a")])
    async with started(server, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "abandon")
        await handle.result()
    return [handle]


async def failed(server: Client) -> list[Handle]:
    async with started(server, Steps(draft_plan=[BUG])) as handle:
        await _ended(handle)
    return [handle]


async def _ended(handle: Handle) -> None:
    while (await view(handle)).outcome is None:
        await asyncio.sleep(0.01)


async def ladder(env: WorkflowEnvironment) -> list[Handle]:
    """Reminded, passed on, answered late; silence taken for the default; and idle for too long."""
    played = []
    for architect, end in (
        (ArchitectSettings(escalation=("bob", "carol")), "late"),
        (ArchitectSettings(on_silence="default"), "default"),
        (ArchitectSettings(), "idle"),
    ):
        asked = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?", options=("this", "that"), assumed="this")
        steps = Steps(check_context=[result(questions=(asked,)), result()])
        bounds = {"architect": architect, "remind_seconds": DAY, "idle_seconds": 9 * DAY if end == "idle" else None}
        steps.bounds = steps.bounds.model_copy(update=bounds)
        steps.tells = end == "idle"  # the last one: this server's clock stands still once a child was left to itself
        async with started(env, steps) as handle:
            question = await waits(handle, QuestionKind.MISSING_SPEC)
            if end == "late":
                await env.sleep(6 * DAY)
                await say(handle, question, "that", by="carol")
            await handle.result()
        played.append(handle)
    return played


SHAPES: dict[str, Callable[[Client], Awaitable[list[Handle]]]] = {
    shape.__name__: shape for shape in (plain, everything, outage, steered, out_of_budget, planned, exhausted, failed)
}
SKIPPING: dict[str, Callable[[WorkflowEnvironment], Awaitable[list[Handle]]]] = {"ladder": ladder}
