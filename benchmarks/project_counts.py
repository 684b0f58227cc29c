"""The test counts of a project inside the sandbox and outside: as the worker opens it, and on this machine.

Everything is real: the archive, detection, the dependency image, lint and tests in the sandbox, tests on the host.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from activities.checks.project_tools import ProjectTools
from activities.messages import OpenedWorkspace
from activities.open_workspace import OpenWorkspaceActivity
from aurora.domain.findings import TestCounts
from aurora.domain.steps import Step
from aurora.domain.task import Task, TaskRef, Uploaded
from aurora.domain.workspace import Workspace
from aurora.drivers.git.local_repository import LocalRepository
from aurora.drivers.git.repositories import GitRepositories
from aurora.errors import AuroraError
from aurora.ports import ArtifactStore, Sandbox
from aurora.settings.policy import Policy
from benchmarks import host_tests
from benchmarks.host_reports import HostReport
from benchmarks.host_tests import NotRun
from benchmarks.projects import Project, fetched

SHOWN = 8
"""Causes of a project, at most."""
RED = {"failed": "red", "error": "red"}
AGAIN = "green when run again"
BROKEN = "lint:"
"""The way the check of a linter that did not do its work begins."""


@dataclass
class ProjectRow:
    name: str
    framework: str
    runner: str = ""
    files: int = 0
    packages: int = 0
    image_seconds: float = 0
    """0: it was there."""
    lint: str = ""
    lint_seconds: float = 0
    inside: TestCounts = field(default_factory=TestCounts)
    inside_seconds: float = 0
    outside: TestCounts = field(default_factory=TestCounts)
    outside_seconds: float = 0
    differences: list[str] = field(default_factory=list)
    """Each test that came out otherwise, with both outcomes and the first line of why."""
    causes: list[str] = field(default_factory=list)
    """The reason why there is no count, and why a test is red on both sides."""

    @property
    def same(self) -> bool:
        counts = [side.model_copy(update={"collected": 0}) for side in (self.inside, self.outside)]
        return counts[0] == counts[1] and not self.differences and self.inside.collected > 0


@dataclass(frozen=True)
class Taker:
    artifacts: ArtifactStore
    sandbox: Sandbox

    async def of(self, project: Project, folder: Path) -> ProjectRow:
        tree = await asyncio.to_thread(fetched, project, folder / "archive")
        return await self.of_repository(project, tree)

    async def of_repository(self, project: Project, tree: Path) -> ProjectRow:
        row = ProjectRow(project.title, project.framework)
        task = await self._task(project, tree)
        try:
            opener = OpenWorkspaceActivity(self.artifacts, self.sandbox, GitRepositories(self.artifacts), Policy())
            opening = await opener.open_workspace(task)
            if opening.opened is None:
                row.causes = [opening.questions[0].text]
                return row
            await self._compare(row, project, tree, opening.opened)
        except AuroraError as error:
            row.causes = [str(error)]
        finally:
            await self.sandbox.release(task.ref)
        return row

    async def _task(self, project: Project, tree: Path) -> Task:
        task_id = f"counts-{project.slug}"
        imported = await (await LocalRepository.open(tree)).import_base()
        pack = await self.artifacts.of(TaskRef(id=task_id)).put(imported.pack)
        source = Uploaded(base=imported.base, pack=pack, label=imported.label, path=imported.path)
        return Task(id=task_id, text="test counts", source=source, submitted_at=int(time.time()))

    async def _compare(self, row: ProjectRow, project: Project, tree: Path, opened: OpenedWorkspace) -> None:
        artifacts = self.artifacts.of(opened.draft.task)
        workspace = Workspace.model_validate_json(await artifacts.get(opened.draft.workspace))
        baseline, chain = workspace.baseline, workspace.toolchain
        row.runner, row.files, row.packages = chain.runner, workspace.files, len(workspace.image.distributions)
        row.image_seconds, row.lint = workspace.image.seconds, linted(workspace)
        row.inside, row.inside_seconds, row.lint_seconds = baseline.counts, baseline.seconds, baseline.lint_seconds
        row.causes += [f"inside: {baseline.why_invalid}"] if baseline.why_invalid else []
        try:
            host = await asyncio.to_thread(host_tests.run, project, tree, workspace)
        except NotRun as error:
            row.causes.append(str(error))
            return
        row.outside, row.outside_seconds = host.report.counts, host.seconds
        row.causes += host.notes
        messages = {}
        if baseline.red:
            async with self.sandbox.open(opened.draft, workspace) as box:
                again = await ProjectTools(artifacts, workspace, Step.OPEN_WORKSPACE).tests(box, baseline.red)
            messages = {case.test_id: first_line(case.message) for case in again.red}
        row.differences, alike = differences(workspace, host.report, messages)
        if alike:
            first = ", ".join(alike[:2])
            row.causes.append(f"{len(alike)} ids stand on one side only and are compared by function: {first}")
        row.causes += red_on_both(workspace, host.report, messages)


def red_on_both(workspace: Workspace, outside: HostReport, messages: Mapping[str, str]) -> list[str]:
    """The tests red on both sides, by the first line of the reason, with how many tests and the first of them."""
    there = outside.names("failed", "error")
    alike: dict[str, list[str]] = {}
    for test_id in workspace.baseline.red:
        name = host_tests.named(workspace, test_id)
        if name in there:
            alike.setdefault(messages.get(test_id, AGAIN), []).append(name)
    by_number = sorted(alike.items(), key=lambda one: -len(one[1]))
    return [f"{len(names)} red on both sides, first {names[0]}: {why}" for why, names in by_number][:SHOWN]


def linted(workspace: Workspace) -> str:
    """The project's linters and what they found; of one that broke, that it did."""
    chain = workspace.toolchain
    tools = dict.fromkeys(_tool(argv) for argv in (*chain.lint, *chain.types))
    checks = [key.partition("|")[0] for key in workspace.baseline.lint]
    broken = sorted({check.removeprefix(BROKEN) for check in checks if check.startswith(BROKEN)})
    said = f"{', '.join(tools)}: {len(checks) - len(broken)}" if tools else "none configured"
    return said + "".join(f"; {tool} broke" for tool in broken)


