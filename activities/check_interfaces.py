"""check_interfaces: every changed module imports, and what tests need beside it is there, as the gates say.

Project code, so it runs as the test user on a throwaway copy."""

from dataclasses import dataclass

from temporalio import activity

from activities.checks import contract_edits
from activities.checks.acceptance_check import judged
from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.gates.gate import When
from aurora.ports import ArtifactStore, Box, Sandbox
from aurora.stored_values import workspace_of
from aurora.text import counted, fit


@dataclass(frozen=True)
class CheckInterfacesActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def check_interfaces(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        tools = ProjectTools(artifacts, workspace, Step.CHECK_INTERFACES)
        async with self.sandbox.open(order.draft, workspace) as box:
            report = await tools.imports(box, await changed_paths(box, workspace.base))
            edits = await contract_edits.judged(artifacts, box, order.draft, workspace)
            if report.passed:
                report = (await self._gates(tools, box, order.draft, edits.findings)) or report
            report = await tools.keep(report)
        return CheckResult(draft=order.draft, report=report, question=edits.question, summary=fit(report.summary, 300))

    async def _gates(self, tools: ProjectTools, box: Box, draft: Draft, edits: tuple[Finding, ...]) -> Report | None:
        """The findings that a gate asks for before tests are written; none where nothing is missing."""
        found = (*edits, *(await judged(tools, box, draft, When.INTERFACES)).findings)
        if not found:
            return None
        summary = counted(len(found), "finding")
        return Report(checker="gates", status=ReportStatus.FAILED, summary=summary, findings=found, total=len(found))
