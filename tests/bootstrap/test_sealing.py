"""The embedded server's keys: made once, kept, and missed loudly; nothing that it stores can be read without them."""

import asyncio
import stat
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from aurora import names
from aurora.asking import Answer
from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.converter import data_converter
from aurora.desk import Desk
from aurora.domain import Task, Uploaded
from aurora.drivers.artifact_store import ObjectArtifacts
from aurora.errors import Refusal
from aurora.payload_keys import PayloadKeys
from aurora.view import Clarification
from tests.bootstrap.test_daemon import daemon_of

TEXT = "a task text that nobody may read in a database"
SAID = "an answer that nobody may read in a database"


def used(folder: StateFolder) -> StateFolder:
    """As after a start of the server."""
    keys_of(folder.prepared())
    folder.database.write_bytes(b"SQLite")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state").prepared()


def test_the_keys_are_made_once_and_stay_the_same(folder: StateFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {keys.current for keys in pool.map(lambda _: keys_of(folder), range(8))}
    assert made == {keys_of(used(folder)).current}
    assert stat.S_IMODE(folder.payload_keys.stat().st_mode) == 0o600


def test_lost_keys_are_not_made_anew_beside_tasks_that_were_sealed_with_them(folder: StateFolder) -> None:
    used(folder).payload_keys.unlink()
    with pytest.raises(Refusal, match="its key file is gone") as refused:
        keys_of(folder)
    assert "restore" in refused.value.mend
    assert "given-up" in refused.value.mend
    assert not folder.payload_keys.exists()


def test_keys_of_another_folder_are_refused(folder: StateFolder, tmp_path: Path) -> None:
    used(folder).payload_keys.unlink()
    PayloadKeys.new().create(folder.payload_keys)
    with pytest.raises(Refusal, match="which the key file does not hold"):
        keys_of(folder)


def test_tasks_that_an_earlier_version_kept_in_plain_are_named(folder: StateFolder) -> None:
    folder.database.write_bytes(b"SQLite")
    with pytest.raises(Refusal, match="can't be read"):
        keys_of(folder)
    PayloadKeys.new().create(folder.payload_keys)
    with pytest.raises(Refusal, match="an earlier version kept it in plain"):
        keys_of(folder)


def test_a_database_that_was_given_up_makes_room_for_a_new_one_and_keeps_the_keys(folder: StateFolder) -> None:
    before = keys_of(used(folder)).current
    for path in folder.home.glob("temporal.db*"):
        path.unlink()
    assert keys_of(folder).current == before


@pytest.mark.server
async def test_nothing_that_was_said_stands_in_the_servers_files(served: tuple[StateFolder, Desk]) -> None:
    folder, desk = served
    source = Uploaded(base="b" * 40, pack="sha256:" + "c" * 64, label="shop")
    await desk.submit(Task(id="sealed", text=TEXT, source=source, submitted_at=int(time.time())))
    handle = desk.client.get_workflow_handle(names.workflow_id("sealed"))
    await handle.signal(names.ANSWER_SIGNAL, Answer(question_id="q1", text=SAID))
    await handle.signal(names.CLARIFY, Clarification(text=SAID, id="c1"))
    with pytest.raises(WorkflowAlreadyStartedError):
        await desk.client.start_workflow(names.WORKFLOW, TEXT, id=handle.id, task_queue="aurora")
    await handle.terminate("seen enough")
    written = b"".join(path.read_bytes() for path in folder.home.rglob("*") if path.is_file())
    assert b"aurora-task-sealed" in written, "the files that hold the task were not looked at"
    assert TEXT.encode() not in written
    assert SAID.encode() not in written


@pytest.fixture
async def served(folder: StateFolder) -> AsyncIterator[tuple[StateFolder, Desk]]:
    daemon = daemon_of(folder)
    endpoint = await daemon.ensure()
    client = await Client.connect(endpoint.address, data_converter=data_converter(keys_of(folder)))
    yield folder, Desk(client, ObjectArtifacts(folder.home / "artifacts"))
    await asyncio.to_thread(daemon.stop)
