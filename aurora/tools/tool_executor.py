"""The model's tool calls, carried out on a box under a policy. A refusal writes nothing and says what to do instead."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aurora.domain.findings import Finding, Report, TestCounts
from aurora.domain.runs import TestRun
from aurora.errors import ToolRefusal
from aurora.labelled import labelled
from aurora.ports import Box
from aurora.text import counted
from aurora.tools import coverage_of_calls, run_text, selection
from aurora.tools.file_changes import FileChanges
from aurora.tools.path_policy import PathPolicy
from aurora.tools.reading import FileReading
from aurora.tools.result_text import shown
from aurora.tools.schemas import READ_ONLY, TEST_TOOLS, misfit

FINDINGS = 20
"""Findings of the linters, that one result shows."""
_WRITE_NOTHING = frozenset({*READ_ONLY, *TEST_TOOLS, "run_linter"})
_SHOWN = (*TEST_TOOLS, "run_linter")
Input = dict[str, Any]


class Checks(Protocol):
    """The judge of an edit before it is kept, and the project's own tools for the model."""

    async def edit(self, box: Box, path: str, before: str | None, after: str) -> Sequence[Finding]: ...

    async def in_base(self, box: Box, path: str) -> bool:
        """Return whether the base commit has a file."""

    async def tests(self, box: Box, selection: Sequence[str]) -> TestRun: ...

    def origin(self, test_id: str) -> str:
        """The origin of a test, in a word: a label of `run_text`."""

    async def lint(self, box: Box, paths: Sequence[str]) -> Report: ...


@dataclass
class ToolExecutor:
    """One turn's worth of tool calls. `changes` says what there is to seal."""

    box: Box
    policy: PathPolicy
    checks: Checks
    counts: TestCounts | None = None
    refused: int = 0
    last_run: tuple[tuple[str, ...], TestRun] | None = None
    """The last runs and their results, where nothing was written after them."""
    changes: FileChanges = field(init=False)
    reading: FileReading = field(init=False)

    def __post_init__(self) -> None:
        self.changes = FileChanges(self.box, self.policy, self.checks.edit, self.checks.in_base)
        self.reading = FileReading(self.box, self.policy)

    @property
    def wrote(self) -> bool:
        return bool(self.changes.written or self.changes.removed)

    async def use(self, name: str, given: Input) -> tuple[str, bool]:
        """Carry out one call: (the result's text, whether it is an error). Trouble of the sandbox is raised."""
        act: Callable[[Input], Awaitable[str]] | None = {
            "read_file": self.reading.read,
            "list_files": self.reading.list,
            "search_code": self.reading.search,
            "write_file": self.changes.write,
            "edit_file": self.changes.edit,
            "delete_file": self.changes.delete,
            "move_file": self.changes.move,
            "run_pytest": self._tests,
            "run_tests": self._tests,
            "run_linter": self._lint,
        }.get(name)
        if act is None:
            return f"There is no tool {name!r} in this task.", True
        if wrong := misfit(name, given):
            self.refused += 1
            return f"Nothing was done: {wrong} in this call of {name}.", True
        if name not in _WRITE_NOTHING:
            self.last_run = None
        try:
            text = await act(given)
            # bounded, without secrets and labelled already, at whole lines: nothing may be cut from its middle
            return (text if name in READ_ONLY or name in _SHOWN else await shown(text)), False
        except ToolRefusal as refusal:
            self.refused += 1
            return str(refusal), True

    async def _tests(self, given: Input) -> str:
        chosen = selection.tests(given.get("selection") or ())
        if chosen:
            coverage_of_calls.selected(chosen, await self._tree())
        run = await self.checks.tests(self.box, chosen)
        self.counts, self.last_run = run.counts, (tuple(chosen), run)
        said = coverage_of_calls.not_run(chosen, run)
        reported = await shown(run_text.render_run(run, self.checks.origin), stable=True)
        counts, _, printed = reported.partition("\n")
        return "\n".join(filter(None, (said, counts, labelled(printed))))

    async def _lint(self, given: Input) -> str:
        chosen, said = selection.files(given.get("paths") or ()), ""
        if chosen:
            chosen, said = coverage_of_calls.linted(chosen, await self._tree())
        report = await self.checks.lint(self.box, chosen)
        found = [f"{f.path}:{f.line}: {f.check}: {f.message}" for f in report.findings[:FINDINGS]]
        more = max(report.total, len(report.findings)) - FINDINGS
        summary = await shown(report.summary)
        # of a failing linter the summary may be its own words
        quoted = [summary, *found] if found or not report.passed else []
        lines = (
            f"{report.status.value}: {counted(max(report.total, len(found)), 'finding') if quoted else summary}",
            said,
            labelled(await shown("\n".join(quoted))),
            f"[… {more} more findings …]" if more > 0 else "",
        )
        return "\n".join(filter(None, lines))

    async def _tree(self) -> coverage_of_calls.Tree:
        files = frozenset(entry.path for entry in await self.box.files())
        return coverage_of_calls.Tree(files, self.policy.may_read)
