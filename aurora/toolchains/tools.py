"""The toolchain's work for one workspace's project: the interface that each language implements."""

from collections.abc import Sequence
from typing import Protocol

from aurora.domain.findings import Finding, Report
from aurora.domain.runs import TestRun
from aurora.ports import Box, TestCommand, TestExecution
from aurora.toolchains.wording import Wording


class ToolchainTools(Protocol):
    """Made by `Language.tools`. Paths are relative to the repository's root. Project code, a linter's configuration
    that is a program included, runs by `Box.run_tests` only: as the test user, in a throwaway copy."""

    @property
    def wording(self) -> Wording: ...

    def is_source(self, path: str) -> bool:
        """Return whether it is linted, and judged by the gates."""

    def is_test(self, path: str) -> bool:
        """Return whether it belongs to the tests: theirs to write, not the code's."""

    def is_test_module(self, path: str) -> bool:
        """Return whether the runner collects tests from it."""

    def test_command(self, selection: Sequence[str] = ()) -> TestCommand:
        """`selection`: paths or test ids; empty runs the whole suite."""

    def read_tests(self, execution: TestExecution) -> TestRun:
        """Trusts no single witness: where they disagree the run is invalid, never a pass."""

    async def lint(self, box: Box, paths: Sequence[str]) -> list[Finding]:
        """Every linter on the paths, `.` for all of the project; nothing is changed. A tool that broke is a finding."""

    async def fix(self, box: Box, paths: Sequence[str], created: Sequence[str]) -> None:
        """The fixes that linter and formatter make by themselves. `created`: those that the base commit does not
        have."""

    async def imports(self, box: Box, paths: Sequence[str]) -> Report:
        """Load every changed module, and say which one fails and how."""
