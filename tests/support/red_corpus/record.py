"""Runs the red corpora anew and keeps what their tests raised.

`python -m tests.support.red_corpus.record PYTHON MODULES`: PYTHON is an interpreter with the frameworks, MODULES
is a folder node_modules with the packages that the corpora of Node name.
"""

import asyncio
import importlib
import json
import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from aurora.settings.repository import BackendSettings
from aurora.toolchains.python import pytest_runs
from tests.support.projects import PLUGINS, detected, execute, written
from tests.support.red_corpus import node

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
TEST_FILE = "tests/test_new.py"
PYTHON = ("django_rest", "django_models", "flask_sqlalchemy", "sqlalchemy_orm", "fastapi_pydantic", "fastapi_apps",
          "other_frameworks")  # fmt: skip


NODE = ("node", "node_frameworks")
NODE_FILE = "tests/users.test.js"


def corpus(name: str) -> ModuleType:
    return importlib.import_module(f"tests.support.red_corpus.{name}")


def files(name: str) -> dict[str, str]:
    project = corpus(name)
    return {**project.FILES, NODE_FILE if name in NODE else TEST_FILE: project.TESTS}


def digest(name: str) -> str:
    """A recording belongs to the sources that it was made of."""
    return sha256(json.dumps(files(name), sort_keys=True).encode()).hexdigest()[:16]


async def recorded(name: str, python: str) -> str:
    with tempfile.TemporaryDirectory() as made:
        folder = written(Path(made), files(name))
        (folder / "aurora_recorder.py").write_text((HERE / "recorder.py").read_text())
        command = pytest_runs.command(await detected(files(name)), BackendSettings())
        at = command.argv.index("pytest") + 1
        argv = (*command.argv[:at], "-p", "aurora_recorder", *command.argv[at:])
        done = execute(folder, command.model_copy(update={"argv": argv}), python)
        path = folder / "recorded.json"
        if not path.is_file():
            raise SystemExit(f"{name}: pytest wrote no recording:\n{done.stdout[-3_000:]}{done.stderr[-3_000:]}")
        reported = {"sources": digest(name), **json.loads(path.read_text())}
    head = json.dumps({key: value for key, value in reported.items() if key != "cases"})
    cases = ",\n".join(json.dumps(case) for case in reported["cases"])
    return f'{head[:-1]}, "cases": [\n{cases}\n]}}\n'


def in_node(script: str, folder: Path, *given: str) -> dict[str, Any]:
    """The output of a script that has the judge's own analysis for its first argument, in the folder of a project."""
    written_for = {"PATH": os.environ["PATH"], "AURORA_REPOSITORY": ".", "AURORA_TEST_FILES": '["tests/.*"]'}
    argv = ["node", "-e", script, str(PLUGINS / "aurora_node_events.cjs"), *given]
    done = subprocess.run(argv, cwd=folder, env=written_for, capture_output=True, text=True, check=True)
    reported: dict[str, Any] = json.loads(done.stdout)
    return reported


def run_in_node(name: str, folder: Path, modules: str) -> dict[str, Any]:
    written(folder, files(name))
    if modules:
        (folder / "node_modules").symlink_to(modules)
    return in_node(node.RUN, folder)


def recorded_in_node(name: str, modules: str) -> str:
    with tempfile.TemporaryDirectory() as made:
        reported = run_in_node(name, Path(made), modules)
    packages = getattr(corpus(name), "PACKAGES", ())
    manifests = {one: json.loads(Path(modules, one, "package.json").read_text()) for one in packages}
    versions = {one: manifest["version"] for one, manifest in manifests.items()}
    head = json.dumps({"sources": digest(name), "versions": versions})
    cases = ",\n".join(f"{json.dumps(test)}: {json.dumps(facts['raised'])}" for test, facts in reported.items())
    return f'{head[:-1]}, "cases": {{\n{cases}\n}}}}\n'


def main(python: str, modules: str) -> None:
    for name in (*PYTHON, *NODE):
        text = recorded_in_node(name, modules) if name in NODE else asyncio.run(recorded(name, python))
        (RECORDED / f"{name}.json").write_text(text)
        sys.stdout.write(f"{name}: {len(json.loads(text)['cases'])} red tests, {len(text) // 1000} kB\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
