"""run_tests: the project's tests on a throwaway copy of the draft. A red test is a finding, not an error.

`red` speaks of tests that were just written: seen to fail for the right reason, then frozen. `as_written` freezes tests
of which the Architect said that none can be red. `focused` runs the frozen tests and the suites that were touched,
unless they were seen green on this very tree; `whole` runs everything, and what is green as a whole is then put to the
proof: see `mutant_runs`. Both judge against the baseline. Where the project has coverage, the whole run also tells
which of the changed lines ran.
"""

from dataclasses import dataclass

from temporalio import activity

from activities.checks import covering, flaky_tests, guards, judged_trees, old_tests, red_runs
from activities.checks.mutant_runs import with_mutants
from activities.checks.planned_texts import with_texts
from activities.checks.project_tools import ProjectTools, changed_paths
from activities.checks.red_runs import RedRun
from activities.messages import CheckInput, CheckResult
from aurora.domain.evidence import Proof
from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.frozen_tests import FrozenTests, Snapshot
from aurora.domain.plan import CoveredBehaviours
from aurora.domain.runs import ExecEnd, TestOutcome, TestRun
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.errors import ToolRefusal
from aurora.ports import ArtifactStore, Box, Sandbox, TaskArtifacts
from aurora.stored_values import fetch, keep, plan_of, workspace_of
from aurora.text import clip, counted, fit
from aurora.toolchains.runs import changed_lines
from aurora.toolchains.runs.ids import missing
from aurora.toolchains.runs.red import planned_names, red_reasons
from aurora.toolchains.runs.report import report as report_of

TEXT_CHARS = 60_000
LEFT_OUT = "the project's other tests were left out: at the base commit they can't be judged"
REASONS = 200
"""Reasons of red tests, as the evidence tells them."""
MAX_SUPPORT = 20_000
"""Files of the tests that are frozen beside those of the task: two megabytes of names and digests."""
NO_TESTS = FrozenTests(files={}, test_ids=(), red=())
ONLY_UNMEASURED = "the tests were red while they were measured, and green in a run without"


@dataclass(frozen=True)
class RedResult:
    unchanged: int = 0
    """Files that did not run again."""
    run: str | None = None
    """The `RedRun`, by digest."""


