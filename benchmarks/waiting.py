"""What it costs to wait: many tasks at a question, on the embedded server with a real worker. `make bench-waiting`.

Each task is the real BackendTask, started from a state that waits (as a run that continues another is), with the
artifacts its next steps need. Server: the project's own launch line on a SQLite file. Worker: `python -m worker`.
Model: the local double, so that what an answer leads to really runs: record_answers, then a reply of check_context,
which asks again. No step of it needs a container, and none is held: counted on the engine.
"""

import argparse
import asyncio
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from activities.keeping import keep
from aurora import names
from aurora.bootstrap import server as servers
from aurora.bootstrap.state_folder import StateFolder
from aurora.connection import connect
from aurora.converter import data_converter
from aurora.domain import Task, TaskRef
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from aurora.settings import ArchitectSettings
from aurora.worker_settings import WorkerSettings
from tests.main_job.house import KEY, House, house
from tests.workflows.scripted_steps import BOUNDS, opened, task
from tests.workflows.seeds import waiting
from tests.workspaces import workspace

AT_ONCE = 32
SINGLES, BURSTS, BURST = 60, 6, 16
MB = 1_000_000

out = Console(width=110)


@dataclass
class Weight:
    """Of the processes, in megabytes."""

    worker: float
    server: float
    database: float


async def seeded(home: House, client: Client, task_id: str) -> None:
    """A task that waits for its first answer, with the artifacts of an opened workspace."""
    given: Task = task(task_id).model_copy(update={"submitted_by": "ada"})
    artifacts = home.desk.artifacts.of(TaskRef(id=task_id))
    listing = await artifacts.put(b"shop/main.py\nshop/services/users.py\n")
    space = workspace().model_copy(update={"task": given, "listing": listing, "contract": None})
    bounds = BOUNDS.model_copy(update={"architect": ArchitectSettings(max_context_rounds=10)})
    begun = opened(given, bounds)
    draft = begun.draft.model_copy(update={"workspace": await keep(artifacts, space)})
    state = waiting(given, begun.model_copy(update={"draft": draft}))
    tenant = SearchAttributePair(SearchAttributeKey.for_keyword(names.TENANT), "default")
    repository = SearchAttributePair(SearchAttributeKey.for_keyword(names.REPOSITORY), "shop")
    await client.start_workflow(
        names.WORKFLOW,
        state,
        id=names.workflow_id(task_id),
        task_queue=names.WORKFLOW_QUEUE,
        search_attributes=TypedSearchAttributes([tenant, repository]),
    )


async def all_waiting(client: Client, count: int) -> None:
    query = f"WorkflowType = '{names.WORKFLOW}' AND {names.PHASE} = 'waiting'"
    while (await client.count_workflows(query)).count < count:  # noqa: ASYNC110  another process's state
        await asyncio.sleep(0.2)


async def seed(home: House, client: Client, ids: Sequence[str]) -> float:
    """Seconds it took until all of them wait."""
    begun, few = time.monotonic(), asyncio.Semaphore(AT_ONCE)

    async def one(task_id: str) -> None:
        async with few:
            await seeded(home, client, task_id)

    await asyncio.gather(*map(one, ids))
    return time.monotonic() - begun


async def answered(home: House, client: Client, task_id: str) -> float:
    """Milliseconds from the call of `Desk.answer` to the start of the next activity."""
    called = time.time()
    await home.desk.answer(task_id, "q1", "the first one", by="ada")
    handle = client.get_workflow_handle(names.workflow_id(task_id))
    scheduled = 0
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.event_id
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED and scheduled:
            return (event.event_time.seconds + event.event_time.nanos / 1e9 - called) * 1_000
    raise RuntimeError(f"{task_id} ended")


async def answers(home: House, client: Client, ids: Sequence[str]) -> tuple[list[float], list[float]]:
    """Of answers one at a time, and of bursts."""
    singles = [await answered(home, client, i) for i in ids[:SINGLES]]
    bursts: list[float] = []
    for n in range(BURSTS):
        burst = ids[SINGLES + n * BURST : SINGLES + (n + 1) * BURST]
        bursts += await asyncio.gather(*(answered(home, client, i) for i in burst))
    return singles, bursts


