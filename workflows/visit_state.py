"""The memory of a visit of a step, and its result."""

from collections.abc import Awaitable, Callable

from activities.messages import Judgement, PastConversation, ToolsResult
from aurora.domain.contradiction import Reported
from aurora.domain.findings import Report
from aurora.domain.plan import PlanShape
from aurora.domain.questions import QuestionDraft
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Short, Value
from workflows.task_context import TaskContext


class VisitResult(Value):
    """The result of a visit of a step."""

    draft: Draft
    result: Digest | None = None
    """The structured result, of a step that has one."""
    questions: tuple[QuestionDraft, ...] = ()
    blocked: Reported | None = None
    """reflect: a frozen test that is said to contradict the specification."""
    verdict: Judgement | None = None
    """Verdict of judge_contradiction."""
    disagreed: str = ""
    """The reason why rewrite_test would leave the test as it is."""
    summary: str = ""
    """The result of the reply; of a step that ends by `finish`, what the model said with it."""
    plan_ahead: Digest | None = None
    """check_context: the plan, where it came along."""
    without_interfaces: bool = False
    """With a plan: it gains no symbol."""
    shape: PlanShape | None = None
    """Shape with a plan."""
    report: Report | None = None
    """Report of review."""
    left_out: tuple[Short, ...] = ()
    """write_tests: planned behaviours without a test, each with the model's reason."""


class Replied(Value):
    """A reply that is paid for and counted, and whose calls have not run yet."""

    turn: int
    conversation: Digest
    summary: str
    tool_uses: tuple[str, ...] = ()
    """Ids of the calls that asked the Architect."""
    asked: tuple[str, ...] = ()
    """The questions' ids, in the same order."""


class VisitState(Value):
    """The state of a visit between two turns or between a turn's two halves."""

    draft: Draft
    visit: int
    allowed: int
    turn: int = 0
    conversation: Digest | None = None
    before: PastConversation | None = None
    """The conversation to go on with, until this visit's first reply has done so, or has not."""
    warm: bool = False
    """Decided once, when the visit began: a reply that is asked for again must be the same request."""
    tokens: int = 0
    """Tokens of the last request and its reply."""
    replied_at: int = 0
    frame: str = ""
    """Frame as in `PastConversation`."""
    nudge: str = ""
    said: tuple[str, ...] = ()
    """Answers the next reply hears."""
    replied: Replied | None = None
    owed: int = 0
    """Microdollars that were open before this turn's first try."""
    stuck: str = ""
    """The reason why only the Architect can say how it goes on."""
    same_key: str = ""
    repeats: int = 0

    @property
    def question_ids(self) -> tuple[str, ...]:
        return (*self.said, *(self.replied.asked if self.replied else ()))


class Settled(Value):
    """The result of a report by the model: of a frozen test, or of what it lacks."""

    draft: Draft
    nudge: str
    """The message to the model about it."""
    said: tuple[str, ...] = ()
    """Answers of the Architect's that it hears, too."""
    rewritten: bool = False

    @property
    def question_ids(self) -> tuple[str, ...]:
        return self.said


Settle = Callable[[TaskContext, Draft, Reported], Awaitable[Settled]]


class ToolsUsed(Value):
    result: ToolsResult
    clarifications: tuple[str, ...] = ()
    """Ids of those that the model has read by now."""
