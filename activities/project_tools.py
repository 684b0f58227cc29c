"""The project's own tools on a box: lint, tests, edit checks, each by the workspace's toolchain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from activities.keeping import keep
from aurora.domain import Draft, Finding, FrozenTests, Plan, Report, ReportStatus, Step, clip, counted, fingerprint, fit
from aurora.executions import TestOutcome, TestRun
from aurora.gates.edit_checks import EditContext, check_edit
from aurora.ports import Box, TaskArtifacts, TestCommand
from aurora.toolchains import python_lint, python_tests
from aurora.tools.output import cut
from aurora.tools.path_policy import PathPolicy
from aurora.workspace import Baseline, Workspace

CODE_STEPS = (Step.DEFINE_INTERFACES, Step.WRITE_CODE, Step.FIX_CODE)
SHOWN_FINDINGS = 20
HEADS = 10
"""Findings of a report that travel in the history."""
DIFF_CHARS = 100_000
IMPORT_SECONDS = 120
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def policy_for(workspace: Workspace, plan: Plan | None, frozen: FrozenTests | None, step: Step) -> PathPolicy:
    """What this step may see and touch: test writers only tests, coders no tests, nobody what is frozen."""
    planned = (*(f.path for f in plan.files), *(t.path for t in plan.tests)) if plan else ()
    return PathPolicy.of(
        workspace,
        planned=planned,
        frozen=tuple(frozen.files) if frozen else (),
        only_tests=step is Step.WRITE_TESTS,
        no_tests=step in CODE_STEPS,
    )


async def changed_paths(box: Box, base: str) -> list[str]:
    """Paths that differ from the base commit and still exist, sorted."""
    run = await box.execute(["git", "diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", base, "HEAD"])
    return sorted(path for path in run.stdout.split("\0") if path)


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


def head(finding: Finding) -> Finding:
    """What of a finding a workflow's state can hold; the model reads the whole one."""
    return finding.model_copy(
        update={
            "check": fit(finding.check, 100),
            "path": fit(finding.path, 200),
            "node": fit(finding.node, 200),
            "message": fit(finding.message, 300),
            "mend": fit(finding.mend, 120),
        }
    )


