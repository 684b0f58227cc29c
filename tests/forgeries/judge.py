"""What the real judge says of a forgery: the run, the report, the census of frozen tests, the twins."""

import hashlib
from collections.abc import Mapping

from activities.project_tools import ProjectTools
from activities.run_tests import with_census
from activities.twin_runs import with_twins
from aurora.domain import Draft, FrozenTests, Report, ReportStatus, Step
from aurora.executions import TestRun
from aurora.ports import ArtifactStore, Box
from aurora.settings import BackendSettings, BudgetSettings
from aurora.toolchains import python_tests
from aurora.workspace import Workspace
from tests.forgeries.forgery import PLACES, RED, Witness

UNITTEST = ("python", "-m", "unittest", "discover", "-s", "tests")
SETTINGS = BackendSettings(budget=BudgetSettings(test_seconds=30))


class Judge:
    def __init__(self, box: Box, draft: Draft, workspace: Workspace, artifacts: ArtifactStore) -> None:
        limits = workspace.settings.sandbox
        settings = SETTINGS.model_copy(update={"sandbox": limits})
        self.box = box
        self.tools = {
            name: ProjectTools(
                artifacts.of(draft.task),
                workspace.model_copy(update={"settings": settings, "toolchain": toolchain}),
                Step.RUN_TESTS,
            )
            for name, toolchain in (
                ("pytest", workspace.toolchain),
                ("unittest", workspace.toolchain.model_copy(update={"runner": "unittest", "test": UNITTEST})),
            )
        }

    async def judged(self, places: Mapping[str, str], toolchain: str = "pytest") -> tuple[TestRun, Report]:
        """As `run_tests` does in mode `whole`, on one box; the tree is afterwards what it was."""
        tools = self.tools[toolchain]
        for path, text in places.items():
            await self.box.write(path, text.encode())
        try:
            run = await tools.tests(self.box, ())
            frozen = _frozen(places[PLACES["red"]], toolchain)
            report = with_census(python_tests.report(run, None, whole=True), run, frozen)
            if report.passed:
                report = await with_twins(tools, self.box, frozen, run, report)
        finally:
            for path in places:
                await self.box.delete(path)
        return run, report

    async def witness(self, places: Mapping[str, str], toolchain: str = "pytest") -> tuple[Witness, str]:
        """Who saw it, and what was said of it."""
        run, report = await self.judged(places, toolchain)
        said = "\n".join([report.summary, *(finding.message for finding in report.findings)])
        if report.passed:
            return Witness.NOBODY, said
        if report.findings[0].check == "twins":
            assert report.status is ReportStatus.INVALID, report
            return Witness.TWINS, said
        if not run.valid:
            assert report.status is ReportStatus.INVALID, report
            return Witness.SENTINEL if "a sentinel test that must fail" in run.why_invalid else Witness.RUN, said
        if any(case.node.startswith(PLACES["red"]) for case in run.red):
            return Witness.RESULT, said
        assert {finding.check for finding in report.findings} == {"census"}, report
        return Witness.CENSUS, said


def _frozen(red: str, toolchain: str) -> FrozenTests:
    name = "Red::test_red" if "class Red" in red else "test_red"
    node = f"{PLACES['red']}::{name}"
    others = ("tests/test_app.py::test_value",) if toolchain == "pytest" else ()  # a function, which unittest takes not
    digest = hashlib.sha256((red or RED).encode()).hexdigest()
    return FrozenTests(files={PLACES["red"]: digest}, nodes=(node, *others), red=(node,))
