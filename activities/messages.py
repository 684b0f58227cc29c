"""What crosses between the workflow and the activities: orders in, results out. Small by construction.

Every result has a `summary`, one line a person may read in Temporal's UI or in `aurora watch`.
"""

from typing import Literal

from pydantic import Field

from aurora.domain.contradiction import Reported
from aurora.domain.findings import Report, TestCounts
from aurora.domain.frozen_tests import Snapshot
from aurora.domain.outcome import Delivery, Outcome, Usage
from aurora.domain.questions import Exchange, QuestionDraft
from aurora.domain.task import Draft, Step, Task, TaskRef
from aurora.domain.value import Digest, Short, Value
from aurora.domain.view import TaskView
from aurora.settings.repository import ArchitectSettings

# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Bounds(Value):
    """The settings the workflow itself decides by, after the worker's policy has lowered them."""

    max_rounds: int
    max_turns: int
    turns_per_step: int
    microdollars: int
    max_tokens: int = 20_000_000
    wall_seconds: int = 8 * 3_600
    idle_seconds: int | None = None
    remind_seconds: int = 24 * 3_600
    most_microdollars: int | None = None
    """What the worker's policy allows at most: `raise_budget` stays below it."""
    architect: ArchitectSettings = ArchitectSettings()


class OpenedWorkspace(Value):
    draft: Draft
    bounds: Bounds
    repository: Short
    warnings: tuple[Short, ...] = ()
    summary: Short = ""


class OpenWorkspaceResult(Value):
    """The workspace, or what must be answered before it can be opened (a dependency image that does not build).

    Both: it is open, and only the Architect can say that the task goes on with it as it is."""

    opened: OpenedWorkspace | None
    questions: tuple[QuestionDraft, ...] = ()
    architect: ArchitectSettings | None = None
    """Who may answer them, where the settings could be read."""
    summary: Short = ""


CALL_CHARS = 16
"""Of a call's id: enough to tell a task's calls apart where many of them travel."""


# ── a turn ───────────────────────────────────────────────────────────────────────────────────────────────────────


class TurnInput(Value):
    """Input of a reply activity. Everything that makes the request is here or named by digest here."""

    draft: Draft
    step: Step
    visit: int
    """How often this step was entered, from 1: a visit is one conversation."""
    turn: int
    conversation: Digest | None
    """Its last node; none at the start of a visit."""
    about: tuple[Digest, ...] = ()
    """Reports and reflections that this visit starts from."""
    advice: str = ""
    """What the Architect said when the loop was stuck, its head: the whole is among the draft's answers."""
    last: str = ""
    """What the visit before this one said when it finished: its own words, which nobody verified."""
    case: Digest | None = None
    """The `Contradiction` that judge_contradiction and rewrite_test are about."""
    nudge: str = ""
    """Said to the model before this turn, when its last reply could not be used."""
    said: tuple[Exchange, ...] = ()
    """What the Architect said to this conversation since its last turn."""
    left_microdollars: int
    """What may still be spent: the reply's `max_tokens` is lowered to it; nothing else of the request depends on it."""
    left_tokens: int = 20_000_000
    """As `left_microdollars`."""
    counted_microdollars: int = 0
    """Upper bound of this turn's earlier tries that `left_microdollars` no longer has: not taken off twice."""


class CallHead(Value):
    name: Short
    about: Short = ""


class Asked(Value):
    tool_use_id: str
    question: QuestionDraft


class Judgement(Value):
    contradicts: bool
    quoted: bool
    """Whether the clause that the verdict quotes stands in the task, an answer or the contract."""
    why: Short = ""


class TurnReply(Value):
    call_id: str
    conversation: Digest | None
    """With the reply appended; unchanged when the reply can't be kept (cut off, refused)."""
    stop: Literal["tool_use", "result", "nudge", "pause_turn", "context_exceeded", "refusal", "out_of_budget"]
    calls: tuple[CallHead, ...] = ()
    asks: tuple[Asked, ...] = ()
    result: Digest | None = None
    """The step's structured output, validated."""
    questions: tuple[QuestionDraft, ...] = ()
    """check_context: what it found missing. draft_plan: the plan to approve, when approval is asked for."""
    blocked: Reported | None = None
    """reflect: the frozen test that is said to contradict the specification."""
    verdict: Judgement | None = None
    """judge_contradiction: what it says."""
    nudge: Short = ""
    model: Short = ""
    usage: Usage = Usage()
    open_microdollars: int = 0
    """Upper bound of earlier tries of this call whose usage nobody knows."""
    summary: Short = ""


class ToolAnswer(Value):
    """An answer on its way back into the conversation that asked."""

    tool_use_id: str
    text: str


class ToolsInput(Value):
    draft: Draft
    step: Step
    turn: int
    conversation: Digest
    """Ends with the model's tool calls."""
    about: tuple[Digest, ...] = ()
    """As the turn's first half had it: a step that mends findings writes the files that they name."""
    answers: tuple[ToolAnswer, ...] = ()
    said: tuple[Exchange, ...] = ()
    """What the Architect said unasked since the last turn, and the exchanges behind `answers`: kept in the answers."""


