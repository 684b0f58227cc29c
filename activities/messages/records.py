"""Records written beside the flow: answers, texts, the record, what was paid, the end."""

from pydantic import Field

from aurora.domain.findings import Report
from aurora.domain.outcome import Outcome, Usage
from aurora.domain.questions import Exchange
from aurora.domain.task import Draft, Task, TaskRef
from aurora.domain.value import Digest, Short, Value
from aurora.domain.view import TaskView


class RecordAnswersInput(Value):
    draft: Draft
    exchanges: tuple[Exchange, ...]


class NextPartInput(Value):
    """A part that is done, and what it came to."""

    draft: Draft
    reports: tuple[Report, ...]
    rounds: int
    said: Short = ""
    """The coder's message when it finished."""
    subject: Short = ""
    """Subject of the part's own commit, where it has one."""
    evidence: Digest | None = None


class KeepTextsInput(Value):
    """Texts that would make a workflow's state too large, on their way into artifacts."""

    task: TaskRef
    exchanges: tuple[Exchange, ...]


class KeepTextsResult(Value):
    exchanges: tuple[Exchange, ...]
    """The same, each with `whole` and only the head of its text."""


class RecordTaskInput(Value):
    """A record that outlives Temporal's retention; `view.audit` holds the entries since the last record."""

    view: TaskView
    audit_from: int = 0
    """The number of entries in the artifact before these: the same order again adds nothing twice."""


class RecordTaskResult(Value):
    audit: int
    """Entries in the artifact now."""


class Stock(Value):
    """The sums that the task's artifacts say were paid: the ledger's truth after a call that did not finish."""

    usage: Usage
    """Usage of every reply that is stored."""
    open_by_call: dict[str, int] = Field(default_factory=dict)
    """Call id -> upper bound, microdollars, of its tries whose usage nobody knows; only calls that have some."""

    @property
    def open_microdollars(self) -> int:
        return sum(self.open_by_call.values())


class CloseTaskInput(RecordTaskInput):
    outcome: Outcome
    task: Task


class CloseTaskResult(Value):
    outcome: Outcome
    """Outcome with the ledger's last word and, for work without a commit, the ref that holds it."""
    tell: bool = False
    """True if somebody is to be told (`on_outcome`)."""
