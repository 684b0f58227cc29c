"""A real task whose history Temporal's own retention removes: its first runs while it still works, the last one after
its end. What it was, changed, proved and was told is shown as before, by the commands."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from aurora import names
from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import Task, TaskRef, Uploaded
from aurora.drivers.git.local_repository import LocalRepository
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support import worker_process
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, House, house, shop
from tests.support.sealing import sealing_in
from tests.support.servers import dev_server
from workflows.state import State

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(600)]

TEXT = "Create a POST /users endpoint"
ANSWER = "409 Conflict, compared case-insensitively"
SETTINGS = {
    "system.namespaceMinRetentionLocal": '"1s"',
    "history.retentionTimerJitterDuration": '"1s"',
    "history.workflowIdReuseMinimalInterval": '"0s"',
}


@pytest_asyncio.fixture(loop_scope="session")
async def forgetful(temporal_binary: str) -> AsyncIterator[Client]:
    """A server that keeps a closed run for a second or two."""
    async with dev_server(temporal_binary, SETTINGS) as client:
        request = UpdateNamespaceRequest(namespace="default")
        request.config.workflow_execution_retention_ttl.CopyFrom(Duration(seconds=1))
        await client.workflow_service.update_namespace(request)
        yield client


async def _begun(home: House, repository: Path, task_id: str) -> Task:
    """Handed in as a task whose histories are short, so that it has many."""
    imported = await (await LocalRepository.open(str(repository))).import_base()
    pack = await home.desk.artifacts.of(TaskRef(id=task_id)).put(imported.pack)
    source = Uploaded(base=imported.base, pack=pack, label=imported.label, path=imported.path)
    task = Task(id=task_id, text=TEXT, source=source, submitted_at=int(time.time()), submitted_by="ada")
    state = State.of(task).model_copy(update={"most_events": 60})
    await home.desk.client.start_workflow(
        names.WORKFLOW, state, id=names.workflow_id(task_id), task_queue=names.WORKFLOW_QUEUE
    )
    return task


async def _known_runs(client: Client, task_id: str) -> int:
    return (await client.count_workflows(f"WorkflowId = '{names.workflow_id(task_id)}'")).count


async def _until_forgotten(client: Client, task_id: str) -> None:
    while True:
        try:
            await client.get_workflow_handle(names.workflow_id(task_id)).describe()
        except RPCError:
            return
        await asyncio.sleep(0.2)


async def test_a_real_task_is_told_whole_when_retention_has_removed_each_of_its_runs(
    forgetful: Client, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "shop")
    async with serving(scenario.load(EXAMPLES / "demo.scenario.yaml"), key=KEY) as double:
        home = house(tmp_path / "home", forgetful, double.url)
        desk = home.desk
        try:
            home.start_worker()
            task = await _begun(home, repository, "gone-1")
            question = await home.question(task.id)
            await desk.clarify(task.id, "keep the handler small", by="bob")
            await desk.answer(task.id, question, ANSWER, by="ada")
            before = await home.end(task.id)
            left = await _known_runs(forgetful, task.id)
        finally:
            home.stop()
    assert before.outcome is not None and before.outcome.kind is OutcomeKind.COMMITTED, before.outcome
    assert before.run >= 4 and left < before.run, f"{left} of {before.run} runs were known at the end"
    await _until_forgotten(forgetful, task.id)

    env = worker_process.environment(home.home, home.address, double.url) | sealing_in(home.home)

    async def aurora(*words: str) -> str:
        """As a user would, with no worker running."""
        argv = [str(Path(sys.executable).with_name("aurora")), *words]
        ran = await asyncio.to_thread(
            subprocess.run, argv, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert task.id in await aurora("list")
    status = json.loads(await aurora("status", task.id, "--json"))
    kept = before.model_dump(mode="json")
    for name in ("usage", "steps", "turns", "submitted_by"):
        assert status[name] == kept[name], name
    assert status["notes"] == kept["warnings"]
    assert {key: status["outcome"][key] for key in ("summary", "commit", "delivery", "usage")} == {
        key: kept["outcome"][key] for key in ("summary", "commit", "delivery", "usage")
    }
    assert status["usage"]["microdollars"] == double.ledger.microdollars
    commit = str(before.outcome.commit)
    changed = {line[6:] for line in (await aurora("diff", task.id)).splitlines() if line.startswith("+++ b/")}
    assert changed == set(git(repository, "diff", "--name-only", f"{commit}^", commit).splitlines())
    evidence = json.loads(await aurora("evidence", task.id, "--json"))
    assert evidence["commit"] == commit and evidence["answers"]["exchanges"][0]["text"] == ANSWER
    audit = [
        (e["event"], e["question_id"] or e["verb"], e["person"])
        for e in json.loads(await aurora("audit", task.id, "--json"))["entries"]
    ]
    said = [entry for entry in audit if entry[0] != "told"]
    assert said == [("asked", question, "ada"), ("control", "clarify", "bob"), ("answered", question, "ada")]