class ToolsResult(Value):
    draft: Draft
    conversation: Digest
    finished: bool = False
    said: str = ""
    """What the model said with `finish`, its head."""
    blocked: Reported | None = None
    """What the model reported as blocking it."""
    disagreed: str = ""
    """rewrite_test: why the test should stay as it is."""
    same_key: str = ""
    """Equal for the same calls with the same results: no progress when it repeats."""
    outside: tuple[str, ...] = ()
    """Changed files that the plan does not name and that are no tests, at most 20."""
    far: bool = False
    """Whether one of them lies in a folder where the plan names nothing."""
    counts: TestCounts | None = None
    summary: Short = ""


# ── checking and making without a model ──────────────────────────────────────────────────────────────────────────


CheckMode = Literal["red", "as_written", "focused", "whole", "new_tests", "changed"]


class CheckInput(Value):
    draft: Draft
    mode: CheckMode = "changed"
    """red: new tests must fail for the right reason. as_written: they need only run, as the Architect said.
    focused: frozen and touched suites. whole: everything. changed: every file that differs from the base.
    new_tests: as changed, test roots only."""
    stubs: Snapshot | None = None
    """In mode red: the draft as it was before its tests were written."""


class CheckResult(Value):
    """A checker's result; its `draft` has the commit it was given, and may have new references (frozen tests)."""

    draft: Draft
    report: Report
    all_green: bool = False
    """In mode red: every new test passed at once."""
    summary: Short = ""


class CheckReportInput(Value):
    draft: Draft
    reported: Reported


class CheckReportResult(Value):
    """What a report is worth as far as no model is needed to say it."""

    standing: Literal["stands", "refused", "asks"]
    """refused: the coder is told `why`. asks: only the Architect can say."""
    why: Short = ""
    test: str = ""
    """The test's id without parameters; empty where the report names none that is frozen."""
    case: Digest | None = None
    """The `Contradiction`, of a report that stands or asks."""
    thawed: Digest | None = None
    """The `FrozenTests` in which this test alone is thawed."""
    source: str = ""
    """The test's text, its head: for a question."""
    place: str = ""
    """Where the clause stands."""
    summary: Short = ""


class ReplayTestInput(Value):
    draft: Draft
    """Its frozen tests have one that is thawed, and rewritten."""
    before: Draft
    """As it was before the rewrite."""
    decided_by: Literal["check", "architect"] = "check"
    accepted: bool = False
    """The Architect has seen both versions and said yes."""


class ReplayTestResult(Value):
    """What a rewritten test is worth."""

    standing: Literal["holds", "refused", "asks"]
    draft: Draft
    """With the rewritten test frozen, where it holds."""
    why: str = ""
    whole: Digest | None = None
    """A `Report` for the test's writer, where it was refused."""
    after: str = ""
    """The test's new text, its head."""
    summary: Short = ""


class FixResult(Value):
    draft: Draft
    summary: Short = ""


class RecordAnswersInput(Value):
    draft: Draft
    exchanges: tuple[Exchange, ...]


class CommitInput(Value):
    draft: Draft
    view: TaskView
    rounds: int
    reports: tuple[Report, ...]
    without_red: str = ""
    """Who said that this task has no test that could be red first; empty when nobody did."""


class CommitResult(Value):
    draft: Draft
    message: Short
    evidence: Digest | None = None
    """None when there is no commit."""
    files: int
    question: QuestionDraft | None = None
    """Why there is no commit, for the Architect to decide; `draft` is then the one that was given."""
    allowed: tuple[Short, ...] = ()
    """Protected files that the commit changes because somebody asked for it, a line each."""
    altered_tests: tuple[Short, ...] = ()
    """Files of the tests that the base has otherwise."""
    summary: Short = ""


class DeliverInput(Value):
    task: Task
    draft: Draft


class DeliverResult(Value):
    delivery: Delivery
    summary: Short = ""


class KeepTextsInput(Value):
    """Texts that would make a workflow's state too large, on their way into artifacts."""

    task: TaskRef
    exchanges: tuple[Exchange, ...]


class KeepTextsResult(Value):
    exchanges: tuple[Exchange, ...]
    """The same, each with `whole` and only the head of its text."""


class RecordTaskInput(Value):
    """What outlives Temporal's retention; `view.audit` holds the entries since the last record."""

    view: TaskView
    audit_from: int = 0
    """How many entries the artifact had before these: the same order again adds nothing twice."""


class RecordTaskResult(Value):
    audit: int
    """Entries in the artifact now."""


class Stock(Value):
    """What the task's artifacts say was paid: the ledger's truth after a call that came to no end."""

    usage: Usage
    """Of every reply that is stored."""
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
    """With the ledger's last word and, for work without a commit, the ref that holds it."""
    tell: bool = False
    """Whether somebody is to be told (`on_outcome`)."""
