"""The verdict of the real judge on a forgery: the run, the report, the count of frozen tests, the test mutants."""

import hashlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from activities.checks.mutant_runs import with_mutants
from activities.checks.project_tools import ProjectTools
from activities.run_tests import with_missing_tests
from aurora.domain.findings import Report, ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import TestRun
from aurora.domain.steps import Step
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.ports import Box
from aurora.settings.repository import BackendSettings, BudgetSettings, Commands
from aurora.toolchains.runs.report import report as report_of
from tests.attacks.forgeries.forgery import Witness
from tests.attacks.forgeries.grounds import GROUNDS, Ground
from tests.support.boxes import containers, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.projects import detected

BUDGET = BudgetSettings(test_seconds=30)


class Judge:
    def __init__(self, ground: Ground, box: Box, tools: ProjectTools) -> None:
        self.ground, self.box, self.tools = ground, box, tools

    async def judged(self, places: Mapping[str, str]) -> tuple[TestRun, Report]:
        """As `run_tests` does in mode `whole`, on one box; the tree is afterwards what it was."""
        for path, text in places.items():
            await self.box.write(path, text.encode())
        try:
            run = await self.tools.tests(self.box, ())
            frozen = self._frozen(places[self.ground.places["red"]])
            report = with_missing_tests(report_of(run, None, whole=True), run, frozen)
            if report.passed:
                report = await with_mutants(self.tools, self.box, frozen, run, report)
        finally:
            for path in places:
                if path in self.ground.project:
                    await self.box.write(path, self.ground.project[path].encode())
                else:
                    await self.box.delete(path)
        return run, report

    async def witness(self, places: Mapping[str, str]) -> tuple[Witness, str]:
        """Who saw it, and what was said of it."""
        run, report = await self.judged(places)
        said = "\n".join([report.summary, *(finding.message for finding in report.findings)])
        if report.passed:
            return Witness.NOBODY, said
        if report.findings[0].check == "mutants":
            assert report.status is ReportStatus.INVALID, report
            return Witness.MUTANTS, said
        if not run.valid or not run.cases:
            assert not run.cases or report.status is ReportStatus.INVALID, report
            return Witness.SENTINEL if "a sentinel test that must fail" in run.why_invalid else Witness.RUN, said
        if any(case.test_id.startswith(self.ground.places["red"]) for case in run.red):
            return Witness.RESULT, said
        assert {finding.check for finding in report.findings} == {"missing_tests"}, report
        return Witness.MISSING_TESTS, said

    def _frozen(self, red: str) -> FrozenTests:
        test_id, path = self.ground.test_id, self.ground.places["red"]
        if "class Red" in red and "::Red::" not in test_id:
            test_id = test_id.replace("::", "::Red::")
        digest = hashlib.sha256(red.encode()).hexdigest()
        return FrozenTests(files={path: digest}, test_ids=(test_id, *self.ground.others), red=(test_id,))


class Judges:
    """One warm box for all forgeries of a project, opened when the first is played."""

    def __init__(self, artifacts: MemoryArtifacts, sandbox: DockerSandbox, folder: Path) -> None:
        self._artifacts, self._sandbox, self._folder = artifacts, sandbox, folder
        self._stack = AsyncExitStack()
        self._opened: dict[str, Judge] = {}

    async def of(self, toolchain: str) -> Judge:
        if toolchain not in self._opened:
            self._opened[toolchain] = await self._open(toolchain)
        return self._opened[toolchain]

    async def close(self) -> None:
        await self._stack.aclose()

    async def _open(self, toolchain: str) -> Judge:
        ground = GROUNDS[toolchain]
        chain = await detected(ground.project, Commands(test=ground.command or None))
        assert chain.runner == toolchain
        image = await self._sandbox.build(TaskRef(id="images"), chain.dependencies, chain.project)
        draft = await new_draft(self._artifacts, self._folder / toolchain.replace(":", "_"), dict(ground.project))
        settings = BackendSettings(budget=BUDGET, sandbox=ground.limits)
        workspace = workspace_of(draft, image, ground.limits).model_copy(
            update={"settings": settings, "toolchain": chain}
        )

        async def released() -> None:
            await self._sandbox.release(draft.task)
            assert containers(draft.task) == []

        self._stack.push_async_callback(released)
        box = await self._stack.enter_async_context(self._sandbox.open(draft, workspace))
        return Judge(ground, box, ProjectTools(self._artifacts.of(draft.task), workspace, Step.RUN_TESTS))
