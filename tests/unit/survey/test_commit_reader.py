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
