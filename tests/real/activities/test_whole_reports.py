"""The whole report holds every finding of a run; what travels, and what a model is shown, is cut. On a real sandbox."""

from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.messages import CheckInput
from activities.run_linter import RunLinterActivity
from activities.turns.brief import FINDINGS, render_report
from aurora.domain.findings import Report
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.stored_values import fetch, keep
from tests.support.boxes import DEPENDENCIES, FILES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = pytest.mark.docker
MANY = 50
FAILING = "".join(f"def test_{n:02}():\n    assert {n} == 100\n\n\n" for n in range(MANY))
BROKEN = "".join(f"def test_{n:02}():\n    nowhere_{n}\n\n\n" for n in range(MANY))
UNUSED = "".join(f"import os as os_{n:02}\n" for n in range(MANY))


async def test_fifty_findings_of_tests_red_and_lint_are_all_in_the_whole_report(tmp_path: Path) -> None:
    artifacts = MemoryArtifacts()
    sandbox = DockerSandbox(artifacts)
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, tmp_path / "shop", FILES)
    mine = artifacts.of(made.task)
    workspace = workspace_of(made, image)
    ruff = ("ruff", "check", "--select", "F401", "--output-format", "json")
    chain = workspace.toolchain.model_copy(update={"lint": (ruff,)})
    workspace = workspace.model_copy(update={"toolchain": chain})
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    try:
        async with sandbox.open(base, workspace) as box:
            await box.write("tests/test_many.py", FAILING.encode())
            await box.write("unused.py", UNUSED.encode())
            draft = await box.seal("fifty of each")
            await box.write("tests/test_many.py", BROKEN.encode())
            wrong = await box.seal("fifty for a wrong reason")
        around = ActivityEnvironment()
        tests = await around.run(
            run_tests.RunTestsActivity(artifacts, sandbox).run_tests, CheckInput(draft=draft, mode="focused")
        )
        red = await around.run(
            run_tests.RunTestsActivity(artifacts, sandbox).run_tests, CheckInput(draft=wrong, mode="red")
        )
        lint = await around.run(RunLinterActivity(artifacts, sandbox).run_linter, CheckInput(draft=draft))
        for seen, heads in ((tests.report, 10), (red.report, 10), (lint.report, 1)):
            assert (seen.passed, seen.total, len(seen.findings)) == (False, MANY, heads), seen
            whole = await fetch(mine, seen.whole, Report)
            assert len({(f.test_id, f.path, f.line) for f in whole.findings}) == MANY, seen.checker
        for report in (tests.report, red.report):
            shown = render_report(await fetch(mine, report.whole, Report))
            assert shown.count("\n### ") == FINDINGS and f"({MANY - FINDINGS} more findings" in shown
        # one rule in many places is told once, with its places
        shown = render_report(await fetch(mine, lint.report.whole, Report))
        assert shown.count("\n### ") == 1 and "unused.py:1" in shown
    finally:
        await sandbox.release(made.task)
        await sandbox.close()
