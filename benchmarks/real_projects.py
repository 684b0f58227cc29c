"""Backends maintained by others, from PyPI's source distributions and npm's packages: `make real-projects`.

Of each the test counts: its own tests inside the sandbox and outside on the same versions, and its lint. Of some the
main job, too: a small change scripted test-first and committed. Prints a table of each; exits 1 when a row differs.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.domain.questions import GO_ON_WITHOUT
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from benchmarks import project_counts
from benchmarks.project_counts import ProjectRow, Taker
from benchmarks.projects import PROJECTS, Project, fetched
from tests.support.house import KEY, house
from tests.support.sealing import TEST_KEYS

HERE = Path(__file__).resolve().parent
KINDS: dict[str, Callable[[str], SearchAttributeKey[Any]]] = {
    "Keyword": SearchAttributeKey.for_keyword,
    "KeywordList": SearchAttributeKey.for_keyword_list,
}


@dataclass
class Row:
    name: str
    outcome: str = ""
    seconds: float = 0
    events: int = 0
    history_kb: float = 0


async def counted(project: Project) -> ProjectRow:
    """Count with a sandbox of its own: what one project leaves behind is no other's."""
    with tempfile.TemporaryDirectory(prefix="aurora-benchmark-") as name:
        folder = Path(name)
        artifacts = ObjectArtifacts(str(folder / "artifacts"))
        sandbox = DockerSandbox(artifacts, progress=print)
        try:
            return await Taker(artifacts, sandbox).of(project, folder)
        finally:
            await sandbox.close()


async def changed(project: Project, folder: Path, env: WorkflowEnvironment) -> Row:
    """The whole main job, every reply scripted."""
    row = Row(project.requirement)
    tree = await asyncio.to_thread(fetched, project, folder / "archive")
    plan = scenario.load(HERE / "scenarios" / f"{project.scenario}.scenario.yaml")
    async with serving(plan, key=KEY) as double:
        home = house(folder / "home", env.client, double.url)
        try:
            home.start_worker()
            started = time.monotonic()
            task = await home.submit(tree, project.task, f"real-{project.slug}")
            answers = asyncio.create_task(_answer_all(home.desk, task.id))
            try:
                view = await home.end(task.id)
            finally:
                answers.cancel()
            row.seconds = time.monotonic() - started
        finally:
            home.stop()
    assert view.outcome is not None
    row.outcome = f"{view.outcome.kind.value} {(view.outcome.commit or view.outcome.summary)[:10]}"
    history = await env.client.get_workflow_handle(names.workflow_id(task.id)).fetch_history()
    row.events, row.history_kb = len(history.events), len(history.to_json()) / 1024
    return row


async def _answer_all(desk: Desk, task_id: str) -> None:
    while True:
        for question in (await desk.view(task_id)).questions:
            text = next((o for o in (GO_ON_WITHOUT, *question.options) if o in question.options), "go on")
            await desk.answer(task_id, question.id, text, by="benchmark")
        await asyncio.sleep(1)


def attributes() -> list[SearchAttributeKey[Any]]:
    return [KINDS[kind](name) for name, kind in names.SEARCH_ATTRIBUTES.items()]


async def tasks(projects: Sequence[Project]) -> list[Row]:
    binary = str(Path(sys.executable).with_name("temporal"))
    rows = []
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary, data_converter=data_converter(TEST_KEYS), search_attributes=attributes()
    ) as env:
        for project in projects:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(await changed(project, Path(folder), env))
    return rows


def table(rows: Sequence[Row]) -> str:
    lines = ["| project | task s | events | history KB | outcome |", "|---|---|---|---|---|"]
    lines += [f"| {r.name} | {r.seconds:.1f} | {r.events} | {r.history_kb:.0f} | {r.outcome} |" for r in rows]
    return "\n".join(lines)


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", choices=sorted({p.name for p in PROJECTS}))
    parser.add_argument("--counts-only", action="store_true", help="leave the scripted tasks out")
    given = parser.parse_args()
    chosen = [project for project in PROJECTS if not given.only or project.name in given.only]
    rows = []
    for project in chosen:
        rows.append(await counted(project))
        # at once: an hour's work is not lost by what comes after it
        print(project_counts.table(rows[-1:]), *project_counts.details(rows[-1]), sep="\n", flush=True)
    if len(rows) > 1:
        print(project_counts.table(rows))
    scripted = [project for project in chosen if project.task and not given.counts_only]
    committed = await tasks(scripted) if scripted else []
    if committed:
        print(table(committed))
    wrong = [row.name for row in rows if not row.same]
    return int(bool(wrong) or any(not row.outcome.startswith("committed") for row in committed))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
