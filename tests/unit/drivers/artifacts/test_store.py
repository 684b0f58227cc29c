import asyncio
import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from aurora.domain.task import TaskRef
from aurora.drivers.artifacts.sealed_content import seal
from aurora.drivers.artifacts.store import ObjectArtifacts
from aurora.errors import ArtifactCorrupt, ArtifactMissing, DiskFull, PersistentError, Refusal

TASK = TaskRef(id="t1")


@pytest.fixture(params=[pytest.param("folder", id="a folder"), pytest.param("memory", id="a remote store's code path")])
def store(request, tmp_path):
    return ObjectArtifacts(tmp_path / "artifacts" if request.param == "folder" else "memory:///")


async def test_what_was_put_comes_back_under_its_digest(store):
    mine = store.of(TASK)
    digest = await mine.put(b"\x00plan\n")
    assert digest.startswith("sha256:")
    assert await mine.get(digest) == b"\x00plan\n"


async def test_the_same_content_twice_is_one_object(store):
    mine = store.of(TASK)
    first, second = await asyncio.gather(mine.put(b"same"), mine.put(b"same"))
    assert first == second
    assert len(await store.store.list("default").collect_async()) == 1


async def test_a_blob_of_another_task_is_missing(store):
    digest = await store.of(TASK).put(b"mine")
    with pytest.raises(ArtifactMissing, match="t2"):
        await store.of(TaskRef(id="t2")).get(digest)


async def test_a_changed_blob_is_never_returned_and_putting_it_again_mends_it(store):
    mine = store.of(TASK)
    digest = await mine.put(b"whole")
    await store.store.put_async(f"default/tasks/t1/blobs/{digest[7:]}", b"who")
    with pytest.raises(ArtifactCorrupt, match="changed"):
        await mine.get(digest)
    assert await mine.put(b"whole") == digest
    assert await mine.get(digest) == b"whole"


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"x" * 7_000_000], ids=["empty", "newline", "json", "large"])
async def test_a_name_is_created_once_and_read_as_it_was(store, content):
    mine = store.of(TASK)
    assert await mine.create("calls/c1/reply.json", content)
    assert not await mine.create("calls/c1/reply.json", b"other")
    assert await mine.read("calls/c1/reply.json") == content


async def test_a_name_nobody_created_reads_as_none(store):
    assert await store.of(TASK).read("record.json") is None


async def test_of_twenty_writers_of_one_name_one_wins_and_its_content_stays(store):
    mine = store.of(TASK)
    won = await asyncio.gather(*(mine.create("calls/c1/intent.json", b"%d" % i) for i in range(20)))
    assert sum(won) == 1
    assert await mine.read("calls/c1/intent.json") == b"%d" % won.index(True)


def create_in_a_process(root: str, content: bytes, start, won) -> None:
    mine = ObjectArtifacts(root).of(TASK)
    start.wait()
    if asyncio.run(mine.create("calls/c1/reply.json", content)):
        won.put(content)
    won.close()
    won.join_thread()
    os._exit(0)  # the store's threads can abort an interpreter that is on its way out (rc 134)


@pytest.mark.parametrize("torn", [False, True], ids=["an absent name", "a torn name"])
async def test_of_several_processes_one_creates(tmp_path, torn):
    if torn:
        lay_down(tmp_path, "calls/c1/reply.json", b"")
    spawn = multiprocessing.get_context("spawn")
    start, won = spawn.Barrier(4), spawn.Queue()
    writers = [spawn.Process(target=create_in_a_process, args=(str(tmp_path), b"%d" % i, start, won)) for i in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        await asyncio.to_thread(writer.join)
        assert writer.exitcode == 0
    winner = won.get(timeout=5)
    assert won.empty()
    assert await ObjectArtifacts(tmp_path).of(TASK).read("calls/c1/reply.json") == winner


def lay_down(root: Path, name: str, stored: bytes) -> None:
    path = root / "default/tasks/t1" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stored)


