"""Mutants of the code that a task changed: what each one altered, and whether a test noticed."""

from enum import StrEnum

from aurora.domain.value import Digest, Sha, Short, Value

CHECKER = "code_mutants"
"""The name of the check in reports."""


class MutantOutcome(StrEnum):
    KILLED = "killed"
    """A test that is green on the code is red, or the run does not finish that can be judged."""
    SURVIVED = "survived"
    UNTRIED = "untried"
    """The bound of the settings was reached."""


class CodeMutant(Value):
    """One small change of the code, made in the tests' copy only."""

    path: str
    line: int
    function: str
    """`Class.method`, or empty for what stands outside functions."""
    operator: Short
    before: str
    """The former text, one line."""
    after: str
    must_die: bool = False
    """The function is the task's own and does nothing but return a constant: no test says that it is needed."""
    outcome: MutantOutcome = MutantOutcome.UNTRIED

    def __str__(self) -> str:
        where = f" in {self.function}" if self.function else ""
        return f"{self.path}:{self.line}{where}: `{self.before}` -> `{self.after}` ({self.operator})"


class MutantCounts(Value):
    made: int
    killed: int
    survived: int
    untried: int
    result: Digest | None = None
    """The `MutationResult`."""
    survivors: Digest | None = None
    """A `Report` with a finding for each survivor, for whoever writes a test that notices it."""

    def __str__(self) -> str:
        untried = f", {self.untried} not tried" if self.untried else ""
        return f"{self.made} mutants: {self.killed} killed, {self.survived} survived{untried}"


class MutationResult(Value):
    """All mutants of one draft."""

    commit: Sha
    mutants: tuple[CodeMutant, ...] = ()
    runs: int = 0
    """Runs of tests, the one without a mutant included; those that an earlier check of the same code made are not."""
    seconds: float = 0.0
    said: str = ""
    """The reason why none was made or tried, or what the bound left out."""

    def of(self, outcome: MutantOutcome) -> tuple[CodeMutant, ...]:
        return tuple(mutant for mutant in self.mutants if mutant.outcome is outcome)

    @property
    def counts(self) -> MutantCounts:
        numbers = {outcome.value: len(self.of(outcome)) for outcome in MutantOutcome}
        return MutantCounts(made=len(self.mutants), **numbers)
