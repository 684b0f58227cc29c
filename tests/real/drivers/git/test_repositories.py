import asyncio
import hashlib
import os
import subprocess

import pytest

from aurora.domain.task import Draft, Remote, Task, Uploaded
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.drivers.git.local_repository import LocalRepository
from aurora.drivers.git.process import Git, GitOutputTooLarge
from aurora.drivers.git.repositories import GitRepositories
from aurora.errors import ArtifactCorrupt, CredentialsRefused, Refusal, TransientError
from tests.support.git_fixtures import commit, draft_bundle, git, repository

DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def work(tmp_path):
    return repository(tmp_path / "shop")


@pytest.fixture
def artifacts(tmp_path):
    return ObjectArtifacts(tmp_path / "artifacts")


@pytest.fixture
def repositories(artifacts):
    return GitRepositories(artifacts)


def local_task(work, base, **changes) -> Task:
    source = Uploaded(base=base, pack=DIGEST, label="shop", path=str(work) if work else None)
    return Task(id="t1", text="x", source=source, submitted_at=0).model_copy(update=changes)


def draft_of(task: Task, base: str, made: str, pack: str = DIGEST) -> Draft:
    return Draft(task=task.ref, workspace=DIGEST, base=base, base_pack=pack, commit=made, bundle=DIGEST)


