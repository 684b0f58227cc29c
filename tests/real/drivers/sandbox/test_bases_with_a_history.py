"""A base commit that has a history: its pack holds one commit whose parents are elsewhere."""

import os
import subprocess
import uuid
from pathlib import Path

import pytest

from aurora.domain.task import Draft, TaskRef
from aurora.drivers.git.local_repository import LocalRepository
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.errors import Refusal, ToolRefusal
from tests.support.boxes import DEPENDENCIES, FILES, PROJECT, workspace_of
from tests.support.git_fixtures import git
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker


@pytest.mark.parametrize("kind", ["grown", "merged", "shallow", "imported", "submodule"])
async def test_a_draft_on_a_commit_with_parents_is_restored_sealed_and_delivered(kind: str, tmp_path: Path) -> None:
    repository = grown(tmp_path, kind)
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    local = await LocalRepository.open(repository)
    imported = await local.import_base()
    task = TaskRef(id=f"t-{uuid.uuid4().hex[:8]}")
    pack = await artifacts.of(task).put(imported.pack)
    draft = Draft(task=task, workspace="sha256:" + "0" * 64, base=imported.base, base_pack=pack, commit=imported.base)
    try:
        workspace = workspace_of(draft, await sandbox.build(task, DEPENDENCIES, PROJECT))
        async with sandbox.open(draft, workspace) as box:
            await box.write("users.py", b"users = []\n")
            if kind == "submodule":
                with pytest.raises(ToolRefusal, match="'docs/theme' is a git submodule"):
                    await box.write("docs/theme/a/b.css", b"")
            sealed = await box.seal("Add users")
        await sandbox.release(task)
        async with sandbox.open(sealed, workspace) as box:
            assert await box.read("users.py") == b"users = []\n"
            done = await box.squash("feat: users")
    finally:
        await sandbox.release(task)
        await sandbox.close()
    assert done.bundle is not None
    bundle = await artifacts.of(task).get(done.bundle)
    delivery = await local.apply_held(bundle, base=done.base, commit=done.commit, branch="aurora/t")
    assert delivery.state == "delivered", delivery
    assert git(repository, "log", "--format=%s", "-2", "aurora/t").splitlines() == ["feat: users", "Three"]
    assert git(repository, "rev-parse", "aurora/t^") == imported.base
    assert git(repository, "diff", "--name-only", "aurora/t^", "aurora/t").splitlines() == ["users.py"]
    checked = subprocess.run(["git", "-C", str(repository), "fsck", "--strict"], capture_output=True, env=os.environ)
    assert checked.returncode == 0 or kind in ("imported", "submodule"), checked.stderr.decode()


@pytest.mark.parametrize("kind", ["grown", "merged"])
async def test_an_amended_commit_takes_the_place_of_its_base(kind: str, tmp_path: Path) -> None:
    repository = grown(tmp_path, kind)
    before = git(repository, "rev-parse", "HEAD^")
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    local = await LocalRepository.open(repository)
    imported = await local.import_base(parent=True)
    assert imported.parent == before
    task = TaskRef(id=f"t-{uuid.uuid4().hex[:8]}")
    pack = await artifacts.of(task).put(imported.pack)
    draft = Draft(
        task=task, workspace="sha256:" + "0" * 64, base=imported.base, base_pack=pack, commit=imported.base,
        parent=imported.parent,
    )  # fmt: skip
    try:
        workspace = workspace_of(draft, await sandbox.build(task, DEPENDENCIES, PROJECT))
        async with sandbox.open(draft, workspace) as box:
            await box.write("users.py", b"users = []\n")
            sealed = await box.seal("Add users")
            assert "users.py" in await box.diff() and sealed.stands_on == imported.base
            done = (await box.squash("Three, with users", imported.parent)).model_copy(update={"amended": True})
        await sandbox.release(task)
        async with sandbox.open(done, workspace) as box:
            assert await box.read("users.py") == b"users = []\n"
    finally:
        await sandbox.release(task)
        await sandbox.close()
    assert done.bundle is not None and done.stands_on == before
    bundle = await artifacts.of(task).get(done.bundle)
    delivery = await local.apply_held(bundle, base=done.stands_on, commit=done.commit, branch="aurora/t")
    assert delivery.state == "delivered", delivery
    assert git(repository, "log", "--format=%s", "-1", "aurora/t") == "Three, with users"
    assert git(repository, "rev-parse", "aurora/t^@") == before
    assert git(repository, "diff", "--name-only", imported.base, "aurora/t").splitlines() == ["users.py"]


async def test_a_commit_whose_parent_is_not_here_can_not_be_amended(tmp_path: Path) -> None:
    local = await LocalRepository.open(grown(tmp_path, "shallow"))
    with pytest.raises(Refusal, match="so it can't be amended"):
        await local.import_base(parent=True)


def grown(folder: Path, kind: str) -> Path:
    first = folder / "shop"
    first.mkdir()
    git(first, "init", "-q", "-b", "main")
    for name, content in FILES.items():
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_text(content)
    for subject in ("One", "Two"):
        (first / "README.md").write_text(f"{subject}\n")
        git(first, "add", "-A")
        git(first, "commit", "-q", "-m", subject)
    if kind == "merged":
        git(first, "checkout", "-q", "-b", "side", "HEAD^")
        git(first, "commit", "-q", "--allow-empty", "-m", "Side")
        git(first, "checkout", "-q", "main")
        git(first, "merge", "-q", "--no-ff", "side", "-m", "Three")
    else:
        if kind == "submodule":
            (first / ".gitmodules").write_text(
                '[submodule "docs/theme"]\n\tpath = docs/theme\n\turl = --upload-pack=x\n'
            )
            git(first, "add", "-A")
            git(first, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},docs/theme")
        git(first, "commit", "-q", "--allow-empty", "-m", "Three")
    if kind == "imported":
        tree, parent = git(first, "rev-parse", "HEAD^{tree}"), git(first, "rev-parse", "HEAD^")
        (folder / "odd").write_text(
            f"tree {tree}\nparent {parent}\nauthor cvs 1200000000 +051800\ncommitter cvs 1200000000 +0000\n\nThree\n"
        )
        odd = git(first, "hash-object", "-t", "commit", "-w", "--literally", str(folder / "odd"))
        git(first, "update-ref", "refs/heads/main", odd)
    if kind != "shallow":
        return first
    git(folder, "clone", "-q", "--depth", "1", first.as_uri(), "shallow")
    return folder / "shallow"
