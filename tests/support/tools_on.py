"""The model's tools on a tree in memory, without a check that refuses anything."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aurora.domain.findings import Finding, Report
from aurora.domain.runs import TestRun
from aurora.labelled import unlabelled
from aurora.ports import Box
from aurora.tools.path_policy import PathPolicy
from aurora.tools.tool_executor import ToolExecutor
from tests.support.memory_box import MemoryBox, MemorySandbox


class AllowingChecks:
    """Port `Checks`: every edit may be kept; `run` is what the tests come to, `base` what the base commit has."""

    def __init__(self, base: Sequence[str] = (), run: TestRun | None = None) -> None:
        self.base, self.run = base, run

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]:
        return ()

    async def in_base(self, box: Box, path: str) -> bool:
        return path in self.base

    async def tests(self, box: Box, selection: Sequence[str]) -> TestRun:
        assert self.run is not None
        return self.run

    def origin(self, test_id: str) -> str:
        return "new"

    async def lint(self, box: Box, paths: Sequence[str]) -> Report:
        raise AssertionError("no linter may be asked for")


def tools_on(
    tree: Mapping[str, bytes | str],
    *,
    policy: PathPolicy | None = None,
    checks: AllowingChecks | None = None,
    packages: Mapping[str, str] | None = None,
) -> tuple[ToolExecutor, dict[str, bytes]]:
    """The tools, and the tree that they change."""
    sandbox = MemorySandbox()
    sandbox.tree = {path: text.encode() if isinstance(text, str) else text for path, text in tree.items()}
    sandbox.packages = {path: text.encode() for path, text in (packages or {}).items()}
    box = cast(Box, MemoryBox(sandbox, cast(Any, None)))
    return ToolExecutor(box, policy or PathPolicy(), checks or AllowingChecks()), sandbox.tree


async def used(on: ToolExecutor, tool: str, **given: Any) -> str:
    """The result of a call that is carried out."""
    text, is_error = await on.use(tool, given)
    assert not is_error, text
    return text


async def refused(on: ToolExecutor, tool: str, **given: Any) -> str:
    """The result of a call that is refused."""
    text, is_error = await on.use(tool, given)
    assert is_error, text
    return text


async def content(on: ToolExecutor, tool: str, **given: Any) -> str:
    """The same without the tags that label it as data."""
    return unlabelled(await used(on, tool, **given))