def state_of(work) -> dict[str, str]:
    """Everything of a repository that a delivery may not touch."""
    files = {
        str(path.relative_to(work)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(work.rglob("*"))
        if path.is_file()
        and not path.relative_to(work)
        .as_posix()
        .startswith((".git/objects", ".git/refs/heads/aurora", ".git/logs/refs/heads/aurora"))
    }
    return files | {"status": git(work, "status", "--porcelain")}


# ── into a local repository ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_local_delivery_creates_one_branch_and_touches_nothing_else(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    (work / "app.py").write_text("work in progress")
    (work / "staged.py").write_text("staged")
    git(work, "add", "staged.py")
    made, bundle = draft_bundle(work, base)
    before = state_of(work)
    task = local_task(work, base)
    delivery = await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert (delivery.state, delivery.branch, delivery.commit, delivery.behind_by) == ("delivered", "aurora/t1", made, 0)
    assert delivery.where == str(work)
    assert git(work, "rev-parse", "aurora/t1") == made
    assert git(work, "show", "aurora/t1:users.py") == "users = []"
    assert state_of(work) == before
    assert git(work, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/aurora/t1", "refs/heads/main"]


async def test_a_second_delivery_changes_nothing(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).state == "already_delivered"


async def test_work_that_a_person_put_on_top_of_ours_still_counts_as_delivered(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    await repositories.deliver(task, draft_of(task, base, made), bundle)
    git(work, "checkout", "-q", "aurora/t1")
    top = commit(work, "On top")
    assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).state == "already_delivered"
    assert git(work, "rev-parse", "aurora/t1") == top


async def test_a_branch_that_is_not_ours_is_never_moved(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    git(work, "branch", "aurora/t1", "HEAD~1")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    delivery = await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert delivery.state == "refused"
    assert "is someone else's" in delivery.why
    assert git(work, "rev-parse", "aurora/t1") == git(work, "rev-parse", "HEAD~1")


async def test_a_branch_that_stands_in_the_way_of_the_name_is_said(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    git(work, "branch", "aurora")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    delivery = await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert delivery.state == "refused"
    assert "refs/heads/aurora" in delivery.why


async def test_of_two_deliveries_at_once_both_say_it_is_there(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    both = await asyncio.gather(*(repositories.deliver(task, draft_of(task, base, made), bundle) for _ in range(4)))
    assert {delivery.state for delivery in both} <= {"delivered", "already_delivered"}
    assert sum(delivery.state == "delivered" for delivery in both) == 1


async def test_a_base_that_moved_on_is_said_in_commits(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    for number in range(3):
        commit(work, f"Later {number}")
    task = local_task(work, base)
    assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).behind_by == 3


async def test_how_far_behind_is_unknown_when_head_does_not_stand_on_the_base(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    git(work, "checkout", "-q", "--orphan", "other")
    commit(work, "Elsewhere")
    task = local_task(work, base)
    assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).behind_by is None


async def test_a_shallow_clone_is_delivered_to(repositories, work, tmp_path):
    git(tmp_path, "clone", "-q", "--depth=1", work.as_uri(), "shallow")
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    task = local_task(tmp_path / "shallow", base)
    assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).state == "delivered"
    git(tmp_path / "shallow", "fsck", "--strict")


async def test_a_linked_worktree_and_a_bare_repository_are_delivered_to(repositories, work, tmp_path):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    git(tmp_path, "clone", "-q", "--bare", str(work), "bare.git")
    git(work, "worktree", "add", "-q", str(tmp_path / "linked"))
    for path in ("bare.git", "linked"):
        task = local_task(tmp_path / path, base)
        assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).state == "delivered"
    assert git(work, "rev-parse", "aurora/t1") == made


async def test_no_hook_of_the_repository_runs(repositories, work, tmp_path):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    (work / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-update", "pre-push", "post-checkout"):
        (work / ".git/hooks" / hook).write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\nexit 1\n")
        (work / ".git/hooks" / hook).chmod(0o755)
    task = local_task(work, base)
    assert (await repositories.deliver(task, draft_of(task, base, made), bundle)).state == "delivered"
    assert not (tmp_path / "ran").exists()


async def test_a_repository_that_is_gone_or_lost_its_base_is_refused(repositories, work, tmp_path):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    task = local_task(tmp_path / "gone", base)
    assert "can't be used" in (await repositories.deliver(task, draft_of(task, base, made), bundle)).why
    task = local_task(repository(tmp_path / "other", "-q"), base)
    commit(tmp_path / "other", "Differ", other="x")
    made_elsewhere = "1" * 40
    delivery = await repositories.deliver(task, draft_of(task, "2" * 40, made_elsewhere), bundle)
    assert "no longer has the base" in delivery.why


async def test_an_upload_without_a_path_is_held_for_the_client(repositories):
    task = local_task(None, "a" * 40)
    delivery = await repositories.deliver(task, draft_of(task, "a" * 40, "b" * 40), b"")
    assert (delivery.state, delivery.branch, delivery.commit) == ("held", "aurora/t1", "b" * 40)


# ── keeping work without a commit ────────────────────────────────────────────────────────────────────────────────


async def test_kept_work_is_a_ref_that_no_branch_list_shows(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    (work / "app.py").write_text("work in progress")
    made, bundle = draft_bundle(work, base)
    before = state_of(work)
    task = local_task(work, base)
    assert await repositories.keep(task, draft_of(task, base, made), bundle) == "refs/aurora/t1"
    assert git(work, "rev-parse", "refs/aurora/t1") == made
    assert git(work, "for-each-ref", "--format=%(refname)").split() == ["refs/aurora/t1", "refs/heads/main"]
    after = state_of(work)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {".git/refs/aurora/t1"}


async def test_kept_work_follows_the_last_draft(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    task = local_task(work, base)
    for name in ("one.py", "two.py"):
        made, bundle = draft_bundle(work, base, **{name.replace(".", "__"): "x = 1\n"})
        for _ in range(2):
            await repositories.keep(task, draft_of(task, base, made), bundle)
        assert git(work, "show", f"refs/aurora/t1:{name}") == "x = 1"


async def test_keeping_work_runs_no_hook_and_follows_no_symbolic_ref(repositories, work, tmp_path):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    git(work, "symbolic-ref", "refs/aurora/t1", "refs/heads/main")
    (work / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-update"):
        (work / ".git/hooks" / hook).write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\nexit 1\n")
        (work / ".git/hooks" / hook).chmod(0o755)
    task = local_task(work, base)
    await repositories.keep(task, draft_of(task, base, made), bundle)
    assert not (tmp_path / "ran").exists()
    assert (git(work, "rev-parse", "main"), git(work, "rev-parse", "refs/aurora/t1")) == (base, made)


async def test_a_bundle_with_a_git_folder_in_its_tree_is_not_kept(repositories, work, tmp_path):
    target = tmp_path / "target"
    git(tmp_path, "clone", "-q", "--no-local", str(work), str(target))
    base = git(work, "rev-parse", "HEAD")
    made, bundle = bundle_of_tree(work, base, f"040000 tree {git(work, 'rev-parse', 'HEAD:src')}\t.git\n")
    task = local_task(target, base)
    with pytest.raises(ArtifactCorrupt, match="hasDotgit"):
        await repositories.keep(task, draft_of(task, base, made), bundle)
    assert subprocess.run(["git", "-C", target, "cat-file", "-e", made], capture_output=True, check=False).returncode


async def test_a_repository_that_cannot_keep_the_work_says_why(repositories, work, tmp_path):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    gone = local_task(tmp_path / "gone", base)
    with pytest.raises(Refusal, match="gone"):
        await repositories.keep(gone, draft_of(gone, base, made), bundle)
    task = local_task(work, base)
    with pytest.raises(Refusal, match="no longer has the base"):
        await repositories.keep(task, draft_of(task, "2" * 40, made), bundle)
    strange = local_task(work, base, id="a..b")
    with pytest.raises(Refusal, match="no valid name"):
        await repositories.keep(strange, draft_of(strange, base, made), bundle)


async def test_an_upload_without_a_path_keeps_its_work_in_the_artifacts_only(repositories):
    task = local_task(None, "a" * 40)
    assert await repositories.keep(task, draft_of(task, "a" * 40, "b" * 40), b"") == ""


# ── bundles that must not get in ─────────────────────────────────────────────────────────────────────────────────


def bundle_of_tree(work, base: str, listing: str) -> tuple[str, bytes]:
    """A bundle whose tree is written as told, whatever git thinks of it."""
    tree = git(work, "mktree", stdin=listing.encode())
    made = git(work, "commit-tree", tree, "-p", base, "-m", "Evil")
    git(work, "update-ref", "refs/evil", made)
    git(work, "bundle", "create", "-q", "../evil.bundle", "refs/evil", f"^{base}")
    git(work, "update-ref", "-d", "refs/evil")
    content = (work.parent / "evil.bundle").read_bytes()
    return made, content


async def test_a_bundle_with_a_git_folder_in_its_tree_does_not_get_in(repositories, work, tmp_path):
    target = tmp_path / "target"
    git(tmp_path, "clone", "-q", "--no-local", str(work), str(target))
    base = git(work, "rev-parse", "HEAD")
    subtree = git(work, "rev-parse", "HEAD:src")
    made, bundle = bundle_of_tree(work, base, f"040000 tree {subtree}\t.git\n")
    task = local_task(target, base)
    with pytest.raises(ArtifactCorrupt, match="hasDotgit"):
        await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert subprocess.run(["git", "-C", target, "cat-file", "-e", made], capture_output=True, check=False).returncode


async def test_a_base_keeps_its_odd_submodules_through_a_delivery(repositories, artifacts, work, tmp_path):
    """`git submodule` would act on such a url; git's own check refuses it, and nobody here runs that."""
    remote, base = tmp_path / "remote.git", with_submodule(work)
    git(tmp_path, "clone", "-q", "--bare", "--no-local", "-c", "fetch.fsckObjects=false", str(work), str(remote))
    fetched, pack = await repositories.fetch_base(remote.as_uri(), "main")
    assert fetched == base
    made, bundle = draft_bundle(work, base, users__py="users = []\n", src___more__py="y = 2\n")
    local = local_task(work, base)
    assert (await repositories.deliver(local, draft_of(local, base, made), bundle)).state == "delivered"
    pushed = Task(id="t1", text="x", source=Remote(url=remote.as_uri(), ref="main"), submitted_at=0)
    kept = await artifacts.of(pushed.ref).put(pack)
    assert (await repositories.deliver(pushed, draft_of(pushed, base, made, kept), bundle)).state == "delivered"
    for target in (work, remote):
        changed = git(target, "diff", "--name-only", base, "aurora/t1").split()
        assert changed == ["src/more.py", "users.py"]
        assert git(target, "ls-tree", "aurora/t1", "docs/theme").startswith("160000")


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param("100644 blob {odd}\t.gitmodules\n", id="a new .gitmodules"),
        pytest.param("100644 blob {odd}\t.GitModules\n", id="as disks without case read it"),
        pytest.param("100644 blob {odd}\tgitmod~1\n", id="by its short name"),
        pytest.param("100644 blob {odd}\t.git\u200cmodules\n", id="with a character that disks drop"),
        pytest.param("160000 commit {gone}\ttheme\n", id="a new submodule"),
    ],
)
async def test_a_draft_that_changes_submodules_does_not_get_in(repositories, work, tmp_path, entries):
    target = tmp_path / "target"
    base = with_submodule(work)
    git(tmp_path, "clone", "-q", "--no-local", str(work), str(target))
    odd = git(work, "hash-object", "-w", "--stdin", stdin=b'[submodule "x"]\npath = -x\nurl = -y\n')
    made, bundle = bundle_of_tree(work, base, entries.format(odd=odd, gone="b" * 40))
    task = local_task(target, base)
    with pytest.raises(ArtifactCorrupt, match="submodules"):
        await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert subprocess.run(["git", "-C", target, "cat-file", "-e", made], capture_output=True, check=False).returncode


def with_submodule(work) -> str:
    """A commit with a theme of the documents that is a submodule, and a leftover of another with an odd url."""
    said = '[submodule "docs/theme"]\n\tpath = docs/theme\n\turl = https://example.invalid/theme.git\n'
    (work / ".gitmodules").write_text(said + '[submodule "gone"]\n\tpath = gone\n\turl = --upload-pack=x\n')
    (work / "docs/theme").mkdir(parents=True)
    git(work, "add", ".gitmodules")
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},docs/theme")
    git(work, "commit", "-qm", "Take a theme")
    return git(work, "rev-parse", "HEAD")


async def test_a_cut_bundle_one_without_the_commit_and_one_on_another_base_do_not_get_in(repositories, work):
    base, first = git(work, "rev-parse", "HEAD"), git(work, "rev-parse", "HEAD~1")
    git(work, "branch", "side", git(work, "commit-tree", "HEAD^{tree}", "-p", first, "-m", "Side"))
    side = git(work, "rev-parse", "side")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    for draft, content in (
        (draft_of(task, base, made), bundle[:-30]),
        (draft_of(task, base, made), b"rubbish"),
        (draft_of(task, base, "c" * 40), bundle),
        (draft_of(task, side, made), bundle),
    ):
        with pytest.raises(ArtifactCorrupt):
            await repositories.deliver(task, draft, content)
    assert git(work, "branch", "--list", "aurora/*") == ""


# ── fetching a base ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def remote(work, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(work), "remote.git")
    return tmp_path / "remote.git"


@pytest.mark.parametrize("ref", ["main", "refs/heads/main", "v1", "HEAD", "SHA"])
async def test_a_remote_base_is_the_same_pack_a_client_would_have_made(repositories, remote, work, ref):
    head = git(work, "rev-parse", "HEAD")
    git(remote, "tag", "-a", "-m", "words", "v1", "main")
    base, pack = await repositories.fetch_base(remote.as_uri(), head if ref == "SHA" else ref)
    assert base == head
    empty = remote.parent / "empty"
    git(remote.parent, "init", "-q", "empty")
    git(empty, "index-pack", "--stdin", stdin=pack)
    mine = await (await LocalRepository.open(work)).import_base()
    git(remote.parent, "init", "-q", "mine")
    git(remote.parent / "mine", "index-pack", "--stdin", stdin=mine.pack)
    listing = ("cat-file", "--batch-all-objects", "--batch-check")
    assert git(empty, *listing) == git(remote.parent / "mine", *listing)


async def test_an_unknown_ref_names_the_nearest(repositories, remote):
    with pytest.raises(Refusal) as caught:
        await repositories.fetch_base(remote.as_uri(), "maim")
    assert "'main'" in caught.value.hint


async def test_an_empty_remote_is_refused(repositories, tmp_path):
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    with pytest.raises(Refusal, match="no commit yet"):
        await repositories.fetch_base((tmp_path / "empty.git").as_uri(), "main")


async def test_a_remote_whose_code_needs_a_submodule_or_a_file_in_lfs_is_refused(repositories, work, tmp_path):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    commit(work, "Track", data__bin=pointer, src___load__py="open('data.bin')\n")
    with pytest.raises(Refusal, match=r"LFS: 'data.bin', needed by src/load.py:1"):
        await repositories.fetch_base(work.as_uri(), "main")
    git(work, "rm", "-q", "data.bin")
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},vendor/inner")
    commit(work, "Submodule", src___use__py="from vendor.inner import x\n")
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},vendor/inner")
    git(work, "commit", "-q", "--amend", "-m", "Submodule")
    with pytest.raises(Refusal, match=r"submodules: 'vendor/inner', needed by src/use.py:1"):
        await repositories.fetch_base(work.as_uri(), "main")


async def test_a_remote_with_a_broken_tree_is_refused(repositories, work):
    subtree = git(work, "rev-parse", "HEAD:src")
    tree = git(work, "mktree", stdin=f"040000 tree {subtree}\t.git\n".encode())
    git(work, "update-ref", "refs/heads/evil", git(work, "commit-tree", tree, "-m", "Evil"))
    with pytest.raises(Refusal, match="git's check"):
        await repositories.fetch_base(work.as_uri(), "evil")


@pytest.mark.parametrize("url", ["ext::sh -c touch% /tmp/x", "--upload-pack=touch", "", "git://localhost/x", "fd::3"])
async def test_an_address_that_starts_a_program_or_a_strange_transport_is_refused(repositories, url):
    with pytest.raises(Refusal):
        await repositories.fetch_base(url, "main")


@pytest.mark.parametrize("ref", ["--all", "main:refs/heads/x", "+main", "", "a..b", "refs/heads/*", "^main", "@{-1}"])
async def test_a_ref_that_is_a_refspec_or_an_option_is_refused(repositories, remote, ref):
    with pytest.raises(Refusal, match="no name"):
        await repositories.fetch_base(remote.as_uri(), ref)


async def test_a_path_that_is_no_repository_is_refused(repositories, tmp_path):
    with pytest.raises(Refusal, match="no git repository"):
        await repositories.fetch_base((tmp_path / "absent").as_uri(), "main")


async def test_a_host_that_does_not_answer_is_transient_and_the_password_is_not_said(repositories):
    with pytest.raises(TransientError) as caught:
        await repositories.fetch_base("http://me:secret@127.0.0.1:9/x.git", "main")
    assert "secret" not in str(caught.value)


async def test_a_server_that_refuses_the_credentials_is_called_so(repositories):
    async def unauthorized(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(unauthorized, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CredentialsRefused):
            await repositories.fetch_base(f"http://127.0.0.1:{port}/x.git", "main")


# ── delivering to a remote ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def pushed(artifacts, repositories, remote, work):
    """(task, draft, bundle) of a task on a remote repository."""
    url = remote.as_uri()
    base, pack = await repositories.fetch_base(url, "main")
    made, bundle = draft_bundle(work, base)
    task = Task(id="t1", text="x", source=Remote(url=url, ref="main"), submitted_at=0)
    return task, draft_of(task, base, made, await artifacts.of(task.ref).put(pack)), bundle


async def test_a_remote_gets_the_branch_once(repositories, remote, pushed):
    task, draft, _ = pushed
    first = await repositories.deliver(*pushed)
    assert (first.state, first.behind_by, first.where) == ("delivered", 0, task.source.url)
    assert git(remote, "rev-parse", "aurora/t1") == draft.commit
    assert git(remote, "rev-list", "--count", "aurora/t1") == "3"
    git(remote, "fsck", "--strict")
    assert (await repositories.deliver(*pushed)).state == "already_delivered"


async def test_a_remote_branch_that_is_not_ours_is_never_moved(repositories, remote, pushed):
    git(remote, "branch", "aurora/t1", "main~1")
    delivery = await repositories.deliver(*pushed)
    assert delivery.state == "refused"
    assert "is someone else's" in delivery.why
    assert git(remote, "rev-parse", "aurora/t1") == git(remote, "rev-parse", "main~1")


async def test_of_two_pushes_at_once_one_creates_the_branch(repositories, remote, pushed):
    both = await asyncio.gather(*(repositories.deliver(*pushed) for _ in range(3)))
    assert {delivery.state for delivery in both} <= {"delivered", "already_delivered"}
    assert git(remote, "rev-parse", "aurora/t1") == pushed[1].commit


async def test_a_push_goes_on_when_the_remotes_branch_moved_meanwhile(repositories, remote, work, pushed):
    commit(work, "Later")
    git(work, "push", "-q", str(remote), "main")
    delivery = await repositories.deliver(*pushed)
    assert (delivery.state, delivery.behind_by) == ("delivered", None)


@pytest.fixture
def over_ssh(remote, pushed, tmp_path, monkeypatch):
    """`pushed`, with the remote behind ssh, whose place a shell on this machine takes: its own side runs its hooks."""
    (tmp_path / "ssh").write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "ssh"))
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    task, draft, bundle = pushed
    return task.model_copy(update={"source": Remote(url=f"ssh://host{remote}", ref="main")}), draft, bundle


@pytest.mark.parametrize("hook", ["pre-receive", "update", "reference-transaction", "post-receive"])
async def test_hooks_of_a_remote_on_the_workers_disk_neither_run_nor_are_passed_by(repositories, remote, pushed, hook):
    ran = remote.parent / "ran"
    (remote / "hooks").mkdir(exist_ok=True)
    (remote / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
    (remote / "hooks" / hook).chmod(0o755)
    delivery = await repositories.deliver(*pushed)
    assert (delivery.state, hook in delivery.why) == ("refused", True)
    with pytest.raises(Refusal, match="ssh or https"):
        await repositories.keep(*pushed)
    assert not ran.exists()
    assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


async def test_sample_hooks_of_a_remote_on_the_workers_disk_are_no_hooks(repositories, remote, pushed):
    (remote / "hooks").mkdir(exist_ok=True)
    (remote / "hooks/pre-receive.sample").write_text("#!/bin/sh\nexit 1\n")
    (remote / "hooks/pre-receive.sample").chmod(0o755)
    (remote / "hooks/update").write_text("not executable: git does not run it either")
    assert (await repositories.deliver(*pushed)).state == "delivered"


@pytest.mark.parametrize("form", ["plain path", "without .git", "escaped", "host"])
async def test_a_remote_on_the_workers_disk_is_found_as_git_finds_it(repositories, work, tmp_path, form):
    git(tmp_path, "clone", "-q", "--bare", str(work), "some remote.git")
    url = {
        "plain path": f"{tmp_path}/some remote.git",
        "without .git": f"file://{tmp_path}/some remote",
        "escaped": f"file://{tmp_path}/some%20remote.git",
        "host": f"file:/{tmp_path}/some remote.git",
    }[form]
    assert (await repositories.fetch_base(url, "main"))[0] == git(work, "rev-parse", "HEAD")


async def test_a_relative_path_is_no_address(repositories):
    with pytest.raises(Refusal, match="no address"):
        await repositories.fetch_base("../shop", "main")


async def test_a_folder_above_an_address_is_not_taken_for_it(repositories, work):
    with pytest.raises(Refusal, match="no git repository"):
        await repositories.fetch_base((work / "src").as_uri(), "main")


async def test_a_worker_without_the_file_transport_reads_no_repository_of_its_disk(artifacts, work):
    with pytest.raises(Refusal, match="not allowed"):
        await GitRepositories(artifacts, protocols=("https",)).fetch_base(work.as_uri(), "main")


async def test_a_remote_that_declines_says_why(repositories, remote, over_ssh):
    (remote / "hooks").mkdir(exist_ok=True)
    (remote / "hooks/pre-receive").write_text("#!/bin/sh\necho protected by policy 7 >&2\nexit 1\n")
    (remote / "hooks/pre-receive").chmod(0o755)
    delivery = await repositories.deliver(*over_ssh)
    assert delivery.state == "refused"
    assert "policy 7" in delivery.why


async def test_a_remote_that_lost_the_base_is_a_refusal(repositories, remote, pushed):
    git(remote, "update-ref", "-d", "refs/heads/main")
    git(remote, "gc", "-q", "--prune=now")
    delivery = await repositories.deliver(*pushed)
    assert delivery.state == "refused"
    assert delivery.why


async def test_a_remote_that_is_gone_is_trouble_or_refusal_but_never_a_success(repositories, remote, pushed):
    remote.rename(remote.with_suffix(".moved"))
    with pytest.raises((Refusal, TransientError)):
        await repositories.deliver(*pushed)


# ── the process ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_too_much_output_ends_the_process(work):
    with pytest.raises(GitOutputTooLarge):
        await Git(work).run("cat-file", "--batch-all-objects", "--batch", limit=100)


async def test_a_process_that_takes_too_long_is_ended_with_its_children(work, tmp_path):
    git(work, "config", "alias.hang", f"!echo $$ > {tmp_path}/pid; sleep 600 & wait")
    with pytest.raises(TransientError, match="took over"):
        await Git(work).run("hang", seconds=1)
    left = subprocess.run(["ps", "-o", "stat=", "-g", (tmp_path / "pid").read_text()], capture_output=True, check=False)
    assert not [line for line in left.stdout.split() if not line.startswith(b"Z")]


async def test_cancelling_ends_the_process(work, tmp_path):
    git(work, "config", "alias.hang", f"!echo $$ > {tmp_path}/pid; exec sleep 600")
    running = asyncio.ensure_future(Git(work).run("hang", seconds=600))
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    pid = (tmp_path / "pid").read_text().strip()
    assert b"Z" in subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, check=False).stdout or not (
        os.path.exists(f"/proc/{pid}")
    )


async def test_scratch_repositories_are_removed(repositories, work, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    task = local_task(work, base)
    with pytest.raises(ArtifactCorrupt):
        await repositories.deliver(task, draft_of(task, base, made), bundle[:-30])
    await repositories.deliver(task, draft_of(task, base, made), bundle)
    assert list(scratch.iterdir()) == []


async def test_a_remote_keeps_the_work_of_a_task_without_a_commit(repositories, remote, pushed):
    _, draft, _ = pushed
    for _ in range(2):
        assert await repositories.keep(*pushed) == "refs/aurora/t1"
    assert git(remote, "rev-parse", "refs/aurora/t1") == draft.commit
    assert git(remote, "branch", "--list", "aurora*") == ""
    git(remote, "fsck", "--strict")


async def test_a_remote_that_takes_no_such_ref_says_why(repositories, remote, over_ssh):
    (remote / "hooks").mkdir(exist_ok=True)
    (remote / "hooks/pre-receive").write_text("#!/bin/sh\necho only branches here >&2\nexit 1\n")
    (remote / "hooks/pre-receive").chmod(0o755)
    with pytest.raises(Refusal, match="only branches here"):
        await repositories.keep(*over_ssh)


# ── repositories that are small as a pack and large as a list ────────────────────────────────────────────────────────


def bomb(folder, levels, entries=10):
    """A tree that names `entries` ** `levels` files, and is made of a few small objects."""
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=b"x = 1\n")
    lines = [f"100644 blob {blob}\tf{number}\n" for number in range(entries)]
    for _ in range(levels):
        tree = git(folder, "mktree", stdin="".join(lines).encode())
        lines = [f"040000 tree {tree}\td{number}\n" for number in range(entries)]
    made = git(folder, "commit-tree", "-m", "Many", tree)
    git(folder, "update-ref", "refs/heads/bomb", made)


@pytest.mark.parametrize("levels", [6, 12])
async def test_a_tree_of_millions_of_files_is_refused(repositories, work, levels):
    bomb(work, levels)
    with pytest.raises(Refusal, match="files"):
        await repositories.fetch_base(work.as_uri(), "bomb")


async def test_a_tree_that_names_one_file_many_times_is_counted_whole(repositories, work):
    bomb(work, 4)
    _, pack = await repositories.fetch_base(work.as_uri(), "bomb")
    assert len(pack) < 2_000
    local = await LocalRepository.open(work)
    assert (await local.import_base("bomb")).files == 10_000


async def test_names_of_branches_that_take_long_to_compare_are_no_hint_and_hold_nobody(repositories, work):
    base = git(work, "rev-parse", "HEAD")
    names = [f"feature/{'a' * 180}{number:05d}" for number in range(20_000)]
    (work / ".git/packed-refs").write_text("".join(f"{base} refs/heads/{name}\n" for name in names))
    beats = 0

    async def beat():
        nonlocal beats
        while True:
            await asyncio.sleep(0.1)
            beats += 1

    beating = asyncio.create_task(beat())
    with pytest.raises(Refusal, match="no branch") as caught:
        await repositories.fetch_base(work.as_uri(), "feature/" + "a" * 180)
    beating.cancel()
    assert "It has: feature/aaa" in caught.value.hint
    assert beats > 5, "the loop stood still"
