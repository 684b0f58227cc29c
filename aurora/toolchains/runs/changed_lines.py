"""The lines changed by a draft that ran in its tests, by the project's own tool of coverage: for the evidence.

Told by the runner's process, so it is as tamper-evident as the run is, and nothing is decided by it.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from aurora.domain.runs import MeasuredFile, TestRun
from aurora.ports import TestCommand
from aurora.text import counted, fit

MOST_CHARS = 60_000
"""The most characters of the names of files: an environment variable holds 128 KB."""
SHOWN = 10


def measuring(command: TestCommand, paths: Sequence[str]) -> TestCommand:
    """The command that also measures these files; it leaves as many out as there is no room for."""
    sizes = accumulate(len(json.dumps(path)) + 2 for path in paths)
    chosen = [path for path, size in zip(paths, sizes, strict=True) if size <= MOST_CHARS]
    return command.model_copy(update={"env": {**command.env, "AURORA_COVERAGE": json.dumps(chosen)}})


def said(run: TestRun, touched: Mapping[str, set[int]]) -> str:
    """One line, at most 400 bytes; a changed line counts as the statement that it is part of, if it is part of one."""
    if not run.measured:
        return f"changed lines: not measured: {fit(run.unmeasured or 'the run reported nothing about them', 300)}"
    changed = ran = 0
    missed: list[str] = []
    for file in sorted(run.measured, key=lambda one: one.path):
        lines = {file.within.get(line, line) for line in touched.get(file.path, ())} & file.statements
        changed += len(lines)
        ran += len(lines - file.missing)
        if gone := sorted(lines & file.missing):
            missed.append(f"{file.path}:{','.join(_ranges(gone, file))}")
    tool = run.measured[0].tool
    none = f"changed lines: none of them is a statement ({tool})"
    head = f"changed lines covered {ran} of {changed} ({tool})" if changed else none
    if unread := len(set(touched) - {file.path for file in run.measured}):
        head += f", {counted(unread, 'file')} not measured"
    more = f" and {counted(len(missed) - SHOWN, 'file')} more" if len(missed) > SHOWN else ""
    return fit(f"{head}; not run: {' '.join(missed[:SHOWN])}{more}" if missed else head, 400)


def _ranges(lines: Sequence[int], file: MeasuredFile) -> Iterator[str]:
    """`17` or `20-25`: statements that follow each other, with nothing between them that ran."""
    statements = sorted(file.statements)
    start = last = lines[0]
    for line in lines[1:]:
        # in a generated file there may be a hundred thousand of both
        after = bisect_right(statements, last)
        if after < len(statements) and statements[after] < line:
            yield _range(start, last)
            start = line
        last = line
    yield _range(start, last)


def _range(start: int, last: int) -> str:
    return str(start) if start == last else f"{start}-{last}"
