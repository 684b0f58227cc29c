"""A turn costs a constant number of history bytes, the thousandth what the first one did.

`make property` plays 1,000 turns; `make test` 150, over as many runs.
"""

import asyncio
import os
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.messages import CallHead, ToolsResult
from aurora.domain.outcome import OutcomeKind
from tests.support.played import Handle, say, started, view
from tests.support.scripted_steps import Steps, digest, tools
from workflows.state import MOST_BYTES

TURNS = int(os.environ.get("AURORA_TURNS", "150"))
SAID = "asks edit_file app/users/service.py, run_pytest tests/test_users.py, read_file app/api/users.py"

pytestmark = [pytest.mark.server, pytest.mark.timeout(60 + TURNS * 2)]


def _turn(order: Any) -> Any:
    heads = tuple(CallHead(name="edit_file", about="app/users/service.py") for _ in range(3))
    reply = tools(order.turn, calls=heads)
    return reply.model_copy(
        update={"call_id": f"{order.turn:064x}", "conversation": digest(order.turn), "summary": SAID}
    )


def _used(order: Any) -> ToolsResult:
    draft = order.draft.at(f"{order.turn:040x}", digest(order.turn))
    last = order.turn == TURNS
    summary = f"edit_file app/users/service.py; run_pytest: 12 passed, 1 failed → {draft.commit[:8]}"
    return ToolsResult(
        draft=draft, conversation=digest(order.turn), finished=last, same_key=f"{order.turn:016x}", summary=summary
    )


async def test_a_turn_costs_the_same_history_bytes_from_the_first_to_the_last(server: Client) -> None:
    steps = Steps()
    steps.bounds = steps.bounds.model_copy(update={"max_turns": 5_000, "turns_per_step": 500})
    steps.script["write_code"] = [_turn] * TURNS
    steps.script["use_tools"] = [_done, _done, *[_used] * TURNS]
    async with started(server, steps, most_events=2_000 if TURNS >= 1_000 else 400) as handle:
        while (seen := await view(handle)).outcome is None:
            for question in seen.questions:
                await say(handle, question.id, "go on")
            await asyncio.sleep(0.1)
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("write_code") == TURNS and seen.run > 1
    turns, travelled, runs = await _measured(server, handle)
    assert len(turns) == TURNS
    edge = TURNS // 10
    first, last = sum(turns[5 : 5 + edge]) / edge, sum(turns[-edge:]) / edge
    assert 0.9 < last / first < 1.1, (first, last)
    assert max(travelled) <= MOST_BYTES
    # everything counted, too: questions, records, what was handed on; of the runs that were this step's alone
    whole = [size / count for size, count in runs[1:-1]]
    assert len(whole) >= 2 and max(whole) < 1.1 * min(whole), whole


async def _measured(client: Client, handle: Handle) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Bytes of history from each write_code to the next, bytes each run handed on, and of each run its history's bytes
    and its turns."""
    runs: dict[str, str] = {}
    wholes = list[tuple[int, int]]()
    async for one in client.list_workflows(f"WorkflowId = '{handle.id}'"):
        runs[one.run_id] = one.start_time.isoformat()
    turns, travelled = list[int](), list[int]()
    for run_id in sorted(runs, key=lambda r: runs[r]):
        history = await client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
        within, before = False, len(turns)
        for event in history.events:
            scheduled = event.activity_task_scheduled_event_attributes
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                name = scheduled.activity_type.name
                if name == "write_code":
                    turns.append(0)
                within = name in ("write_code", "use_tools")
            if turns and within:
                turns[-1] += event.ByteSize()
            handed_on = event.workflow_execution_continued_as_new_event_attributes.input.payloads
            travelled += [len(payload.data) for payload in handed_on]
        wholes.append((sum(event.ByteSize() for event in history.events), len(turns) - before))
    return turns, travelled, wholes


def _done(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("b" * 40, digest(1)), conversation=digest(1), finished=True, same_key="y")
