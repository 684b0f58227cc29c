"""Values that prove what a commit claims: the evidence beside it, and what it is made of."""

from pydantic import Field

from aurora.domain.exercise_evidence import ContractExercise
from aurora.domain.findings import Finding, Report, TestCounts
from aurora.domain.finished_parts import FinishedPart
from aurora.domain.frozen_tests import Rewrite
from aurora.domain.mutants import CodeMutant
from aurora.domain.outcome import Usage
from aurora.domain.plan import CoveredBehaviour, Plan
from aurora.domain.questions import AnswerBook
from aurora.domain.value import Digest, Sha, Value
from aurora.domain.view import StepSpend

VERSION = 2
"""Version of the form that is written. Fields are only ever added, with defaults: what version 1 wrote is read, too."""


class Allowed(Value):
    """A protected file that was changed because somebody asked for it."""

    path: str
    kind: str
    asked_by: str
    """`the task`, or who said it in which answer: claimed, not proved."""
    words: str = ""
    """The sentence that asks for it; empty where a question named the path and was answered with yes."""


class Proof(Value):
    """The frozen tests that a run of the whole suite saw pass, and on which draft."""

    commit: Sha
    green: tuple[str, ...]


class Log(Value):
    """The output of a program: its head and tail, and the artifact that has all that was kept of it."""

    text: str = ""
    whole: Digest | None = None


class FileChange(Value):
    """A file that the commit changes, with lines added and removed; both None for what is no text."""

    path: str
    added: int | None = None
    removed: int | None = None
    kind: str = "changed"
    """`new`, `changed` or `removed`."""


class Evidence(Value):
    """The facts that a reviewer may check; refers to the commit, never the other way round."""

    version: int = 1
    task_id: str
    commit: str
    base: str
    branch: str
    subject: str = ""
    """The first line of the commit's message."""
    task: str = ""
    """The request, as it was handed in."""
    asked_by: str = ""
    """The person who handed the task in: claimed, not proved."""
    revises: str = ""
    """The task whose commit is changed, with that commit."""
    plan: Plan
    answers: AnswerBook
    changes: tuple[FileChange, ...] = ()
    contract: str = ""
    """Path of the contract document; empty where the repository has none."""
    contract_faults: tuple[str, ...] = ()
    exercises: tuple[ContractExercise, ...] = ()
    """The served application, driven against each document: what was exercised, and what was not."""
    clauses_unnamed: tuple[str, ...] = ()
    """`POST /users 409`: status codes of the planned operations that no new test names; it may check them all the
    same."""
    red: tuple[str, ...]
    """Frozen tests that were red against the stubs; every one of them is green on this draft."""
    red_reasons: dict[str, str] = Field(default_factory=dict)
    """Test id -> how it failed, a line each; of the first ones."""
    red_log: Log = Log()
    """Red log of the run that saw the new tests fail."""
    green_log: Log = Log()
    """Green log of the run of the whole suite on this draft."""
    red_against: dict[str, str] = Field(default_factory=dict)
    """Tests that were written when the code stood already -> the change of the code that they were red against."""
    mutants: tuple[CodeMutant, ...] = ()
    """Mutants of the changed code's, those that no test notices; the report of the check has the counts."""
    without_red: str = ""
    """The person who said that this task has no such test; empty where it has one."""
    allowed: tuple[Allowed, ...] = ()
    """Protected files that were changed because somebody asked for it."""
    altered_tests: tuple[str, ...] = ()
    """Files of the tests that the base has otherwise: what they judge by changed with the task."""
    gates: tuple[str, ...] = ()
    """Gates that were asked, and had nothing against the draft."""
    gates_off: tuple[str, ...] = ()
    """Gates that aurora.yaml turned off: nothing was asked of them."""
    notes: tuple[Finding, ...] = ()
    """Findings of the checks that did not block: advice, and problems of changed files that existed before."""
    planned: tuple[CoveredBehaviour, ...] = ()
    """The plan's tests: which ones check each, or the model's reason why none does."""
    part: int = 0
    """Part of a plan in parts with a commit each: the part that this commit is, from 1."""
    parts: int = 0
    """The number of parts in the plan."""
    finished: tuple[FinishedPart, ...] = ()
    """Of a plan in parts: those before this commit's part, or, of one commit in all, before the last one."""
    green_before: tuple[str, ...]
    frozen_files: dict[str, str]
    rewrites: tuple[Rewrite, ...] = ()
    """Frozen tests that were rewritten: clause, old and new text."""
    baseline: TestCounts
    baseline_red: tuple[str, ...]
    baseline_run: str = ""
    """The time when the base commit's tests were run, and whether an earlier task of the repository did it."""
    baseline_flaky: tuple[str, ...] = ()
    """Tests that were red at the base commit and green when they were run again: neither red nor green from then on."""
    flaky: tuple[str, ...] = ()
    """Others that were so in the last runs of this task, green at the base commit: no finding, and nothing proved."""
    reports: tuple[Report, ...]
    rounds: int
    """Rounds of reflexion; `steps` says what was gone back to before."""
    usage: Usage
    open_microdollars: int = 0
    """Upper bound of calls whose usage nobody knows."""
    wall_seconds: int = 0
    """Seconds at work; waiting for answers and pauses are not counted."""
    steps: tuple[StepSpend, ...]
    """Steps with what the model said when it finished each: its words, which nobody verified."""
    model: str
    warnings: tuple[str, ...]
    diff: Digest

    @property
    def after(self) -> TestCounts | None:
        """The part after the last run that counted: the whole suite on this draft."""
        return next((report.counts for report in reversed(self.reports) if report.counts), None)

    @property
    def repeated(self) -> tuple[StepSpend, ...]:
        """Steps that were gone back to: what they had made was refused, or something was asked meanwhile."""
        return tuple(spend for spend in self.steps if spend.visits > 1)
