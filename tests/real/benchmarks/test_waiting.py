"""The benchmark of waiting in small: that it measures what it says. No times: a shared machine is no clock."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.waiting import Bench, Sizes, bench, measured, table

pytestmark = [pytest.mark.server, pytest.mark.docker]

SMALL = Sizes(many=20, few=6, singles=2, bursts=1, burst=4, remembered=4)


async def asked_again(at: Bench, task_id: str) -> list[str]:
    """Ids of its open questions, once it has one again."""
    for _ in range(300):
        if found := [q.id for q in (await at.desk.view(task_id)).questions]:
            return found
        await asyncio.sleep(0.1)
    return []


async def test_waiting_tasks_hold_no_container_and_every_answer_leads_on(tmp_path: Path) -> None:
    async with bench(tmp_path / "home") as at:
        figures = await measured(at, SMALL)
        asked = [await asked_again(at, task_id) for task_id in figures.answered]
        left = await at.desk.view("wait-many-000010")
    assert figures.containers == 0
    assert len(figures.answered) == len(set(figures.answered)) == 14
    assert asked == [["q2"]] * 14, "an answer did not lead to the next reply, which asks again"
    assert [q.id for q in left.questions] == ["q1"], "a task that nobody answered went on"
    for name, latencies in figures.latencies.items():
        assert latencies.next == {"record_answers"}, name
        assert len(latencies.called) == len(latencies.accepted) == (4 if "bursts" in name else 2)
        assert all(0 < b <= a for a, b in zip(latencies.called, latencies.accepted, strict=True)), name
    # one that was just answered may be between two questions
    assert SMALL.few + SMALL.many - 14 <= figures.shown <= SMALL.few + SMALL.many
    assert "| containers held |  | 0 |  |" in table(figures)