@dataclass(frozen=True)
class RunTestsActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def run_tests(self, order: CheckInput) -> CheckResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests) if order.draft.frozen else None
        tools = ProjectTools(artifacts, workspace, Step.RUN_TESTS, frozen)
        whole_suite = order.mode == "whole"
        judging = frozen.of_part if frozen is not None and not whole_suite else frozen
        async with self.sandbox.open(order.draft, workspace) as box:
            # a part is judged by its own tests first; the whole suite has those of the parts before it, too
            changed = await changed_paths(box, order.draft.base if whole_suite else workspace.base)
            tests = [path for path in changed if tools.is_test(path)]
            if order.mode in ("red", "as_written"):
                return await self._freeze(tools, box, order, tests)
            # at the base commit the whole suite can't be judged, and the Architect said to go on without it
            left_out = whole_suite and bool(workspace.baseline.why_invalid)
            whole = whole_suite and not left_out
            selection = [] if whole else [p for p in tests if tools.is_test_module(p)]
            touched = await tools.measurable(box, changed) if whole_suite else {}
            focused = order.mode == "focused"
            seen = await judged_trees.green_run(artifacts, box, order.draft, selection) if focused else None
            run = seen or await tools.tests(box, selection, measured=sorted(touched))
            if focused and seen is None:
                await judged_trees.note(artifacts, box, order.draft, selection, run)
            report = _judged(run, workspace, judging, whole=whole)
            report = await _without_chance(tools, box, run, report, judging, whole=whole)
            if touched and not report.passed and run.end is ExecEnd.EXITED:
                # nobody's work is refused for how it bears being measured
                run = (await tools.tests(box, selection)).model_copy(update={"unmeasured": ONLY_UNMEASURED})
                report = _judged(run, workspace, judging, whole=whole)
                report = await _without_chance(tools, box, run, report, judging, whole=whole)
        if seen is not None:
            report = report.model_copy(update={"summary": fit(f"{report.summary}; {judged_trees.SEEN}", 400)})
        if left_out:
            report = report.model_copy(update={"summary": fit(f"{report.summary}; {LEFT_OUT}", 400)})
        if frozen is not None and whole_suite and report.passed:
            # fresh: nothing that an earlier run may have left in a container has a part in the acceptance
            await self.sandbox.release(order.draft.task)
            async with self.sandbox.open(order.draft, workspace) as box:
                report = await with_mutants(tools, box, frozen.of_part, run, report)
            if report.passed:
                proof = Proof(commit=order.draft.commit, green=_seen_green(run, frozen))
                report = report.model_copy(update={"proof": await keep(artifacts, proof)})
        if touched and report.passed:
            report = report.model_copy(update={"coverage": changed_lines.said(run, touched)})
        if whole_suite:
            report = report.model_copy(update={"log": await artifacts.put(run.output.encode("utf-8", "replace"))})
        report = await tools.keep(report)
        described = "; ".join(filter(None, (report.summary, report.coverage)))
        return CheckResult(
            draft=order.draft,
            report=report,
            operations_done=await _operations_done(artifacts, order.draft, run),
            summary=fit(f"{report.status.value}: {described}", 300),
        )

    async def _freeze(self, tools: ProjectTools, box: Box, order: CheckInput, tests: list[str]) -> CheckResult:
        modules = [path for path in tests if tools.is_test_module(path)]
        if not modules:
            finding = Finding(
                check="red", message="No test was written.", hint="Write test modules below the test folders."
            )
            report = await tools.keep(
                Report(checker="red", status=ReportStatus.FAILED, summary="no new test", findings=(finding,), total=1)
            )
            return CheckResult(draft=order.draft, report=report, no_tests=True, summary="no new test")
        red, kept = order.mode == "red", RedResult()
        if red:
            run, report, kept = await self._red(tools, box, order, modules)
        else:
            ran = await tools.tests(box, modules)
            run = old_tests.without_old_failures(ran, tools.workspace.baseline, None)
            report = await flaky_tests.steady(tools, box, run, modules, runs(run))
        report = await tools.keep(report)
        passed = {c.test_id for c in run.cases if c.outcome is TestOutcome.PASSED}
        new_green = tuple(sorted(passed - set(tools.workspace.baseline.green)))
        all_green = bool(run.cases) and not run.red
        draft, left_out = order.draft, 0
        if report.passed:
            draft, left_out = await self._frozen(tools, box, order, tests, run, new_green)
            plan = await plan_of(tools.artifacts, draft)
            draft = await with_texts(tools, box, draft, plan)
        said = f"{report.status.value}: {report.summary}"
        if left_out:
            said = f"{left_out} test files over the limit of {MAX_SUPPORT} are not frozen; {said}"
        if kept.unchanged:
            # not in the result's own summary, by which two reports are seen to be the same
            note = f"{counted(kept.unchanged, 'unchanged file')} not run again"
            report = report.model_copy(update={"summary": fit(f"{report.summary}; {note}", 400)})
        return CheckResult(
            draft=draft, report=report, all_green=all_green and red, run=kept.run, summary=fit(said, 300)
        )

    async def _red(
        self, tools: ProjectTools, box: Box, order: CheckInput, modules: list[str]
    ) -> tuple[TestRun, Report, RedResult]:
        """The run, with what counts on of the run before; its report; and what of it counts on for the next."""
        artifacts, draft = tools.artifacts, order.draft
        # outcomes count on only where the tests run once more, all together, before they are frozen: see `steady`
        counts_on = order.before if tools.workspace.settings.flaky.reruns else None
        before = await fetch(artifacts, counts_on, RedRun) if counts_on else None
        ran = await red_runs.to_run(box, draft, modules, before)
        files = await box.digests(modules)
        fresh = await tools.tests(box, ran)
        whole = red_runs.with_kept(fresh, ran, before, modules)
        unchanged = 0 if whole is fresh else len(modules) - len(ran)
        plan = await plan_of(artifacts, draft)
        covers = await fetch(artifacts, draft.covered, CoveredBehaviours) if draft.covered else None
        run = old_tests.without_old_failures(whole, tools.workspace.baseline, covers)
        report = red_reasons(
            run, old_tests.with_new_tests(modules, whole, run), tools.chain.wording, planned_names(plan)
        )
        if covers and run.valid and not run.collection_errors:
            report = covering.with_uncollected(report, covers, [case.test_id for case in whole.cases])
            report = guards.with_unnamed(report, run, modules, covers.guards, tools.workspace.baseline.green)
        report = await flaky_tests.steady(tools, box, run, modules, report)
        good = red_runs.kept_of(run, report, draft, files)
        return run, report, RedResult(unchanged, await keep(artifacts, good) if good else None)

    async def _frozen(
        self, tools: ProjectTools, box: Box, order: CheckInput, tests: list[str], run: TestRun, green: tuple[str, ...]
    ) -> tuple[Draft, int]:
        """The draft with its record, and how many files there were too many."""
        draft, before = order.draft, tools.frozen or NO_TESTS
        own = {*tests, *before.files}
        support = [entry.path for entry in await box.files() if entry.path not in own and tools.is_test(entry.path)]
        digests = await box.digests([*tests, *support[:MAX_SUPPORT]])
        texts, room = {}, TEXT_CHARS
        for path in tests:
            try:
                text = (await box.read(path)).decode("utf-8", "replace")
            except ToolRefusal:
                continue  # a large data file, or a link: nothing to be shown as text
            if len(text) <= room:
                texts[path] = text
                room -= len(text)
        frozen = FrozenTests(
            files={**before.files, **{path: digests[path] for path in tests if path in digests}},
            support={path: digests[path] for path in support if path in digests},
            test_ids=tuple(sorted({*before.test_ids, *(case.test_id for case in run.cases)})),
            red=tuple(sorted({*before.red, *(case.test_id for case in run.red)})),
            green_before=tuple(sorted({*before.green_before, *green})),
            red_against=before.red_against,
            rewrites=before.rewrites,
            earlier=before.earlier,
            texts=texts,
            stubs=order.stubs,
            seen_red=Snapshot(commit=draft.commit, bundle=draft.bundle),
            reasons={case.test_id: red_runs.reason(case) for case in run.red[:REASONS]},
            log=await tools.artifacts.put(run.output.encode("utf-8", "replace")),
        )
        return draft.frozen_as(await keep(tools.artifacts, frozen)), max(0, len(support) - MAX_SUPPORT)


