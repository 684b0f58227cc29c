"""A seal on a real sandbox: what programs of the project write beside a step's own files is taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.checks.acceptance_check import judged
from activities.checks.changes import changes, seal_only
from activities.checks.project_tools import ProjectTools
from aurora.domain.steps import Step
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.gates.gate import When
from tests.support.boxes import DEPENDENCIES, FILES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker

HOSTILE = """
import os, pathlib
for path in (".github/workflows/x.yml", "src/blob.bin", "tests/data/late.json", "inner/.git/HEAD"):
    place = pathlib.Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"\\x00on: push")
os.symlink("/etc/passwd", "src/link")
os.unlink("data/prices.json")
os.unlink("tests/test_app.py")
os.symlink("app.py", "tests/test_app.py")
os.chmod("app.py", 0o755)
os.chmod("src/new.py", 0o755)
"""


@pytest.fixture
async def sandbox() -> AsyncIterator[DockerSandbox]:
    made = DockerSandbox(MemoryArtifacts())
    yield made
    await made.close()


async def test_a_seal_holds_only_what_the_step_wrote(sandbox: DockerSandbox, tmp_path: Path) -> None:
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    draft = await new_draft(sandbox._artifacts, tmp_path / "shop", FILES)
    async with sandbox.open(draft, workspace_of(draft, image)) as box:
        await box.write("src/new.py", b"NEW = 1\n")
        await box.write("app.py", b"VALUE = 2\n")
        ran = await box.execute(["python3", "-c", HOSTILE])
        assert ran.exit_code == 0, ran.stderr

        sealed, foreign = await seal_only(box, {"src/new.py", "app.py"}, "write_code 1")

        assert {".github/workflows/x.yml", "src/blob.bin", "src/link", "data/prices.json", "src/new.py"} <= set(foreign)
        reported = {(c.path, c.before_mode, c.mode, c.content) for c in await changes(box, draft.base)}
        assert sealed.commit != draft.commit and reported == {
            ("src/new.py", "000000", "100644", b"NEW = 1\n"),
            ("app.py", "100644", "100644", b"VALUE = 2\n"),
        }
        again, nothing = await seal_only(box, (), "write_code 2")
        assert again == sealed and nothing == ()

        await box.delete("src/new.py")
        await box.delete("src/shop.py")
        await box.write("src/store.py", b"STORE = 1\n")
        assert (await box.execute(["python3", "-c", "import os; os.unlink('data/prices.json')"])).exit_code == 0
        moved, foreign = await seal_only(box, {"src/store.py"}, "write_code 3", {"src/new.py", "src/shop.py"})
        assert foreign == ("data/prices.json",)
        reported = {(c.path, c.before_mode, c.mode) for c in await changes(box, draft.base)}
        assert reported == {
            ("app.py", "100644", "100644"),
            ("src/shop.py", "100644", "000000"),
            ("src/store.py", "000000", "100644"),
        }
        assert "src/shop.py" not in {entry.path for entry in await box.files()}
        tools = ProjectTools(sandbox._artifacts.of(draft.task), workspace_of(draft, image), Step.WRITE_CODE)
        assert [f for f in (await judged(tools, box, moved, When.COMMIT)).findings if f.path != "app.py"] == []

        await box.delete("tests/test_app.py")
        await seal_only(box, (), "write_code 4", {"tests/test_app.py"})
        (finding,) = (await judged(tools, box, moved, When.ROUND)).findings
        assert (finding.check, finding.path) == ("file_kinds", "tests/test_app.py")
    await sandbox.release(draft.task)
