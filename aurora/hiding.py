"""The hidden files of a box's tree, and reports of tests and tools without what they quote of them."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from aurora.domain import Finding, Report
from aurora.errors import ToolRefusal
from aurora.executions import TestCase, TestRun
from aurora.globs import Globs
from aurora.ports import Box
from aurora.tools.hidden_content import HIDDEN_FILE, HiddenContent
from aurora.tools.path_policy import PathPolicy
from aurora.workspace import Workspace

MOST_FILES = 500
MOST_BYTES = 4_000_000
"""Of hidden files that are read; of the others only frames and paths are known."""
LOOKED_UP = 40
"""Quoted lines that are looked for in visible files, each by one search."""
LARGEST = 400_000


@dataclass(frozen=True)
class Hiding:
    """Of one box, read once. False where nothing is hidden, which is the usual."""

    hidden: HiddenContent
    visible: tuple[str, ...]

    @classmethod
    async def of(cls, box: Box, workspace: Workspace) -> "Hiding":
        excluded, policy = Globs(workspace.settings.context_window.exclude), PathPolicy.of(workspace)
        files = [entry for entry in await box.files() if entry.kind == "file"]
        hidden = [e for e in files if excluded.match(e.path) and not policy.may_read(e.path)]
        names = {e.path for e in hidden}
        texts: dict[str, str] = {}
        room = MOST_BYTES
        for entry in hidden[:MOST_FILES]:
            if entry.size > min(room, LARGEST):
                continue
            try:
                texts[entry.path] = (await box.read(entry.path)).decode("utf-8")
            except (ToolRefusal, UnicodeDecodeError):
                continue
            room -= entry.size
        return cls(HiddenContent(frozenset(names), texts), tuple(e.path for e in files if e.path not in names))

    def __bool__(self) -> bool:
        return bool(self.hidden)

    async def run(self, box: Box, run: TestRun) -> TestRun:
        """Names of tests stay, also of tests in hidden files: somebody must know which one is red."""
        cases = (*run.cases, *run.collection_errors)
        told = await self._telling(box, [run.output, run.why_invalid, *run.notes, *(t for c in cases for t in _of(c))])
        return run.model_copy(
            update={
                "cases": tuple(_masked(told, case) for case in run.cases),
                "collection_errors": tuple(_masked(told, case) for case in run.collection_errors),
                "output": told.mask(run.output),
                "why_invalid": told.mask(run.why_invalid),
                "notes": tuple(told.mask(note) for note in run.notes),
            }
        )

    async def text(self, box: Box, text: str) -> str:
        return (await self._telling(box, [text])).mask(text)

    async def report(self, box: Box, report: Report) -> Report:
        """A finding in a hidden file stays one, and says no more than that."""
        told = await self._telling(box, [t for f in report.findings for t in (f.message, f.mend)])
        findings = tuple(_shown(told, finding) for finding in report.findings)
        return report.model_copy(update={"findings": findings, "summary": told.mask(report.summary)})

    async def _telling(self, box: Box, texts: Iterable[str]) -> HiddenContent:
        """What stands in a visible file as well is no secret: a licence's head, a common import."""
        quoted = {piece for text in set(texts) for piece in self.hidden.quoted(text)}
        shared = set()
        for piece in sorted(quoted)[:LOOKED_UP]:
            with suppress(ToolRefusal):  # a search that came to no end found it nowhere
                if await box.search(re.escape(piece), self.visible, limit=1):
                    shared.add(piece)
        return self.hidden.without(shared) if shared else self.hidden


def _of(case: TestCase) -> tuple[str, str, str]:
    return case.message, case.output, case.frame


def _masked(told: HiddenContent, case: TestCase) -> TestCase:
    frame, _, line = case.frame.partition("\n")
    if told.holds(frame.partition(" in ")[0]):
        frame = f"{HIDDEN_FILE}{frame[frame.rfind(' in ') :] if ' in ' in frame else ''}"
    elif line:
        frame = f"{frame}\n{told.mask(line)}"
    return case.model_copy(
        update={"message": told.mask(case.message), "output": told.mask(case.output), "frame": frame}
    )


def _shown(told: HiddenContent, finding: Finding) -> Finding:
    if finding.path and told.holds(finding.path) and not finding.node:
        message = "A finding in a file that aurora.yaml hides (context_window.exclude): it came with what was changed."
        return Finding(check=finding.check, path=HIDDEN_FILE, message=message)
    return finding.model_copy(update={"message": told.mask(finding.message), "mend": told.mask(finding.mend)})
