"""Perl's `ToolchainTools`: prove, and perl itself as linter and loader."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.runs import TestRun
from aurora.domain.workspace import Workspace
from aurora.ports import Box, TestCommand, TestExecution
from aurora.text import clip, counted
from aurora.toolchains import project_tests
from aurora.toolchains.runs import judging
from aurora.toolchains.wording import Wording
from tests.support.perl import check, plugins, runs
from tests.support.perl.detection import COMPILES, SUFFIXES
from tests.support.perl.wording import PROVE

COPY = "/work/tree"
"""Where the sandbox keeps the tests' copy."""
SECONDS = 300


@dataclass(frozen=True)
class PerlTools:
    workspace: Workspace
    wording: ClassVar[Wording] = PROVE

    def is_source(self, path: str) -> bool:
        return path.endswith(SUFFIXES)

    def is_test(self, path: str) -> bool:
        return project_tests.is_test(self.workspace.toolchain, path)

    def is_test_module(self, path: str) -> bool:
        return path.endswith(".t") and self.is_test(path)

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        return runs.command(self.workspace.toolchain, self.workspace.settings, selection)

    def read_tests(self, execution: TestExecution) -> TestRun:
        return runs.parse(execution, self.workspace.toolchain)

    async def lint(self, box: Box, paths: Sequence[str]) -> list[Finding]:
        """perl compiles one file a process; another linter gets all paths."""
        findings: list[Finding] = []
        for argv in self.workspace.toolchain.lint:
            tool = f"lint:{' '.join(argv[:2])}" if argv == COMPILES else f"lint:{posixpath.basename(argv[0])}"
            if argv == COMPILES:
                sources = await self._sources(box, paths)
                findings += await self._checked(box, "compile", sources, tool) if sources else ()
            else:
                words = (runs.from_root(self.workspace.toolchain, path) for path in paths)
                findings += await self._run(box, (*argv, *words), tool)
        return findings

    async def fix(self, box: Box, paths: Sequence[str], created: Sequence[str]) -> None:
        """Nothing: perl fixes nothing, and the sandbox holds no formatter."""

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        modules = [path for path in paths if self.is_source(path) and not self.is_test(path)]
        found = await self._checked(box, "load", modules, "imports", self.wording.importing) if modules else ()
        first = next((f"{one.path}:{one.line}: {one.message.splitlines()[0]}" for one in found), "")
        return Report(
            checker="imports",
            status=ReportStatus.FAILED if found else ReportStatus.PASSED,
            summary=clip(first or f"{counted(len(modules), 'file')} can be loaded", 300),
            findings=tuple(found),
            total=len(found),
        )

    async def _sources(self, box: Box, paths: Sequence[str]) -> Sequence[str]:
        if "." not in paths:
            return [path for path in paths if self.is_source(path)]
        return [entry.path for entry in await box.files() if entry.kind == "file" and self.is_source(entry.path)]

    async def _checked(self, box: Box, how: str, paths: Sequence[str], tool: str, hint: str = "") -> Sequence[Finding]:
        files = (runs.from_root(self.workspace.toolchain, path) for path in paths)
        return await self._run(box, ("perl", plugins.CHECK, how, "-Ilib", "--", *files), tool, hint)

    async def _run(self, box: Box, argv: Sequence[str], check_name: str, hint: str = "") -> Sequence[Finding]:
        """Run as the test user in the throwaway copy: what perl compiles it partly runs."""
        root = self.workspace.toolchain.root
        execution = await box.run_tests(TestCommand(argv=tuple(argv), cwd=root, seconds=SECONDS))
        folder = posixpath.normpath(posixpath.join(COPY, root))
        return await judging.reported_by(check_name, check.parse, execution, check_name, hint, root, folder)
