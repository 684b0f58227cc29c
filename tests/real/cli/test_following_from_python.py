"""`examples/follow.py` as its docstring says to run it: a task submitted, followed and answered from Python."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import Shell

pytestmark = pytest.mark.server
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "follow.py"


async def follow(shell: Shell, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(EXAMPLE), *words],
        env=shell.env, cwd=shell.cwd, input=stdin, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


async def test_a_task_is_submitted_answered_and_followed_to_its_commit(aurora: Shell, repository: Path) -> None:
    (repository / "app.py").write_text("x = 2\n")
    ran = await follow(aurora, str(repository), "ask me", stdin="200\n")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    first, second, *_, last = ran.stdout.splitlines()
    assert first == "note: 1 file has uncommitted changes; only committed work counts."
    assert second.startswith("task ")
    assert "? Which status?  201 | 200" in ran.stdout
    assert "committed: feat: answered 200, heard 0" in last
    view = json.loads((await aurora("status", second.split()[1], "--json")).stdout)
    assert view["repository"] == "service"


async def test_a_refusal_is_told_by_its_code_and_names_no_option(aurora: Shell) -> None:
    ran = await follow(aurora, "nowhere", "do it")
    assert ran.returncode == 1
    assert ran.stderr == "invalid: There is no folder 'nowhere'.\nName a git repository.\n"
