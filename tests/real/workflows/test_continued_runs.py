"""A task that is continued as new at any point does what it would have done in one history: no more, no less."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from activities.messages import Asked
from aurora import names
from aurora.client import send
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind
from aurora.domain.view import Clarification, Control
from aurora.settings.repository import ArchitectSettings
from tests.support.eventful import LONG, QUESTION, played
from tests.support.played import say, started, view
from tests.support.scripted_steps import Steps, result, tools
from workflows.backend_task import BackendTask
from workflows.state import MOST_BYTES

pytestmark = pytest.mark.server


@pytest.mark.parametrize("most_events", [14, 23, 47])
async def test_a_task_that_is_continued_anywhere_does_each_thing_once_and_in_order(
    server: Client, most_events: int
) -> None:
    whole, expected, one = await played(server, None)
    parts, outcome, runs = await played(server, most_events)
    assert one == 1 and runs > 2
    assert _work(parts) == _work(whole)
    assert outcome.kind is expected.kind is OutcomeKind.COMMITTED
    assert outcome.usage == expected.usage
    for name in ("write_code", "reflect", "write_tests", "check_context"):
        assert [_comparable(o) for o in parts.orders[name]] == [_comparable(o) for o in whole.orders[name]], name
    # the answers reached the draft whole, although the state carried only their heads
    assert parts.answers() == whole.answers()
    assert len([text for text in parts.answers() if text == LONG]) == 3


def _work(steps: Steps) -> list[str]:
    """A message that was under way when its run was continued is sent again, under its key."""
    return [name for name in steps.ran if name != "notify"]


def _comparable(order: Any) -> tuple[Any, ...]:
    draft = order.draft.model_dump(exclude={"task"})
    return (order.step, order.visit, order.turn, draft, order.nudge, order.advice, order.reports, order.reflections)


async def test_a_paused_task_with_an_open_question_is_continued_and_a_late_duplicate_is_known(
    server: Client,
) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=30) as handle:
        while not (await view(handle)).questions:
            await asyncio.sleep(0.01)
        await handle.execute_update(BackendTask.control, Control(verb="pause", id="p1"))
        for n in range(40):
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
        while (await view(handle)).run < 2:
            await asyncio.sleep(0.01)
        seen = await view(handle)
        assert [q.id for q in seen.questions] == ["q1"]
        receipt = await say(handle, "q1", "this")
        for n in range(40, 80):
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
        while (await view(handle)).run < 3:
            await asyncio.sleep(0.01)
        assert (await view(handle)).phase == "paused"
        assert await say(handle, "q1", "this") == receipt
        await handle.execute_update(BackendTask.control, Control(verb="resume", id="r1"))
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED
    observed = [t for t in steps.answers() if t.startswith("note ")]
    assert observed == [f"note {n}" for n in range(80)]


async def test_a_cancel_that_arrives_while_a_run_is_continued_is_not_lost(server: Client) -> None:
    held = asyncio.Event()

    async def hold(_: Any) -> Any:
        held.set()
        await asyncio.sleep(3_600)

    steps = Steps(record_task=[hold])
    async with started(server, steps, most_events=30) as handle:
        await asyncio.wait_for(held.wait(), 60)
        await handle.execute_update(BackendTask.control, Control(verb="cancel", id="c1"))
        outcome = await asyncio.wait_for(handle.result(), 60)
    assert outcome.kind is OutcomeKind.CANCELLED
    assert "write_code" not in steps.ran


async def test_a_raise_sent_again_by_its_sender_after_a_continuation_counts_once(server: Client) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=24) as handle:
        while not (await view(handle)).questions:
            await asyncio.sleep(0.01)
        raised = Control(verb="raise_budget", amount=5, id="once")
        await handle.execute_update(BackendTask.control, raised)
        for n in range(30):
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}"))
        while (await view(handle)).run < 2:
            await asyncio.sleep(0.01)
        await handle.execute_update(BackendTask.control, raised)
        assert (await view(handle)).budget_microdollars == 15_000_000
        await handle.execute_update(BackendTask.control, Control(verb="cancel"))
        await handle.result()


async def test_what_travels_is_within_its_bound_whatever_model_repository_and_people_said(server: Client) -> None:
    """Everything at its longest at once, in characters that JSON and UTF-8 make longest."""
    wide = "\x00\N{GRINNING FACE}" * 10_000
    word = wide[:400]
    one = QuestionDraft(kind=QuestionKind.DECISION, text=wide[:4_000], options=(word,) * 12, assumed=word)
    asks = tuple(Asked(tool_use_id=f"toolu_{n}", question=one) for n in range(12))
    steps = Steps(write_code=[tools(asks=asks, nudge=wide[:400])])
    steps.bounds = steps.bounds.model_copy(update={"architect": ArchitectSettings(escalation=("\u00fc" * 60,) * 10)})
    async with started(server, steps, most_events=130) as handle:
        while len(open_ones := (await view(handle)).questions) < 8:
            await asyncio.sleep(0.02)
        for question in open_ones[:7]:
            await say(handle, question.id, wide[:20_000], by=wide[:400])
        for n in range(60):
            said = Clarification(text=wide[:20_000], by=wide[:400], id=wide[: 300 + n])
            await handle.signal(BackendTask.clarify, said)
            await handle.signal(BackendTask.answer_signal, Answer(question_id=wide[: 300 + n], text=wide[:20_000]))
        while (await view(handle)).run < 2:
            await asyncio.sleep(0.02)
        travelled = await _travelled(server, handle.id)
        await handle.execute_update(BackendTask.control, Control(verb="cancel"))
        await handle.result()
    assert travelled and max(travelled) <= MOST_BYTES


async def _travelled(client: Client, workflow_id: str) -> list[int]:
    """Bytes that each run of the task handed to the next one."""
    sizes = []
    async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'"):
        history = await client.get_workflow_handle(workflow_id, run_id=run.run_id).fetch_history()
        for event in history.events:
            given = event.workflow_execution_continued_as_new_event_attributes
            sizes += [len(payload.data) for payload in given.input.payloads]
    return sizes


async def test_hundreds_of_acts_of_several_clients_over_dozens_of_runs_are_each_done_once(server: Client) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=40) as handle:
        while not (await view(handle)).questions:
            await asyncio.sleep(0.01)
        task_id = handle.id.removeprefix(names.workflow_id(""))

        async def client(name: str) -> None:
            for n in range(40):
                act = Control(verb="raise_budget", amount=0.01, by=name, id=f"{name}{n}")
                for _ in range(1 + n % 2):  # every second one is said twice
                    await send.tell(server, task_id, names.CONTROL, act, str, f"{name}{n}")
                said = Clarification(text=f"note {name} {n}", by=name, id=f"{name}{n}")
                await send.signal(server, task_id, names.CLARIFY, said)

        await asyncio.gather(*(client(name) for name in ("ada", "bob", "carol", "dora")))
        seen = await view(handle)
        assert seen.budget_microdollars == 10_000_000 + 160 * 10_000
        assert seen.run >= 10 and [q.id for q in seen.questions] == ["q1"]
        await say(handle, "q1", "this")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    observed = [t for t in steps.answers() if t.startswith("note ")]
    assert sorted(observed) == sorted(f"note {name} {n}" for name in ("ada", "bob", "carol", "dora") for n in range(40))
    for name in ("ada", "dora"):
        assert [t for t in observed if name in t] == [f"note {name} {n}" for n in range(40)]
