import pytest

from aurora.domain.runs import ExecEnd
from aurora.errors import ToolRefusal
from tests.support.boxes import FILES, new_draft, workspace_of
from tests.support.git_fixtures import git

pytestmark = pytest.mark.docker


async def test_a_draft_is_restored_file_by_file(box):
    entries = await box.files()
    assert [entry.path for entry in entries] == sorted(FILES)
    for path, content in FILES.items():
        assert (await box.read(path)).decode() == content


async def test_a_file_written_in_a_new_folder_is_read_back_and_deleted_with_it(box):
    await box.write("app/users/service.py", b"x = 1\n")
    assert await box.read("app/users/service.py") == b"x = 1\n"
    await box.delete("app/users/service.py")
    assert "app" not in {entry.path.split("/")[0] for entry in await box.files()}


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd", "../git/config", "app/../../etc/passwd", ".git/config", ".GIT/hooks/pre-commit", "sub/.Git/x",
        ".git", "git~1/config", ".g\u200cit/config", ".git /config", "a\0b", "a\nb", "", ".",
    ],
)  # fmt: skip
async def test_a_path_that_leaves_the_tree_or_names_git_is_refused(box, path):
    for attempt in (box.read(path), box.write(path, b"x"), box.delete(path)):
        with pytest.raises(ToolRefusal):
            await attempt


async def test_no_path_passes_a_symlink(sandbox, artifacts, image, tmp_path):
    draft = await new_draft(artifacts, tmp_path / "r", FILES, link="app.py", out="/etc", up="..", passwd="/etc/passwd")
    async with sandbox.open(draft, workspace_of(draft, image)) as box:
        kinds = {entry.path: entry.kind for entry in await box.files()}
        assert kinds["out"] == kinds["passwd"] == "link"
        for path in ("link", "out/hostname", "up/git/config", "passwd"):
            with pytest.raises(ToolRefusal, match="link"):
                await box.read(path)
            with pytest.raises(ToolRefusal, match="link"):
                await box.write(path, b"x")
            with pytest.raises(ToolRefusal, match="link"):
                await box.delete(path)
        assert (await box.search("root", ["passwd", "out/passwd"])).matches == ()
    await sandbox.release(draft.task)


async def test_a_folder_and_a_missing_file_are_refused_by_name(box):
    with pytest.raises(ToolRefusal, match="folder"):
        await box.read("tests")
    with pytest.raises(ToolRefusal, match=r"no file 'nowhere\.py'"):
        await box.read("nowhere.py")
    with pytest.raises(ToolRefusal, match="ignored"):
        await box.write("debug.log", b"x")
    await box.write("large.bin", b"x" * 2_000_001)
    with pytest.raises(ToolRefusal, match="2000001 bytes"):
        await box.read("large.bin")


async def test_search_gives_path_line_and_text_up_to_its_limit(box):
    found = await box.search(r"VALUE = \d", ["app.py", "src/shop.py"])
    (match,) = found.matches
    assert (match.path, match.line, match.text, match.start, match.end) == ("app.py", 1, "VALUE = 1", 0, 9)
    assert found.counts == {"app.py": 1} and not found.ended
    limited = await box.search(".", ["app.py"], limit=2)
    assert len(limited.matches) == 2 and limited.ended
    with pytest.raises(ToolRefusal, match="regular expression"):
        await box.search("(", ["app.py"])


async def test_what_is_installed_is_read_by_any_name_of_it_and_nothing_beside_it(box):
    folder, *files = await box.installed("site-packages/_pytest")
    assert (folder.path, folder.kind) == ("site-packages/_pytest", "folder")
    assert "site-packages/_pytest/runner.py" in {entry.path for entry in files}
    text = await box.read_installed("site-packages/_pytest/runner.py")
    for name in (
        "/opt/deps/lib/python3.11/site-packages/_pytest/runner.py",
        ".venv/lib/python3.9/site-packages/_pytest/runner.py",
    ):
        assert await box.read_installed(name) == text
    (json,) = await box.installed("/usr/lib/python3.11/json/decoder.py")
    assert json.path.startswith("lib/python3.") and b"JSONDecoder" in await box.read_installed(json.path)
    found = await box.search("def runtestprotocol", [e.path for e in files], installed=True)
    assert [match.path for match in found.matches] == ["site-packages/_pytest/runner.py"]
    for outside in (
        "/etc/passwd", "/opt/aurora/in_box/box_server.py", "site-packages/../../../../../etc/passwd", "site-packages",
        "/opt/project/package.json", "/proc/self/environ", "/opt/deps/pyvenv.cfg", "", "/", "site-packages/nowhere",
    ):  # fmt: skip
        with pytest.raises(ToolRefusal):
            await box.read_installed(outside)


async def test_a_regular_expression_without_end_is_stopped(box):
    await box.write("a.txt", b"a" * 60 + b"!\n")
    with pytest.raises(ToolRefusal, match="simpler"):
        await box.search(r"(a+)+$", ["a.txt"])


