"""Node's `ToolchainTools`: four runners, eslint, biome, prettier and tsc."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aurora import bounded
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.runs import TestRun
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds
from aurora.ports import Box, Execution, TestCommand, TestExecution
from aurora.text import clip, counted
from aurora.toolchains import folders, project_tests
from aurora.toolchains.node import command as node_command
from aurora.toolchains.node import layout, lint_output, resolution, runs, source
from aurora.toolchains.node.linters import ESLINT_FIX, PRETTIER_FIX, TSC
from aurora.toolchains.node.tree import SOURCES
from aurora.toolchains.node.wording import NODE
from aurora.toolchains.runs import judging, lint_report
from aurora.toolchains.wording import Wording

LINT_SECONDS = 300
LINT_BYTES = 8_000_000
MAX_FIXED_CHARS = 2_000_000


@dataclass(frozen=True)
class NodeTools:
    workspace: Workspace
    wording: ClassVar[Wording] = NODE

    @property
    def root(self) -> str:
        return self.workspace.toolchain.root

    def is_source(self, path: str) -> bool:
        inside = not self.root or path.startswith(self.root + "/")
        return inside and path.endswith(SOURCES) and "node_modules" not in path.split("/")

    def is_test(self, path: str) -> bool:
        return project_tests.is_test(self.workspace.toolchain, path)

    def is_test_module(self, path: str) -> bool:
        if not self.is_source(path) or not self.is_test(path):
            return False
        chain = self.workspace.toolchain
        return layout.is_taken(chain.runner, path) or project_tests.is_collected(chain, path)

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        return node_command.command(self.workspace.toolchain, self.workspace.settings, selection)

    def read_tests(self, execution: TestExecution) -> TestRun:
        run = runs.parse(execution, self.workspace.toolchain)
        old = "" if run.valid else runs.outdated(self.workspace.toolchain.runner, self.workspace.image.distributions)
        return run.model_copy(update={"why_invalid": old}) if old else run

    async def lint(self, box: Box, paths: Sequence[str]) -> list[Finding]:
        findings: list[Finding] = []
        for argv in self.workspace.toolchain.lint:
            run = await self._run(box, argv if argv[: len(TSC)] == TSC else (*argv, *map(self._from_root, paths)))
            findings += map(self._placed, await self._reported(argv, run))
        return findings

    async def fix(self, box: Box, paths: Sequence[str], created: Sequence[str]) -> None:  # noqa: ARG002 - the port's
        """Return as text the output that a tool would write, which is written only where it was asked for."""
        unformatted = lint_report.unformatted(self.workspace.baseline.lint)
        for argv in self.workspace.toolchain.fix:
            keep = unformatted if argv == PRETTIER_FIX else ()
            wanted = {self._from_root(path): path for path in paths if path not in keep}
            if not wanted:
                continue
            run = await self._run(box, (*argv, *wanted))
            outputs = await self._outputs(argv, run.stdout)
            for name, text in outputs.items():
                if name in wanted and text.strip() and len(text) <= MAX_FIXED_CHARS:
                    await box.write(wanted[name], text.encode("utf-8", "replace"))

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        """The check of imports without running anything: the entry of a backend listens as soon as it is loaded.
        Relative imports lead to files; with a tsconfig tsc says of every name whether it is exported."""
        modules = [path for path in paths if self.is_source(path) and not self.is_test(path)]
        if not modules:
            return Report(checker="imports", status=ReportStatus.PASSED, summary="no module changed")
        there = {entry.path for entry in await box.files()}
        findings: list[Finding] = []
        for path in modules:
            text = (await box.read(path)).decode("utf-8", "replace")
            found = await judging.findings(path, dangling, path, text, frozenset(there), self.wording.importing)
            findings += await self._of_the_change(box, path, found) if found else ()
        for argv in self.workspace.toolchain.lint:
            if not findings and argv[: len(TSC)] == TSC:
                known = set(self.workspace.baseline.lint)
                placed = map(self._placed, await self._reported(argv, await self._run(box, argv)))
                findings += (
                    f.model_copy(
                        update={
                            "check": "imports",
                            "hint": self.wording.importing,
                            "message": f"{f.check}: {f.message}",
                        }
                    )
                    for f in placed
                    if f.key not in known and (f.path in modules or not f.path)
                )
        if not findings:
            summary = f"{counted(len(modules), 'module')} can be imported"
            return Report(checker="imports", status=ReportStatus.PASSED, summary=summary)
        first = findings[0]
        summary = clip(f"{first.path}:{first.line}: {first.message.splitlines()[0]}", 300)
        return Report(
            checker="imports",
            status=ReportStatus.FAILED,
            summary=summary,
            findings=tuple(findings),
            total=len(findings),
        )

    async def _run(self, box: Box, argv: Sequence[str]) -> Execution:
        """Run as the test user in the throwaway copy: configurations are programs, packages the project's choice."""
        env = {"NO_COLOR": "1", "FORCE_COLOR": "0", "CI": "true"}
        command = TestCommand(argv=tuple(argv), cwd=self.root, env=env, seconds=LINT_SECONDS, output_bytes=LINT_BYTES)
        return await box.run_tests(command)

    async def _of_the_change(self, box: Box, path: str, found: Sequence[Finding]) -> list[Finding]:
        """The findings without references that led nowhere at the base commit, and without files that git ignores: a
        build writes it."""
        before = await box.execute(["git", "show", f"{self.workspace.base}:{path}"])
        listed = await box.execute(["git", "ls-tree", "-r", "-z", "--name-only", self.workspace.base])
        if before.exit_code == listed.exit_code == 0 and not before.cut and not listed.cut:
            there = frozenset(listed.stdout.split("\0"))
            known = {one.message for one in await judging.findings(path, dangling, path, before.stdout, there, "")}
            found = [one for one in found if one.message not in known]
        asked = sorted({target for one in found for target in resolution.targets(one)})
        wanted = "\0".join(asked).encode("utf-8", "replace")
        run = await box.execute(["git", "check-ignore", "-z", "--stdin"], stdin=wanted) if asked else None
        ignored = set(run.stdout.split("\0")) if run is not None and run.exit_code == 0 else set()
        return [one for one in found if not ignored & set(resolution.targets(one))]

    @property
    def _folder(self) -> str:
        return posixpath.normpath(posixpath.join(folders.COPY, self.root))

    def _from_root(self, path: str) -> str:
        path = posixpath.relpath(path, self.root or ".") if path != "." else path
        return f"./{path}" if path.startswith("-") else path

    def _placed(self, finding: Finding) -> Finding:
        """The path from the folder a tool ran in to the repository's root."""
        if not finding.path or not self.root:
            return finding
        return finding.model_copy(update={"path": posixpath.normpath(posixpath.join(self.root, finding.path))})

    async def _reported(self, argv: Sequence[str], run: Execution) -> tuple[Finding, ...]:
        tool = lint_output.tool_of(argv)
        return await judging.reported_by(tool, lint_output.parse, run, tuple(argv), after=(self._folder,))

    async def _outputs(self, argv: Sequence[str], stdout: str) -> dict[str, str]:
        """The output that a tool would write; nothing where that can't be read: the findings stand then."""
        about = f"what {lint_output.tool_of(argv)} would write"
        try:
            if argv == ESLINT_FIX:
                return await bounded.call(lint_output.eslint_outputs, stdout, self._folder, about=about)
            return await bounded.call(lint_output.reported_outputs, stdout, about=about)
        except OutOfBounds:
            return {}


# ── in a child ──


def dangling(path: str, text: str, there: frozenset[str], hint: str) -> tuple[Finding, ...]:
    return tuple(resolution.unresolved(path, source.read(path, text), there, hint))
