"""observe_tests: one more run of the tests of a change, with instruments that judge nothing of the tests themselves.

What it saw happen by way of a changed line is a finding: a call that blocked a running event loop, one statement again
and again in a loop, `SELECT *`. A test that is red only here says nothing, and neither does a run that broke off.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities.checks.project_tools import ProjectTools, changed_paths, created_paths, touched_lines
from activities.messages import CheckInput, CheckResult
from aurora import bounded
from aurora.domain.findings import Finding, Report, ReportStatus, weighed
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import TestRun
from aurora.domain.steps import Step
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.ports import ArtifactStore, Box, Sandbox
from aurora.stored_values import fetch, workspace_of
from aurora.text import counted, fit
from aurora.toolchains.runs import observation

CHECKER = "observation"


@dataclass(frozen=True)
class Observer:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def observe_tests(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests) if order.draft.frozen else None
        tools = ProjectTools(artifacts, workspace, Step.OBSERVE_TESTS, frozen)
        report = Report(checker=CHECKER, status=ReportStatus.PASSED, summary=_why_not(tools))
        if not report.summary:
            async with self.sandbox.open(order.draft, workspace) as box:
                report = await _observed(tools, box, workspace.base)
        report = await tools.keep(report)
        return CheckResult(
            draft=order.draft, report=report, summary=fit(f"{report.status.value}: {report.summary}", 300)
        )


def _why_not(tools: ProjectTools) -> str:
    if not tools.workspace.settings.observation.enabled:
        return "off: `observation.enabled` of aurora.yaml is false"
    if not tools.language.observed:
        return f"tests of {tools.language.title} are not observed"
    return ""


async def _observed(tools: ProjectTools, box: Box, base: str) -> Report:
    changed = await changed_paths(box, base)
    code = [path for path in changed if tools.chain.is_source(path) and not tools.is_test(path)]
    touched = await _touched(box, base, code)
    selection = [path for path in changed if tools.is_test_module(path)]
    settings, baseline = tools.workspace.settings.observation, tools.workspace.baseline
    if 0 < baseline.seconds <= settings.whole_seconds and not baseline.why_invalid:
        selection = []
    elif not selection:
        return _report("no test was changed, and the whole suite takes too long to be observed")
    if not touched:
        return _report("no code was changed")
    run = await tools.tests(box, selection, observed=touched)
    try:
        found = await bounded.call(observation.findings, run, touched, about="what the tests executed")
    except OutOfBounds as error:
        return _report(f"what was observed can't be read: {error.what}")
    return _judged(run, found)


async def _touched(box: Box, base: str, code: list[str]) -> Mapping[str, set[int]]:
    """Lines that differ from the base commit, by path; of a new file all."""
    if not code:
        return {}
    touched = await touched_lines(box, base, code)
    for path in set(await created_paths(box, base)) & set(code):
        try:
            touched[path] = set(range(1, (await box.read(path)).count(b"\n") + 2))
        except ToolRefusal:
            continue  # a link, or too large
    return touched


def _judged(run: TestRun, found: tuple[Finding, ...]) -> Report:
    blocking, others = weighed(found)
    said = observation.said(run)
    if not run.valid:
        said += f"; the observed run itself can't be judged: {run.why_invalid}"
    elif run.red:
        said += f"; {counted(len(run.red), 'test')} red in this run only, first {run.red[0].test_id}"
    if not blocking:
        return _report(said, others)
    said = f"{counted(len(blocking), 'finding')}: {said}"
    return _report(said, others).model_copy(
        update={"status": ReportStatus.FAILED, "findings": blocking, "total": len(blocking)}
    )


def _report(said: str, notes: tuple[Finding, ...] = ()) -> Report:
    return Report(checker=CHECKER, status=ReportStatus.PASSED, summary=fit(said, 400), notes=notes)
