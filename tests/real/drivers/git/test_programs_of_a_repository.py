"""No configuration, hook or attribute of a repository runs a program on the machine that reads it or delivers to it."""

import os
import subprocess
from pathlib import Path

import pytest

from aurora.domain.task import Draft, Remote, Task, Uploaded
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.git.local_repository import LocalRepository
from aurora.drivers.git.repositories import GitRepositories
from aurora.drivers.git.uncommitted import changed_files
from aurora.errors import Refusal, TransientError
from tests.support.git_fixtures import IDENTITY, draft_bundle, git, repository
from tests.support.git_traps import lay, marked, program, script

DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    (tmp_path / "marks").mkdir()
    return tmp_path / "marks"


def local_task(path: Path, base: str, name: str = "t1") -> Task:
    return Task(
        id=name, text="x", source=Uploaded(base=base, pack=DIGEST, label="shop", path=str(path)), submitted_at=0
    )


def draft_of(task: Task, base: str, made: str, pack: str = DIGEST) -> Draft:
    return Draft(task=task.ref, workspace=DIGEST, base=base, base_pack=pack, commit=made, bundle=DIGEST)


async def used(path: Path, tmp_path: Path, base: str, made: str, bundle: bytes) -> None:
    """All that this machine does with a repository of a user: read, examine, import, deliver, keep."""
    local = await LocalRepository.open(path)
    assert await local.resolve("main") == base
    imported = await local.import_base()
    assert imported.base == base
    assert await local.read(base, "app.py") == b"print(2)\n"
    with pytest.raises(Refusal):
        await local.resolve("absent")
    repositories = GitRepositories(ObjectArtifacts(tmp_path / "artifacts"))
    task = local_task(path, base)
    delivery = await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert delivery.state == "delivered", delivery
    assert await repositories.keep(task, draft_of(task, base, made), bundle)
    assert (await local.apply_held(bundle, base=base, commit=made, branch="aurora/t2")).state == "delivered"


async def test_nothing_that_a_repository_names_runs(work: Path, marks: Path, tmp_path: Path) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    lay(work, marks)
    marks_before = marked(marks)
    await used(work, tmp_path, base, made, bundle)
    assert marked(marks) == marks_before == []
    env = os.environ | IDENTITY
    for verbs in (["status"], ["update-ref", "refs/x/y", base], ["add", "-A"], ["--paginate", "diff"], ["fetch"]):
        subprocess.run(["git", "-C", work, *verbs], check=False, capture_output=True, env=env, stdin=subprocess.DEVNULL)
    fired = set(marked(marks))
    assert {"core.fsmonitor", "filter.a=b.clean", "reference-transaction", "ext"} <= fired, fired


@pytest.mark.parametrize("form", ["include", "includeIf", "config.worktree"])
async def test_nor_what_its_configuration_includes(work: Path, marks: Path, tmp_path: Path, form: str) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    if form == "config.worktree":
        git(work, "config", "extensions.worktreeConfig", "true")
        included = work / ".git/config.worktree"
    else:
        included = work / "shared.config"
        key = "include.path" if form == "include" else "includeIf.gitdir:**.path"
        git(work, "config", key, str(included))
    lay(work, marks, included)
    await used(work, tmp_path, base, made, bundle)
    assert marked(marks) == []
    subprocess.run(["git", "-C", work, "status"], check=False, capture_output=True, env=os.environ | IDENTITY)
    assert marked(marks), "the traps do not work"


