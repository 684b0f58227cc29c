"""The project's own tools on a box: lint, tests, edit checks, each by the workspace's toolchain."""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from activities.checks.changes import seal_only
from aurora import progress
from aurora.domain.causes import grouped
from aurora.domain.contradiction import Contradiction
from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.plan import Plan
from aurora.domain.runs import TestRun
from aurora.domain.steps import Step, WriteAccess
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.errors import ToolRefusal
from aurora.gates import gate_runner
from aurora.gates.context import ChangedFile, DraftContext, DraftFacts
from aurora.gates.gate import When
from aurora.ports import Box, TaskArtifacts
from aurora.stored_values import keep
from aurora.text import counted, fit
from aurora.toolchains import registry
from aurora.toolchains.language import Language
from aurora.toolchains.runs import changed_lines, judging, lint_report, observation
from aurora.toolchains.runs.ids import path_of
from aurora.toolchains.tools import ToolchainTools
from aurora.tools import run_text
from aurora.tools.grants import Grants
from aurora.tools.hidden_files import Hiding
from aurora.tools.path_policy import PathPolicy
from aurora.tools.shown_diff import fitted

HEADS, HEADS_FLAKY = 10, 6
"""Findings and flaky tests of a report that travel in the history."""
WHOLE_BYTES = 8_000_000
"""Bytes of the findings in a whole report: about 2,000 of the longest."""
DIFF_CHARS = 100_000
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def policy_for(
    workspace: Workspace,
    plan: Plan | None,
    frozen: FrozenTests | None,
    step: Step,
    thawed: Contradiction | None = None,
    grants: Grants | None = None,
    named: Sequence[str] = (),
) -> PathPolicy:
    """The policy of paths that this step may see and touch: test writers only tests, all others no tests, nobody what
    is frozen; a step with access to reported files only those that its findings name (`named`), and who rewrites a test
    only its file."""
    own = thawed.path if thawed is not None and step is Step.REWRITE_TEST else None
    only: Sequence[str] | None = None
    if step.write_access is WriteAccess.NONE:
        only = ()
    elif step.write_access is WriteAccess.REPORTED:
        only = named
    elif step is Step.REWRITE_TEST:
        only = () if own is None else (own,)
    planned = (*(f.path for f in plan.files), *(t.path for t in plan.tests)) if plan else ()
    return PathPolicy.of(
        workspace,
        planned=planned,
        frozen=tuple(path for path in frozen.protected if path != own) if frozen else (),
        growing=frozen is not None and frozen.of_earlier_parts,
        only_tests=step.write_access is WriteAccess.TESTS,
        no_tests=step.write_access is not WriteAccess.TESTS,
        only=only,
        grants=grants,
    )


async def changed_paths(box: Box, base: str, *, gone: bool = False) -> list[str]:
    """Paths that differ from the base commit and still exist, sorted. `gone`: also those that don't."""
    which = () if gone else ("--diff-filter=d",)
    run = await box.execute(["git", "diff", "--name-only", "-z", "--no-renames", *which, base, "HEAD"])
    return sorted(path for path in run.stdout.split("\0") if path)


async def text_of(box: Box, path: str) -> str | None:
    """The file's text in the tree; None when it is not there, or is no UTF-8."""
    try:
        return (await box.read(path)).decode("utf-8")
    except (ToolRefusal, UnicodeDecodeError):
        return None


async def at_base(box: Box, base: str, path: str) -> str | None:
    """The file's text at the base commit; None when it was not there."""
    run = await box.execute(["git", "show", f"{base}:{path}"])
    return run.stdout if run.exit_code == 0 and not run.cut else None


async def created_paths(box: Box, base: str) -> list[str]:
    """Paths that the base commit does not have."""
    run = await box.execute(["git", "diff", "--name-only", "-z", "--no-renames", "--diff-filter=A", base, "HEAD"])
    return [path for path in run.stdout.split("\0") if path]


async def touched_lines(box: Box, base: str, paths: Sequence[str]) -> dict[str, set[int]]:
    """Lines that differ from the base commit, by path; those of files that are new there are not listed."""
    options = ["--unified=0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv"]
    run = await box.execute(["git", "--literal-pathspecs", "diff", *options, base, "--", *paths])
    touched: dict[str, set[int]] = {}
    path, content = "", 0
    for line in run.stdout.split("\n"):
        if content and line[:1] in "+-":
            content -= 1  # of the files: it may look like anything
        elif line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/").rstrip("\t")
        elif hunk := _HUNK.match(line):
            gone, first, come = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
            touched.setdefault(path, set()).update(range(first, first + come))
            content = gone + come
    return touched


