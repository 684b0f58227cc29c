"""The hidden files of a box's tree, and reports of tests and tools without what they quote of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aurora import bounded
from aurora.bounded import Bounds
from aurora.domain.findings import Finding, Report
from aurora.domain.runs import TestCase, TestRun
from aurora.domain.workspace import Workspace
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.globs import Globs
from aurora.ports import Box
from aurora.text import clip
from aurora.tools.hidden_content import HIDDEN_FILE, HIDDEN_TEXT, HiddenContent
from aurora.tools.path_policy import PathPolicy

ABOUT = "what was printed of files that aurora.yaml hides"
BOUNDS = Bounds(seconds=20, result_bytes=32_000_000)
MOST_FILES = 500
MOST_BYTES = 4_000_000
"""The most bytes of hidden files that are read; of the others only frames and paths are known."""
LOOKED_UP = 200
"""Quoted lines that are looked for in visible files, `AT_ONCE` by one search."""
AT_ONCE = 10
FOUND = 200
"""Lines that one search tells."""
LARGEST = 400_000


Telling = tuple[frozenset[str], Mapping[str, str], frozenset[str]]
"""Hidden paths, the texts of those that can be read, and what of them is no secret."""


@dataclass(frozen=True)
class Hiding:
    """The hidden files of one box, read once. False where nothing is hidden, which is the usual."""

    paths: frozenset[str]
    texts: Mapping[str, str]
    """Texts of those that can be read."""
    visible: tuple[str, ...]

    @classmethod
    async def of(cls, box: Box, workspace: Workspace) -> "Hiding":
        files = [entry for entry in await box.files() if entry.kind == "file"]
        exclude, policy = workspace.settings.context_window.exclude, PathPolicy.of(workspace)
        about = "which files context_window.exclude of aurora.yaml hides"
        names = await bounded.call(hidden_among, exclude, policy, tuple(e.path for e in files), about=about)
        hidden = [e for e in files if e.path in names]
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
        return cls(names, texts, tuple(e.path for e in files if e.path not in names))

    def __bool__(self) -> bool:
        return bool(self.paths)

    async def run(self, box: Box, run: TestRun) -> TestRun:
        """Names of tests stay, also of tests in hidden files: somebody must know which one is red."""
        cases = (*run.cases, *run.collection_errors)
        texts = [run.output, run.why_invalid, *run.notes, *(t for c in cases for t in _of(c))]
        try:
            hidden = await self._telling(box, texts)
            return await bounded.call(masked_run, *hidden, run, about=ABOUT, bounds=BOUNDS)
        except OutOfBounds as error:
            # nothing of it is shown, and nothing of it counts
            nothing = {"cases": (), "collection_errors": (), "output": "", "notes": (), "measured": ()}
            return run.model_copy(update={**nothing, "valid": False, "why_invalid": clip(error.what, 400)})

    async def text(self, box: Box, text: str) -> str:
        try:
            return await bounded.call(masked, *await self._telling(box, [text]), text, about=ABOUT, bounds=BOUNDS)
        except OutOfBounds:
            return HIDDEN_TEXT

    async def report(self, box: Box, report: Report) -> Report:
        """A finding in a hidden file stays one, and says no more than that."""
        try:
            hidden = await self._telling(box, [t for f in report.findings for t in (f.message, f.hint)])
            return await bounded.call(masked_report, *hidden, report, about=ABOUT, bounds=BOUNDS)
        except OutOfBounds as error:
            findings = tuple(f.model_copy(update={"message": HIDDEN_TEXT, "hint": ""}) for f in report.findings)
            return report.model_copy(update={"findings": findings, "summary": clip(error.what, 400)})

    async def _telling(self, box: Box, texts: Iterable[str]) -> Telling:
        """Text that stands in a visible file as well is no secret: a licence's head, a common import."""
        said = tuple(sorted(set(texts)))
        pieces = await bounded.call(quoted, self.paths, self.texts, said, about=ABOUT, bounds=BOUNDS)
        shared: set[str] = set()
        wanted = sorted(pieces)[:LOOKED_UP]
        while wanted:
            some, wanted = wanted[:AT_ONCE], wanted[AT_ONCE:]
            with suppress(ToolRefusal):  # a search that did not finish found it nowhere
                shared |= await self._standing(box, some)
        return self.paths, self.texts, frozenset(shared)

    async def _standing(self, box: Box, pieces: Sequence[str]) -> set[str]:
        """Those of a few that stand in visible files."""
        matches = (await box.search("|".join(map(re.escape, pieces)), self.visible, limit=FOUND)).matches
        standing = {piece for match in matches for piece in pieces if piece in match.text}
        # one may stand in so many lines that others were not reached, or behind the end of what is shown of a line
        for piece in [piece for piece in pieces if matches and piece not in standing]:
            if (await box.search(re.escape(piece), self.visible, limit=1)).matches:
                standing.add(piece)
        return standing


# ── in a child ──


def hidden_among(exclude: Sequence[str], policy: PathPolicy, paths: tuple[str, ...]) -> frozenset[str]:
    excluded = Globs(exclude)
    return frozenset(path for path in paths if excluded.match(path) and not policy.may_read(path))


def quoted(paths: frozenset[str], texts: Mapping[str, str], said: tuple[str, ...]) -> frozenset[str]:
    hidden = HiddenContent(paths, texts)
    return frozenset(piece for text in said for piece in hidden.quoted(text))


def masked(paths: frozenset[str], texts: Mapping[str, str], shared: frozenset[str], text: str) -> str:
    return HiddenContent(paths, texts, shared).mask(text)


def masked_run(paths: frozenset[str], texts: Mapping[str, str], shared: frozenset[str], run: TestRun) -> TestRun:
    content = HiddenContent(paths, texts, shared)
    return run.model_copy(
        update={
            "cases": tuple(_masked(content, case) for case in run.cases),
            "collection_errors": tuple(_masked(content, case) for case in run.collection_errors),
            "output": content.mask(run.output),
            "why_invalid": content.mask(run.why_invalid),
            "notes": tuple(content.mask(note) for note in run.notes),
        }
    )


def masked_report(paths: frozenset[str], texts: Mapping[str, str], shared: frozenset[str], report: Report) -> Report:
    content = HiddenContent(paths, texts, shared)
    findings = tuple(_shown(content, finding) for finding in report.findings)
    return report.model_copy(update={"findings": findings, "summary": content.mask(report.summary)})


def _of(case: TestCase) -> tuple[str, str, str]:
    return case.message, case.output, case.frame


def _masked(content: HiddenContent, case: TestCase) -> TestCase:
    frame, _, line = case.frame.partition("\n")
    if content.holds(frame.partition(" in ")[0]):
        frame = f"{HIDDEN_FILE}{frame[frame.rfind(' in ') :] if ' in ' in frame else ''}"
    elif line:
        frame = f"{frame}\n{content.mask(line)}"
    return case.model_copy(
        update={"message": content.mask(case.message), "output": content.mask(case.output), "frame": frame}
    )


def _shown(content: HiddenContent, finding: Finding) -> Finding:
    if finding.path and content.holds(finding.path) and not finding.test_id:
        message = "A finding in a file that aurora.yaml hides (context_window.exclude): it came with what was changed."
        return Finding(check=finding.check, path=HIDDEN_FILE, message=message)
    return finding.model_copy(update={"message": content.mask(finding.message), "hint": content.mask(finding.hint)})
