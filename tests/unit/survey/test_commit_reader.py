"""aurora.yaml at a commit is plain text of a bounded size, or refused: its bounds must not be dropped unsaid."""

from pathlib import Path

import pytest

from aurora.drivers.git.local_repository import LocalRepository
from aurora.errors import Refusal
from aurora.survey.commit_reader import CommitReader
from tests.support.git_fixtures import commit, repository


@pytest.mark.parametrize("kind", ["link", "not UTF-8", "large"])
async def test_settings_that_are_no_plain_text_are_refused(tmp_path: Path, kind: str) -> None:
    work = repository(tmp_path / "shop")
    if kind == "link":
        (work / "aurora.yaml").symlink_to("agents: {backend: {model: x}}")
    else:
        content = b"agents: {backend: {}} # \xff" if kind == "not UTF-8" else b"# long\n" * 400_000
        (work / "aurora.yaml").write_bytes(content)
    with pytest.raises(Refusal, match="can't be read"):
        await CommitReader(await LocalRepository.open(work), commit(work)).settings()


async def test_plain_settings_are_read(tmp_path: Path) -> None:
    work = repository(tmp_path / "shop")
    (work / "aurora.yaml").write_text("agents: {backend: {model: claude-opus-5-5}}\n")
    loaded = await CommitReader(await LocalRepository.open(work), commit(work)).settings()
    assert loaded.settings.model == "claude-opus-5-5"


async def test_a_manifest_behind_a_link_or_in_utf_16_is_read_as_the_projects_own_tools_read_it(tmp_path: Path) -> None:
    work = repository(tmp_path / "shop")
    (work / "requirements").mkdir()
    (work / "requirements" / "all.txt").write_bytes(b"\xff\xfe" + "itsdangerous\r\npytest\r\n".encode("utf-16-le"))
    (work / "requirements.txt").symlink_to("requirements/all.txt")
    (work / "reqs").symlink_to("requirements")
    (work / "outside").symlink_to("../secret")
    reader = CommitReader(await LocalRepository.open(work), commit(work))
    found = [await reader.text(path) for path in ("requirements.txt", "reqs/all.txt", "outside", "reqs/none.txt")]
    assert found == ["itsdangerous\r\npytest\r\n", "itsdangerous\r\npytest\r\n", None, None]
    assert "requirements.txt" in await reader.paths()


async def test_many_files_of_a_commit_are_read_at_once_and_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    work = repository(tmp_path / "shop")
    (work / "a b.txt").write_bytes(b"one\n\nblob 3\n")
    (work / "folder").mkdir()
    (work / "folder" / "c.txt").write_bytes(b"")
    opened, base = await LocalRepository.open(work), commit(work)
    found = await opened.contents(base, ["missing.txt", "a b.txt", "folder", "a\nb", "folder/c.txt"], limit=100)
    assert found == {"a b.txt": b"one\n\nblob 3\n", "folder/c.txt": b""}
    (work / "large.txt").write_bytes(b"x" * 9_000)
    with pytest.raises(Refusal, match="more than"):
        await opened.contents(commit(work), ["large.txt"], limit=100)
