"""All that a task's workflow remembers: what a continued run starts from.

At most 64 KiB as JSON: texts are fitted when they come in, long answers are moved to artifacts before a run is
continued. Fields are only ever added, with defaults: an older worker's state must be readable by a newer one.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from activities.messages import Bounds, PastConversation
from aurora.domain.conversations import Conversation
from aurora.domain.findings import Report
from aurora.domain.steps import Step
from aurora.domain.task import Draft, Task
from aurora.domain.value import Value
from aurora.domain.view import Progress
from aurora.text import clip, fit
from workflows.architect import NAME_BYTES, Architect
from workflows.journal import Entry
from workflows.ledger import Ledger
from workflows.policies import EVENTS_PER_RUN

MOST_BYTES: Final = 64 * 1024
KEPT_WARNINGS: Final = 20
WARNING_BYTES: Final = 240
KEPT_CONTROLS: Final = 50


class Outage(Value):
    """A broken world that outlasted its policy, and the question that stands for it."""

    question: str
    probes: int = 0


class State(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: int = 1
    task: Task
    """Its text whole until the workspace is open, where it lies from then on; after that its head."""
    run: int = 1
    most_events: int = EVENTS_PER_RUN
    """History events after which a run is continued, if Temporal does not suggest it before."""
    step: Step = Step.OPEN_WORKSPACE
    turn: int = 0
    round: int = 0
    max_rounds: int = 0
    draft: Draft | None = None
    progress: Progress = Progress()
    bounds: Bounds | None = None
    repository: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""
    paused: bool = False
    cancelled: bool = False
    delivering: bool = False
    outage: Outage | None = None
    tried: tuple[str, ...] = ()
    """The changes of the last rounds of reflexion, a line each: for the question when they are used up."""
    review: Report | None = None
    """Of the review before the commit, without its findings: there is one a task."""
    unplanned: tuple[str, ...] = ()
    """Files outside the approved plan that were approved since."""
    reported: tuple[str, ...] = ()
    """Frozen tests that were reported and judged, or asked about: the second time only the Architect decides."""
    rewrites: int = 0
    """Frozen tests that were rewritten."""
    refusals: int = 0
    """Reports of frozen tests that were refused."""
    environment_asked: int = 0
    """Questions about what a model lacked where it worked."""
    without: tuple[str, ...] = ()
    """Of those what the Architect said to go on without, by the report's key."""
    worked: float = 0.0
    """Seconds that activities ran, as their workers counted them; nothing else is counted."""
    waits_since: int = 0
    """The start of the waiting that has not ended yet; 0 while the task is at work."""
    controls: tuple[str, ...] = ()
    """Verbs and ids of the controls that had their effect."""
    ledger: Ledger = Field(default_factory=Ledger)
    architect: Architect = Field(default_factory=Architect)
    conversations: dict[Conversation, PastConversation] = Field(default_factory=dict)
    """Conversations of each conversation that steps share, the last visit's."""
    journal: dict[str, Entry] = Field(default_factory=dict)

    @classmethod
    def of(cls, task: Task) -> "State":
        """The state of a task that begins."""
        architect = Architect(first=fit(task.submitted_by, NAME_BYTES))
        return cls(task=task, repository=clip(task.source.label, 120), architect=architect)

    def warn(self, text: str) -> None:
        """Each warning once, the newest ones kept."""
        said = fit(text, WARNING_BYTES)
        if said and said not in self.warnings:
            self.warnings = (*self.warnings, said)[-KEPT_WARNINGS:]

    def withdraw_warnings(self, head: str) -> None:
        """Drop the warnings that begin so: their cause is gone."""
        self.warnings = tuple(one for one in self.warnings if not one.startswith(head))

    def knows(self, act: str) -> bool:
        """Return whether this control has had its effect."""
        return bool(act) and act in self.controls

    def first_time(self, act: str) -> bool:
        """Return whether this control has not had its effect yet; remembers that it has now."""
        if self.knows(act):
            return False
        if act:
            self.controls = (*self.controls, act)[-KEPT_CONTROLS:]
        return True

    def size(self) -> int:
        return len(self.model_dump_json().encode())

    def fitted(self) -> "State":
        """The state within 64 KiB, should everything have been at its largest at once: what is only told is dropped
        first."""
        for lighten in (self._without_warnings, self.architect.forget_receipts):
            if self.size() <= MOST_BYTES:
                break
            lighten()
        return self

    def _without_warnings(self) -> None:
        self.warnings = self.warnings[-3:]