WHOLE = seal(b'{"reply": 1}')


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(b"", id="nothing in it"),
        pytest.param(WHOLE[:-3], id="its end missing"),
        pytest.param(WHOLE[:20], id="its header cut"),
        pytest.param(b"\x00" * len(WHOLE), id="zeros of its length"),
        pytest.param(WHOLE[:-6] + b"\x00" * 6, id="zeros at its end"),
    ],
)
async def test_a_name_that_power_loss_left_torn_is_absent_and_can_be_created(tmp_path, stored):
    lay_down(tmp_path, "calls/c1/reply.json", stored)
    mine = ObjectArtifacts(tmp_path).of(TASK)
    assert await mine.read("calls/c1/reply.json") is None
    assert sum(await asyncio.gather(*(mine.create("calls/c1/reply.json", b"again") for _ in range(20)))) == 1
    assert await mine.read("calls/c1/reply.json") == b"again"


async def test_a_damaged_object_of_a_remote_store_is_said_not_replaced():
    store = ObjectArtifacts("memory:///")
    await store.store.put_async("default/tasks/t1/record.json", WHOLE[:-3])
    with pytest.raises(ArtifactCorrupt):
        await store.of(TASK).create("record.json", b"x")
    with pytest.raises(ArtifactCorrupt):
        await store.of(TASK).read("record.json")


async def test_content_and_name_are_flushed_to_disk_before_a_write_is_acknowledged(tmp_path):
    """Watched from outside: the kernel's own record of what a writing process flushed, and in which order."""
    program = (
        "import asyncio\nfrom aurora.domain.task import TaskRef\n"
        "from aurora.drivers.artifacts.store import ObjectArtifacts\n"
        f"asyncio.run(ObjectArtifacts({str(tmp_path / 'a')!r}).of(TaskRef(id='t1')).create('calls/c1/r', b'x'))"
    )
    import sys

    trace = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-e", "trace=fsync,link,linkat,rename", "-o", trace, sys.executable, "-c", program]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("strace is not installed")
    calls = trace.read_text()
    linked = calls.index("/calls/c1/r")
    before, after = calls[:linked], calls[linked:]
    assert "/.staging/" in before and "fsync" in before
    root = str(tmp_path / "a")
    for folder in ("/default/tasks/t1/calls/c1", "/default/tasks/t1/calls", "/default/tasks/t1", "/default/tasks", ""):
        assert f"<{root}{folder}>" in after, folder


async def test_a_record_can_be_replaced_and_leaves_nothing_behind(store, tmp_path):
    mine = store.of(TASK)
    await mine.replace("record.json", b"1")
    await mine.replace("record.json", b"2")
    assert await mine.read("record.json") == b"2"
    assert [meta["path"] for meta in await store.store.list().collect_async()] == ["default/tasks/t1/record.json"]


async def test_names_are_sorted_below_a_folder_and_without_blobs(store):
    mine = store.of(TASK)
    await mine.put(b"blob")
    for name in ("record.json", "calls/b/reply.json", "calls/a/reply.json", "callsign"):
        await mine.create(name, b"")
    assert await mine.names("calls") == ["calls/a/reply.json", "calls/b/reply.json"]
    assert await mine.names("calls/") == ["calls/a/reply.json", "calls/b/reply.json"]
    assert await mine.names("") == ["calls/a/reply.json", "calls/b/reply.json", "callsign", "record.json"]
    assert await mine.names("nothing") == []


@pytest.mark.parametrize(
    "name", ["../t2/record.json", "/etc/passwd", "a//b", "", "a/../b", ".staging/x", "blobs/x", "a\n", "x#1"]
)
async def test_a_name_that_leaves_the_task_is_refused(store, name):
    with pytest.raises(ValueError, match="no name"):
        await store.of(TASK).create(name, b"")


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:../../x", "sha256:" + "A" * 64])
async def test_a_digest_that_is_none_is_refused(store, digest):
    with pytest.raises(ValueError, match="no digest"):
        await store.of(TASK).get(digest)


