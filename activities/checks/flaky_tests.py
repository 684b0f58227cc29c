"""Tests that don't come out alike in two runs of one draft: of the project, and of the task.

A red test of the project that was green at the base commit is run again, and where it turns green it is flaky: named in
report and evidence, no finding. That can't hide much of what a change broke, and docs/design/tampering.md says why: the
task's own tests are never excused, nor is more than a few tests of a run, and the draft that is run again is the same.
A test of the task that does so is a finding: what it shows is no evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from activities.checks.project_tools import ProjectTools
from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import TestRun
from aurora.ports import Box
from aurora.text import clip, counted, fit
from aurora.toolchains.runs import reruns
from aurora.toolchains.runs.ids import path_of

FEW = 5
SHARE = 100
"""More than `FEW` tests, and more than one of so many, are not red by chance at once."""
UNSTEADY = "This test is not deterministic"
OF_A_TEST = (
    "Take out what depends on chance: the clock, random values, the order of tests or of rows, work that is not "
    "awaited."
)
OF_CODE = (
    "Look for randomness in the code: time, order, shared state, work that is not awaited. If the test itself depends "
    "on "
    "it, use report_blocked."
)


@dataclass(frozen=True)
class FlakyResults:
    """Red tests of a run that were green when they were run again."""

    flaky: tuple[str, ...] = ()
    """Of the project."""
    unsteady: tuple[str, ...] = ()
    """Of the task."""


async def flips(
    tools: ProjectTools, box: Box, run: TestRun, report: Report, frozen: FrozenTests | None, *, whole: bool
) -> FlakyResults:
    """`report` is of `run`. The task's tests are run again where they had passed alone just before: in a whole run."""
    settings = tools.workspace.settings.flaky
    if not run.valid or report.passed or not settings.reruns:
        return FlakyResults()
    green, mine = set(tools.workspace.baseline.green), set(frozen.files if frozen else ())
    reported = {finding.test_id for finding in report.findings} & set(reruns.red_ids(run))
    own = {test_id for test_id in reported if path_of(test_id) in mine} if whole else set()
    others = {test_id for test_id in reported if test_id in green and path_of(test_id) not in mine}
    if len(others) > max(FEW, len(run.cases) // SHARE):
        others = set()
    asked = sorted(own | others)
    seconds = tools.workspace.baseline.seconds
    if not asked or not reruns.affordable(tools.chain.test_command(), tools.chain.test_command(asked), seconds):
        return FlakyResults()
    turned = await reruns.turned_green(lambda ids: tools.tests(box, ids), asked, settings.reruns)
    return FlakyResults(
        flaky=tuple(test_id for test_id in turned if test_id in others),
        unsteady=tuple(test_id for test_id in turned if test_id in own),
    )


def with_unsteady(report: Report, unsteady: Sequence[str]) -> Report:
    """The report, its findings of these tests saying that they came out otherwise when they were run again."""
    if not unsteady:
        return report
    said = f"{UNSTEADY}: it was red in the run of the whole suite and green when it was run again.\n"
    findings = tuple(
        finding.model_copy(update={"message": clip(said + finding.message, 3_900), "hint": OF_CODE})
        if finding.test_id in unsteady
        else finding
        for finding in report.findings
    )
    return report.model_copy(update={"findings": findings})


async def steady(tools: ProjectTools, box: Box, run: TestRun, modules: Sequence[str], report: Report) -> Report:
    """`report` of new tests that may be frozen, failed where they don't come out alike when they are run again."""
    times = tools.workspace.settings.flaky.reruns
    whole, selected = tools.chain.test_command(), tools.chain.test_command(modules)
    if not report.passed or not times or not reruns.affordable(whole, selected, tools.workspace.baseline.seconds):
        return report
    found = await reruns.changed(lambda files: tools.tests(box, files), run, modules, times)
    if not found:
        return report
    red = set(reruns.red_ids(run))
    findings = tuple(
        Finding(
            check=report.checker,
            path=path_of(test_id),
            test_id=test_id,
            message=f"{UNSTEADY}: {_order(test_id in red)} of the same code.",
            hint=OF_A_TEST,
        )
        for test_id in found
    )
    return report.model_copy(
        update={
            "status": ReportStatus.FAILED,
            "findings": findings,
            "total": len(findings),
            "fingerprint": fingerprint(finding.key for finding in findings),
            "summary": fit(f"{counted(len(findings), 'new test')} not deterministic; {report.summary}", 400),
        }
    )


def _order(was_red: bool) -> str:
    first, then = ("red", "green") if was_red else ("green", "red")
    return f"it was {first} in one run and {then} in the next"