@dataclass(frozen=True)
class ProjectTools:
    artifacts: TaskArtifacts
    workspace: Workspace
    step: Step

    def is_test(self, path: str) -> bool:
        return any(
            path == root or path.startswith(root.rstrip("/") + "/") for root in self.workspace.toolchain.test_roots
        )

    def is_test_module(self, path: str) -> bool:
        name = PurePosixPath(path).name
        return self.is_test(path) and name.endswith(".py") and (name.startswith("test") or name.endswith("_test.py"))

    async def tests(self, box: Box, selection: Sequence[str]) -> TestRun:
        command = python_tests.command(self.workspace.toolchain, self.workspace.settings, selection)
        return python_tests.parse(await box.run_tests(command), self.workspace.toolchain)

    async def lint(self, box: Box, paths: Sequence[str]) -> Report:
        """Every linter of the project on the paths; findings of the base commit do not count."""
        chosen = [path for path in paths or await self._all_changed(box) if path.endswith(".py")]
        findings: list[Finding] = []
        if chosen:
            for argv in python_lint.commands(self.workspace.toolchain, chosen, fix=False):
                findings += python_lint.parse(argv, await box.execute(argv, cwd=self.workspace.toolchain.root))
        touched = await touched_lines(box, self.workspace.base, chosen) if findings else {}
        return python_lint.report(findings, self.workspace.baseline.lint, chosen, touched)

    async def mend(self, box: Box, paths: Sequence[str]) -> None:
        chosen = [path for path in paths if path.endswith(".py")]
        created = [path for path in await created_paths(box, self.workspace.base) if path in chosen]
        if chosen:
            for argv in python_lint.commands(self.workspace.toolchain, chosen, fix=True, created=created):
                await box.execute(argv, cwd=self.workspace.toolchain.root)

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
        """What an edit would add that must not be there: syntax errors, undeclared packages, secrets."""
        first_party = [entry.path for entry in await box.files()]
        context = EditContext.of(self.workspace, first_party)
        return check_edit(path, after, before=before, context=context)

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        """Import every changed module, each in the order given, and say which one fails and how."""
        modules = [module for path in paths if (module := self.module(path))]
        if not modules:
            return Report(checker="imports", status=ReportStatus.PASSED, summary="no module changed")
        script = IMPORT_SCRIPT.format(modules=modules, roots=list(self._import_roots))
        command = TestCommand(
            argv=("python", "-c", script),
            seconds=IMPORT_SECONDS,
            output_bytes=200_000,
        )
        run = await box.run_tests(command)
        if run.exit_code == 0 and run.end.value == "exited":
            return Report(
                checker="imports",
                status=ReportStatus.PASSED,
                summary=f"{counted(len(modules), 'module')} can be imported",
            )
        message = cut((run.stderr or run.stdout).strip(), 3_500) or f"the import ended: {run.end.value}"
        finding = Finding(
            check="imports",
            message=message,
            mend="Interfaces must import: mend the module named in the last frame; a circular import is mended by "
            "moving what both sides need into a module of its own.",
        )
        last = message.splitlines()[-1]
        return Report(
            checker="imports", status=ReportStatus.FAILED, summary=clip(last, 300), findings=(finding,), total=1
        )

    def module(self, path: str) -> str:
        """The dotted name under which a path imports, or nothing for tests, scripts and other files."""
        if not path.endswith(".py") or self.is_test(path):
            return ""
        for prefix in sorted(self._import_roots, key=len, reverse=True):
            if prefix and not path.startswith(prefix + "/"):
                continue
            dotted = path.removeprefix(prefix + "/" if prefix else "").removesuffix(".py").replace("/", ".")
            dotted = dotted.removesuffix(".__init__")
            return dotted if all(part.isidentifier() for part in dotted.split(".")) else ""
        return ""

    @property
    def _import_roots(self) -> tuple[str, ...]:
        """Relative to the repository's root; a project that names none is imported from its manifest's folder."""
        chain = self.workspace.toolchain
        return chain.project.import_roots if chain.project else (chain.root,)

    async def baseline(self, box: Box) -> Baseline:
        """The project's own lint and tests as they stand at the base commit."""
        run = await self.tests(box, ())
        files = [e.path for e in await box.files() if e.kind == "file" and e.path.endswith(".py")]
        findings: list[Finding] = []
        for argv in python_lint.commands(self.workspace.toolchain, ["."], fix=False) if files else ():
            findings += python_lint.parse(argv, await box.execute(argv, cwd=self.workspace.toolchain.root))
        return Baseline(
            census=run.census,
            red=tuple(sorted({case.node for case in run.red})),
            green=tuple(sorted(c.node for c in run.cases if c.outcome is TestOutcome.PASSED)),
            lint=tuple(sorted(finding.key for finding in findings)),
            lint_findings=tuple(findings[:SHOWN_FINDINGS]),
        )

    async def keep(self, report: Report) -> Report:
        """The whole report as an artifact; what travels in the history is its head, and all findings' fingerprint."""
        whole = await keep(self.artifacts, report)
        return report.model_copy(
            update={
                "summary": fit(report.summary, 400),
                "findings": tuple(head(finding) for finding in report.findings[:HEADS]),
                "total": max(report.total, len(report.findings)),
                "fingerprint": report.fingerprint or fingerprint(finding.key for finding in report.findings),
                "whole": whole,
            }
        )

    async def sealed(self, box: Box, message: str) -> Draft:
        draft = await box.seal(message)
        return draft.shown(await self.artifacts.put(cut(await box.diff(), DIFF_CHARS).encode()))

    async def _all_changed(self, box: Box) -> list[str]:
        run = await box.execute(["git", "status", "--porcelain", "-z", "--untracked-files=all"])
        uncommitted = [entry[3:] for entry in run.stdout.split("\0") if entry and not entry.startswith("D")]
        return sorted({*uncommitted, *await changed_paths(box, self.workspace.base)})


IMPORT_SCRIPT = """
import importlib, sys
for root in reversed({roots!r}):
    sys.path.insert(0, root or ".")
for name in {modules!r}:
    importlib.import_module(name)
"""
