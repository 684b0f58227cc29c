"""What a task shows of itself while it runs (query `view`) and afterwards (`record.json` in its artifacts)."""

from typing import Literal

from aurora.domain import Frozen, Outcome, Question, Sha, Short, Usage

Phase = Literal["running", "waiting", "paused", "ended"]


class StepSpend(Frozen):
    step: str
    visits: int = 0
    turns: int = 0
    usage: Usage = Usage()


class TaskView(Frozen):
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
    commit: Sha | None = None
    """The last sealed draft."""
    questions: tuple[Question, ...] = ()
    """Open ones only."""
    usage: Usage = Usage()
    """Settled: what the service reported."""
    open_microdollars: int = 0
    """Upper bound of calls whose usage is not known."""
    budget_microdollars: int = 0
    turns: int = 0
    max_turns: int = 0
    steps: tuple[StepSpend, ...] = ()
    trouble: Short = ""
    """The world's last trouble, while it lasts."""
    warnings: tuple[Short, ...] = ()
    submitted_at: int = 0
    outcome: Outcome | None = None


class Control(Frozen):
    """Input of the update `control`. `amount` belongs to raise_budget (dollars) only; `note` is kept with it."""

    verb: Literal["pause", "resume", "cancel", "raise_budget", "retry"]
    amount: float = 0
    by: Short = ""
    note: Short = ""


class Clarification(Frozen):
    """Input of the signal `clarify`: the Architect speaks unasked; it reaches the next turn."""

    text: str
    by: Short = ""