def _tool(argv: Sequence[str]) -> str:
    words = [word for word in argv if word not in ("env", "python", "-m") and "=" not in word]
    return words[0].rpartition("/")[2]


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]


def differences(
    workspace: Workspace, outside: HostReport, messages: Mapping[str, str]
) -> tuple[list[str], Sequence[str]]:
    """Tests that passed or were red on one side only, by name, and the ids that were compared by function only. Skipped
    ones have no name inside: their number tells."""
    named = {
        test_id: host_tests.named(workspace, test_id)
        for test_id in (*workspace.baseline.green, *workspace.baseline.red)
    }
    why = {named[test_id]: messages.get(test_id, AGAIN) for test_id in workspace.baseline.red}
    inside = {name: "red" if name in why else "passed" for name in named.values()}
    there = {name: RED.get(outcome, outcome) for name, outcome in outside.outcomes}
    counted = inside.keys() | {name for name, outcome in there.items() if outcome in ("passed", "red")}
    differ = [name for name in sorted(counted) if inside.get(name) != there.get(name)]
    alike: Sequence[str] = ()
    if workspace.toolchain.language == "python":
        unpaired = _unpaired(differ, inside, there)
        differ, alike = unpaired, [name for name in differ if name not in unpaired]
    said = {name: f"red ({why[name]})" if name in why else inside.get(name, "skipped or absent") for name in differ}
    return [f"{name}: inside {said[name]}, outside {there.get(name, 'absent')}" for name in differ], alike


def _unpaired(names: Sequence[str], inside: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """The cases without those that came out alike on both sides under other parameters: suites put random values into
    ids."""
    cases = {
        name: (name.partition("[")[0], inside.get(name, there.get(name)))
        for name in names
        if "[" in name and (name in inside) != (name in there)
    }
    balance: Counter[tuple[str, str | None]] = Counter()
    for name, case in cases.items():
        balance[case] += 1 if name in inside else -1
    return [name for name in names if name not in cases or balance[cases[name]]]


HEADS = "project|framework|runner|files|packages|image s|lint|lint s|inside|s|outside|s|same"


def table(rows: Iterable[ProjectRow]) -> str:
    """The table in Markdown, as the document shows it."""
    lines = [f"| {HEADS.replace('|', ' | ')} |", "|" + "---|" * (HEADS.count("|") + 1)]
    for row in rows:
        numbers = (row.files, row.packages, f"{row.image_seconds:.0f}", row.lint, f"{row.lint_seconds:.0f}")
        inside, outside = (row.inside, f"{row.inside_seconds:.0f}"), (row.outside, f"{row.outside_seconds:.0f}")
        same = "yes" if row.same else f"no: {len(row.differences)} by name"
        cells = (row.name, row.framework, row.runner, *numbers, *inside, *outside, same)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def details(row: ProjectRow) -> list[str]:
    """The text below the table: every difference and every cause."""
    lines = [*row.differences, *row.causes]
    return [f"{row.name}: {line}" for line in lines]
