"""run_gates: small checkers over what changed; a finding goes the way of a failing test."""

from dataclasses import dataclass

from temporalio import activity

from activities.checks.acceptance_check import accepted
from activities.checks.project_tools import ProjectTools, at_base, changed_paths
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.steps import Step
from aurora.ports import ArtifactStore, Box, Sandbox
from aurora.stored_values import fetch, workspace_of
from aurora.text import counted, fit


@dataclass(frozen=True)
class RunGatesActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def run_gates(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        tools = ProjectTools(artifacts, workspace, Step.RUN_GATES)
        findings: list[Finding] = []
        async with self.sandbox.open(order.draft, workspace) as box:
            if order.draft.frozen is not None:
                frozen = await fetch(artifacts, order.draft.frozen, FrozenTests)
                findings += await _unchanged(box, frozen)
            for path in await changed_paths(box, order.draft.base):
                if not tools.chain.is_source(path):
                    continue
                text = (await box.read(path)).decode("utf-8", "replace")
                before = await at_base(box, order.draft.base, path)
                findings += await tools.edit(box, path, before, text)
                if not tools.is_test(path):
                    findings += await tools.stubs_left(path, text)
            known = {(f.check, f.path, f.line) for f in findings}
            acceptance = await accepted(tools, box, order.draft)
            findings += [f for f in acceptance.refused if (f.check, f.path, f.line) not in known]
        status = ReportStatus.FAILED if findings else ReportStatus.PASSED
        summary = (
            counted(len(findings), "finding")
            if findings
            else "frozen tests untouched, bill of materials kept, no stub left, nothing but what was asked for"
        )
        report = await tools.keep(
            Report(checker="gates", status=status, summary=summary, findings=tuple(findings), total=len(findings))
        )
        return CheckResult(draft=order.draft, report=report, summary=fit(f"{status.value}: {summary}", 300))


async def _unchanged(box: Box, frozen: FrozenTests) -> list[Finding]:
    """Frozen tests, and what they use, are byte for byte what was seen red."""
    there = await box.digests(sorted(frozen.protected))
    findings = [
        Finding(
            check="frozen_tests",
            path=path,
            message="This frozen test file was changed or removed."
            if path in frozen.files
            else "This file of the tests was changed or removed after they were frozen.",
            hint="Restore it; report_blocked is the way to say that a test is wrong.",
        )
        for path, digest in sorted(frozen.protected.items())
        if there.get(path) != digest
    ]
    if frozen.thawed is not None:
        said = "A frozen test is being rewritten: nothing is judged before it is frozen again."
        findings.append(Finding(check="frozen_tests", message=said, hint="Report this: it is an internal error."))
    return findings
