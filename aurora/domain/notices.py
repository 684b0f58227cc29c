"""Messages to people outside: a question, a reminder, an outcome. Delivered by a `Notifier`, at least once."""

import hashlib
import json

from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.value import Short, Value
from aurora.settings.webhooks import NoticeEvent


class NoticeQuestion(Value):
    id: str
    kind: QuestionKind
    text: str
    """At most 1,000 bytes; the whole is in the task's view."""
    options: tuple[Short, ...] = ()
    assumed: Short = ""
    asked_at: int = 0
    rung: int = 0
    deadline: int = 0


class Notice(Value):
    """One message to one person; several open questions travel in it together."""

    key: str
    """Names this message whatever else: a receiver that has seen it may drop it."""
    event: NoticeEvent
    to: Short = ""
    """Whom it is for; empty: whoever handed the task in without a name."""
    task_id: str
    tenant: str = "default"
    repository: Short = ""
    title: Short = ""
    at: int
    """The time when it was due, seconds since the epoch."""
    questions: tuple[NoticeQuestion, ...] = ()
    outcome: OutcomeKind | None = None
    summary: Short = ""
    branch: Short = ""
    commit: Short = ""

    @property
    def message_id(self) -> str:
        """The same for every try of this message and for no other; letters, digits and `_` only.

        A digest, since a key may name a person in any script and need be unique in its task only."""
        whole = json.dumps([self.tenant, self.task_id, self.key])
        return f"msg_{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


class Reception(Value):
    """The last word on one message at one webhook: it was taken, or it was refused and is not tried again."""

    webhook: Short
    taken: bool
    said: Short = ""
    """The status; of a refusal also what the receiver answered."""


class Notified(Value):
    """`accepted`: names of the webhooks that took it; empty when none is set up for this event and person.

    `refused`: those that will not take it; `summary` says why, and nobody need be asked about it: the operator fixes
    the webhook, and the next notice finds it fixed."""

    accepted: tuple[Short, ...] = ()
    refused: tuple[Short, ...] = ()
    summary: Short = ""
