"""Output of tests and linters about hidden files, on its way to a conversation: through a box, its tree and its
policy."""

from typing import Any

import pytest

from activities.checks.project_tools import ProjectTools
from aurora.domain import runs
from aurora.domain.findings import Finding, Report, ReportStatus, TestCounts
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.settings.repository import BackendSettings, ContextWindow
from aurora.tools.hidden_files import Hiding
from aurora.tools.run_text import render_run
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

HEAD = "# Copyright of the shop, all rights reserved"
TREE = {
    "app/vault.py": f'{HEAD}\nKEY = "hunter2-and-more-of-it"\nraise RuntimeError(KEY)\n'.encode(),
    "app/main.py": f"{HEAD}\nfrom app import vault\n".encode(),
    "app/picture.png": b"\x89PNG\xff\xfe",
    "pyproject.toml": b'[project]\nname = "a"\n# a line of the manifest, which is always read\n',
}


def box() -> MemoryBox:
    sandbox = MemorySandbox()
    sandbox.tree = dict(TREE)
    space = workspace()
    return MemoryBox(sandbox, Draft(task=space.task.ref, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA))


async def hiding(there: MemoryBox, *exclude: str) -> Hiding:
    window = ContextWindow(exclude=exclude or ("app/vault.py", "**/*.png", "pyproject.toml"))
    return await Hiding.of(there, workspace(settings=BackendSettings(context_window=window)))


def red(**more: Any) -> runs.TestCase:
    given = {"test_id": "tests/test_a.py::test_a", "outcome": runs.TestOutcome.FAILED, "message": "", "frame": ""}
    return runs.TestCase(**(given | more))


def run_of(*cases: runs.TestCase, **more: Any) -> runs.TestRun:
    given = {"cases": cases, "counts": TestCounts(), "end": runs.ExecEnd.EXITED, "exit_code": 1, "output": ""}
    return runs.TestRun(**(given | more))


async def test_a_run_reaches_the_model_without_what_a_hidden_file_says() -> None:
    there = box()
    case = red(
        message="app/vault.py:3: in <module>\n    raise RuntimeError(KEY)\nE   RuntimeError: hunter2-and-more-of-it",
        frame="app/vault.py:3 in <module>\n    raise RuntimeError(KEY)",
        output='KEY = "hunter2-and-more-of-it"',
    )
    run = run_of(case, collection_errors=(case,), output=case.message, why_invalid=case.output, notes=(case.message,))
    masked = await (await hiding(there)).run(there, run)
    assert "hunter2" in run.model_dump_json() and "hunter2" not in masked.model_dump_json()
    shown = render_run(masked)
    assert "vault" not in shown and "raise RuntimeError" not in shown
    assert "tests/test_a.py::test_a" in shown and "RuntimeError: [hidden text]" in shown
    assert masked.red[0].frame == "[hidden file] in <module>"


async def test_a_line_that_visible_files_hold_too_is_shown() -> None:
    there = box()
    run = run_of(red(message=HEAD))
    assert await (await hiding(there)).run(there, run) == run


async def test_many_lines_that_visible_files_hold_too_are_all_shown() -> None:
    there = box()
    lines = [f"wanted = order_of(customer, {number})" for number in range(90)]
    there.sandbox.tree["app/vault.py"] = "\n".join(lines).encode()
    there.sandbox.tree["app/main.py"] = "\n".join(f"{line}  # {'x' * 40}" for line in lines).encode()
    run = run_of(red(message="\n".join(lines)))
    assert await (await hiding(there)).run(there, run) == run


async def test_a_manifest_is_readable_whatever_is_excluded() -> None:
    there = box()
    run = run_of(red(message="# a line of the manifest, which is always read"))
    assert await (await hiding(there)).run(there, run) == run


async def test_findings_in_a_hidden_file_stay_findings_and_say_no_more() -> None:
    there = box()
    findings = (
        Finding(check="mypy", path="app/vault.py", line=2, message='"hunter2" is no "int"', hint="KEY: str"),
        Finding(check="mypy", path="app/main.py", line=2, message='see app/vault.py:2: KEY = "hunter2-and-more-of-it"'),
    )
    report = Report(checker="lint", status=ReportStatus.FAILED, summary="2 findings", findings=findings, total=2)
    shown = await (await hiding(there)).report(there, report)
    said = shown.model_dump_json()
    assert shown.total == 2 and shown.findings[1].path == "app/main.py"
    assert "hunter2" not in said and "vault" not in said and "[hidden file]" in said


@pytest.mark.parametrize("exclude", [("**/__pycache__",), ("docs/**",)])
async def test_where_nothing_is_hidden_nothing_is_looked_at(exclude: tuple[str, ...]) -> None:
    assert not await hiding(box(), *exclude)


async def test_the_projects_tools_hide_it_from_whoever_asks() -> None:
    there = box()
    said = 'KEY = "hunter2-and-more-of-it"'
    there.sandbox.tests = there.sandbox.tests.model_copy(update={"stdout": said, "exit_code": 1})
    there.sandbox.tool_output = f"app/main.py:1:1: E999 {said}"
    space = workspace(settings=BackendSettings(context_window=ContextWindow(exclude=("app/vault.py",))))
    tools = ProjectTools(MemoryArtifacts().of(space.task.ref), space, Step.WRITE_CODE)
    run = await tools.tests(there, [])
    report = await tools.lint(there, ["app/main.py"])
    assert "[hidden text]" in run.output
    assert "hunter2" not in run.model_dump_json() + report.model_dump_json()
