"""A run of tests as its runner told it, and what every runner's results must agree on.

Each runner's `parse` asks these in its own order, beside what only that runner can say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aurora.domain.runs import ExecEnd, TestCase, TestOutcome, TestRun
from aurora.output import cut, normalise
from aurora.ports import TestExecution
from aurora.text import clip
from aurora.toolchains.runs.counts import counts_of, in_flight, last_line
from aurora.toolchains.runs.events import Events
from aurora.toolchains.runs.trust import distrusted, notes

OUTPUT_CHARS = 20_000


@dataclass(frozen=True)
class ReportedRun:
    """The doubts are sentences for a person; empty where there is none."""

    runner: str
    execution: TestExecution
    events: Events
    output: str
    """All that was printed, paths relative to the repository's root."""
    cases: Sequence[TestCase]
    errors: Sequence[TestCase]
    """Errors of files that did not load."""

    @classmethod
    def of(cls, execution: TestExecution, runner: str) -> "ReportedRun":
        events = Events.of(execution.read_events())
        output = "\n".join(part.strip("\n") for part in (execution.stdout, execution.stderr) if part.strip())
        if events.base:
            output = output.replace(events.base.rstrip("/") + "/", "")
        return cls(runner, execution, events, output, tuple(events.cases()), tuple(events.collection_errors.values()))

    def result(self, why_invalid: str) -> TestRun:
        cases = tuple(self.cases)
        if why_invalid:
            cases += tuple(in_flight(test_id, self.execution) for test_id in self.events.in_flight)
        return TestRun(
            cases=cases,
            counts=counts_of(self.events, cases, self.errors),
            end=self.execution.end,
            exit_code=self.execution.exit_code,
            # cut first: a megabyte of escape sequences takes seconds, in which nothing heartbeats
            output=cut(normalise(cut(self.output, 10 * OUTPUT_CHARS)), OUTPUT_CHARS),
            collection_errors=tuple(self.errors),
            valid=not why_invalid,
            why_invalid=why_invalid,
            notes=tuple(notes(self.events)),
            plugins=tuple(sorted(self.events.plugins)),
            measured=tuple(self.events.measured.values()),
            unmeasured=self.events.unmeasured,
            witnesses=tuple(self.events.witnesses),
            exchanges=tuple(self.events.exchanges),
            watched=self.events.watched,
            unwatched=self.events.unwatched,
        )

    # ── what speaks against it ──

    def unfinished(self, not_started: Callable[[], str]) -> str:
        """The reason why there is no whole run to judge; the first of these explains those that follow."""
        if why := self.stopped():
            return why
        if not self.events.begun:
            return not_started()
        if why := self.unread():
            return why
        if self.events.internal_error:
            return clip(f"{self.runner} could not finish: {self.events.internal_error.strip()}", 600)
        return self.unended()

    def stopped(self) -> str:
        """The process did not end by itself."""
        if self.execution.end is ExecEnd.EXITED:
            return ""
        return f"the tests ended {self.execution.end.value.replace('_', ' ')} when {self._progress}"

    def unread(self) -> str:
        """Not all that was told is here, or it can't be believed, which weighs more than a gap."""
        if self.events.cut:
            return "event limit exceeded: something floods the pipe that the test results come through"
        if distrust := distrusted(self.execution, self.events):
            return distrust
        return f"events of the run were lost after number {self.events.gap}" if self.events.gap else ""

    def unended(self) -> str:
        """The session has no end, although the process has."""
        if self.events.exit is not None:
            return ""
        return f"the process ended with exit code {self.execution.exit_code} in the middle of the run: {self._progress}"

    def hidden(self) -> str:
        """Tests without a result, or red ones that the exit code does not know of."""
        missing, red = self.events.missing, self._red
        if missing:
            return f"{len(missing)} of {len(self.events.collected)} tests gave no result, first {missing[0]}"
        if self.execution.exit_code == 0 and red:
            return f"the exit code is 0 although {red} tests are red: something hides failures from {self.runner}"
        return ""

    def unexplained(self) -> str:
        """A failure that no test is the reason of."""
        code = self.execution.exit_code
        if code == 0 or self._red:
            return ""
        return f"the exit code is {code} although no test is red: {last_line(self.output)}"

    @property
    def _progress(self) -> str:
        running = self.events.in_flight
        said = f"{len(self.cases)} of {len(self.events.collected)} tests had ended"
        return f"{said}, {running[0]} was running" if running else said

    @property
    def _red(self) -> int:
        return sum(c.outcome in (TestOutcome.FAILED, TestOutcome.ERROR) for c in (*self.cases, *self.errors))
