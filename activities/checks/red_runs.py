"""Red runs of one task's new tests: where only some files were refused, only what changed runs again.

What is kept of a run are the outcomes of files that gave no finding. They count on for exactly the bytes that ran, and
only while nothing else differs: the tests' other files, the stubs and the rest of the tree, the image. Where that is in
doubt everything runs.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from aurora.domain.findings import Report, ReportStatus, TestCounts
from aurora.domain.runs import ExecEnd, TestCase, TestRun
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Sha, Value
from aurora.errors import ToolRefusal
from aurora.ports import Box
from aurora.text import fit
from aurora.toolchains.runs import counts
from aurora.toolchains.runs.ids import path_of

REASON_BYTES = 240


class RedRun(Value):
    """A red run whose outcomes may be used again."""

    commit: Sha
    workspace: Digest
    files: dict[str, str]
    """Every new test file at that commit: path -> sha256 of the content."""
    cases: tuple[TestCase, ...]
    """Cases of the files that gave no finding; of a message only what the evidence shows."""
    plugins: tuple[str, ...] = ()

    @property
    def good(self) -> frozenset[str]:
        return frozenset(path_of(case.test_id) for case in self.cases)


async def to_run(box: Box, draft: Draft, modules: Sequence[str], before: RedRun | None) -> list[str]:
    """The new test files that must run: those that changed or were refused; all of them where more than that changed,
    where another file names a changed one, and where nothing changed (then a second run tells chance from fact)."""
    everything = list(modules)
    if before is None or before.workspace != draft.workspace:
        return everything
    now = await box.digests(everything)
    changed = {path for path in everything if path not in now or now[path] != before.files.get(path)}
    if not changed or set(before.files) - set(everything):
        return everything
    run = await box.execute(["git", "diff", "--name-only", "-z", "--no-renames", before.commit, "HEAD"])
    if run.exit_code != 0 or run.cut or {path for path in run.stdout.split("\0") if path} - set(everything):
        return everything
    again = [path for path in everything if path in changed or path not in before.good]
    for path in everything:
        if path not in changed and await _names_one(box, path, changed):
            return everything
    return again


async def _names_one(box: Box, path: str, changed: set[str]) -> bool:
    """Return whether a file has the name of one of the others as a word: it may import it."""
    try:
        text = (await box.read(path)).decode("utf-8", "replace")
    except ToolRefusal:
        return True
    return any(re.search(rf"\b{re.escape(PurePosixPath(other).stem)}\b", text) for other in changed)


def with_kept(run: TestRun, ran: Sequence[str], before: RedRun | None, modules: Sequence[str]) -> TestRun:
    """The run together with the outcomes that count on from the run before. It stays what it is where it can't be
    judged, and where the project's command runs everything whatever it is told to run."""
    kept = [] if before is None else [c for c in before.cases if path_of(c.test_id) in set(modules) - set(ran)]
    if before is None or not kept or not run.valid or {path_of(case.test_id) for case in run.cases} - set(ran):
        return run
    cases = (*kept, *run.cases)
    more = counts.of_cases(kept, collected=len(kept))
    both = TestCounts.model_validate(
        {name: value + getattr(more, name) for name, value in run.counts.model_dump().items()}
    )
    plugins = tuple(dict.fromkeys((*before.plugins, *run.plugins)))
    return run.model_copy(update={"cases": cases, "counts": both, "plugins": plugins})


def kept_of(run: TestRun, report: Report, draft: Draft, files: Mapping[str, str]) -> RedRun | None:
    """The outcomes of a run that may be used again, or nothing: then a later attempt is compared with an older run, or
    runs whole.

    `files`: the new test files' digests."""
    if not run.valid or run.end is not ExecEnd.EXITED or report.status is ReportStatus.INVALID:
        return None
    found = {path_of(finding.test_id) if finding.test_id else finding.path for finding in report.findings}
    cases = (c for c in run.cases if path_of(c.test_id) in files and path_of(c.test_id) not in found)
    return RedRun(
        commit=draft.commit,
        workspace=draft.workspace,
        files=dict(files),
        cases=tuple(case.model_copy(update={"message": reason(case), "output": "", "frame": ""}) for case in cases),
        plugins=run.plugins,
    )


def reason(case: TestCase) -> str:
    """The first line that says something: a runner's message may begin with a blank one."""
    return fit(next((line.strip() for line in case.message.splitlines() if line.strip()), ""), REASON_BYTES)
