"""run_linter: the project's own linters on what changed; what stood there at the base commit does not block."""

from dataclasses import dataclass

from temporalio import activity

from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore, Sandbox
from aurora.stored_values import workspace_of
from aurora.text import fit


@dataclass(frozen=True)
class RunLinterActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def run_linter(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        tools = ProjectTools(artifacts, workspace, Step.RUN_LINTER)
        async with self.sandbox.open(order.draft, workspace) as box:
            paths = await changed_paths(box, workspace.base)
            if order.mode == "new_tests":
                paths = [path for path in paths if tools.is_test(path)]
            report = await tools.keep(await tools.lint(box, paths))
        return CheckResult(
            draft=order.draft, report=report, summary=fit(f"{report.status.value}: {report.summary}", 300)
        )
