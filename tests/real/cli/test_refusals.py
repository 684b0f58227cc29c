"""`aurora run` refuses before anything starts: exit code 2, two lines, and no daemon."""

from pathlib import Path

import pytest

from tests.support.command_line import KEY, Shell, refused
from tests.support.git_fixtures import commit, git

YAML = "agents:\n  backend:\n    modle: claude-sonnet-5-5\n"
UNREADABLE_SPEC = "openapi: 3.1.0\ninfo: {title: T}\npaths: [\n"


async def test_a_folder_without_git(alone: Shell, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert "git" in await refused(alone, "do it", "--repo", "plain", **KEY)


async def test_a_repository_without_a_commit(alone: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    assert "no commit yet" in await refused(alone, "do it", "--repo", "empty", **KEY)


async def test_a_folder_that_is_not_there(alone: Shell) -> None:
    said = await refused(alone, "do it", "--repo", "nowhere", **KEY)
    assert "no folder 'nowhere'" in said
    assert "`--repo PATH` names a repository" in said


async def test_a_repository_with_submodules_by_their_names(alone: Shell, repository: Path, tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    git(tmp_path / "outer", "init", "-q")
    git(tmp_path / "outer", "-c", "protocol.file.allow=always", "submodule", "add", str(repository), "vendored")
    (tmp_path / "outer/app.py").write_text("import vendored\n")
    commit(tmp_path / "outer")
    assert "submodules: 'vendored', needed by app.py:1" in await refused(alone, "do it", "--repo", "outer", **KEY)


async def test_a_repository_that_keeps_its_code_in_lfs(alone: Shell, repository: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    (repository / "prices.py").write_text(pointer)
    commit(repository)
    said = await refused(alone, "do it", "--repo", str(repository), **KEY)
    assert "Git LFS" in said
    assert "prices.py" in said


async def test_an_unknown_base(alone: Shell, repository: Path) -> None:
    assert "'main'" in await refused(alone, "do it", "--repo", str(repository), "--base", "mian", **KEY)


async def test_an_unknown_key_of_aurora_yaml_with_line_and_nearest(alone: Shell, repository: Path) -> None:
    (repository / "aurora.yaml").write_text(YAML)
    commit(repository)
    said = await refused(alone, "do it", "--repo", str(repository), **KEY)
    assert "aurora.yaml:3" in said
    assert "model" in said


async def test_a_value_of_the_wrong_type_in_aurora_yaml_with_its_line(alone: Shell, repository: Path) -> None:
    (repository / "aurora.yaml").write_text("agents:\n  backend:\n    budget:\n      dollars: lots\n")
    commit(repository)
    said = await refused(alone, "do it", "--repo", str(repository), **KEY)
    assert "aurora.yaml:4: agents.backend.budget.dollars: expected a number" in said


async def test_a_spec_where_there_is_no_document_names_no_code_as_the_nearest(alone: Shell, repository: Path) -> None:
    said = await refused(alone, "do it", "--repo", str(repository), "--spec", "app.yaml", **KEY)
    assert "contract document 'app.yaml' does not exist" in said
    assert "app.py" not in said


async def test_a_spec_that_is_not_there(alone: Shell, repository: Path) -> None:
    (repository / "openapi.yaml").write_text(UNREADABLE_SPEC)
    commit(repository)
    said = await refused(alone, "do it", "--repo", str(repository), "--spec", "openapi.yml", **KEY)
    assert "the nearest there is 'openapi.yaml'" in said


async def test_a_spec_that_can_not_be_read(alone: Shell, repository: Path) -> None:
    (repository / "openapi.yaml").write_text(UNREADABLE_SPEC)
    commit(repository)
    assert "openapi.yaml" in await refused(alone, "do it", "--repo", str(repository), "--spec", "openapi.yaml", **KEY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(" ", "the task is empty", id="blank"),
        pytest.param("x" * 20_001, "at most 20,000 characters, not 20,001", id="too long"),
    ],
)
async def test_a_task_of_the_wrong_length(alone: Shell, repository: Path, text: str, why: str) -> None:
    assert why in await refused(alone, text, "--repo", str(repository), **KEY)


@pytest.mark.parametrize("text", [pytest.param("caf\udce9", id="latin-1"), pytest.param("a\0b", id="NUL")])
async def test_a_task_that_is_no_text(alone: Shell, repository: Path, text: str) -> None:
    bytes_ = text.encode(errors="surrogateescape")
    assert "not UTF-8 text" in await refused(alone, "-", "--repo", str(repository), stdin=bytes_, **KEY)


async def test_no_key(alone: Shell, repository: Path) -> None:
    said = await refused(alone, "do it", "--repo", str(repository))
    assert "ANTHROPIC_API_KEY" in said
    assert "nothing was started" in said


async def test_a_misspelt_setting_of_the_worker(alone: Shell) -> None:
    listed = await alone("list", AURORA_IDLE_MINUTE="5")
    assert listed.returncode == 2
    assert "AURORA_IDLE_MINUTES" in listed.stderr


async def test_a_cluster_that_does_not_answer_is_exit_code_3(alone: Shell) -> None:
    listed = await alone("list", TEMPORAL_ADDRESS="127.0.0.1:9")
    assert listed.returncode == 3, listed.stderr
    assert "127.0.0.1:9" in listed.stderr
    assert "`aurora doctor`" in listed.stderr


async def test_a_bug_is_one_line_and_its_traceback_is_in_the_log(alone: Shell, tmp_path: Path) -> None:
    home = tmp_path / "state"
    home.mkdir()
    (home / "endpoint.json").mkdir()
    ran = await alone("stop")
    assert ran.returncode == 70
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" in (home / "logs" / "cli.log").read_text()
