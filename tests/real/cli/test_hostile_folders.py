"""Commands start in repositories nobody has looked at yet: nothing that lies there may run on this machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.command_line import Shell
from tests.support.git_traps import lay, marked

SHADOWED = ("structlog", "json", "psutil", "worker", "aurora", "sitecustomize")


@pytest.mark.server
async def test_a_module_in_the_folder_where_a_command_starts_is_not_imported(alone: Shell, tmp_path: Path) -> None:
    for name in SHADOWED:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    started = await alone("dev", "--daemon")
    try:
        assert started.returncode == 0, started.stderr
        assert (await alone("list")).returncode == 0
    finally:
        await alone("stop")
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()


async def test_a_command_in_a_hostile_repository_runs_no_program_that_it_names(
    alone: Shell, repository: Path, tmp_path: Path
) -> None:
    for name in ("app.py", "src/api.py"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text("x = 1\n")
    marks = tmp_path / "marks"
    lay(repository, marks)
    here = replace(alone, cwd=repository)
    assert str(repository) in (await here("doctor", "--repo", ".")).stdout
    assert "no key" in (await here("run", "Add an endpoint")).stderr
    assert marked(marks) == []