def weight(home: House, server: servers.Server, folder: StateFolder) -> Weight:
    worker = psutil.Process(home.workers[-1].pid).memory_info().rss
    database = sum(p.stat().st_size for p in folder.home.glob("temporal.db*"))
    return Weight(worker / MB, psutil.Process(server.process.pid).memory_info().rss / MB, database / MB)


def held() -> int:
    """Containers of the benchmark's tasks."""
    argv = ["docker", "ps", "-q", "--filter", "label=product=aurora", "--filter", "label=aurora.role=sandbox"]
    found = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
    labels = ["docker", "inspect", "--format", '{{index .Config.Labels "aurora.task"}}', *found]
    if not found:
        return 0
    return sum("/wait-" in line for line in subprocess.run(labels, capture_output=True, text=True).stdout.splitlines())


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def script() -> scenario.Scenario:
    missing = {"summary": "one more", "missing": [{"question": "Which?", "options": ["a", "b"], "assumed": "a"}]}
    reply = {"when": {"step": "check_context"}, "reply": {"json": missing}}
    return scenario.parse({"by_step": True, "replies": [reply] * 4}, "waiting")


async def main(count: int, few: int) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        folder = StateFolder(Path(temporary)).prepared()
        server, _ = servers.start_or_adopt(folder)
        await servers.ready(server, folder)
        settings = WorkerSettings(home=Path(temporary), temporal_address=server.address)
        client = await connect(settings)
        assert client.data_converter == data_converter()
        async with serving(script(), key=KEY) as double:
            home = house(Path(temporary), client, double.url)
            home.start_worker()
            try:
                return await measure(home, client, server, folder, count, few)
            finally:
                home.stop()
                psutil.Process(server.process.pid).terminate()


async def measure(
    home: House, client: Client, server: servers.Server, folder: StateFolder, count: int, few: int
) -> int:
    first = [f"wait-few-{n:05}" for n in range(few)]
    await seed(home, client, first)
    await all_waiting(client, few)
    before = weight(home, server, folder)
    base, base_bursts = await answers(home, client, first)
    many = [f"wait-{n:06}" for n in range(count)]
    seconds = await seed(home, client, many)
    await all_waiting(client, count + few)
    after = weight(home, server, folder)
    singles, bursts = await answers(home, client, many)
    begun = time.monotonic()
    shown = await home.desk.waiting(limit=50)
    questions = time.monotonic() - begun
    containers = held()
    _show(count, few, seconds, before, after, (base, base_bursts), (singles, bursts), questions, containers)
    out.print(f"`Desk.waiting(limit=50)` found {len(shown.questions)} of {count + few}", markup=False)
    return int(containers > 0)


def _show(
    count: int,
    few: int,
    seconds: float,
    before: Weight,
    after: Weight,
    base: tuple[list[float], list[float]],
    many: tuple[list[float], list[float]],
    questions: float,
    containers: int,
) -> None:
    table = Table("measured", f"{few} waiting", f"{few + count} waiting", "ratio or each")
    for name, index in (("one answer at a time", 0), (f"bursts of {BURST}", 1)):
        for word, part in (("p50", 0.5), ("p95", 0.95)):
            a, b = quantile(base[index], part), quantile(many[index], part)
            table.add_row(f"answer to next activity, {name}, {word}", f"{a:.0f} ms", f"{b:.0f} ms", f"{b / a:.2f}")
    for name, one, two in (
        ("worker, resident", before.worker, after.worker),
        ("server, resident", before.server, after.server),
        ("database", before.database, after.database),
    ):
        each = (two - one) / count * 1_000
        table.add_row(name, f"{one:.0f} MB", f"{two:.0f} MB", f"{each:.1f} KB a task")
    table.add_row("seeding", "", f"{seconds:.0f} s", f"{seconds / count * 1_000:.1f} ms a task")
    table.add_row("aurora questions (50 shown), without start-up", "", f"{questions:.2f} s", "")
    table.add_row("containers held", "", str(containers), "")
    out.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=200)
    given = parser.parse_args()
    raise SystemExit(asyncio.run(main(given.tasks, given.few)))
