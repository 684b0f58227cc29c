"""Boxes that hold one of Node's small backends."""

import pytest

from aurora.domain.task import TaskRef
from aurora.settings.repository import SandboxSettings
from aurora.toolchains import registry
from tests.support import node_backends
from tests.support.boxes import new_draft, workspace_of
from tests.support.projects import detected

LIMITS = SandboxSettings(memory_mb=1024, disk_mb=256, pids=256, cpus=2)


@pytest.fixture
async def opened(artifacts, sandbox, tmp_path):
    """`await opened(form, more)`: a box with a fixture project and more files, and its toolchain's tools.

    A file whose text is None is left out."""
    made = []

    async def of(form, more):
        together = node_backends.files(form) | more
        files = {path: text for path, text in together.items() if text is not None}
        chain = await detected(files)
        image = await sandbox.build(TaskRef(id="images"), chain.dependencies, chain.project)
        draft = await new_draft(artifacts, tmp_path / f"draft{len(made)}", files)
        workspace = workspace_of(draft, image, LIMITS).model_copy(update={"toolchain": chain})
        box = sandbox.open(draft, workspace)
        made.append((draft, box))
        return await box.__aenter__(), registry.tools(workspace)

    yield of
    for draft, box in made:
        await box.__aexit__(None, None, None)
        await sandbox.release(draft.task)


async def run_of(box, tools, *selection):
    return tools.read_tests(await box.run_tests(tools.test_command(selection)))