async def test_nor_what_a_linked_worktree_names(work: Path, marks: Path, tmp_path: Path) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    git(work, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    git(work, "config", "extensions.worktreeConfig", "true")
    own = work / ".git/worktrees/linked"
    git(work, "config", "--file", str(own / "config.worktree"), "core.fsmonitor", program(marks, "fsmonitor"))
    script(own / "hooks/reference-transaction", marks)
    lay(work, marks)
    await used(tmp_path / "linked", tmp_path, base, made, bundle)
    assert marked(marks) == []


async def test_nor_does_a_missing_object_start_a_fetch(work: Path, marks: Path, tmp_path: Path) -> None:
    git(work, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", work.as_uri(), "partial")
    partial = tmp_path / "partial"
    git(partial, "config", "remote.origin.uploadpack", program(marks, "uploadpack"))
    git(partial, "config", "remote.second.url", f"ext::sh -c touch% {marks}/ext")
    git(partial, "config", "remote.second.promisor", "true")
    git(partial, "config", "protocol.ext.allow", "always")
    with pytest.raises(Refusal, match="partial clone"):
        await (await LocalRepository.open(partial)).import_base()
    assert marked(marks) == []


async def test_a_complete_partial_clone_is_worked_with(work: Path, tmp_path: Path) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    git(work, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:limit=1m", work.as_uri(), "partial")
    await used(tmp_path / "partial", tmp_path, base, made, bundle)
    git(tmp_path / "partial", "fsck", "--strict")


@pytest.mark.parametrize("kind", ["shared", "packed", "separate", "submodule", "sparse", "split index"])
async def test_honest_repositories_of_every_build_are_worked_with(work: Path, tmp_path: Path, kind: str) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    path = tmp_path / "clone"
    if kind == "shared":
        git(tmp_path, "clone", "-q", "--shared", str(work), str(path))
    elif kind == "separate":
        git(tmp_path, "clone", "-q", f"--separate-git-dir={tmp_path / 'apart'}", str(work), str(path))
    elif kind == "submodule":
        outer = repository(tmp_path / "outer")
        git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(work), "inner")
        path = outer / "inner"
    else:
        git(tmp_path, "clone", "-q", str(work), str(path))
    if kind == "packed":
        git(path, "pack-refs", "--all")
        git(path, "gc", "-q")
    if kind == "sparse":
        git(path, "sparse-checkout", "set", "--cone", "--sparse-index", "src")
    if kind == "split index":
        git(path, "update-index", "--split-index")
    await used(path, tmp_path, base, made, bundle)
    warnings = (await (await LocalRepository.open(path)).import_base()).warnings
    assert warnings == () if kind != "separate" else "elsewhere" in warnings[0]
    git(path, "fsck", "--strict")


async def test_a_file_remote_runs_nothing_when_it_is_fetched_from(work: Path, marks: Path, tmp_path: Path) -> None:
    base = git(work, "rev-parse", "HEAD")
    lay(work, marks)
    repositories = GitRepositories(ObjectArtifacts(tmp_path / "artifacts"))
    assert (await repositories.fetch_base(work.as_uri(), "main"))[0] == base
    assert (await repositories.fetch_base(str(work), base))[0] == base
    with pytest.raises(Refusal, match="no branch"):
        await repositories.fetch_base(work.as_uri(), "absent")
    assert marked(marks) == []


async def test_a_file_remote_runs_nothing_when_it_is_pushed_to(work: Path, marks: Path, tmp_path: Path) -> None:
    """Its filters, includes and the like; what has hooks is not pushed to at all."""
    git(tmp_path, "clone", "-q", "--bare", str(work), "remote.git")
    remote = tmp_path / "remote.git"
    made, bundle = draft_bundle(work, git(work, "rev-parse", "HEAD"))
    (remote / "extra").write_text("")
    lay(work, marks, remote / "extra")
    git(remote, "config", "--file", "extra", "--unset-all", "core.hooksPath")
    git(remote, "config", "include.path", "extra")
    artifacts = ObjectArtifacts(tmp_path / "artifacts")
    task = Task(id="t1", text="x", source=Remote(url=remote.as_uri(), ref="main"), submitted_at=0)
    repositories = GitRepositories(artifacts)
    base, pack = await repositories.fetch_base(remote.as_uri(), "main")
    draft = draft_of(task, base, made, await artifacts.of(task.ref).put(pack))
    assert (await repositories.deliver(task, draft, bundle)).state == "delivered"
    assert await repositories.keep(task, draft, bundle) == "refs/aurora/t1"
    assert marked(marks) == []


async def test_nor_a_git_that_lies_in_the_folder_where_a_command_is_started(
    work: Path, marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(work / "git", marks)
    monkeypatch.chdir(work)
    for entry in (".", "", work.name):
        monkeypatch.setenv("PATH", f"{entry}{os.pathsep}{os.environ['PATH']}")
        assert (await (await LocalRepository.open(work)).import_base()).files == 2
    assert marked(marks) == []


# ── reading and writing elsewhere ────────────────────────────────────────────────────────────────────────────────


async def test_a_work_tree_that_is_configured_elsewhere_is_not_looked_at(work: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("one", "two", "three"):
        (elsewhere / name).write_text("x")
    git(work, "config", "core.worktree", str(elsewhere))
    imported = await (await LocalRepository.open(work)).import_base()
    assert (imported.path, imported.warnings) == (str(work), ())


@pytest.mark.parametrize("form", ["file", "link", "commondir"])
async def test_a_git_folder_that_leads_to_a_strangers_repository_is_said(work: Path, tmp_path: Path, form: str) -> None:
    bait = tmp_path / "bait"
    if form == "commondir":
        repository(bait)
        (bait / ".git/commondir").write_text(f"{work}/.git\n")
    else:
        bait.mkdir()
        if form == "file":
            (bait / ".git").write_text(f"gitdir: {work}/.git\n")
        else:
            (bait / ".git").symlink_to(work / ".git")
    imported = await (await LocalRepository.open(bait)).import_base()
    assert f"names a repository elsewhere, {work}/.git" in imported.warnings[0]


async def test_a_linked_worktree_leads_nowhere_else(work: Path, tmp_path: Path) -> None:
    git(work, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert (await (await LocalRepository.open(tmp_path / "linked")).import_base()).warnings == ()


@pytest.mark.parametrize("link", ["refs/heads/aurora", "logs/refs/heads/aurora", "refs/aurora"])
async def test_a_link_among_the_refs_leads_no_delivery_outside(work: Path, tmp_path: Path, link: str) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    outside = tmp_path / "outside"
    outside.mkdir()
    (work / ".git" / link).parent.mkdir(parents=True, exist_ok=True)
    (work / ".git" / link).symlink_to(outside)
    repositories = GitRepositories(ObjectArtifacts(tmp_path / "artifacts"))
    task = local_task(work, base)
    if link == "refs/aurora":
        with pytest.raises(Refusal, match="leads to"):
            await repositories.keep(task, draft_of(task, base, made), bundle)
    else:
        delivery = await repositories.deliver(task, draft_of(task, base, made), bundle)
        assert (delivery.state, "leads to" in delivery.why) == ("refused", True)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("part", ["HEAD", "packed-refs", "config", "shallow", "commondir"])
async def test_a_fifo_among_a_repositorys_files_holds_nobody_up(work: Path, part: str) -> None:
    (work / ".git" / part).unlink(missing_ok=True)
    os.mkfifo(work / ".git" / part)
    if part == "commondir":  # git takes what is no file for absent
        assert (await (await LocalRepository.open(work)).import_base()).files == 2
        return
    with pytest.raises(Refusal):
        await (await LocalRepository.open(work)).import_base()


async def test_a_fifo_in_the_index_place_is_said_and_the_commit_imported(work: Path) -> None:
    (work / ".git/index").unlink()
    os.mkfifo(work / ".git/index")
    imported = await (await LocalRepository.open(work)).import_base()
    assert "could not be looked for" in imported.warnings[0]


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes", "app.py"])
async def test_a_fifo_in_the_work_tree_ends_the_looking_or_is_a_change(work: Path, name: str) -> None:
    (work / name).unlink(missing_ok=True)
    os.mkfifo(work / name)
    local = await LocalRepository.open(work)
    try:
        assert await changed_files(local.git, local.place, seconds=1) >= 1
    except TransientError as ended:
        assert "took over 1 s" in str(ended)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("extensions.refStorage", "reftable", "refs as 'reftable'"),
        ("extensions.tomorrow", "yes", "'tomorrow'"),
    ],
)
async def test_a_repository_kept_in_an_unknown_way_is_refused(work: Path, key: str, value: str, says: str) -> None:
    git(work, "config", key, value)
    with pytest.raises(Refusal, match=says):
        await LocalRepository.open(work)


async def test_a_broken_configuration_is_refused_with_its_line(work: Path) -> None:
    (work / ".git/config").write_text("[core\n")
    with pytest.raises(Refusal, match="line 1"):
        await LocalRepository.open(work)


async def test_what_the_users_own_configuration_ignores_is_no_uncommitted_change(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ignored").write_text("*.swp\n")
    (tmp_path / "gitconfig").write_text(f"[core]\n\texcludesFile = {tmp_path / 'ignored'}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (work / "app.py.swp").write_text("x")
    assert (await (await LocalRepository.open(work)).import_base()).warnings == ()


async def test_an_owner_whom_the_users_own_configuration_trusts_is_accepted(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs the right to give a folder away")
    os.chown(work, 65534, 65534)
    (tmp_path / "gitconfig").write_text(f"[safe]\n\tdirectory = {work}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert (await (await LocalRepository.open(work)).import_base()).files == 2
    (tmp_path / "gitconfig").write_text(f"[safe]\n\tdirectory = {work}\n\tdirectory =\n")
    with pytest.raises(Refusal, match="another user"):
        await LocalRepository.open(work)


async def test_a_log_of_head_that_lies_elsewhere_is_not_written(work: Path, tmp_path: Path) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    mine = tmp_path / "profile"
    mine.write_text("mine\n")
    log = work / ".git/logs/HEAD"
    log.unlink()
    log.symlink_to(mine)
    (work / ".git/HEAD").write_text("ref: refs/heads/aurora/t1\n")
    task = local_task(work, base)
    delivery = await GitRepositories(ObjectArtifacts(tmp_path / "artifacts")).deliver(
        task, draft_of(task, base, made), bundle
    )
    assert delivery.state == "delivered"
    assert mine.read_text() == "mine\n"


async def test_a_folder_whose_git_parts_are_links_is_worked_with(work: Path, tmp_path: Path) -> None:
    """As git-new-workdir makes one."""
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    own = tmp_path / "second/.git"
    (own / "logs").mkdir(parents=True)
    for part in ("config", "refs", "logs/refs", "objects", "info", "hooks"):
        (own / part).symlink_to(work / ".git" / part)
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    git(own.parent, "reset", "-q", "--hard")
    await used(own.parent, tmp_path, base, made, bundle)


def looped(path: Path) -> None:
    path.unlink() if path.is_file() else path.rename(path.with_name("moved"))
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("part", "written"),
    [
        pytest.param(".git", b"gitdir: a\0b", id="a NUL in the name of a git folder"),
        pytest.param(".git/commondir", b"a\0b", id="a NUL in the name of the common folder"),
        pytest.param(".git/packed-refs", b"a\0b\n", id="packed refs of no form"),
        pytest.param(".git/packed-refs", b"x" * 100_000, id="packed refs without a line"),
        pytest.param(".git/refs", None, id="refs in a loop"),
        pytest.param(".git/HEAD", None, id="HEAD in a loop"),
    ],
)
async def test_a_repository_of_broken_parts_is_refused_in_words(work: Path, part: str, written: bytes | None) -> None:
    if part == ".git":
        (work / ".git").rename(work / "apart")
    if written is None:
        looped(work / part)
    else:
        (work / part).write_bytes(written)
    with pytest.raises(Refusal):
        await (await LocalRepository.open(work)).import_base()


@pytest.mark.parametrize("part", ["logs/HEAD", "logs/refs", "info/exclude", "ORIG_HEAD"])
async def test_a_link_that_leads_nowhere_keeps_nobody_from_working(work: Path, tmp_path: Path, part: str) -> None:
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    path = work / ".git" / part
    if path.exists():
        looped(path)
    else:
        path.symlink_to("nowhere")
    await used(work, tmp_path, base, made, bundle)


async def test_a_folder_whose_name_is_no_text_is_refused_in_words(work: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(work.parent) + b"/caf\xe9"))
    work.rename(odd)
    with pytest.raises(Refusal, match="not UTF-8"):
        await LocalRepository.open(odd)
