"""The project's own tools on a real sandbox, judged against the base commit."""

from pathlib import Path

import pytest

from activities.checks.project_tools import touched_lines
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from tests.support.boxes import DEPENDENCIES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker


async def test_touched_lines_are_those_that_differ_from_the_base_sealed_or_not(tmp_path: Path) -> None:
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    draft = await new_draft(artifacts, tmp_path / "shop", {"a b.py": "1\n2\n3\n", "é.py": "1\n2\n", "same.py": "1\n"})
    try:
        async with sandbox.open(draft, workspace_of(draft, image)) as box:
            await box.write("a b.py", b"0\n1\n2\nthree\n")
            await box.seal("One")
            await box.write("é.py", b"1\n++ b/x\n2\n3\n")
            await box.write("new.py", b"1\n")
            touched = await touched_lines(box, draft.base, ["a b.py", "é.py", "same.py", "new.py"])
    finally:
        await sandbox.close()
    assert touched == {"a b.py": {1, 4}, "é.py": {2, 4}}
