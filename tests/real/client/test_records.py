"""The remains of a task when Temporal has forgotten it: its record, change, evidence, audit and receipts."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from aurora import names
from aurora.bootstrap.daemon import Daemon
from aurora.bootstrap.sealing import keys_of
from aurora.client.converter import data_converter
from aurora.client.desk import Desk
from aurora.client.records import merged
from aurora.domain.questions import AuditEntry, Receipt
from aurora.domain.task import Task, Uploaded
from aurora.domain.view import Control
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.errors import Refusal
from tests.support.command_line import Shell

pytestmark = pytest.mark.server


@pytest.fixture
async def desk(daemon: Daemon) -> Desk:
    client = await Client.connect(
        (await daemon.ensure()).address, data_converter=data_converter(keys_of(daemon.folder))
    )
    return Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))


@pytest.fixture(scope="module")
async def receipt(daemon: Daemon) -> Receipt:
    """Of the answer to `forgotten`, which ended with a commit. It and `kept`, cancelled, are gone from Temporal."""
    client = await Client.connect(
        (await daemon.ensure()).address, data_converter=data_converter(keys_of(daemon.folder))
    )
    desk = Desk(client, ObjectArtifacts(daemon.folder.home / "artifacts"))
    for name in ("forgotten", "kept"):
        source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
        text = "ask work for:ada"
        await desk.start(Task(id=name, text=text, source=source, submitted_at=int(time.time())))
        while not (await desk.view(name)).questions:
            await asyncio.sleep(0.05)
    receipt = await desk.answer("forgotten", "q1", "201", by="ada")
    await desk.control("kept", Control(verb="cancel"))
    await asyncio.gather(forgotten(client, "forgotten"), forgotten(client, "kept"))
    return receipt


async def forgotten(client: Client, task_id: str) -> None:
    """Remove the history of a task that ended, as retention does; wait until Temporal knows it no more."""
    handle = client.get_workflow_handle(names.workflow_id(task_id))
    await handle.result()
    execution = WorkflowExecution(workflow_id=names.workflow_id(task_id))
    request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
    await client.workflow_service.delete_workflow_execution(request)
    for _ in range(1_500):  # the server takes its time: 10 to 30 s, more under load
        try:
            await handle.describe()
        except RPCError:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("Temporal still knows it")


async def test_every_command_that_looks_works_after_the_history_is_gone(
    receipt: Receipt, aurora: Shell, tmp_path: Path
) -> None:
    status = await aurora("status", "forgotten", "--json")
    assert status.returncode == 0, status.stderr
    assert json.loads(status.stdout)["state"] == "committed"
    assert "committed" in (await aurora("status", "forgotten")).stdout
    assert "forgotten" in (await aurora("list")).stdout
    assert (await aurora("diff", "forgotten")).stdout == "diff --git a/x b/x\n"
    assert json.loads((await aurora("evidence", "forgotten", "--json")).stdout)["rounds"] == 1
    assert "Create users by POST /users" in (await aurora("evidence", "forgotten")).stdout
    assert (await aurora("evidence", "forgotten", "--html")).stdout.startswith("<!doctype html>")
    assert (await aurora("evidence", "forgotten", "--markdown")).stdout.startswith("## Create users")
    page = tmp_path / "evidence.html"
    assert (await aurora("evidence", "forgotten", "--out", str(page))).returncode == 0
    assert page.read_text().startswith("<!doctype html>")
    assert "no longer exists" in (await aurora("evidence", "forgotten", "--log", "red")).stderr
    assert "choose one format" in (await aurora("evidence", "forgotten", "--html", "--markdown")).stderr
    assert "committed" in (await aurora("watch", "forgotten")).stdout
    audit = json.loads((await aurora("audit", "forgotten", "--json")).stdout)
    assert [(entry["event"], entry["question_id"], entry["person"]) for entry in audit["entries"]] == [
        ("asked", "q1", "ada"),
        ("answered", "q1", "ada"),
    ]


async def test_the_same_answer_still_gives_its_receipt_and_nothing_else_is_taken(receipt: Receipt, desk: Desk) -> None:
    assert await desk.answer("forgotten", "q1", "201", by="ada") == receipt
    with pytest.raises(Refusal, match="has ended"):
        await desk.answer("forgotten", "q1", "200", by="ada")
    with pytest.raises(Refusal, match="has ended"):
        await desk.control("forgotten", Control(verb="pause"))
    with pytest.raises(Refusal, match="it can't be determined anything"):
        await desk.clarify("forgotten", "too late")


@pytest.mark.usefixtures("receipt")
async def test_the_kept_work_of_a_cancelled_task_outlives_its_history(aurora: Shell) -> None:
    shown = await aurora("diff", "kept")
    assert shown.stdout.startswith("diff --git a/users.py")
    assert "not a commit" in shown.stderr
    assert "git log -p bbbbbbbbbbbb..refs/aurora/kept/kept" in shown.stderr
    assert json.loads((await aurora("diff", "kept", "--json")).stdout)["committed"] is False
    assert "no commit yet, so no evidence" in (await aurora("evidence", "kept")).stderr


def test_an_audit_is_merged_without_doubles_and_keeps_real_repetitions() -> None:
    def entry(at: int, note: str = "") -> AuditEntry:
        return AuditEntry(at=at, what="reminded", about="q1", who="ada", note=note)

    kept = [entry(1), entry(2), entry(2)]
    newest = [entry(2), entry(2), entry(2), entry(3)]
    assert merged(kept, newest) == [entry(1), entry(2), entry(2), entry(2), entry(3)]
    assert merged((), newest) == newest
    assert merged(kept, ()) == kept