@pytest.mark.parametrize("word", ["..", "a/b", "", ".hidden", "a b", "a..b", "x" * 200, "a\n"])
async def test_a_task_id_or_tenant_that_leaves_its_folder_is_refused(store, word):
    with pytest.raises(Refusal, match="no task id"):
        store.of(TaskRef(id=word))
    with pytest.raises(Refusal, match="no tenant"):
        await store.tasks(word)


async def test_tasks_are_listed_newest_first_for_their_tenant_only(store):
    for task in ("old", "middle", "new"):
        await store.of(TaskRef(id=task)).put(b"x")
        await asyncio.sleep(0.01)
    await store.of(TaskRef(id="old")).replace("record.json", b"later")
    await store.of(TaskRef(id="other", tenant="them")).put(b"x")
    assert await store.tasks("default") == ["new", "middle", "old"]
    assert await store.tasks("nobody") == []


async def test_deleting_a_task_leaves_the_others_and_can_be_repeated(store):
    for task in ("t1", "t10"):
        await store.of(TaskRef(id=task)).put(b"x")
        await store.of(TaskRef(id=task)).create("calls/c/r", b"x")
    await store.delete(TASK)
    await store.delete(TASK)
    assert await store.tasks("default") == ["t10"]
    assert await store.of(TaskRef(id="t10")).read("calls/c/r") == b"x"
    assert await store.of(TASK).create("calls/c/r", b"again")


async def test_a_full_disk_is_called_so_and_leaves_no_name(tmp_path):
    mount = tmp_path / "small"
    mount.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", mount], check=False).returncode
    ):
        pytest.skip("needs the right to mount a small filesystem")
    try:
        mine = ObjectArtifacts(mount).of(TASK)
        with pytest.raises(DiskFull, match="No space"):
            await mine.create("calls/c1/reply.json", b"x" * 1_000_000)
        assert await mine.read("calls/c1/reply.json") is None
        assert await mine.create("calls/c1/reply.json", b"small")
    finally:
        subprocess.run(["umount", mount], check=True)


async def test_a_folder_that_is_no_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PersistentError, match="file"):
        ObjectArtifacts(tmp_path / "file")


async def test_a_file_url_is_a_folder(tmp_path):
    await ObjectArtifacts((tmp_path / "a b").as_uri()).of(TASK).create("record.json", b"x")
    assert await ObjectArtifacts(tmp_path / "a b").of(TASK).read("record.json") == b"x"


# ── what a tenant's tasks share ──────────────────────────────────────────────────────────────────────────────────


async def test_what_a_tenant_shares_is_no_task_s_and_no_other_tenant_s(store):
    await store.of(TASK).replace("record.json", b"{}")
    shared = store.shared("default")
    await shared.replace("baselines/ab12", b"run")
    assert await shared.read("baselines/ab12") == b"run"
    assert await store.shared("acme").read("baselines/ab12") is None
    assert await store.tasks("default") == ["t1"]
    assert await store.of(TASK).names() == ["record.json"]
    for name in ("../../shared/baselines/ab12", "/default/shared/baselines/ab12"):
        with pytest.raises(ValueError, match="no name for an artifact"):
            await store.of(TASK).read(name)
    with pytest.raises(Refusal):
        store.shared("../default")


async def test_what_was_shared_too_long_ago_is_removed(store):
    shared = store.shared("default")
    assert await shared.remove_older("baselines", 0) == 0
    await store.of(TASK).replace("record.json", b"{}")
    await shared.replace("baselines/ab12", b"run")
    await shared.replace("others/ab12", b"kept")
    assert await shared.remove_older("baselines", 60) == 0 and await shared.read("baselines/ab12") == b"run"
    await asyncio.sleep(0.02)
    assert await shared.remove_older("baselines", 0) == 1 and await shared.read("baselines/ab12") is None
    assert await store.of(TASK).read("record.json") == b"{}"
    assert await shared.read("others/ab12") == b"kept"
