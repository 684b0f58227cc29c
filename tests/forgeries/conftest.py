"""One warm box for all forgeries."""

import pytest

from tests.drivers.box_fixtures import FILES, artifacts, containers, image, new_draft, sandbox, workspace_of
from tests.forgeries.judge import Judge

__all__ = ["artifacts", "image", "sandbox"]


@pytest.fixture(scope="session")
async def judge(artifacts, sandbox, image, tmp_path_factory):
    draft = await new_draft(artifacts, tmp_path_factory.mktemp("forgeries") / "shop", FILES)
    workspace = workspace_of(draft, image)
    async with sandbox.open(draft, workspace) as box:
        yield Judge(box, draft, workspace, artifacts)
    await sandbox.release(draft.task)
    assert containers(draft.task) == []