def which(selection: Sequence[str], made_to_fail: bool = False) -> str:
    """Return what a person who waits reads of a run, and what tells one with its tests made to fail from the one
    before."""
    files = len({path_of(test_id) for test_id in selection})
    said = f"runs the tests of {counted(files, 'file')}" if files else "runs the whole suite"
    return f"{said}, made to fail" if made_to_fail else said


def head(finding: Finding) -> Finding:
    """The part of a finding that a workflow's state can hold; the model reads the whole one."""
    return finding.model_copy(
        update={
            "check": fit(finding.check, 100),
            "path": fit(finding.path, 200),
            "test_id": fit(finding.test_id, 200),
            "message": fit(finding.message, 300),
            "hint": fit(finding.hint, 120),
        }
    )


@dataclass(frozen=True)
class ProjectTools:
    artifacts: TaskArtifacts
    workspace: Workspace
    step: Step
    frozen: FrozenTests | None = None
    """Paths that the code under test may not change while it runs."""
    thawed: Contradiction | None = None
    """The test that is being rewritten: nothing else of its file may change."""
    coming: frozenset[str] = frozenset()
    """Files that an edit may import from before they are there."""
    _hiding: list[Hiding] = field(default_factory=list, compare=False, repr=False)

    @property
    def language(self) -> Language:
        return registry.language(self.workspace.toolchain)

    @property
    def chain(self) -> ToolchainTools:
        return registry.tools(self.workspace)

    def is_test(self, path: str) -> bool:
        return self.chain.is_test(path)

    def is_test_module(self, path: str) -> bool:
        return self.chain.is_test_module(path)

    async def tests(
        self,
        box: Box,
        selection: Sequence[str],
        instead: Mapping[str, str] | None = None,
        measured: Sequence[str] = (),
        made_to_fail: bool = False,
        stopping: bool = False,
        seconds: int | None = None,
        observed: Mapping[str, set[int]] | None = None,
    ) -> TestRun:
        """`instead`: texts that files have in the tests' copy only, by path. `measured`: files whose lines that run are
        told. `made_to_fail`: what the tests leave open then is not waited for. `stopping`: at the first red test, after
        which a run can't be judged as one of all. `seconds`: less than the settings' bound of a run. `observed`:
        changed lines by path, for a run that tells what happens by way of them."""
        command = self.chain.test_command(selection).model_copy(update={"instead": dict(instead or {})})
        if self.frozen is not None:
            # what the project's own tests write to at the base commit stays open to them
            open_ones = set(self.workspace.baseline.written or ())
            closed = tuple(path for path in self.frozen.protected if path not in open_ones)
            command = command.model_copy(update={"protected": closed})
        if made_to_fail:
            command = self.language.of_failing_tests(self.workspace.toolchain, command)
        if stopping:
            command = self.language.stopping(self.workspace.toolchain, command)
        if seconds is not None:
            command = command.model_copy(update={"seconds": min(command.seconds, seconds)})
        if measured:
            command = changed_lines.measuring(command, measured)
            command = self.language.measuring(self.workspace.toolchain, command, measured)
        if observed:
            settings = self.workspace.settings.observation
            exchanges = self.workspace.contract is not None
            command = observation.watching(command, observed, settings.repeated, settings.seconds, exchanges)
            command = self.language.watching(command)
        progress.stage(which(selection, made_to_fail))
        run = await judging.run_of(self.chain, await box.run_tests(command))
        hiding = await self._hidden(box)
        return await hiding.run(box, run) if hiding else run

    async def masked(self, box: Box, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The exchanges without text that they quote from hidden files."""
        hiding = await self._hidden(box)
        if not hiding:
            return findings
        report = Report(checker="", status=ReportStatus.PASSED, findings=findings)
        return (await hiding.report(box, report)).findings

    async def lint(self, box: Box, paths: Sequence[str]) -> Report:
        """Every linter of the project on the paths; findings of the base commit do not count."""
        chosen = [path for path in paths or await self._all_changed(box) if self.chain.is_source(path)]
        if why := self._unlinted(paths, chosen):
            return Report(checker="lint", status=ReportStatus.PASSED, summary=why)
        findings = await self.chain.lint(box, chosen)
        touched = await touched_lines(box, self.workspace.base, chosen) if findings else {}
        report = lint_report.report(findings, self.workspace.baseline.lint, chosen, touched)
        hiding = await self._hidden(box)
        return await hiding.report(box, report) if hiding else report

    def _unlinted(self, given: Sequence[str], chosen: Sequence[str]) -> str:
        """The reason why nothing is linted; empty where something is. A clean report would say something of the
        files."""
        if not chosen and not given:
            return "0 files: no file that a linter of the project reads has been changed"
        if not chosen:
            return fit(f"0 files: no linter of the project reads {', '.join(given[:3])}", 300)
        if not (self.workspace.toolchain.lint or self.workspace.toolchain.types):
            return f"nothing was checked: the project has no linter for {counted(len(chosen), 'file')}"
        return ""

    async def measurable(self, box: Box, changed: Sequence[str]) -> dict[str, set[int]]:
        """Lines that differ from the base commit, by path, of code that is no test; none without the tool for it."""
        if not self.language.measurable(self.workspace):
            return {}
        code = [path for path in changed if self.chain.is_source(path) and not self.is_test(path)]
        return await touched_lines(box, self.workspace.base, code) if code else {}

    async def fix(self, box: Box, paths: Sequence[str]) -> None:
        chosen = [path for path in paths if self.chain.is_source(path)]
        if chosen:
            created = [path for path in await created_paths(box, self.workspace.base) if path in chosen]
            await self.chain.fix(box, chosen, created)

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
        """Findings in an edit, as the gates of an edit report them; what they tell beside it, too."""
        file = ChangedFile.of_edit(path, before, after)
        facts = replace(await self.facts(box), coming=self.coming)
        return await gate_runner.judged(DraftContext((file,), facts, box), When.EDIT)

    async def in_base(self, box: Box, path: str) -> bool:
        run = await box.execute(["git", "cat-file", "-e", f"{self.workspace.base}:{path}"])
        return run.exit_code == 0

    def origin(self, test_id: str) -> str:
        """The origin of a red test, as `run_text` labels it."""
        if self.frozen is not None and path_of(test_id) in self.frozen.files:
            return run_text.FROZEN
        baseline = self.workspace.baseline
        if test_id in baseline.red:
            return run_text.BASE
        if test_id in baseline.flaky:
            return run_text.FLAKY
        if test_id in baseline.green:
            return run_text.REGRESSION
        return run_text.NEW if baseline.green or baseline.red else ""

    async def facts(self, box: Box) -> DraftFacts:
        """Facts that the gates may know of the box's tree and of this step."""
        paths = frozenset([entry.path for entry in await box.files()])
        configuration: dict[str, str] = {}
        for path in self.language.configuration(self.workspace.toolchain):
            if path in paths:
                with suppress(ToolRefusal):  # a link, or too large
                    configuration[path] = (await box.read(path)).decode("utf-8", "replace")
        return DraftFacts(
            workspace=judging.slim(self.workspace),
            language=self.language,
            paths=paths,
            configuration=configuration,
            thawed=self.thawed,
        )

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        """Import every changed module, each in the order given, and say which one fails and how."""
        report = await self.chain.imports(box, paths)
        hiding = await self._hidden(box)
        return await hiding.report(box, report) if hiding else report

    async def _hidden(self, box: Box) -> Hiding:
        """Read once: what is hidden can't be written."""
        if not self._hiding:
            self._hiding.append(await Hiding.of(box, self.workspace))
        return self._hiding[0]

    async def keep(self, report: Report) -> Report:
        """The whole report as an artifact; what travels in the history is its head, and all findings' fingerprint."""
        whole = await keep(self.artifacts, report.within(WHOLE_BYTES))
        return report.model_copy(
            update={
                "summary": fit(report.summary, 400),
                "findings": tuple(head(finding) for finding in grouped(report.findings)[:HEADS]),
                "notes": (),
                "flaky": tuple(fit(test_id, 200) for test_id in report.flaky[:HEADS_FLAKY]),
                "total": max(report.total, len(report.findings)),
                "fingerprint": report.fingerprint or fingerprint(finding.key for finding in report.findings),
                "whole": whole,
            }
        )

    async def sealed(
        self, box: Box, message: str, wrote: Collection[str], removed: Collection[str] = ()
    ) -> tuple[Draft, tuple[str, ...]]:
        """The draft with these files sealed, and what else programs of the project wrote, which was taken back.

        Raises `ToolRefusal`."""
        draft, foreign = await seal_only(box, wrote, message, removed)
        return draft.shown(await self.artifacts.put(fitted(await box.diff(draft.since), DIFF_CHARS).encode())), foreign

    async def _all_changed(self, box: Box) -> list[str]:
        run = await box.execute(["git", "status", "--porcelain", "-z", "--untracked-files=all"])
        entries = [(entry[:2], entry[3:]) for entry in run.stdout.split("\0") if entry]
        gone = {path for state, path in entries if "D" in state}
        return sorted({*(path for _, path in entries), *await changed_paths(box, self.workspace.base)} - gone)
