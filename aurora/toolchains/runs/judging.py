"""The readings of drafts and of runs that a toolchain does, each in a process that can be killed.

A text that takes too much, or breaks its reader, is a finding or an invalid run that names the place: never a pass, and
never an error that would be tried again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from aurora import bounded
from aurora.bounded import Bounds
from aurora.domain.findings import Finding, TestCounts
from aurora.domain.runs import TestRun
from aurora.domain.workspace import Baseline, Workspace
from aurora.errors import OutOfBounds
from aurora.output import cut
from aurora.ports import Execution, TestExecution
from aurora.text import clip
from aurora.toolchains.tools import ToolchainTools

Stubs = Callable[[str, str], Iterable[Finding]]
CHECK = "unreadable"
OF_A_RUN = Bounds(seconds=60, megabytes=2_000, result_bytes=32_000_000)
"""The result's bytes are read by the worker's loop: about 25 MB a second."""
OF_A_TOOL = Bounds(seconds=20)
OF_A_FILE = Bounds(seconds=10)
HINT = "Write it smaller or simpler: shorter expressions, less nesting, data in files of their own."
_NO_BASELINE = Baseline(counts=TestCounts(), red=(), lint=())


def slim(workspace: Workspace) -> Workspace:
    """The run without the parts that only the judgement of a whole run needs: it travels with each call."""
    known = _NO_BASELINE.model_copy(update={"plugins": workspace.baseline.plugins})
    return workspace.model_copy(update={"baseline": known})


# ── runs of tests ──


async def run_of(chain: ToolchainTools, execution: TestExecution) -> TestRun:
    try:
        return await bounded.call(read_run, _slim(chain), execution, about="what the tests told", bounds=OF_A_RUN)
    except OutOfBounds as error:
        return TestRun(
            cases=(),
            counts=TestCounts(),
            end=execution.end,
            exit_code=execution.exit_code,
            output=cut(execution.stdout[-1_000:], 1_000),
            valid=False,
            why_invalid=clip(error.what, 400),
        )


def read_run(chain: ToolchainTools, execution: TestExecution) -> TestRun:
    return chain.read_tests(execution)


# ── findings ──


async def findings(
    path: str, function: Callable[..., tuple[Finding, ...]], *args: Any, bounds: Bounds = OF_A_FILE
) -> tuple[Finding, ...]:
    """The findings of a text of the draft."""
    try:
        return await bounded.call(function, *args, about=path, bounds=bounds)
    except OutOfBounds as error:
        return (Finding(check=CHECK, path=path, message=clip(error.what, 400), hint=HINT),)


async def reported_by(
    tool: str, parse: Callable[..., tuple[Finding, ...]], execution: Execution, *before: Any, after: Sequence[Any] = ()
) -> tuple[Finding, ...]:
    """The tests named in a linter's output: `parse(*before, execution, *after)`."""
    try:
        return await bounded.call(parse, *before, execution, *after, about=f"what {tool} printed", bounds=OF_A_TOOL)
    except OutOfBounds as error:
        return (Finding(check=clip(f"lint:{tool}"), message=clip(error.what, 400), hint=execution.end.hint),)


def _slim(chain: ToolchainTools) -> ToolchainTools:
    workspace = getattr(chain, "workspace", None)
    return chain if workspace is None else replace(chain, workspace=slim(workspace))  # type: ignore[type-var]  # a dataclass, whichever it is
