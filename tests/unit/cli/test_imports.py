"""What is imported before anything is done: by kind, since a time depends on the machine."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest
import typer.main

from aurora.cli import commands
from aurora.cli.app import app
from aurora.cli.commands import COMMANDS

HEAVY = ("temporalio", "pydantic", "anthropic", "docker", "rich", "httpx2", "obstore", "sqlglot", "yaml", "structlog")
COMMAND_MODULES = {f"aurora.cli.{listed.module}" for listed in COMMANDS.values()}


def imported(*argv: str, code: int = 0) -> set[str]:
    """The top-level packages, and our own modules, that a process imports."""
    ran = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", *argv],
        env=os.environ | {"TEMPORAL_ADDRESS": "127.0.0.1:9", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stderr[-2000:]
    names = re.findall(r"^import time:[^|]*\|[^|]*\|\s*([\w.]+)$", ran.stderr, re.MULTILINE)
    return {name if name.startswith(("aurora.", "activities.")) else name.split(".")[0] for name in names}


def test_the_help_imports_no_library_and_no_command() -> None:
    found = imported("-m", "aurora", "--help")
    assert found & set(HEAVY) == set()
    assert found & COMMAND_MODULES == set()


def test_a_misspelt_command_imports_no_command() -> None:
    found = imported("-m", "aurora", "no-such-command", code=2)
    assert found & (set(HEAVY) - {"pydantic"}) == set(), "pydantic reads typer's own options"
    assert found & COMMAND_MODULES == set()


@pytest.mark.parametrize("module", sorted({listed.module for listed in COMMANDS.values()}))
def test_every_command_of_a_module_is_listed(module: str) -> None:
    if find_spec(f"aurora.cli.{module}") is not None:
        assert set(commands.commands_of(module)) == {
            name for name, listed in COMMANDS.items() if listed.module == module
        }


def test_every_listed_command_is_there() -> None:
    found = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    present = {name: one for name, one in COMMANDS.items() if find_spec(f"aurora.cli.{one.module}")}
    assert list(found) == list(present)
    for name, listed in present.items():
        assert found[name].name == name
        assert found[name].callback.__module__ == f"aurora.cli.{listed.module}"


@pytest.mark.parametrize("module", ["reading", "questions", "control", "watch"])
def test_commands_that_look_and_steer_import_no_toolchain_and_no_vendor(module: str) -> None:
    found = imported(
        "-c",
        f"import aurora.cli.{module}, aurora.bootstrap.installation; "
        f"aurora.bootstrap.installation.Installation.found()",
    )
    assert found & {"anthropic", "docker", "sqlglot", "tree_sitter", "jsonschema", "ruamel", "structlog"} == set()
    assert {name for name in found if name.startswith(("aurora.toolchains", "aurora.gates", "aurora.survey"))} == set()


def test_a_worker_starts_without_the_client_of_any_model() -> None:
    assert "anthropic" not in imported("-c", "import worker")


def test_activities_import_no_vendors_client() -> None:
    steps = (
        "from activities import class_of; from aurora.domain.steps import ACTIVITIES; [class_of(a) for a in ACTIVITIES]"
    )
    assert "anthropic" not in imported("-c", steps)


def test_what_submits_a_task_asks_for_its_models_without_a_vendors_client() -> None:
    modules = "aurora.cli.run, aurora.bootstrap.preflight, aurora.bootstrap.examination, aurora.client.submit"
    assert "anthropic" not in imported("-c", f"import {modules}")
