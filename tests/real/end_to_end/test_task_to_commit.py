"""From a task to a commit on real parts; and the same with the worker killed in the middle."""

import asyncio
import json
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from aurora import names
from aurora.client.desk import Desk
from aurora.domain.outcome import OutcomeKind
from aurora.domain.task import TaskRef
from aurora.domain.view import Control, TaskView
from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, containers, house, shop

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(600)]

TEXT = "Create a POST /users endpoint"
ANSWER = "409 Conflict, compared case-insensitively"


async def test_a_task_becomes_one_commit_with_its_evidence(server: Client, tmp_path: Path) -> None:
    repository = shop(tmp_path / "shop")
    base = git(repository, "rev-parse", "HEAD")
    played = scenario.load(EXAMPLES / "demo.scenario.yaml")
    async with serving(played, key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker()
            task = await home.submit(repository, TEXT, "main-1")
            await home.desk.answer(task.id, await home.question(task.id), ANSWER, by="ada")
            view = await home.end(task.id)
        finally:
            home.stop()
    outcome = view.outcome
    assert outcome is not None and outcome.kind is OutcomeKind.COMMITTED, outcome
    assert git(repository, "rev-parse", f"refs/heads/{task.branch}") == outcome.commit
    assert git(repository, "rev-parse", f"{outcome.commit}^@") == base
    assert git(repository, "rev-parse", "HEAD") == base and git(repository, "status", "--porcelain") == ""
    message = git(repository, "log", "-1", "--format=%B", str(outcome.commit))
    assert message.startswith("Create users by POST /users")
    assert "Aurora-Task: main-1" in message and "Aurora-Red: 3" in message and "Aurora-Green: 9" in message

    artifacts = home.desk.artifacts.of(TaskRef(id=task.id))
    evidence = json.loads(await artifacts.read("evidence.json") or b"")
    assert evidence["commit"] == outcome.commit and evidence["rounds"] == 1
    assert evidence["answers"]["exchanges"][0]["by"] == "ada"
    assert [one["tests"][0].partition("::")[0] for one in evidence["planned"]] == ["tests/test_users.py"] * 3
    assert {one["step"]: one["said"] for one in evidence["steps"]}["write_code"] == "The service stores users."
    assert len(evidence["red"]) == 3 and evidence["baseline"]["passed"] == 1
    assert any("temperature" in warning for warning in evidence["warnings"])
    assert [r["coverage"][:21] for r in evidence["reports"] if r["coverage"]] == ["changed lines covered"]
    # what the task counted is what the endpoint billed
    assert view.usage.microdollars == double.ledger.microdollars and view.open_microdollars == 0
    assert view.usage.calls == len(double.ledger.calls) == len(played.replies)
    assert containers(task.id) == []
    await _forgotten(server, task.id)
    await _still_reported(home.desk, task.id, view)


async def _forgotten(client: Client, task_id: str) -> None:
    """Its history is removed, as Temporal's retention does."""
    execution = WorkflowExecution(workflow_id=names.workflow_id(task_id))
    request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
    await client.workflow_service.delete_workflow_execution(request)
    while True:
        try:
            await client.get_workflow_handle(names.workflow_id(task_id)).describe()
        except RPCError:
            return
        await asyncio.sleep(0.2)


async def _still_reported(desk: Desk, task_id: str, before: TaskView) -> None:
    after = await desk.view(task_id)
    assert after.outcome == before.outcome and after.usage == before.usage and after.steps == before.steps
    assert task_id in [v.task_id for v in await desk.list()]
    assert "def create_user" in (await desk.change(task_id)).text
    assert json.loads(await desk.evidence(task_id))["task_id"] == task_id
    whats = [(e.what, e.who) for e in await desk.audit(task_id)]
    assert ("asked", "") in whats and ("answered", "ada") in whats


@pytest.mark.kill
async def test_a_worker_killed_after_a_stored_reply_pays_for_no_second_one(server: Client, tmp_path: Path) -> None:
    repository = shop(tmp_path / "shop")
    played = scenario.load(EXAMPLES / "demo.scenario.yaml")
    async with serving(played, key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        stored = tmp_path / "home" / "artifacts" / "default" / "tasks" / "kill-1" / "calls"
        try:
            first = home.start_worker()
            task = await home.submit(repository, TEXT, "kill-1")
            await home.desk.answer(task.id, await home.question(task.id), ANSWER)
            while not any(e.get("step") == "write_code" and e["outcome"] == "replied" for e in double.ledger.calls):
                await asyncio.sleep(0.002)
            paid = len(double.ledger.calls)
            while len(list(stored.glob("*/reply.json"))) < paid:
                await asyncio.sleep(0.001)
            first.kill()
            first.wait()
            assert len(double.ledger.calls) == paid, "killed too late: the next call had left already"
            home.start_worker()
            view = await home.end(task.id)
        finally:
            home.stop()
    assert view.outcome is not None and view.outcome.kind is OutcomeKind.COMMITTED, view.outcome
    bodies = [e["digest"] for e in double.ledger.calls]
    assert len(bodies) == len(set(bodies)) == len(played.replies)
    assert view.usage.microdollars == double.ledger.microdollars


async def test_an_overloaded_endpoint_shows_in_status_and_costs_no_round_and_a_cancel_leaves_nothing(
    server: Client, tmp_path: Path
) -> None:
    repository = shop(tmp_path / "shop")
    missing = {"summary": "one thing", "missing": [{"question": "Which?", "options": [], "assumed": ""}]}
    submitted = {"name": "submit_context", "input": missing}
    fault = {"status": 529, "times": 3}
    replies = [{"when": {"step": "check_context"}, "fault": fault, "reply": {"tool_calls": [submitted]}}]
    script = scenario.parse({"by_step": True, "replies": replies}, "overloaded")
    async with serving(script, key=KEY) as double:
        home = house(tmp_path / "home", server, double.url)
        try:
            home.start_worker()
            task = await home.submit(repository, TEXT, "busy-1")
            while "529" not in (error := (await home.desk.view(task.id)).error):
                await asyncio.sleep(0.2)
            await home.question(task.id)
            asked = await home.desk.view(task.id)
            await home.desk.control(task.id, Control(verb="cancel", by="ada"))
            view = await home.end(task.id)
        finally:
            home.stop()
    assert error.startswith("check_context is being tried again")
    assert asked.error == "" and asked.turns == 1 and asked.round == 0
    # the service said that it did no work for the three: nothing is open, one reply is paid
    assert asked.open_microdollars == 0 and asked.usage.microdollars == double.ledger.microdollars
    assert view.outcome is not None and view.outcome.kind is OutcomeKind.CANCELLED
    assert containers(task.id) == []
