"""The view of a task, while it runs (query `view`) and afterwards (`record.json` in its artifacts)."""

from typing import Literal

from aurora.domain.outcome import Outcome, Usage
from aurora.domain.questions import AuditEntry, Question
from aurora.domain.task import Draft
from aurora.domain.value import Sha, Short, Value

Phase = Literal["running", "waiting", "paused", "ended"]


class StepSpend(Value):
    step: str
    visits: int = 0
    turns: int = 0
    usage: Usage = Usage()
    said: Short = ""
    """The head of the model's message when it last finished the step: its own words, which nobody verified."""


class Progress(Value):
    """The progress of a task by its plan."""

    operations: int = 0
    """Operations of the contract that the plan touches."""
    done: int = 0
    """Of those, the ones whose planned tests were all seen green."""
    before: int = 0
    """Of `done`, those of parts that are finished."""
    part: int = 0
    """The one at work, from 1; 0 where the plan has no parts."""
    parts: int = 0
    title: Short = ""
    """The subject of the part."""

    def __str__(self) -> str:
        """`part 2 of 5: orders; 14 of 63 operations done`; empty where there is nothing to tell."""
        part = f"part {self.part} of {self.parts}: {self.title}" if self.part else ""
        done = f"{self.done} of {self.operations} operations done" if self.operations > 1 else ""
        return "; ".join(filter(None, (part, done)))


class TaskView(Value):
    task_id: str
    tenant: str = "default"
    repository: str = ""
    title: Short = ""
    """The head of the task's text."""
    phase: Phase = "running"
    step: str = ""
    turn: int = 0
    round: int = 0
    max_rounds: int = 0
    progress: Progress = Progress()
    commit: Sha | None = None
    """The last sealed draft."""
    draft: Draft | None = None
    """The draft that holds the work so far."""
    questions: tuple[Question, ...] = ()
    """Open ones only."""
    usage: Usage = Usage()
    """Settled: what the service reported."""
    open_microdollars: int = 0
    """Upper bound of calls whose usage is not known."""
    reserved_microdollars: int = 0
    """Upper bound of the call that runs now; only a live view of a running call knows it."""
    budget_microdollars: int = 0
    turns: int = 0
    max_turns: int = 0
    max_tokens: int = 0
    wall_seconds: int = 0
    """Worked so far: waiting for an answer and pauses are not counted."""
    max_wall_seconds: int = 0
    steps: tuple[StepSpend, ...] = ()
    doing: Short = ""
    """The running step's progress, by its last heartbeat; only a live view of a long step knows it."""
    error: Short = ""
    """The world's last trouble, while it lasts."""
    warnings: tuple[Short, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    """The newest entries; the whole audit is in the artifacts (`records.AUDIT`)."""
    submitted_at: int = 0
    submitted_by: Short = ""
    run: int = 1
    """The number of times that the history was begun anew (continue-as-new), from 1."""
    outcome: Outcome | None = None

    @property
    def left_microdollars(self) -> int:
        """The sum that may still be promised: the budget less what is settled, open and reserved."""
        spent = self.usage.microdollars + self.open_microdollars + self.reserved_microdollars
        return max(0, self.budget_microdollars - spent)


class Control(Value):
    """Input of the update `control`. `amount` belongs to raise_budget (dollars) only; `note` is kept with it.

    `approve` answers the open question of kind `plan`. `id` makes it one effect however often it is sent."""

    verb: Literal["pause", "resume", "cancel", "raise_budget", "retry", "approve"]
    amount: float = 0
    by: Short = ""
    note: Short = ""
    id: Short = ""


class Clarification(Value):
    """Input of the signal `clarify`: the Architect speaks unasked; it reaches the next turn. `id` as in `Control`."""

    text: str
    by: Short = ""
    id: Short = ""
