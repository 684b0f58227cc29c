"""Containers started before a task needs one: taken once, by one task, of its shape, and gone with their worker."""

import asyncio
import uuid

import pytest
import pytest_asyncio

from aurora.domain.task import TaskRef
from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.drivers.sandbox.sandbox_container import Shape, ours
from tests.support.boxes import FILES, SMALL, containers, new_draft, workspace_of

pytestmark = pytest.mark.docker

OWNER = f"spares-test-{uuid.uuid4().hex[:8]}/1/1"
"""This process's alone: other runs of the suite may have spares on the same engine."""
OTHER = SMALL.model_copy(update={"pids": 65})


@pytest_asyncio.fixture(loop_scope="session")
async def keeping(artifacts, image):
    """A sandbox that keeps one spare."""
    made = DockerSandbox(artifacts, owner=OWNER, spares=1)
    yield made
    await made.close()
    assert held() == []


def held() -> list[str]:
    return [one["Id"] for one in ours(connect(), f"aurora.owner={OWNER}")]


def spares() -> list[str]:
    mine = ours(connect(), f"aurora.owner={OWNER}")
    return [one["Id"] for one in mine if one["Names"][0].startswith("/aurora-spare-")]


@pytest.fixture
def drafts(artifacts, tmp_path):
    async def made(name: str):
        return await new_draft(artifacts, tmp_path / name, {**FILES, "name.txt": name})

    return made


async def opened(sandbox, draft, image, limits=SMALL) -> bytes:
    async with sandbox.open(draft, workspace_of(draft, image, limits)) as box:
        await box.write("left.txt", b"left behind")
        return await box.read("name.txt")


async def test_the_next_task_takes_the_spare_and_it_is_the_tasks_alone(keeping, drafts, image):
    first, second = await drafts("one"), await drafts("two")
    await opened(keeping, first, image)
    await keeping.spares.settled()
    (spare,) = spares()
    assert spare not in containers(first.task)
    async with keeping.open(second, workspace_of(second, image)) as box:
        assert containers(second.task) == [spare]
        assert spares() == []
        assert await box.read("name.txt") == b"two"
        assert "left.txt" not in [entry.path for entry in await box.files()]
    await keeping.release(first.task)
    await keeping.spares.settled()
    assert containers(second.task) == [spare]
    (next_one,) = spares()
    await keeping.release(second.task)
    assert held() == [next_one]


async def test_a_spare_of_another_shape_is_not_taken_and_gives_way(keeping, drafts, image):
    first, second = await drafts("one"), await drafts("two")
    await opened(keeping, first, image)
    await keeping.spares.settled()
    (spare,) = spares()
    await opened(keeping, second, image, OTHER)
    assert spare not in containers(second.task)
    await keeping.spares.settled()
    (other,) = spares()
    assert other != spare
    assert await keeping.spares.take(TaskRef(id="t"), Shape(image.reference, SMALL, None)) is None
    for task in (first.task, second.task):
        await keeping.release(task)


async def test_a_spare_that_is_gone_costs_only_its_start(keeping, drafts, image):
    first, second = await drafts("one"), await drafts("two")
    await opened(keeping, first, image)
    await keeping.spares.settled()
    connect().containers.get(spares()[0]).remove(force=True)
    assert await opened(keeping, second, image) == b"two"
    assert len(containers(second.task)) == 1
    for task in (first.task, second.task):
        await keeping.release(task)


async def test_a_spare_whose_server_was_killed_is_replaced(keeping, drafts, image):
    first, second = await drafts("one"), await drafts("two")
    await opened(keeping, first, image)
    await keeping.spares.settled()
    (spare,) = spares()
    killer = connect().api.exec_create(spare, ["python3", "-c", "import os; os.kill(-1, 9)"], user="1001")
    connect().api.exec_start(killer["Id"])
    assert await opened(keeping, second, image) == b"two"
    assert spare not in held()
    for task in (first.task, second.task):
        await keeping.release(task)


async def test_a_spare_that_nobody_takes_goes(keeping, drafts, image):
    first = await drafts("one")
    await opened(keeping, first, image)
    await keeping.spares.settled()
    await keeping.reap()
    assert len(spares()) == 1
    await keeping.spares.discard_idle(0)
    assert spares() == []
    await keeping.release(first.task)


async def test_spares_that_go_are_nobodys_to_take(artifacts, drafts, image):
    sandbox = DockerSandbox(artifacts, owner=OWNER, spares=2)
    draft = await drafts("one")
    for limits in (SMALL, OTHER):
        await opened(sandbox, draft, image, limits)
        await sandbox.spares.settled()
    await sandbox.release(draft.task)
    assert len(spares()) == 2
    going = asyncio.create_task(sandbox.spares.discard_idle(0))
    await asyncio.sleep(0.01)  # the first is being removed, which takes the engine some 100 ms
    assert not going.done()
    assert await sandbox.spares.take(draft.task, Shape(image.reference, OTHER, None)) is None
    await going
    assert held() == []
    await sandbox.close()


async def test_a_worker_without_spares_starts_none(artifacts, drafts, image):
    sandbox = DockerSandbox(artifacts, owner=OWNER)
    first = await drafts("one")
    await opened(sandbox, first, image)
    await sandbox.spares.settled()
    assert spares() == []
    await sandbox.close()
    assert held() == []
