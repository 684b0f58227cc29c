"""Python's `ToolchainTools`: pytest, ruff and its kin, the syntax and imports of an edit, stubs that are left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from aurora.domain import Finding, Report
from aurora.executions import TestRun
from aurora.gates.edit_checks import EditContext, check_edit
from aurora.gates.stubs import stubs_left
from aurora.ports import Box, Execution, TestCommand, TestExecution
from aurora.toolchains import (
    judging,
    python_import_check,
    python_lint,
    python_lint_output,
    python_tests,
    python_unittest,
    test_files,
)
from aurora.toolchains.trust import unknown_plugin
from aurora.wording import PYTHON, UNITTEST, Wording
from aurora.workspace import Workspace

TYPES_SECONDS = 300
LINT_SECONDS = 300


def edited(
    workspace: Workspace, paths: tuple[str, ...], path: str, before: str | None, after: str
) -> tuple[Finding, ...]:
    """What an edit adds, in a child. `paths`: every file of the draft."""
    context = EditContext.of(workspace, paths) if path.endswith((".py", ".pyi")) else EditContext()
    return check_edit(path, after, before=before, context=context)


@dataclass(frozen=True)
class PythonTools:
    workspace: Workspace
    wording: ClassVar[Wording] = PYTHON

    def is_source(self, path: str) -> bool:
        return path.endswith(".py")

    def is_test(self, path: str) -> bool:
        return test_files.is_test(self.workspace.toolchain, path)

    def is_test_module(self, path: str) -> bool:
        if not path.endswith(".py") or not self.is_test(path):
            return False
        chain = self.workspace.toolchain
        # unless a pattern is configured, unittest and Django's runner take any name that begins with `test`
        usual = not chain.test_files and PurePosixPath(path).name.startswith("test")
        return usual or test_files.is_collected(chain, path)

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        return python_tests.command(self.workspace.toolchain, self.workspace.settings, selection)

    def read_tests(self, execution: TestExecution) -> TestRun:
        run = python_tests.parse(execution, self.workspace.toolchain)
        if run.valid and (why := unknown_plugin(run, self.workspace)):
            return run.model_copy(update={"valid": False, "why_invalid": why})
        return run

    async def lint(self, box: Box, paths: Sequence[str]) -> list[Finding]:
        findings: list[Finding] = []
        for argv in python_lint.commands(self.workspace.toolchain, paths, fix=False):
            findings += await self._told(argv, await self._linted(box, argv))
        for argv in self.workspace.toolchain.types if paths else ():
            command = TestCommand(argv=argv, cwd=self.workspace.toolchain.root, seconds=TYPES_SECONDS)
            findings += await self._told(argv, await box.run_tests(command))
        return findings

    async def _linted(self, box: Box, argv: tuple[str, ...]) -> Execution:
        """A tool of ours on the draft itself; a program of the project where nothing that it writes stays."""
        root = self.workspace.toolchain.root
        if argv[0] in python_lint.OURS:
            return await box.execute(argv, cwd=root)
        return await box.run_tests(TestCommand(argv=argv, cwd=root, seconds=LINT_SECONDS))

    async def mend(self, box: Box, paths: Sequence[str], created: Sequence[str]) -> None:
        for argv in python_lint.commands(self.workspace.toolchain, paths, fix=True, created=created):
            await box.execute(argv, cwd=self.workspace.toolchain.root)

    async def check_edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
        paths = tuple([entry.path for entry in await box.files()])
        return await judging.findings(path, edited, judging.slim(self.workspace), paths, path, before, after)

    async def _told(self, argv: Sequence[str], execution: Execution) -> tuple[Finding, ...]:
        tool = python_lint_output.tool_of(argv)
        return await judging.told_by(tool, python_lint.parse, execution, tuple(argv))

    def stubs_left(self, path: str, text: str) -> Iterable[Finding]:
        return stubs_left(path, text)

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        modules = [path for path in paths if path.endswith(".py") and not self.is_test(path)]
        return await python_import_check.check(box, self.workspace, modules, self.wording.importing)


@dataclass(frozen=True)
class UnittestTools(PythonTools):
    """Of projects whose tests run by unittest or by Django's runner."""

    wording: ClassVar[Wording] = UNITTEST

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        return python_unittest.command(self.workspace.toolchain, self.workspace.settings, selection)

    def read_tests(self, execution: TestExecution) -> TestRun:
        return python_unittest.parse(execution, self.workspace.toolchain)
