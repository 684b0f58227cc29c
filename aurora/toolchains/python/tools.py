"""Python's `ToolchainTools`: pytest, unittest and Django's runner, ruff and its kin, the import of changed modules."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from aurora.domain.findings import Finding, Report
from aurora.domain.runs import TestRun
from aurora.domain.workspace import Workspace
from aurora.ports import Box, Execution, TestCommand, TestExecution
from aurora.toolchains import project_tests
from aurora.toolchains.python import import_check, lint_output, pytest_runs, unittest_runs
from aurora.toolchains.python import lint as python_lint
from aurora.toolchains.python.wording import PYTEST, UNITTEST
from aurora.toolchains.runs import judging, lint_report
from aurora.toolchains.runs.trust import unknown_plugin
from aurora.toolchains.wording import Wording

TYPES_SECONDS = 300
LINT_SECONDS = 300


@dataclass(frozen=True)
class PythonTools:
    workspace: Workspace
    wording: ClassVar[Wording] = PYTEST

    def is_source(self, path: str) -> bool:
        return path.endswith(".py")

    def is_test(self, path: str) -> bool:
        return project_tests.is_test(self.workspace.toolchain, path)

    def is_test_module(self, path: str) -> bool:
        if not path.endswith(".py") or not self.is_test(path):
            return False
        chain = self.workspace.toolchain
        # unless a pattern is configured, unittest and Django's runner take any name that begins with `test`
        usual = not chain.test_files and PurePosixPath(path).name.startswith("test")
        return usual or project_tests.is_collected(chain, path)

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        return pytest_runs.command(self.workspace.toolchain, self.workspace.settings, selection)

    def read_tests(self, execution: TestExecution) -> TestRun:
        run = pytest_runs.parse(execution, self.workspace.toolchain)
        if run.valid and (why := unknown_plugin(run, self.workspace)):
            return run.model_copy(update={"valid": False, "why_invalid": why})
        return run

    async def lint(self, box: Box, paths: Sequence[str]) -> list[Finding]:
        findings: list[Finding] = []
        for argv in python_lint.commands(self.workspace.toolchain, paths, fix=False):
            findings += await self._reported(argv, await self._linted(box, argv))
        for argv in self.workspace.toolchain.types if paths else ():
            command = TestCommand(argv=argv, cwd=self.workspace.toolchain.root, seconds=TYPES_SECONDS)
            findings += await self._reported(argv, await box.run_tests(command))
        return findings

    async def _linted(self, box: Box, argv: tuple[str, ...]) -> Execution:
        """A tool of ours on the draft itself; a program of the project where nothing that it writes stays."""
        root = self.workspace.toolchain.root
        if argv[0] in python_lint.OURS:
            return await box.execute(argv, cwd=root)
        return await box.run_tests(TestCommand(argv=argv, cwd=root, seconds=LINT_SECONDS))

    async def fix(self, box: Box, paths: Sequence[str], created: Sequence[str]) -> None:
        keep = lint_report.unformatted(self.workspace.baseline.lint)
        chain = self.workspace.toolchain
        for argv in python_lint.commands(chain, paths, fix=True, created=created, unformatted=keep):
            await box.execute(argv, cwd=self.workspace.toolchain.root)

    async def _reported(self, argv: Sequence[str], execution: Execution) -> tuple[Finding, ...]:
        tool = lint_output.tool_of(argv)
        return await judging.reported_by(tool, python_lint.parse, execution, tuple(argv))

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        modules = [path for path in paths if path.endswith(".py") and not self.is_test(path)]
        return await import_check.check(box, self.workspace, modules, self.wording.importing)


@dataclass(frozen=True)
class UnittestTools(PythonTools):
    """The tools of projects whose tests run by unittest or by Django's runner."""

    wording: ClassVar[Wording] = UNITTEST

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        return unittest_runs.command(self.workspace.toolchain, self.workspace.settings, selection)

    def read_tests(self, execution: TestExecution) -> TestRun:
        return unittest_runs.parse(execution, self.workspace.toolchain)
