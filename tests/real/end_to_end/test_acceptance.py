"""The acceptance run as somebody with a key starts it; the endpoint that it is pointed at plays kept replies."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support.house import EXAMPLES, KEY, ROOT

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]


async def run(*words: str, **env: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.acceptance", *words,
        cwd=ROOT, env=os.environ | env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_live_run_is_bounded_and_leaves_a_report(tmp_path: Path) -> None:
    file = tmp_path / "acceptance.md"
    async with serving(scenario.load(EXAMPLES / "demo.scenario.yaml"), key=KEY) as double:
        words = ("--live", "--dollars", "2.5", "--only", "python", "--report", str(file))
        code, said = await run(*words, ANTHROPIC_BASE_URL=double.url, ANTHROPIC_API_KEY=KEY)
    assert code == 0, said
    text = file.read_text()
    assert "- Replies: the model's, at most $2.50" in text
    assert "- 1 of 1 tasks ended with a commit" in text
    assert "| python | committed | 14 | 1 |" in text and "shop/services/users.py" in text


async def test_a_live_run_without_a_key_says_what_it_needs(tmp_path: Path) -> None:
    code, said = await run("--live", "--report", str(tmp_path / "none.md"), ANTHROPIC_API_KEY="")
    assert code == 2 and "ANTHROPIC_API_KEY" in said
    assert not (tmp_path / "none.md").exists()
