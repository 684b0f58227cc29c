"""The project's own tools on a box: lint, tests, edit checks, each by the workspace's toolchain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aurora.domain import Draft, Finding, FrozenTests, Plan, Report, Step, TestRun
from aurora.gates.edit_checks import EditContext, check_edit
from aurora.ports import Box, FileEntry
from aurora.toolchains import python_lint, python_tests
from aurora.tools.path_policy import PathPolicy
from aurora.workspace import Workspace
