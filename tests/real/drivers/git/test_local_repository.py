import os
import shutil
import subprocess

import pytest

from aurora.drivers.git.local_repository import LocalRepository
from aurora.errors import Refusal
from tests.support.git_fixtures import IDENTITY, commit, draft_bundle, git, repository

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"


@pytest.fixture
def work(tmp_path):
    return repository(tmp_path / "shop")


async def import_base(path, ref=None, **options):
    return await (await LocalRepository.open(path)).import_base(ref, **options)


def restored(tmp_path, pack: bytes, base: str):
    """The sandbox's result from a pack: an empty repository, the pack, the base marked shallow."""
    folder = tmp_path / "restored"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "index-pack", "--stdin", stdin=pack)
    (folder / ".git/shallow").write_text(base + "\n")
    git(folder, "checkout", "-q", base)
    return folder


async def test_the_base_commit_alone_is_packed_and_can_be_restored(work, tmp_path):
    imported = await import_base(work)
    assert imported.base == git(work, "rev-parse", "HEAD")
    assert (imported.label, imported.path, imported.files, imported.warnings) == ("shop", str(work), 2, ())
    folder = restored(tmp_path, imported.pack, imported.base)
    assert (folder / "app.py").read_text() == "print(2)\n"
    assert git(folder, "rev-list", "--count", "HEAD") == "1"
    assert git(folder, "fsck", "--strict") == ""
    listed = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
    assert listed.split().count("commit") == 1


@pytest.mark.parametrize("ref", ["main~1", "v1", "tag-with-words", "refs/heads/old", "SHA"])
async def test_a_base_can_be_named_by_branch_tag_or_commit(work, ref):
    first = git(work, "rev-parse", "HEAD~1")
    git(work, "tag", "v1", "HEAD~1")
    git(work, "tag", "-a", "-m", "words", "tag-with-words", "HEAD~1")
    git(work, "branch", "old", "HEAD~1")
    assert (await import_base(work, first if ref == "SHA" else ref)).base == first


async def test_a_file_is_read_at_a_commit_not_from_the_work_tree(work):
    (work / "app.py").write_text("changed")
    local = await LocalRepository.open(work)
    assert await local.read("HEAD~1", "app.py") == b"print(1)\n"
    assert await local.read("HEAD", "absent.py") is None
    assert await local.read("HEAD", "src") is None


async def test_a_dirty_work_tree_is_a_warning_with_the_number_of_files(work):
    (work / "app.py").write_text("changed")
    (work / "new.py").write_text("new")
    assert (await import_base(work)).warnings == ("2 files have uncommitted changes; only committed work counts.",)


