"""observe_tests: one more run of the tests of a change, with instruments that judge nothing of the tests themselves.

What it saw happen by way of a changed line is a finding: a call that blocked a running event loop, one statement again
and again in a loop, `SELECT *`; so is an answer to a test that is not what the OpenAPI document says
(`activities/checks/exchange_check.py`). A test that is red only here says nothing, and neither does a run that broke
off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities.checks.exchange_check import ExchangeCheck
from activities.checks.project_tools import ProjectTools, changed_paths, created_paths, touched_lines
from activities.messages import CheckInput, CheckResult
from aurora import bounded
from aurora.domain.findings import Finding, Report, ReportStatus, weighed
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.runs import TestRun
from aurora.domain.steps import Step
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.ports import ArtifactStore, Box, Sandbox
from aurora.stored_values import fetch, workspace_of
from aurora.text import counted, fit
from aurora.toolchains.runs import observation

CHECKER = "observation"


@dataclass(frozen=True)
class ObserveTestsActivity:
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
            plan = await fetch(artifacts, order.draft.plan, Plan) if order.draft.plan else None
            planned = plan.operations if plan else ()
            check = ExchangeCheck(self.sandbox, tools, order.draft, planned)
            report = await _observed(tools, check)
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


async def _observed(tools: ProjectTools, check: ExchangeCheck) -> Report:
    async with check.sandbox.open(check.draft, tools.workspace) as box:
        touched = await _code(tools, box)
        selection = await _selection(tools, box)
        if isinstance(selection, str):
            return _report(selection)
        if not touched:
            return _report("no code was changed")
        run = await tools.tests(box, selection, observed=touched)
        try:
            found = await bounded.call(observation.findings, run, touched, about="what the tests executed")
        except OutOfBounds as error:
            return _report(f"what was observed can't be read: {error.what}")
        exchanges = await check.observe(box, run)
    exchanged = await check.findings(exchanges, touched)
    if exchanged:
        async with check.sandbox.open(check.draft, tools.workspace) as box:
            exchanged = await tools.masked(box, exchanged)
    return _judged(run, (*found, *exchanged), exchanges.said, tools.workspace.baseline.red)


async def _code(tools: ProjectTools, box: Box) -> Mapping[str, set[int]]:
    base = tools.workspace.base
    paths = await changed_paths(box, base)
    return await _touched(
        box, base, [path for path in paths if tools.chain.is_source(path) and not tools.is_test(path)]
    )


async def _selection(tools: ProjectTools, box: Box) -> list[str] | str:
    """Tests that are observed, nothing for the whole suite; or why there are none."""
    settings, baseline = tools.workspace.settings.observation, tools.workspace.baseline
    if 0 < baseline.seconds <= settings.whole_seconds and not baseline.why_invalid:
        return []
    changed = [path for path in await changed_paths(box, tools.workspace.base) if tools.is_test_module(path)]
    return changed or "no test was changed, and the whole suite takes too long to be observed"


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


def _judged(run: TestRun, found: tuple[Finding, ...], exchanges: str, before: Sequence[str]) -> Report:
    """`before`: tests that are red at the base commit."""
    blocking, others = weighed(found)
    said = observation.said(run) + (f"; {exchanges}" if exchanges else "")
    if not run.valid:
        said += f"; the observed run itself can't be judged: {run.why_invalid}"
    elif red := [one.test_id for one in run.red if one.test_id not in before]:
        said += f"; {counted(len(red), 'test')} red in this run only, first {red[0]}"
    if not blocking:
        return _report(said, others)
    said = f"{counted(len(blocking), 'finding')}: {said}"
    return _report(said, others).model_copy(
        update={"status": ReportStatus.FAILED, "findings": blocking, "total": len(blocking)}
    )


def _report(said: str, notes: tuple[Finding, ...] = ()) -> Report:
    return Report(checker=CHECKER, status=ReportStatus.PASSED, summary=fit(said, 400), notes=notes)
