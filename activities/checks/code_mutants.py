"""Mutants of a draft's changed code: made from its texts, and each put to the tests in a process of its own.

A mutant is noticed where a test that is green on the code is red, and where the run does not finish that can be judged
(out of time, out of memory, the process gone). One run without a mutant says which tests are green, what they take and,
where the project has coverage, which lines they reach: what none of them reaches survives without a run.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from activities.checks.project_tools import ProjectTools, changed_paths, touched_lines
from aurora import bounded
from aurora.domain.mutants import CodeMutant, MutantOutcome
from aurora.domain.runs import TestOutcome, TestRun
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.ports import Box
from aurora.toolchains.code_mutation import Change, CodeMaker, Operator, applied, chosen, lines_shown
from aurora.toolchains.runs.judging import OF_A_FILE

MOST = 400
"""Mutants of one draft."""
SLACK = 15
"""Seconds that a run with a mutant may take beside three times what the tests take."""
_RED = (TestOutcome.FAILED, TestOutcome.ERROR)
_FIRST: Final = (Operator.CONSTANT, Operator.BOUNDARY)


@dataclass(frozen=True)
class PreparedMutant:
    """One mutant, and how its text comes to be."""

    mutant: CodeMutant
    change: Change
    first: int
    last: int
    """The lines that are altered; of a body that is cut short the first one of the body."""

    def with_outcome(self, outcome: MutantOutcome) -> "PreparedMutant":
        return replace(self, mutant=self.mutant.model_copy(update={"outcome": outcome}))


@dataclass(frozen=True)
class Mutants:
    texts: Mapping[str, str]
    """Texts of the changed code, by path."""
    made: tuple[PreparedMutant, ...]
    skipped: tuple[str, ...] = ()
    """Files that could not be read."""

    def instead(self, one: PreparedMutant) -> dict[str, str]:
        path = one.mutant.path
        return {path: applied(self.texts[path], one.change)}


def changes_of(maker: CodeMaker, path: str, text: str, lines: tuple[int, ...]) -> tuple[Change, ...]:
    """Find weak tests, in a child of `bounded`."""
    try:
        return maker(path, text, frozenset(lines))
    except (SyntaxError, ValueError):
        return ()


async def mutants_of(tools: ProjectTools, box: Box, maker: CodeMaker) -> Mutants:
    """The mutants of the code that differs from the base commit; the same for the same texts."""
    base = tools.workspace.base
    chain = tools.chain
    code = [path for path in await changed_paths(box, base) if chain.is_source(path) and not tools.is_test(path)]
    touched = await touched_lines(box, base, code) if code else {}
    texts: dict[str, str] = {}
    skipped: list[str] = []
    made: list[PreparedMutant] = []
    for path in sorted(touched):
        try:
            text = (await box.read(path)).decode()
            lines = tuple(sorted(touched[path]))
            found = await bounded.call(changes_of, maker, path, text, lines, about=path, bounds=OF_A_FILE)
        except (ToolRefusal, UnicodeDecodeError, OutOfBounds):
            skipped.append(path)
            continue
        texts[path] = text
        made += [_made(path, text, change) for change in chosen(found, tools.workspace.settings.mutation.per_group)]
    return Mutants(texts, tuple(in_order(made)[:MOST]), tuple(skipped))


def in_order(made: Sequence[PreparedMutant]) -> list[PreparedMutant]:
    """The order in which mutants are tried, for the bound of seconds leaves out the last: what must die, then bounds of
    comparisons, which tests miss most; of equals one of each function in turn, that no file is left out for its
    name."""
    turns = Counter[tuple[str, str]]()
    ranked: list[tuple[bool, int, int, int]] = []
    for at, one in enumerate(made):
        group = one.mutant.path, one.mutant.function
        kind = _FIRST.index(one.change.operator) if one.change.operator in _FIRST else len(_FIRST)
        ranked.append((not one.mutant.must_die, kind, turns[group], at))
        turns[group] += 1
    return [made[at] for *_, at in sorted(ranked)]


def _made(path: str, text: str, change: Change) -> PreparedMutant:
    before, after = lines_shown(text, change)
    raw = text.encode("utf-8", "replace")
    first = raw[: change.start].count(b"\n") + 1
    mutant = CodeMutant(
        path=path,
        line=change.line,
        function=change.group,
        operator=change.operator.value,
        before=before,
        after=after,
        must_die=change.must_die,
    )
    return PreparedMutant(mutant, change, first, first + raw[change.start : change.end].count(b"\n"))


@dataclass
class MutantRunner:
    """Runs of one draft's tests, each with another mutant, within a bound of seconds."""

    tools: ProjectTools
    box: Box
    mutants: Mutants
    seconds: float
    clock: Callable[[], float] = time.monotonic
    runs: int = 0
    spent: float = 0.0

    async def without(self, selection: Sequence[str], measured: Sequence[str] = ()) -> TestRun:
        """The tests on the code as it is."""
        return await self._timed(selection, None, measured, None)

    async def noticed(
        self, one: PreparedMutant, selection: Sequence[str], green: TestRun, each: float
    ) -> tuple[str, ...]:
        """Ids of the tests that notice a mutant; `("",)` where the run itself comes to nothing. `green`: the run
        without it, `each`: the seconds that one took."""
        run = await self._timed(selection, self.mutants.instead(one), (), round(3 * each) + SLACK)
        passed = {case.test_id for case in green.cases if case.outcome is TestOutcome.PASSED}
        red = tuple(case.test_id for case in run.cases if case.outcome in _RED and case.test_id in passed)
        if red:
            return red
        return ("",) if run.collection_errors or not run.valid else ()

    async def _timed(
        self, selection: Sequence[str], instead: Mapping[str, str] | None, measured: Sequence[str], bound: int | None
    ) -> TestRun:
        started = self.clock()
        run = await self.tools.tests(
            self.box, selection, instead=instead, measured=measured, stopping=True, seconds=bound
        )
        self.runs += 1
        self.spent += self.clock() - started
        return run

    @property
    def left(self) -> float:
        return self.seconds - self.spent

    async def judged(self, made: Sequence[PreparedMutant], modules: Sequence[str]) -> tuple[list[PreparedMutant], str]:
        """Each with its outcome, those that have one already left as they are; and what there is to say of it."""
        open_ones = [at for at, one in enumerate(made) if one.mutant.outcome is MutantOutcome.UNTRIED]
        result = list(made)
        if not open_ones:
            return result, ""
        measurable = self.tools.language.measurable(self.tools.workspace)
        started = self.clock()
        green = await self.without(modules, sorted(self.mutants.texts) if measurable else ())
        each = self.clock() - started
        self.spent = 0.0  # the bound is of the mutants: a slow suite would leave no time for one
        if not green.valid or green.red or not green.cases:
            return result, f"the tests alone gave no run to hold mutants against: {green.why_invalid or green.counts}"
        reached = _reached(green)
        for at in open_ones:
            if self.left < each:
                break
            if not _is_reached(made[at], reached):
                result[at] = made[at].with_outcome(MutantOutcome.SURVIVED)
                continue
            seen = await self.noticed(made[at], modules, green, each)
            result[at] = made[at].with_outcome(MutantOutcome.KILLED if seen else MutantOutcome.SURVIVED)
        return await self._with_the_whole_suite(result, open_ones), ""

    async def _with_the_whole_suite(self, made: list[PreparedMutant], fresh: Sequence[int]) -> list[PreparedMutant]:
        """Survivors of the task's own tests, run against the project's other tests where time allows."""
        baseline = self.tools.workspace.baseline
        survivors = [at for at in fresh if made[at].mutant.outcome is MutantOutcome.SURVIVED]
        if not survivors or baseline.why_invalid or not baseline.green:
            return made
        # the base's run, the copy and the start included, and one run without a mutant
        if (baseline.seconds + 2) * (len(survivors) + 1) > self.left:
            return made
        started = self.clock()
        green = await self.without(())
        each = self.clock() - started
        if not green.valid:
            return made
        for at in survivors:
            if self.left < each:
                break
            if await self.noticed(made[at], (), green, each):
                made[at] = made[at].with_outcome(MutantOutcome.KILLED)
        return made


def _reached(run: TestRun) -> dict[str, tuple[frozenset[int], Mapping[int, int]]]:
    """Coverage by path: the statements that did not run, and the first line of each further line of a statement."""
    return {file.path: (file.missing, file.within) for file in run.measured}


def _is_reached(one: PreparedMutant, reached: Mapping[str, tuple[frozenset[int], Mapping[int, int]]]) -> bool:
    """Return whether a line of it ran, or that was not measured."""
    if one.mutant.path not in reached:
        return True
    missing, within = reached[one.mutant.path]
    return any(within.get(line, line) not in missing for line in range(one.first, one.last + 1))
