"""One container for all applications; each leaves it as it was."""

import pytest

from tests.support.boxes import FILES, artifacts, image, new_draft, sandbox, workspace_of
from tests.support.served import driving

__all__ = ["artifacts", "driving", "image", "sandbox"]


@pytest.fixture(scope="session")
async def drafted(artifacts, driving, image, tmp_path_factory):
    draft = await new_draft(artifacts, tmp_path_factory.mktemp("served") / "shop", FILES)
    yield draft, workspace_of(draft, image)
    await driving.release(draft.task)


@pytest.fixture
async def shared(driving, drafted):
    async with driving.open(*drafted) as box:
        yield box
