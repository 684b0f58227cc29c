"""Whatever a user or a repository blows up to 3 MB, what Temporal is given of it stays below 64 KiB."""

from typing import Any

import pytest

from activities import run_tests
from activities.apply_lint_fixes import ApplyLintFixesActivity
from activities.check_interfaces import CheckInterfacesActivity
from activities.checks.project_tools import head as project_head
from activities.create_commit import CreateCommitActivity
from activities.deliver import DeliverActivity
from activities.messages import (
    CheckInput,
    CommitInput,
    DeliverInput,
)
from activities.open_workspace import OpenWorkspaceActivity
from activities.run_gates import RunGatesActivity
from activities.run_linter import RunLinterActivity
from aurora import ports
from aurora.client.converter import data_converter
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import ExecEnd
from aurora.domain.task import Remote, Task
from aurora.domain.view import TaskView
from aurora.settings.policy import Policy
from aurora.stored_values import keep
from tests.support.fakes import SayingRepositories
from tests.support.large_texts import LIMIT, Desk, big, encodable, events, large_plan, small
from tests.support.workspaces import workspace


@big
@pytest.mark.parametrize("mode", ["red", "focused", "whole"])
async def test_a_run_of_the_tests(desk: Desk, text: str, mode: Any) -> None:
    said = encodable(text)
    desk.sandbox.tree = {"tests/test_a.py": b"x"}
    desk.sandbox.changed = {"tests/test_a.py"}
    desk.sandbox.tests = ports.TestExecution(
        end=ExecEnd.EXITED, exit_code=1, stdout=said, stderr=said, events=events(said, 30)
    )
    frozen = await keep(
        desk.kept, FrozenTests(files={}, test_ids=tuple(f"{n}{said[:10_000]}" for n in range(99)), red=())
    )
    order = CheckInput(draft=await desk.draft(frozen=frozen), mode=mode)
    await small(run_tests.RunTestsActivity(desk.artifacts, desk.sandbox).run_tests, order)


@big
async def test_a_linter_that_talks(desk: Desk, text: str) -> None:
    desk.sandbox.tool_output = encodable(text)
    desk.sandbox.changed = {"app.py"}
    draft = await desk.draft()
    space = workspace(lint=(("ruff", "check"), ("flake8",), ("mypy",)), fix=(("ruff", "format"),))
    draft = draft.model_copy(update={"workspace": await keep(desk.kept, space)})
    seen = await small(RunLinterActivity(desk.artifacts, desk.sandbox).run_linter, CheckInput(draft=draft))
    assert not seen.report.passed
    await small(ApplyLintFixesActivity(desk.artifacts, desk.sandbox).apply_lint_fixes, CheckInput(draft=draft))


@big
async def test_an_import_that_fails_loudly(desk: Desk, text: str) -> None:
    desk.sandbox.changed = {"app.py"}
    said = encodable(text)
    desk.sandbox.tests = ports.TestExecution(end=ExecEnd.EXITED, exit_code=1, stdout=said, stderr=said)
    await small(
        CheckInterfacesActivity(desk.artifacts, desk.sandbox).check_interfaces, CheckInput(draft=await desk.draft())
    )


@big
async def test_gates_on_strange_files(desk: Desk, text: str) -> None:
    name = encodable(text[:4_000]).replace("\0", "")
    paths = {f"{n:03}{name}.py" for n in range(60)}
    desk.sandbox.tree = dict.fromkeys(paths, f"import nothing_declared\nx = {encodable(text)[:20_000]!r} +".encode())
    desk.sandbox.changed = paths
    frozen = await keep(desk.kept, FrozenTests(files=dict.fromkeys(paths, "0"), test_ids=(), red=()))
    await small(
        RunGatesActivity(desk.artifacts, desk.sandbox).run_gates, CheckInput(draft=await desk.draft(frozen=frozen))
    )


@big
async def test_a_finding_as_large_as_one_can_be(desk: Desk, text: str) -> None:
    said = encodable(text)
    finding = Finding(check=said[:400], path=said, test_id=said, message=said[:4_000], hint=said[:1_000])
    heads = tuple(map(project_head, (finding,) * 10))
    report = Report(checker="x", status=ReportStatus.FAILED, findings=heads)
    payloads = await data_converter().encode([report])
    assert payloads[0].ByteSize() < LIMIT


# ── the ends of a task ───────────────────────────────────────────────────────────────────────────────────────────


@big
async def test_a_commit(desk: Desk, text: str) -> None:
    plan = await keep(desk.kept, large_plan(encodable(text)))
    frozen = await keep(desk.kept, FrozenTests(files={}, test_ids=(), red=()))
    draft = await desk.draft(plan=plan, frozen=frozen)
    order = CommitInput(
        draft=draft, view=TaskView(task_id="t1"), rounds=1, reports=(), without_red=encodable(text[:99])
    )
    done = await small(CreateCommitActivity(desk.artifacts, desk.sandbox).create_commit, order)
    assert not done.message.startswith("feat: ")


@big
async def test_a_delivery_that_a_hook_talks_about(desk: Desk, text: str) -> None:
    draft = await desk.draft(bundle=await desk.kept.put(b"bundle"))
    order = DeliverInput(task=workspace().task, draft=draft)
    await small(DeliverActivity(desk.artifacts, SayingRepositories(encodable(text))).deliver, order)


@big
async def test_a_workspace_of_large_settings(desk: Desk, text: str) -> None:
    said = encodable(text).replace('"', "'").replace("\\", "/")
    shown = "".join(c for c in said[:200_000] if c.isprintable()) or "x"
    names = "[" + ", ".join(f'"{shown[:50]}{n}"' for n in range(50)) + "]"
    yaml = (
        "agents:\n  backend:\n    model: claude-3-sonnet-20240229\n    temperature: 0.5\n"
        f'    models: {{write_code: "{shown}"}}\n'
        "    budget: {dollars: 9999, turns: 2000, turns_per_step: 500}\n"
        f"    architect: {{answered_by: {names}}}\n"
    )
    desk.sandbox.tree = {"aurora.yaml": yaml.encode(), "pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n'}
    desk.sandbox.tree |= {"tests/test_a.py": b"def test_a(): ...\n"}
    source = Remote(url="https://h/" + shown, ref="main")
    task = Task(id="t1", text="x", source=source, submitted_at=0)
    policy = Policy(answered_by=tuple(f"{shown[:50]}{n}" for n in range(5)))
    opener = OpenWorkspaceActivity(desk.artifacts, desk.sandbox, SayingRepositories(""), policy)
    opening = await small(opener.open_workspace, task)
    assert opening.opened is not None and opening.opened.bounds.most_microdollars == 100_000_000
