"""run_gates: every gate of a round over what changed; a finding goes the way of a failing test."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from temporalio import activity

from activities.checks import contract_edits
from activities.checks.acceptance_check import judged
from activities.checks.project_tools import ProjectTools
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.steps import Step
from aurora.domain.workspace import Workspace
from aurora.gates import choice
from aurora.gates.gate import When
from aurora.ports import ArtifactStore, Sandbox
from aurora.stored_values import workspace_of
from aurora.text import counted, fit

SUMMARY_BYTES = 400
NOTES = 100
"""Notes of what blocks nothing, in one report."""


@dataclass(frozen=True)
class RunGatesActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def run_gates(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        tools = ProjectTools(artifacts, workspace, Step.RUN_GATES)
        async with self.sandbox.open(order.draft, workspace) as box:
            seen = await judged(tools, box, order.draft, When.ROUND)
            edits = await contract_edits.judged(artifacts, box, order.draft, workspace)
        findings = (*seen.findings, *edits.findings)
        status = ReportStatus.FAILED if findings else ReportStatus.PASSED
        summary = summary_of(workspace, findings)
        report = await tools.keep(
            Report(
                checker="gates",
                status=status,
                summary=summary,
                findings=findings,
                notes=seen.notes[:NOTES],
                total=len(findings),
            )
        )
        return CheckResult(
            draft=order.draft,
            report=report,
            question=edits.question,
            summary=fit(f"{status.value}: {summary if findings else _number(workspace)}", 300),
        )


def _number(workspace: Workspace) -> str:
    """The number for a line of the screen: the report has the names."""
    return counted(len(choice.chosen(workspace.settings, workspace.toolchain.language, When.ROUND)), "gate")


def summary_of(workspace: Workspace, findings: Sequence[Finding]) -> str:
    """A summary by the names of the gates: those that found something, or those that passed; and those that are off."""
    settings, language = workspace.settings, workspace.toolchain.language
    off = ", ".join(choice.turned_off(settings))
    tail = fit(f"; off: {off}", SUMMARY_BYTES // 2) if off else ""
    if findings:
        found = Counter(finding.check for finding in findings)
        said = f"{counted(len(findings), 'finding')}: {', '.join(f'{name} {n}' for name, n in found.items())}"
    else:
        said = ", ".join(gate.name for gate in choice.chosen(settings, language, When.ROUND))
    return fit(said, SUMMARY_BYTES - len(tail.encode())) + tail
