"""The cost of waiting: many tasks at a question, on the embedded server with a real worker. `make bench-waiting`.

Each task is the real BackendTask, started from a state that waits (as a run that continues another is), with the
artifacts its next steps need. Server: the project's own launch line on a SQLite file. Worker: `python -m worker`.
Model: the local double, so that what an answer leads to really runs: record_answers, then a reply of check_context,
which asks again. No step of it needs a container, and none is held: counted on the engine.
"""

import argparse
import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from aurora import names
from aurora.bootstrap import server as servers
from aurora.bootstrap.process import Process
from aurora.bootstrap.state_folder import StateFolder
from aurora.client.connection import connect
from aurora.client.desk import Desk
from aurora.domain.task import TaskRef
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from aurora.settings.repository import ArchitectSettings
from aurora.settings.worker import WorkerSettings
from tests.support import worker_process
from tests.support.seeds import BOUNDS, task, waiting_for_real

AT_ONCE = 32
MB = 1_000_000
AURORA = Path(sys.executable).with_name("aurora")


@dataclass(frozen=True)
class Sizes:
    """The number of tasks, and of those that are answered."""

    many: int
    few: int = 200
    singles: int = 60
    bursts: int = 6
    burst: int = 16
    remembered: int = 120
    """Tasks that a fresh worker is made to remember, by asking for their view."""

    def __post_init__(self) -> None:
        answered = self.singles + self.bursts * self.burst
        assert self.few >= answered, "of the few, too, each is answered once"
        assert self.many >= answered + self.remembered and self.remembered >= self.singles


@dataclass(frozen=True)
class Latencies:
    """Milliseconds of each answer, to the start of the flow's next activity."""

    called: tuple[float, ...]
    """From the call of `Desk.answer`."""
    accepted: tuple[float, ...]
    """From the event that says the answer was taken."""
    next: frozenset[str]
    """Names of those activities."""


@dataclass(frozen=True)
class Weight:
    """Megabytes: the processes' resident memory, the database with its log."""

    worker: float
    server: float
    database: float


@dataclass
class Figures:
    sizes: Sizes
    latencies: dict[str, Latencies] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    containers: int = 0
    """The most that were ever held by the waiting tasks, over several counts."""
    shown: int = 0
    """Questions that `Desk.waiting` gave."""


@dataclass
class Bench:
    """One embedded server, one worker process, and a Desk before them."""

    home: Path
    folder: StateFolder
    server: servers.Server
    client: Client
    env: dict[str, str]
    desk: Desk
    worker: "subprocess.Popen[bytes]"

    def restart_worker(self) -> None:
        self.stop_worker()
        self.worker = worker_process.start(self.env, self.home / "worker.log")

    def stop_worker(self) -> None:
        self.worker.terminate()
        self.worker.wait(60)

    def weight(self) -> Weight:
        worker = psutil.Process(self.worker.pid).memory_info().rss
        server = psutil.Process(self.server.process.pid).memory_info().rss
        database = sum(p.stat().st_size for p in self.folder.home.glob("temporal.db*"))
        return Weight(worker / MB, server / MB, database / MB)


@asynccontextmanager
async def bench(home: Path) -> AsyncIterator[Bench]:
    folder = StateFolder(home).prepared()
    process, server = _server(folder)
    try:
        await servers.ready(server, folder)
        client = await connect(WorkerSettings(home=home, temporal_address=server.address))
        async with serving(_script(), key=worker_process.KEY) as double:
            env = worker_process.environment(home, server.address, double.url)
            worker = worker_process.start(env, home / "worker.log")
            desk = Desk(client, ObjectArtifacts(str(home / "artifacts")))
            built = Bench(home, folder, server, client, env, desk, worker)
            try:
                yield built
            finally:
                built.stop_worker()
    finally:
        process.terminate()
        process.wait(60)


