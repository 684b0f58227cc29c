"""A real sandbox and a small draft in it."""

import os
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

import pytest

from aurora import ports
from aurora.domain.task import Draft, TaskRef
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.drivers.engine.docker_engine import connect
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.drivers.sandbox.sandbox_container import of_task, ours
from aurora.settings.repository import BackendSettings, SandboxSettings
from tests.support.git_fixtures import git
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.workspaces import uploaded
from tests.support.workspaces import workspace as builder

SUBMITTED = 1_790_000_000
SMALL = SandboxSettings(memory_mb=256, disk_mb=64, pids=64, cpus=2)
DEPENDENCIES = Dependencies(language="python", manager="uv", files={}, requirements=("PyYAML", "python-dateutil"))
PROJECT = ProjectIdentity(
    name="Shop.App", version="1.2", entry_points={"console_scripts": {"shop": "app:main"}}, import_roots=("", "src")
)
FILES = {
    "app.py": "VALUE = 1\n\n\ndef main() -> int:\n    return VALUE\n",
    "src/shop.py": "NAME = 'shop'\n",
    "tests/test_app.py": "import app\nimport shop\n\n\ndef test_value():\n    assert app.main() == 1\n",
    "data/prices.json": "{}\n",
    ".gitignore": "*.log\n__pycache__/\n",
}
RUNTIME = os.environ.get("AURORA_RUNTIME")
"""Of the engine that `DOCKER_HOST` names, as a worker would read them: `make escapes` tries another pair."""
PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")


def python(code: str, seconds: int = 60, **env: str) -> ports.TestCommand:
    return ports.TestCommand(argv=("python", "-c", code), seconds=seconds, env=env)


def containers(task: TaskRef | None = None) -> list[str]:
    return [one["Id"] for one in (ours(connect()) if task is None else of_task(connect(), task))]


async def new_draft(artifacts: MemoryArtifacts, folder: Path, files: Mapping[str, str | bytes], **links: str) -> Draft:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    for name, target in links.items():
        (folder / name).symlink_to(target)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Base", "--date", "2026-01-01T00:00:00Z")
    base = git(folder, "rev-parse", "HEAD")
    objects = git(folder, "rev-list", "--objects", "--no-walk", base)
    pack = subprocess.run(
        ["git", "-C", str(folder), "pack-objects", "--stdout", "-q"],
        input=objects.encode() + b"\n", capture_output=True, check=True, env=os.environ,
    ).stdout  # fmt: skip
    task = TaskRef(id=f"t-{uuid.uuid4().hex[:8]}")
    digest = await artifacts.of(task).put(pack)
    return Draft(task=task, workspace="sha256:" + "0" * 64, base=base, base_pack=digest, commit=base)


def workspace_of(draft: Draft, image: DependencyImage, limits: SandboxSettings = SMALL) -> Workspace:
    """Of a draft that `new_draft` made."""
    task = uploaded(draft.task.id, "Add users", base=draft.base, pack=draft.base_pack, submitted_at=SUBMITTED)
    settings = BackendSettings(sandbox=limits)
    return builder(
        task, settings=settings, image=image, base=draft.base,
        test=PYTEST, manifests=(), project=PROJECT, dependencies=DEPENDENCIES,
    )  # fmt: skip


@pytest.fixture(scope="session")
def artifacts():
    return MemoryArtifacts()


@pytest.fixture(scope="session")
async def sandbox(artifacts):
    made = DockerSandbox(artifacts, runtime=RUNTIME)
    yield made
    await made.close()


@pytest.fixture(scope="session")
async def image(sandbox):
    return await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)


@pytest.fixture
async def draft(artifacts, sandbox, tmp_path):
    made = await new_draft(artifacts, tmp_path / "shop", FILES)
    yield made
    await sandbox.release(made.task)
    assert containers(made.task) == []


@pytest.fixture
def workspace(draft, image):
    return workspace_of(draft, image)


@pytest.fixture
async def box(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace) as opened:
        yield opened
