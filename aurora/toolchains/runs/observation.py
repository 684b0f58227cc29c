"""A run of a task's tests that is observed and judges nothing: how it is asked for, and the findings of what it saw."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from aurora.domain.findings import Finding, Weight
from aurora.domain.runs import TestOutcome, TestRun, Witness, WitnessKind
from aurora.ports import TestCommand
from aurora.text import clip, counted, fit
from aurora.toolchains import sql_text

CHECKS = {
    WitnessKind.BLOCKING: "blocking_calls",
    WitnessKind.REPEATED: "n_plus_one",
    WitnessKind.STAR: "sql",
}
"""Checks as findings are named: the first and the last are gates, too, which see the text alone."""
MOST_CHARS = 60_000
"""The most characters of changed lines: an environment variable holds 128 KB."""
SHOWN = 400
THREADS = "Await an asynchronous library, or hand the call to a thread: `await asyncio.to_thread(...)`."
PROMISES = "Await the asynchronous form: `await readFile(...)` of `node:fs/promises`, `await promisify(...)(...)`."


def watching(
    command: TestCommand, touched: Mapping[str, set[int]], repeated: int, seconds: int, exchanges: bool = False
) -> TestCommand:
    """The command whose run is also observed for these lines, by path; files there is no room for are left out.
    `exchanges`: what tests and application send each other by HTTP is told, too."""
    changed: dict[str, list[list[int]]] = {}
    room = MOST_CHARS
    for path, lines in sorted(touched.items()):
        spans = list(_ranges(lines))
        room -= len(json.dumps({path: spans}))
        if room < 0:
            break
        changed[path] = spans
    wanted = json.dumps({"changed": changed, "repeated": repeated, "exchanges": exchanges})
    return command.model_copy(update={"env": {**command.env, "AURORA_WATCH": wanted}, "seconds": seconds})


def _ranges(lines: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(lines)
    if not ordered:
        return
    first = ordered[0]
    for line, following in pairwise([*ordered, ordered[-1] + 2]):
        if following != line + 1:
            yield [first, line]
            first = following


def findings(run: TestRun, touched: Mapping[str, set[int]]) -> tuple[Finding, ...]:
    """The findings of what tests that passed saw. For a child of `bounded`: it parses SQL of the project."""
    passed = {case.test_id for case in run.cases if case.outcome is TestOutcome.PASSED}
    found = []
    for witness in run.witnesses:
        if witness.path not in touched or (witness.test_id and witness.test_id not in passed):
            continue
        if witness.kind is WitnessKind.STAR and not sql_text.selects_all(witness.what):
            continue
        found.append(_finding(witness))
    return tuple(found)


def _finding(witness: Witness) -> Finding:
    what = fit(witness.what, SHOWN)
    others = [one for one in witness.via if not one.startswith(f"{witness.path}:{witness.line} ")]
    way = f" (by way of {', '.join(others)})" if others else ""
    match witness.kind:
        case WitnessKind.BLOCKING:
            message = f"`{witness.function}` blocked the running event loop: {what}{way}."
            hint = THREADS if witness.path.endswith(".py") else PROMISES
        case WitnessKind.REPEATED:
            message = (
                f"`{witness.function}` executed one statement {witness.count} times in a loop while one request was "
                f"answered{way}: {what}"
            )
            hint = "Load what the loop needs before it, in one statement: a join, `IN`, or the ORM's eager loading."
        case WitnessKind.STAR:
            message = f"`{witness.function}` executed a statement that selects every column{way}: {what}"
            hint = "Name the columns that are used."
    return Finding(
        check=CHECKS[witness.kind],
        path=witness.path,
        line=witness.line,
        message=clip(message, 3_900),
        hint=f"{hint} Seen in {fit(witness.test_id, 300)}." if witness.test_id else hint,
        weight=Weight.BLOCKS if witness.certain else Weight.ADVICE,
    )


def said(run: TestRun) -> str:
    """The watched parts, for the report's summary."""
    if run.watched is None:
        return f"nothing was observed: {fit(run.unwatched or 'the run told nothing', 200)}"
    watched = run.watched
    observed = f" ({', '.join(watched.libraries)})" if watched.libraries else ""
    calls = counted(watched.calls, "call") + " inside a running event loop"
    return (
        f"observed {counted(len(run.cases), 'test')}: {calls}, {counted(watched.statements, 'SQL statement')}{observed}"
    )
