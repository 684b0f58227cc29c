"""A turn of a model step: the reply, then the use of tools."""

from typing import Literal

from activities.messages.result import ActivityResult
from aurora.domain.contradiction import Reported
from aurora.domain.environment import EnvironmentReport
from aurora.domain.findings import Report, TestCounts
from aurora.domain.outcome import Usage
from aurora.domain.plan import PlanShape
from aurora.domain.questions import Exchange, QuestionDraft
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Sha, Short, Value

CALL_CHARS = 16
"""Characters of a call's id: enough to tell a task's calls apart where many of them travel."""


class PastConversation(Value):
    """The conversation of a visit that finished: the next visit of a step that shares it may go on with it."""

    head: Digest
    """Ends with the results of the calls that finished it."""
    step: Step
    """The step whose visit it was."""
    frame: Short = ""
    """Names model, effort, system text and tools: it goes on in the same ones only."""
    frozen: Digest | None = None
    """Of the draft when it finished: a test that was rewritten since, the conversation knows otherwise."""
    commit: Sha
    """Commit of the draft when it finished: what a linter changed since, the model has not seen."""
    answers: Digest | None = None
    """Answers of the draft when it finished: what the Architect said since, the conversation has not heard."""
    tokens: int
    """Tokens as the service counted the last request with its reply."""
    replied_at: int
    """Unix seconds."""


class Attempt(Value):
    """The number of this attempt at a step."""

    number: int
    """Number from 1."""
    most: int
    """The last one before the Architect is asked."""
    found: tuple[Short, ...] = ()
    """A line for each of the last attempts: what the checks found."""


class TurnInput(Value):
    """Input of a reply activity. Everything that makes the request is here or named by digest here."""

    draft: Draft
    step: Step
    visit: int
    """The number of times that this step was entered, from 1."""
    turn: int
    conversation: Digest | None
    """Its last node; none at the start of a visit, which begins one or goes on with `before`."""
    reports: tuple[Digest, ...] = ()
    reflections: tuple[Digest, ...] = ()
    """Together with `reports`: what this visit starts from."""
    advice: str = ""
    """The head of the Architect's advice when the loop was stuck: the whole is among the draft's answers."""
    last: str = ""
    """The message of the visit before this one when it finished: its own words, which nobody verified."""
    attempt: Attempt | None = None
    """None at a step that is visited once."""
    before: PastConversation | None = None
    """The conversation that this visit may go on with instead of a new one; `turns.conversation_reuse` decides by
    sizes."""
    warm: bool = False
    """True if the service still has `before` in its prompt cache, as far as the clock tells."""
    case: Digest | None = None
    """The `Contradiction` that judge_contradiction and rewrite_test are about."""
    nudge: str = ""
    """Said to the model before this turn, when its last reply could not be used."""
    said: tuple[Exchange, ...] = ()
    """Messages of the Architect to this conversation since its last turn."""
    left_microdollars: int
    """The sum that may still be spent: the reply's `max_tokens` is lowered to it; nothing else of the request depends
    on it."""
    left_tokens: int = 20_000_000
    """Left tokens as `left_microdollars`."""
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
    """True if the clause that the verdict quotes stands in the task, an answer or the contract."""
    why: Short = ""


class TurnReply(ActivityResult):
    call_id: str
    conversation: Digest | None
    """Conversation with the reply appended; unchanged when the reply can't be kept (cut off, refused)."""
    stop: Literal["tool_use", "result", "nudge", "pause_turn", "context_exceeded", "refusal", "out_of_budget"]
    calls: tuple[CallHead, ...] = ()
    asks: tuple[Asked, ...] = ()
    result: Digest | None = None
    """The step's structured output, validated."""
    ahead: Digest | None = None
    """check_context: the plan, given in the same reply because nothing is missing."""
    questions: tuple[QuestionDraft, ...] = ()
    """check_context: what it found missing. draft_plan, and check_context with a plan `ahead`: the plan to approve,
    when approval is asked for."""
    without_interfaces: bool = False
    """With a plan: it gains no symbol, so that there is no interface to define."""
    shape: PlanShape | None = None
    """Shape with a plan."""
    blocked: Reported | None = None
    """reflect: the frozen test that is said to contradict the specification."""
    verdict: Judgement | None = None
    """judge_contradiction: what it says."""
    report: Report | None = None
    """review: its findings, the head of the report."""
    nudge: Short = ""
    model: Short = ""
    frame: Short = ""
    """Frame as in `PastConversation`."""
    usage: Usage = Usage()
    open_microdollars: int = 0
    """Upper bound of earlier tries of this call whose usage nobody knows."""
    summary: Short = ""


class ToolAnswer(Value):
    """The call that asked a question: its answer is on its way back into the conversation."""

    tool_use_id: str
    question_id: str
    outcome: Short = ""
    """The action taken upon it, or why there was none."""


class ToolsInput(Value):
    draft: Draft
    step: Step
    turn: int
    conversation: Digest
    """Ends with the model's tool calls."""
    reports: tuple[Digest, ...] = ()
    """Reports as the turn's first half had them: a step that fixes findings writes the files that they name."""
    answers: tuple[ToolAnswer, ...] = ()
    said: tuple[Exchange, ...] = ()
    """Messages of the Architect since the last turn that nobody asked for, and the exchanges behind `answers`: kept in
    the answers."""


class ToolsResult(ActivityResult):
    draft: Draft
    conversation: Digest
    finished: bool = False
    said: str = ""
    """The head of the model's message with `finish`."""
    blocked: Reported | None = None
    """The problem that the model reported as blocking it."""
    environment: EnvironmentReport | None = None
    """The model's report of what the environment lacks."""
    left_out: tuple[Short, ...] = ()
    """write_tests: planned behaviours without a test, each with the model's reason, when `finish` was taken."""
    disagreed: str = ""
    """rewrite_test: why the test should stay as it is."""
    same_key: str = ""
    """Equal for the same calls with the same results: no progress when it repeats."""
    outside: tuple[str, ...] = ()
    """Changed files that the plan does not name and that are no tests, at most 20."""
    far: bool = False
    """True if one of them lies in a folder where the plan names nothing."""
    counts: TestCounts | None = None
    summary: Short = ""
