"""check_interfaces: every changed module imports. Project code, so it runs as the test user on a throwaway copy."""

from dataclasses import dataclass

from temporalio import activity

from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore, Sandbox
from aurora.stored_values import workspace_of
from aurora.text import fit


@dataclass(frozen=True)
class InterfaceChecker:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def check_interfaces(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        tools = ProjectTools(artifacts, workspace, Step.CHECK_INTERFACES)
        async with self.sandbox.open(order.draft, workspace) as box:
            report = await tools.keep(await tools.imports(box, await changed_paths(box, order.draft.base)))
        return CheckResult(draft=order.draft, report=report, summary=fit(report.summary, 300))
