"""A worker of today's code takes up what any earlier one left: kept histories of every shape are replayed, cold and as
after an eviction at each of their workflow tasks.

`make histories` plays the shapes and keeps them under `histories/<version>`. Until a version is released its folder may
be made anew; from then on it stays as it is, and a change of the flow needs `workflow.patched`.
"""

import gzip
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.workflow import NondeterminismError

from tests.support.replaying import divergence, replay, runs
from tests.support.shapes import SHAPES, SKIPPING

FOLDER = Path(__file__).parent / "histories"
KEEP = bool(os.environ.get("AURORA_KEEP_HISTORIES"))
KEPT = sorted(FOLDER.rglob("*.json.gz"))
SCHEDULED = "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
WORKER = re.compile(r"^\d+@[\w.-]+$")
"""Process and host, by which Temporal names a worker and its sticky queue."""
COMPLETED = "EVENT_TYPE_WORKFLOW_TASK_COMPLETED"


@cache
def read(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def evictions(history: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The history as it was after some thirty of its workflow tasks: what a worker that has to take the task up at that
    instant is given, and puts away again."""
    events = history["events"]
    ends = [n + 1 for n, event in enumerate(events) if event["eventType"] == COMPLETED]
    for end in ends[: -1 : 1 + len(ends) // 30]:
        yield {"events": events[:end]}


def _anonymous(value: Any) -> Any:
    """Without what names the machine that played it: workers, and places in its files."""
    if isinstance(value, list):
        return [_anonymous(v) for v in value]
    if isinstance(value, dict):
        return {k: "kept" if k in ("identity", "stackTrace") else _anonymous(v) for k, v in value.items()}
    return WORKER.sub("kept", value) if isinstance(value, str) else value


async def _fresh(client: Client, shape: str, handles: list[Any]) -> None:
    histories = [history for handle in handles for history in await runs(client, handle)]
    await replay(*histories)
    if KEEP:
        folder = FOLDER / version("aurora-backend-agent")
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{shape}-*"):
            old.unlink()
        for number, history in enumerate(histories, 1):
            text = json.dumps(_anonymous(history), sort_keys=True)
            packed = gzip.compress(text.encode(), mtime=0)
            (folder / f"{shape}-{number:02}.json.gz").write_bytes(packed)


@pytest.mark.server
@pytest.mark.parametrize("shape", SHAPES)
async def test_what_a_task_of_each_shape_does_today_replays(server: Client, shape: str) -> None:
    await _fresh(server, shape, await SHAPES[shape](server))


@pytest.mark.parametrize("shape", SKIPPING)
async def test_what_days_of_waiting_do_today_replays(env: WorkflowEnvironment, shape: str) -> None:
    await _fresh(env.client, shape, await SKIPPING[shape](env))


def test_every_shape_is_kept() -> None:
    assert {path.name.rsplit("-", 1)[0] for path in KEPT} >= {*SHAPES, *SKIPPING}, "run `make histories`"


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name.partition('.')[0]}")
async def test_a_kept_history_replays_cold_and_evicted(path: Path) -> None:
    history = json.loads(read(path))
    await replay(history, *evictions(history))


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_flow_that_does_something_else_is_seen(shape: str) -> None:
    """A kept history with one activity by another name: as if today's flow had been changed there."""
    path = next(path for path in KEPT if path.name.startswith(f"{shape}-"))
    history = json.loads(read(path))
    scheduled = [event for event in history["events"] if event["eventType"] == SCHEDULED]
    scheduled[len(scheduled) // 2]["activityTaskScheduledEventAttributes"]["activityType"]["name"] += "_of_another"
    assert isinstance(await divergence(history), NondeterminismError)