async def _operations_done(artifacts: TaskArtifacts, draft: Draft, run: TestRun) -> int:
    """The number of the part's operations whose planned tests all passed in this run."""
    plan = await plan_of(artifacts, draft)
    covers = await fetch(artifacts, draft.covered, CoveredBehaviours) if draft.covered else None
    return 0 if plan is None or covers is None else len(covering.operations_done(plan, covers, run))


async def _without_chance(
    tools: ProjectTools, box: Box, run: TestRun, report: Report, judging: FrozenTests | None, *, whole: bool
) -> Report:
    """The report after its red tests were run again; a test of the task that turns green stays a finding."""
    found = await flaky_tests.flips(tools, box, run, report, tools.frozen, whole=whole)
    if found.flaky:
        report = _judged(run, tools.workspace, judging, whole=whole, flaky=found.flaky)
    return flaky_tests.with_unsteady(report, found.unsteady)


def _judged(
    run: TestRun,
    workspace: Workspace,
    frozen: FrozenTests | None,
    *,
    whole: bool,
    flaky: tuple[str, ...] = (),
) -> Report:
    report = report_of(run, workspace.baseline, whole=whole, flaky=flaky)
    return report if frozen is None else with_red(with_missing_tests(report, run, frozen), run, frozen)


def runs(run: TestRun) -> Report:
    """Tests that can't be red, as the Architect said, need only run: collected, no error of their own."""
    broken = run.collection_errors
    findings = tuple(
        Finding(
            check="tests", test_id=case.test_id, message=clip(case.message, 4_000), hint="The test itself must run."
        )
        for case in broken
    )
    good = run.valid and not broken and bool(run.cases)
    return Report(
        checker="as_written",
        status=ReportStatus.PASSED if good else ReportStatus.FAILED,
        summary=fit(f"{run.counts}" if run.valid else run.why_invalid, 400),
        findings=findings,
        fingerprint=fingerprint(finding.key for finding in findings),
        total=len(broken),
        counts=run.counts,
    )


def _seen_green(run: TestRun, frozen: FrozenTests) -> tuple[str, ...]:
    passed = {case.test_id for case in run.cases if case.outcome is TestOutcome.PASSED}
    absent = set(missing(frozen.test_ids, passed))
    return tuple(test_id for test_id in frozen.test_ids if test_id not in absent)


def with_red(report: Report, run: TestRun, frozen: FrozenTests) -> Report:
    """A test that was red because the behaviour was missing must pass now: a failure at the base excuses nothing."""
    known = {finding.test_id for finding in report.findings}
    ran = {case.test_id: case for case in run.cases}
    still = [n for n in frozen.red if n in ran and ran[n].outcome is not TestOutcome.PASSED and n not in known]
    if not still or not run.valid:
        return report
    findings = tuple(
        Finding(
            check="tests",
            test_id=test_id,
            message=clip(f"It is still red: {ran[test_id].message}", 3_000),
            hint="Fix the code.",
        )
        for test_id in still
    )
    return report.model_copy(
        update={
            "status": ReportStatus.FAILED,
            "findings": (*report.findings, *findings),
            "total": report.total + len(still),
            "fingerprint": fingerprint([report.fingerprint, *still]),
        }
    )


def with_missing_tests(report: Report, run: TestRun, frozen: FrozenTests) -> Report:
    """Every frozen test must have run: one that vanished or was skipped is a finding, whatever the counts say."""
    ran = {c.test_id for c in run.cases if c.outcome in (TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.ERROR)}
    gone = missing(frozen.test_ids, ran)
    if not gone or not run.valid:
        return report
    findings = tuple(
        Finding(
            check="missing_tests",
            test_id=test_id,
            message="This frozen test did not run: it was skipped, deselected or not collected.",
            hint="Make the module importable and the test runnable; frozen tests may not be skipped.",
        )
        for test_id in gone
    )
    return report.model_copy(
        update={
            "status": ReportStatus.FAILED,
            "findings": (*report.findings, *findings),
            "total": report.total + len(gone),
            "fingerprint": fingerprint([report.fingerprint, *gone]),
            "summary": fit(f"{report.summary}; {len(gone)} frozen tests did not run", 400),
        }
    )