async def test_a_tool_runs_on_the_tree_and_its_end_is_named(box):
    await box.write("bad.py", b"import os\n")
    run = await box.execute(["ruff", "check", "bad.py"])
    assert (run.end, run.exit_code) == (ExecEnd.EXITED, 1)
    assert "F401" in run.stdout
    run = await box.execute(["ruff", "check", "-", "--stdin-filename", "x.py"], stdin=b"import os\n")
    assert "F401" in run.stdout
    assert (await box.execute(["black", "--version"])).exit_code == 0
    late = await box.execute(["sleep", "30"], seconds=1)
    assert late.end is ExecEnd.OUT_OF_TIME
    flood = await box.execute(["timeout", "1", "yes"])
    assert flood.cut
    assert len(flood.stdout) < 2_100_000
    with pytest.raises(ToolRefusal, match="no program 'nonsense'"):
        await box.execute(["nonsense"])
    with pytest.raises(ToolRefusal):
        await box.execute(["ruff", "check"], cwd="../git")


async def test_sealing_the_same_edit_twice_gives_the_same_commit_and_an_unchanged_tree_the_same_draft(
    sandbox, draft, workspace
):
    async with sandbox.open(draft, workspace) as box:
        assert await box.seal("Nothing") == draft
        await box.write("users.py", b"users = []\n")
        first = await box.seal("Add users")
        assert await box.seal("Again") == first
    await sandbox.release(draft.task)
    async with sandbox.open(draft, workspace) as box:
        await box.write("users.py", b"users = []\n")
        second = await box.seal("Add users")
    assert first.commit == second.commit != draft.commit
    assert first.bundle == second.bundle


async def test_a_sealed_draft_is_restored_in_a_new_container_and_dirt_is_wiped(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace) as box:
        await box.write("users.py", b"users = []\n")
        await box.delete("data/prices.json")
        sealed = await box.seal("Add users")
        await box.write("dirt.py", b"unsealed\n")
        await box.write("app.py", b"unsealed\n")
    for restart in (False, True):
        if restart:
            await sandbox.release(draft.task)
        async with sandbox.open(sealed, workspace) as box:
            paths = {entry.path for entry in await box.files()}
            assert paths == (set(FILES) | {"users.py"}) - {"data/prices.json"}
            assert await box.read("app.py") == FILES["app.py"].encode()
            assert "+users = []" in await box.diff()
    async with sandbox.open(draft, workspace) as box:
        assert {entry.path for entry in await box.files()} == set(FILES)
        assert await box.diff() == ""


async def test_squash_makes_one_commit_on_the_base_that_the_host_can_take(
    sandbox, artifacts, draft, workspace, tmp_path
):
    async with sandbox.open(draft, workspace) as box:
        await box.write("one.py", b"1\n")
        await box.seal("One")
        await box.write("two.py", b"2\n")
        sealed = await box.seal("Two")
        squashed = await box.squash("feat: both\n\nTask: x")
    assert squashed.commit != sealed.commit
    assert squashed.bundle
    bundle = tmp_path / "b"
    bundle.write_bytes(await artifacts.of(draft.task).get(squashed.bundle))
    repository = tmp_path / "shop"
    git(repository, "-c", "fetch.fsckObjects=true", "fetch", "-q", str(bundle), "refs/heads/draft:refs/heads/done")
    assert git(repository, "rev-parse", "done") == squashed.commit
    assert git(repository, "rev-parse", "done^") == draft.base
    assert git(repository, "log", "-1", "--format=%an <%ae> %at %ct %s", "done") == (
        "Aurora <aurora@localhost> 1790000000 1790000000 feat: both"
    )
    assert git(repository, "diff", "--name-only", "main", "done").split() == ["one.py", "two.py"]


async def test_a_squash_of_a_tree_that_came_back_to_the_base_is_the_base(sandbox, draft, workspace):
    async with sandbox.open(draft, workspace) as box:
        await box.write("one.py", b"1\n")
        await box.seal("One")
        await box.delete("one.py")
        await box.seal("None")
        assert await box.squash("Nothing") == draft


async def test_attributes_and_filters_of_a_repository_change_no_byte_and_run_nothing(
    sandbox, artifacts, image, tmp_path
):
    files = {**FILES, ".gitattributes": "* text=auto eol=crlf filter=evil diff=evil\n"}
    draft = await new_draft(artifacts, tmp_path / "r", files)
    async with sandbox.open(draft, workspace_of(draft, image)) as box:
        assert await box.read("app.py") == FILES["app.py"].encode()
        await box.write("dos.txt", b"a\r\nb\n")
        sealed = await box.seal("Add dos.txt")
    await sandbox.release(draft.task)
    async with sandbox.open(sealed, workspace_of(draft, image)) as box:
        assert await box.read("dos.txt") == b"a\r\nb\n"
    await sandbox.release(draft.task)


async def test_a_disk_filled_by_the_model_is_refused_and_the_box_goes_on(box):
    with pytest.raises(ToolRefusal, match="disk is full"):
        for number in range(10):
            await box.write(f"big{number}.bin", bytes(8_000_000))
    await box.delete("big0.bin")
    await box.write("small.py", b"x = 1\n")
    assert await box.read("small.py") == b"x = 1\n"