def _server(folder: StateFolder) -> "tuple[subprocess.Popen[bytes], servers.Server]":
    """Start the server as `aurora run` does, without the lock: nobody else knows the folder."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        port, ui_port = one.getsockname()[1], two.getsockname()[1]
    with folder.log("temporal").open("ab") as out:
        argv = servers.launch_line(servers.binary(), folder, port, ui_port)
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder.home)
    return process, servers.Server(
        process=Process.of(process.pid), port=port, ui_port=ui_port, form=servers.form(ui=False)
    )


def _script() -> scenario.Scenario:
    missing = {"summary": "one more", "missing": [{"question": "Which?", "options": ["a", "b"], "assumed": "a"}]}
    reply = {"when": {"step": "check_context"}, "reply": {"tool_calls": [{"name": "submit_context", "input": missing}]}}
    return scenario.parse({"by_step": True, "replies": [reply] * 4}, "waiting")


# ── seeding ──


async def seed(at: Bench, ids: Sequence[str]) -> float:
    """Seconds it took until all of them wait, as the server's list of tasks has it."""
    begun, few = time.monotonic(), asyncio.Semaphore(AT_ONCE)

    async def one(task_id: str) -> None:
        async with few:
            await _seeded(at, task_id)

    await asyncio.gather(*map(one, ids))
    query = f"WorkflowType = '{names.WORKFLOW}' AND {names.WAITS_FOR} = 'missing_spec' AND {names.PHASE} = 'waiting'"
    prefix = ids[0].rsplit("-", 1)[0]
    query += f" AND WorkflowId STARTS_WITH '{names.workflow_id(prefix)}-'"
    while (await at.client.count_workflows(query)).count < len(ids):  # noqa: ASYNC110  another process's state
        await asyncio.sleep(0.2)
    return time.monotonic() - begun


async def _seeded(at: Bench, task_id: str) -> None:
    bounds = BOUNDS.model_copy(update={"architect": ArchitectSettings(max_context_rounds=10)})
    state = await waiting_for_real(task(task_id), at.desk.artifacts.of(TaskRef(id=task_id)), bounds)
    tenant = SearchAttributePair(SearchAttributeKey.for_keyword(names.TENANT), "default")
    repository = SearchAttributePair(SearchAttributeKey.for_keyword(names.REPOSITORY), "shop")
    await at.client.start_workflow(
        names.WORKFLOW,
        state,
        id=names.workflow_id(task_id),
        task_queue=names.WORKFLOW_QUEUE,
        search_attributes=TypedSearchAttributes([tenant, repository]),
    )


# ── answering ──


async def answer(at: Bench, task_id: str) -> tuple[float, float, str]:
    """Milliseconds from the call, and from the acceptance, to the start of the next activity; its name."""
    called = time.time()
    await at.desk.answer(task_id, "q1", "the first one", by="ada")
    handle = at.client.get_workflow_handle(names.workflow_id(task_id))
    accepted, scheduled = 0.0, dict[int, str]()
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            accepted = _time(event)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled[event.event_id] = event.activity_task_scheduled_event_attributes.activity_type.name
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED and accepted:
            name = scheduled[event.activity_task_started_event_attributes.scheduled_event_id]
            if name != "notify":  # people are told beside the flow
                return (_time(event) - called) * 1_000, (_time(event) - accepted) * 1_000, name
    raise RuntimeError(f"{task_id} ended")


def _time(event: HistoryEvent) -> float:
    return event.event_time.seconds + event.event_time.nanos / 1e9


async def one_by_one(at: Bench, ids: Sequence[str]) -> Latencies:
    return _latencies([await answer(at, i) for i in ids])


async def in_bursts(at: Bench, ids: Sequence[str], size: int) -> Latencies:
    given = []
    for n in range(0, len(ids), size):
        given += await asyncio.gather(*(answer(at, i) for i in ids[n : n + size]))
    return _latencies(given)


def _latencies(given: Sequence[tuple[float, float, str]]) -> Latencies:
    called, accepted, following = zip(*given, strict=True)
    return Latencies(called, accepted, frozenset(following))


# ── looking ──


def containers(prefix: str) -> int:
    """The containers of tasks whose id begins so, running or not."""
    argv = ["docker", "ps", "-a", "--filter", "label=product=aurora", "--format", "{{.Names}}"]
    found = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
    return sum(name.startswith(f"aurora-{prefix}") for name in found)


async def questions_command(at: Bench) -> float:
    """Seconds of the whole command, its start-up included."""
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        AURORA, "questions", env=at.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(said.decode())
    return time.monotonic() - begun


