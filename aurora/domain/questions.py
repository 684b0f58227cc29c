"""The messages between a task and its Architect: questions, answers, receipts, and the audit of who said what."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from aurora.domain.steps import Step
from aurora.domain.value import Digest, Short, Value

MAX_ANSWER_CHARS = 20_000
MAX_QUESTION_CHARS = 4_000
MAX_OPTIONS = 8
APPROVALS = ("approve", "approved", "yes", "ok")
WITHOUT = "without them"
"""Of a plan that wants protected files: the plan, but not they."""

TRY_AGAIN = "try again"
GO_ON_WITHOUT = "go on without"
ABANDON = "abandon"
"""Options that the workflow acts on."""


class QuestionKind(StrEnum):
    MISSING_SPEC = "missing_spec"
    DECISION = "decision"
    PLAN = "plan"
    DEPENDENCY = "dependency"
    BUDGET = "budget"
    STUCK = "stuck"
    OUTAGE = "outage"


class QuestionDraft(Value):
    """A question as a step words it, before the workflow gives it an id and a time."""

    kind: QuestionKind
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUESTION_CHARS)]
    options: tuple[Short, ...] = ()
    """Choices offered; a free text is always allowed beside them."""
    assumed: Short = ""
    """The assumption made meanwhile; taken on silence only where the settings allow it."""
    allows: tuple[Short, ...] = ()
    """Protected paths that the answer `approve` or `yes` lets the task write; the text names each of them."""
    packages: tuple[Short, ...] = ()
    """Packages that such an answer adds to manifest and lock; the text names each of them."""
    drafted: Digest | None = None
    """Draft of an operation, as text, that such an answer has written into the document in `allows`; the text holds
    it whole."""


class Question(QuestionDraft):
    id: str
    step: Step
    asked_at: int
    asked: tuple[Short, ...] = ()
    """The persons asked, in order; the last one is the one it waits for now."""
    rung: int = 0
    """0: asked. 1: reminded. From 2 on: passed to the next person of `architect.escalation`."""
    deadline: int = 0
    """The time when the next rung is taken (or the default, if silence may decide); 0: it only waits."""
    next_step: Literal["", "remind", "pass_on", "assume"] = ""
    """The event at the deadline, if nobody answers: a reminder, the next person, or `assumed` as the answer."""
    next_person: Short = ""
    """Of `pass_on`: whom it goes to."""
    silence_decides: bool = False
    """True if `assumed` is taken at the end, as the settings allow it for this question."""


class Answer(Value):
    question_id: str
    text: Annotated[str, StringConstraints(max_length=MAX_ANSWER_CHARS)]
    by: Short = ""
    """The claimed name of whoever answered: claimed, not proved."""


class Receipt(Value):
    """The reply to an answer's sender; the same answer sent again gets the same receipt."""

    question_id: str
    accepted_at: int
    text_digest: str
    by: Short = ""


class Exchange(Value):
    """A question with its answer; `question` is none when the Architect spoke unasked (`clarify`)."""

    question: Question | None
    text: str
    by: str = ""
    at: int = 0
    id: str = ""
    """Id of what was said unasked: `c1`, `c2`; a question has its own."""
    silent: bool = False
    """Nobody answered: the assumption was taken, as `on_silence: default` allowed."""
    whole: Digest | None = None
    """This exchange as an artifact, when `text` is only its head."""

    @property
    def word(self) -> str:
        """The answer, comparable with an option."""
        return self.text.strip().lower()


class AnswerBook(Value):
    exchanges: tuple[Exchange, ...] = ()


class AuditEntry(Value):
    """One thing that happened between a task and its Architect; `who` is claimed, not proved."""

    at: int
    what: Literal["asked", "told", "reminded", "escalated", "answered", "defaulted", "withdrawn", "refused", "control"]
    about: str = ""
    """A question's id, or a control verb."""
    who: str = ""
    rung: int = 0
    note: str = ""
