"""One warm box for all attempts; each leaves it as it was, and that is part of the attempt."""

import pytest

from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.engine.owner import this_process
from tests.attacks.escapes.ground import Ground, host
from tests.support.boxes import FILES, artifacts, containers, image, new_draft, sandbox, workspace_of

__all__ = ["artifacts", "image", "sandbox"]


@pytest.fixture(scope="session")
def outside():
    with host() as made:
        yield made


@pytest.fixture(scope="session", autouse=True)
async def nothing_is_left(sandbox):
    """At the end: no container of this process, no volume or network that was not there before."""

    def others():
        engine = connect()
        return {one.id for one in (*engine.volumes.list(), *engine.networks.list())}

    before = others()
    yield
    await sandbox.close()
    mine = {"label": f"aurora.owner={this_process()}"}
    assert connect().containers.list(all=True, filters=mine) == []
    assert others() <= before


@pytest.fixture(scope="session")
async def shared(artifacts, sandbox, image, outside, tmp_path_factory):
    folder = tmp_path_factory.mktemp("escapes")
    draft = await new_draft(artifacts, folder / "shop", FILES)
    async with sandbox.open(draft, workspace_of(draft, image)) as box:
        ground = Ground(box, outside, draft, sandbox, artifacts, image, folder)
        await ground.tests("print()")  # so that the next run's server is waiting, as it will be later
        yield ground
    await sandbox.release(draft.task)
    assert containers(draft.task) == []