async def test_looking_for_uncommitted_changes_runs_no_program_of_the_repository(work):
    """Filters, hooks and the fsmonitor are commands that a configuration names."""
    trap = work.parent / "ran"
    for key in ("filter.evil.clean", "filter.evil.process", "core.fsmonitor", "core.alternateRefsCommand"):
        git(work, "config", key, f"touch {trap}; cat")
    (work / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (work / ".git/hooks" / hook).write_text(f"#!/bin/sh\ntouch {trap}\n")
        (work / ".git/hooks" / hook).chmod(0o755)
    (work / ".gitattributes").write_text("* filter=evil\n")
    (work / "app.py").write_text("changed")
    assert (await import_base(work)).warnings
    assert not trap.exists()
    subprocess.run(["git", "-C", work, "status"], check=False, capture_output=True, env=os.environ | IDENTITY)
    assert trap.exists(), "the trap itself does not work"


async def test_a_subfolder_stands_for_its_repository_and_is_remembered(work):
    (work / "services" / "billing").mkdir(parents=True)
    named = await LocalRepository.open(work / "services" / "billing")
    assert (named.path, named.folder) == (work, "services/billing")
    assert (await named.import_base()).folder == "services/billing"
    assert (await LocalRepository.open(work)).folder == ""


async def test_a_bare_repository_is_accepted(work, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(work), "bare.git")
    imported = await import_base(tmp_path / "bare.git")
    assert imported.label == "bare"
    assert imported.files == 2


async def test_a_shallow_clone_is_accepted(work, tmp_path):
    git(tmp_path, "clone", "-q", "--depth=1", work.as_uri(), "shallow")
    imported = await import_base(tmp_path / "shallow")
    assert (restored(tmp_path, imported.pack, imported.base) / "app.py").exists()


async def test_a_linked_worktree_is_imported_at_its_own_head(work, tmp_path):
    git(work, "worktree", "add", "-q", str(tmp_path / "linked"), "HEAD~1")
    imported = await import_base(tmp_path / "linked")
    assert imported.base == git(work, "rev-parse", "HEAD~1")
    assert imported.path == str(tmp_path / "linked")


async def test_a_git_dir_in_the_callers_environment_is_ignored(work, tmp_path, monkeypatch):
    other = repository(tmp_path / "other")
    commit(other, "Third")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    imported = await import_base(work)
    monkeypatch.undo()
    assert imported.base == git(work, "rev-parse", "HEAD")


async def test_a_replaced_object_is_packed_as_what_its_name_says(work, tmp_path):
    head, first = git(work, "rev-parse", "HEAD"), git(work, "rev-parse", "HEAD~1")
    git(work, "replace", head, first)
    imported = await import_base(work)
    assert (restored(tmp_path, imported.pack, head) / "app.py").read_text() == "print(2)\n"


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def refusal(path, ref=None, **options) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await import_base(path, ref, **options)
    assert caught.value.hint, "a refusal says what to do next"
    return caught.value


async def test_a_path_that_is_not_there_is_named(tmp_path):
    assert "no folder" in (await refusal(tmp_path / "absent")).what


async def test_a_file_is_not_a_repository(work):
    assert "is a file" in (await refusal(work / "app.py")).what


async def test_a_folder_outside_git_is_refused(tmp_path):
    assert "not a git repository" in (await refusal(tmp_path)).what


async def test_the_git_folder_itself_is_refused(work):
    assert "inside a .git folder" in (await refusal(work / ".git")).what


async def test_an_empty_repository_is_refused(tmp_path):
    git(tmp_path, "init", "-q", "empty")
    assert "no commit yet" in (await refusal(tmp_path / "empty")).what
    assert "no commit yet" in (await refusal(tmp_path / "empty", "main")).what


async def test_a_head_without_commits_names_branches_that_have_some(work):
    git(work, "symbolic-ref", "HEAD", "refs/heads/unborn")
    assert "main" in (await refusal(work)).hint


async def test_an_unknown_base_names_the_nearest(work):
    git(work, "branch", "develop")
    refused = await refusal(work, "devlop")
    assert "'devlop'" in refused.what
    assert "'develop'" in refused.hint


@pytest.mark.parametrize("ref", ["--help", "-n", "", "HEAD^{tree}", "HEAD:app.py", "main..develop"])
async def test_a_base_that_is_no_commit_is_refused(work, ref):
    assert "no branch, tag or commit" in (await refusal(work, ref)).what


async def test_a_submodule_is_refused_where_code_needs_it_and_told_where_none_does(work, tmp_path):
    inner = repository(tmp_path / "inner")
    git(work, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "vendor/inner")
    git(work, "commit", "-qm", "Add a submodule")
    said = "no code names its git submodules, which are not fetched: 'vendor/inner'"
    assert said in (await import_base(work)).warnings
    local = await LocalRepository.open(work)
    assert await local.examine("HEAD") == (said,)
    assert "vendor/inner" not in await local.paths("HEAD")
    commit(work, "Use it", src___use__py="from vendor.inner import app\n")
    assert "'vendor/inner', needed by src/use.py:1" in (await refusal(work)).what


async def test_attributes_that_name_no_pointer_are_accepted(work):
    attributes = (
        "*.psd filter=lfs diff=lfs merge=lfs -text\nsecrets/** filter=git-crypt diff=git-crypt\n* export-ignore\n"
    )
    commit(work, "Track", assets___x="x", __gitattributes=attributes, src_____gitattributes="*.bin filter=lfs\n")
    assert (await import_base(work)).warnings == ()


async def test_a_pointer_is_refused_where_code_needs_the_file_and_told_where_none_does(work):
    commit(work, "Pointer", data___model__bin=POINTER, __gitattributes="*.bin filter=lfs\n")
    assert (await import_base(work)).warnings == (
        "no code names its files in Git LFS, which are pointers here: 'data/model.bin'",
    )
    commit(work, "Load", app__py="MODEL = open('data/model.bin')\n")
    assert "'data/model.bin', needed by app.py:1" in (await refusal(work)).what


async def test_a_gitmodules_that_is_a_link_is_refused(work):
    tree = git(work, "ls-tree", "HEAD") + f"\n120000 blob {git(work, 'rev-parse', 'HEAD:app.py')}\t.gitmodules\n"
    odd = git(work, "commit-tree", git(work, "mktree", stdin=tree.encode()), "-m", "Odd")
    git(work, "update-ref", "refs/heads/odd", odd)
    assert "'.gitmodules' is a symbolic link" in (await refusal(work, "odd")).what


async def test_text_that_only_speaks_of_lfs_is_accepted(work):
    commit(work, "Docs", README__md=f"A pointer:\n\n{POINTER}", __gitattributes="# *.bin filter=lfs\n*.py text\n")
    assert (await import_base(work)).files == 4


async def test_a_partial_clone_that_lacks_objects_is_refused_without_fetching_them(work, tmp_path):
    git(work, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", work.as_uri(), "partial")
    refused = await refusal(tmp_path / "partial")
    assert "2 objects" in refused.what
    assert "partial clone" in refused.what
    missing = git(tmp_path / "partial", "rev-list", "--objects", "--missing=print", "HEAD")
    assert missing.count("?") == 3, "nothing was fetched behind the user's back"


async def test_a_treeless_partial_clone_is_refused_too(work, tmp_path):
    git(work, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=tree:0", work.as_uri(), "partial")
    assert "objects" in (await refusal(tmp_path / "partial")).what


async def test_a_damaged_repository_is_refused(work):
    blob = git(work, "rev-parse", "HEAD:app.py")
    (work / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert "not here" in (await refusal(work)).what


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to give a folder away")
async def test_a_repository_of_another_user_names_the_command(work):
    for folder, _, files in os.walk(work):
        for path in [folder, *(os.path.join(folder, file) for file in files)]:
            os.chown(path, 65534, 65534)
    refused = await refusal(work)
    assert "another user" in refused.what
    assert f"safe.directory {work}" in refused.hint


async def test_too_large_a_commit_is_refused_with_its_size(work):
    commit(work, "Large", blob__txt=os.urandom(40_000).hex())
    refused = await refusal(work, max_pack=10_000)
    assert "0.0 MB, over the 0.0 MB" in refused.what.replace("0.1", "0.0")


async def test_a_sha256_repository_is_refused(tmp_path):
    assert "SHA-1" in (await refusal(repository(tmp_path / "new", "--object-format=sha256"))).what


async def test_a_machine_without_git_is_told_what_to_install(work, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "not installed" in (await refusal(work)).what


# ── a held delivery ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_held_delivery_becomes_a_branch_of_the_clients_repository(work):
    base = git(work, "rev-parse", "HEAD")
    made, bundle = draft_bundle(work, base)
    local = await LocalRepository.open(work)
    delivery = await local.apply_held(bundle, base=base, commit=made, branch="aurora/t1")
    assert delivery.state == "delivered"
    assert git(work, "rev-parse", "aurora/t1") == made
    shutil.rmtree(work / ".git/hooks", ignore_errors=True)
    assert (await local.apply_held(bundle, base=base, commit=made, branch="aurora/t1")).state == "already_delivered"
