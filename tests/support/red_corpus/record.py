"""Runs the red corpora anew and keeps what their tests raised: `python -m tests.support.red_corpus.record PYTHON`."""

import asyncio
import importlib
import json
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from aurora.settings.repository import BackendSettings
from aurora.toolchains.python import pytest_runs
from tests.support.projects import detected, execute, written

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
TEST_FILE = "tests/test_new.py"
PYTHON = ("django_rest", "django_models", "flask_sqlalchemy", "sqlalchemy_orm", "fastapi_pydantic", "fastapi_apps",
          "other_frameworks")  # fmt: skip


def corpus(name: str) -> ModuleType:
    return importlib.import_module(f"tests.support.red_corpus.{name}")


def files(name: str) -> dict[str, str]:
    project = corpus(name)
    return {**project.FILES, TEST_FILE: project.TESTS}


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
        told = {"sources": digest(name), **json.loads(path.read_text())}
    head = json.dumps({key: value for key, value in told.items() if key != "cases"})
    cases = ",\n".join(json.dumps(case) for case in told["cases"])
    return f'{head[:-1]}, "cases": [\n{cases}\n]}}\n'


def main(python: str) -> None:
    for name in PYTHON:
        text = asyncio.run(recorded(name, python))
        (RECORDED / f"{name}.json").write_text(text)
        sys.stdout.write(f"{name}: {len(json.loads(text)['cases'])} red tests, {len(text) // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1])