async def measured(at: Bench, sizes: Sizes) -> Figures:
    figures = Figures(sizes)
    latencies, weights, seconds = figures.latencies, figures.weights, figures.seconds
    first = [f"wait-few-{n:06}" for n in range(sizes.few)]
    many = [f"wait-many-{n:06}" for n in range(sizes.many)]
    bursts = sizes.bursts * sizes.burst

    def count() -> None:
        figures.containers = max(figures.containers, containers("wait-"))

    await seed(at, first)
    weights["few"] = at.weight()
    seconds["command, few"] = await questions_command(at)
    latencies["few, one"] = await one_by_one(at, first[: sizes.singles])
    latencies["few, bursts"] = await in_bursts(at, first[sizes.singles :][:bursts], sizes.burst)
    figures.answered += first[: sizes.singles + bursts]

    seconds["seeding"] = await seed(at, many)
    weights["many"] = at.weight()
    count()

    # a worker that remembers none of them, then some
    at.restart_worker()
    await _views(at, first[-min(30, sizes.few) :])
    weights["none remembered"] = at.weight()
    known = many[-sizes.remembered :]
    await _views(at, known)
    weights["some remembered"] = at.weight()
    latencies["many, remembered, one"] = await one_by_one(at, known[: sizes.singles])
    latencies["many, one"] = await one_by_one(at, many[: sizes.singles])
    latencies["many, bursts"] = await in_bursts(at, many[sizes.singles :][:bursts], sizes.burst)
    figures.answered += [*known[: sizes.singles], *many[: sizes.singles + bursts]]
    count()

    begun = time.monotonic()
    figures.shown = len((await at.desk.waiting(limit=50)).questions)
    seconds["Desk.waiting"] = time.monotonic() - begun
    seconds["command, many"] = await questions_command(at)
    return figures


async def _views(at: Bench, ids: Sequence[str]) -> None:
    few = asyncio.Semaphore(AT_ONCE)

    async def one(task_id: str) -> None:
        async with few:
            await at.client.get_workflow_handle(names.workflow_id(task_id)).query(names.VIEW)

    await asyncio.gather(*map(one, ids))


# ── telling ──


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def table(figures: Figures) -> str:
    """The table in the form of docs/measurements/waiting.md."""
    sizes, weights = figures.sizes, figures.weights
    everything = sizes.few + sizes.many
    rows = [("measured", f"{sizes.few:,} waiting", f"{everything:,} waiting", "ratio or each"), ("---",) * 4]

    def pair(values: Sequence[float]) -> str:
        return f"{quantile(values, 0.5):.0f} / {quantile(values, 0.95):.0f} ms"

    def latency(name: str, few: str, many: str) -> None:
        for since in ("called", "accepted"):
            one, two = (getattr(figures.latencies[key], since) for key in (few, many))
            ratios = (f"{quantile(two, part) / quantile(one, part):.1f}" for part in (0.5, 0.95))
            rows.append((f"{since} to next activity, {name}, p50 / p95", pair(one), pair(two), " / ".join(ratios)))

    latency("one at a time, remembered", "few, one", "many, remembered, one")
    latency("one at a time, forgotten", "few, one", "many, one")
    latency(f"bursts of {sizes.burst}, forgotten", "few, bursts", "many, bursts")
    for name in ("worker", "server", "database"):
        one, two = getattr(weights["few"], name), getattr(weights["many"], name)
        rows.append((name, f"{one:.0f} MB", f"{two:.0f} MB", f"{(two - one) / sizes.many * 1_000:.1f} KB a task"))
    none, some = weights["none remembered"].worker, weights["some remembered"].worker
    each = f"{(some - none) / sizes.remembered * 1_000:.0f} KB a task"
    rows.append((f"a fresh worker, {sizes.remembered} remembered", f"{none:.0f} MB (none)", f"{some:.0f} MB", each))
    seconds = figures.seconds
    each = f"{seconds['seeding'] / sizes.many * 1_000:.1f} ms a task"
    rows.append(("seeding", "", f"{seconds['seeding']:.0f} s", each))
    one, two = seconds["command, few"], seconds["command, many"]
    rows.append(("the command `aurora questions`", f"{one:.1f} s", f"{two:.1f} s", f"{two / one:.1f}"))
    rows.append(("of it `Desk.waiting`", "", f"{seconds['Desk.waiting']:.1f} s", f"{figures.shown} shown"))
    rows.append(("containers held", "", str(figures.containers), ""))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


async def main(count: int) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        async with bench(Path(temporary)) as at:
            figures = await measured(at, Sizes(many=count))
    sys.stdout.write(table(figures) + "\n")
    return int(figures.containers > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    raise SystemExit(asyncio.run(main(parser.parse_args().tasks)))
