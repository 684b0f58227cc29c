"""Red tests run again, by the runner's own selection: what turns green is red by chance.

Nothing is learnt from a second run that can't be judged, or that ran other tests than those that were asked for.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence

from aurora.domain.runs import TestCase, TestOutcome, TestRun
from aurora.ports import TestCommand
from aurora.toolchains.runs.ids import path_of

MOST = 100
"""Red tests that are run again. More than these are red for a reason, and would take as long as the suite."""
MOST_WHOLE_SECONDS = 60.0
"""The most seconds of a run of the whole suite that is made again where the project's command takes no selection."""

Again = Callable[[Sequence[str]], Awaitable[TestRun]]
"""Runs the tests of these ids, or of these files."""
RED = (TestOutcome.FAILED, TestOutcome.ERROR)


def affordable(whole: TestCommand, selected: TestCommand, seconds: float) -> bool:
    """Return whether a few tests can be run again. `seconds`: what the whole suite takes, which is what a command
    without a selection would run."""
    return whole.argv != selected.argv or seconds <= MOST_WHOLE_SECONDS


def by_id(run: TestRun) -> dict[str, TestCase]:
    return {case.test_id: case for case in run.cases}


def red_ids(run: TestRun) -> list[str]:
    """The ids of red tests; a file that does not load is red for a reason."""
    return [case.test_id for case in run.cases if case.outcome in RED]


async def turned_green(again: Again, red: Collection[str], times: int) -> tuple[str, ...]:
    """Those of the `red` tests that passed in one of at most `times` further runs, sorted."""
    if not red or len(red) > MOST:
        return ()
    left, green = set(red), set[str]()
    for _ in range(times):
        seen = by_id(await _run(again, sorted(left)))
        found = {test_id for test_id in left if test_id in seen and seen[test_id].outcome is TestOutcome.PASSED}
        green |= found
        left -= found
        if not left:
            break
    return tuple(sorted(green))


async def changed(again: Again, first: TestRun, files: Sequence[str], times: int) -> tuple[str, ...]:
    """Tests of these files that did not come out alike in at most `times` further runs, sorted."""
    before = {test_id: case.outcome for test_id, case in by_id(first).items() if path_of(test_id) in files}
    if not before:
        return ()
    for _ in range(times):
        run = await again(sorted(files))
        if not run.valid:
            return ()
        seen = by_id(run)
        if found := [n for n, was in before.items() if n in seen and (seen[n].outcome in RED) != (was in RED)]:
            return tuple(sorted(found))
    return ()


async def _run(again: Again, ids: Sequence[str]) -> TestRun:
    """Run the tests by their ids; by their files where the runner can't find an id, as one that is made anew in each
    run."""
    run = await again(ids)
    if run.valid and any(case.test_id in ids for case in run.cases):
        return run
    whole = await again(sorted({path_of(test_id) for test_id in ids}))
    return whole if whole.valid else whole.model_copy(update={"cases": ()})
