"""The built wheel, installed as a tool where no checkout is: its main job, and an upgrade while a task waits."""

import asyncio
import json
import os
import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aurora.messages_double import scenario
from aurora.messages_double.serving import serving
from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES, KEY, ROOT, shop

pytestmark = [pytest.mark.docker, pytest.mark.server, pytest.mark.timeout(600)]

SOURCES = ("aurora", "activities", "workflows", "examples")
FILES = ("worker.py", "pyproject.toml", "README.md", "LICENSE")
VERSION, NEXT = "0.1.0", "0.1.1"


@dataclass
class Installed:
    """`aurora` as `uv tool install` makes it, in folders of this test."""

    folder: Path
    env: dict[str, str]

    async def wheel(self, version: str) -> Path:
        source = self.folder / f"source-{version}"
        for name in SOURCES:
            ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
            await asyncio.to_thread(shutil.copytree, ROOT / name, source / name, ignore=ignored)
        for name in FILES:
            shutil.copy2(ROOT / name, source / name)
        project = source / "pyproject.toml"
        project.write_text(project.read_text().replace(f'version = "{VERSION}"', f'version = "{version}"', 1))
        built = self.folder / f"wheel-{version}"
        await self.uv("build", "--wheel", "--no-build-isolation", "--out-dir", str(built), str(source))
        (wheel,) = built.glob("*.whl")
        return wheel

    async def install(self, wheel: Path) -> None:
        """Return what it depends on comes in the versions of the lock, which are at hand already."""
        locked = str(ROOT / "requirements.lock")
        await self.uv("tool", "install", "--quiet", "--force", "--constraints", locked, str(wheel))

    async def uv(self, *words: str) -> None:
        await self._run(str(Path(sys.executable).with_name("uv")), *words, "--python", sys.executable)

    async def aurora(self, *words: str) -> Any:
        """Return what a command prints as JSON."""
        said = await self._run(str(self.folder / "bin" / "aurora"), *words)
        return json.loads(said) if said.strip().startswith(("{", "[")) else said

    async def _run(self, *argv: str) -> str:
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=empty, env=self.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        assert process.returncode == 0, f"{argv[:4]}: {out.decode()[-2000:]}{err.decode()[-2000:]}"
        return out.decode()

    async def until_question(self, task_id: str) -> str:
        while True:
            asked = (await self.aurora("questions", "--json"))["questions"]
            if found := [one["question_id"] for one in asked if one["task_id"] == task_id]:
                return str(found[0])
            await asyncio.sleep(1)


async def test_a_wheel_alone_takes_a_task_to_a_commit_over_an_upgrade_of_itself(tmp_path: Path) -> None:
    repository = shop(tmp_path / "shop")
    base = git(repository, "rev-parse", "HEAD")
    async with serving(scenario.load(EXAMPLES / "demo.scenario.yaml"), key=KEY) as double:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "DOCKER_HOST") if name in os.environ}
        kept |= {name: held for name, held in os.environ.items() if name.startswith(("UV_", "PIP_", "SSL_"))}
        cache = os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv")
        installed = Installed(
            tmp_path,
            kept
            | {
                "HOME": str(tmp_path),
                "UV_CACHE_DIR": cache,
                "UV_TOOL_DIR": str(tmp_path / "tools"),
                "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
                "AURORA_HOME": str(tmp_path / "state"),
                "ANTHROPIC_BASE_URL": double.url,
                "ANTHROPIC_API_KEY": KEY,
            },
        )
        await installed.install(await installed.wheel(VERSION))
        try:
            words = ("run", "Create a POST /users endpoint", "--repo", str(repository), "--detach", "--json")
            handed_in = await installed.aurora(*words)
            task_id = handed_in["task_id"]
            question = await installed.until_question(task_id)
            await installed.install(await installed.wheel(NEXT))
            said = await installed.aurora("doctor")
            assert str(tmp_path / "tools") in said
            await installed.aurora("answer", task_id, "--question", question, "409 Conflict, whatever its case")
            view = await _ended(installed, task_id)
        finally:
            await installed.aurora("stop")
    outcome = view["outcome"]
    assert outcome["state"] == "committed", outcome
    assert git(repository, "rev-parse", f"refs/heads/{handed_in['branch']}") == outcome["commit"]
    assert git(repository, "rev-parse", f"{outcome['commit']}^@") == base


async def _ended(installed: Installed, task_id: str) -> dict[str, Any]:
    while True:
        view: dict[str, Any] = await installed.aurora("status", task_id, "--json")
        if view["outcome"] is not None:
            return view
        await asyncio.sleep(1)


async def test_the_wheel_holds_what_the_demo_plays(tmp_path: Path) -> None:
    installed = Installed(tmp_path, dict(os.environ))
    names = await asyncio.to_thread(_names, await installed.wheel(VERSION))
    assert {"aurora/examples/demo.scenario.yaml", "aurora/examples/shop/openapi.yaml", "worker.py"} <= names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as held:
        return set(held.namelist())
