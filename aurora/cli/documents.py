"""The documents that commands print with `--json`: one shape for each thing, one key for each fact, wherever it is
printed. What a command that follows a task prints, a line each, is in `aurora.cli.line_documents`.

docs/using/command-line.md has the table of keys, docs/using/command-line.schema.json the schema of these models.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from aurora.bootstrap.row import Row
from aurora.client.desk import task_of
from aurora.client.open_questions import OpenQuestions
from aurora.client.records import Change
from aurora.domain.outcome import Outcome, Usage
from aurora.domain.questions import AuditEntry, Question, Receipt
from aurora.domain.view import Progress, StepSpend, TaskView

if TYPE_CHECKING:
    from aurora.bootstrap.gate_list import GateList  # imports every gate, and most commands list none

State = Literal[
    "running", "waiting", "paused", "committed", "abandoned", "exhausted", "out_of_budget", "cancelled", "failed"
]


class Document(BaseModel):
    """The base of all that is printed: a key that the schema does not know is an error of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ── errors ──


class Error(Document):
    message: str
    hint: str = ""
    code: str
    """A `RefusalCode`, or `usage`, `interrupted`, `internal`."""
    reason: str = ""
    """A `Reason`, where there is one."""
    task_id: str = ""
    exit_code: int


class ErrorDocument(Document):
    """The document on stderr whenever a command with `--json` does not do what was asked."""

    error: Error


# ── tasks ──


class QuestionDocument(Document):
    task_id: str
    question_id: str
    kind: str
    step: str
    text: str
    options: tuple[str, ...] = ()
    assumed: str = ""
    asked_at: int
    asked: tuple[str, ...] = ()
    """People, in order; it waits for the last one."""
    rung: int = 0
    next_at: int = 0
    """The time when the next person is asked, or the assumption taken; 0: never."""
    allows: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


class DeliveryDocument(Document):
    state: Literal["delivered", "already_delivered", "held", "refused"]
    branch: str
    commit: str
    where: str = ""
    behind_by: int | None = None
    why: str = ""


class OutcomeDocument(Document):
    state: State
    summary: str = ""
    commit: str | None = None
    branch: str = ""
    delivery: DeliveryDocument | None = None
    kept: str = ""
    usage: Usage = Usage()
    open_microdollars: int = 0


class TaskDocument(Document):
    """One task, as `status` prints it, each entry of `list`, and the last line of what follows a task."""

    task_id: str
    state: State
    repository: str = ""
    title: str = ""
    submitted_at: int = 0
    submitted_by: str = ""
    step: str = ""
    turn: int = 0
    round: int = 0
    max_rounds: int = 0
    progress: Progress = Progress()
    doing: str = ""
    trouble: str = ""
    notes: tuple[str, ...] = ()
    questions: tuple[QuestionDocument, ...] = ()
    steps: tuple[StepSpend, ...] = ()
    usage: Usage = Usage()
    open_microdollars: int = 0
    reserved_microdollars: int = 0
    budget_microdollars: int = 0
    left_microdollars: int = 0
    turns: int = 0
    max_turns: int = 0
    max_tokens: int = 0
    wall_seconds: int = 0
    max_wall_seconds: int = 0
    outcome: OutcomeDocument | None = None
    """None until it has ended."""


class TaskList(Document):
    tasks: tuple[TaskDocument, ...]


def state_of(view: TaskView) -> str:
    """The way a task stands, in a word: its phase while it is open, the kind of its outcome once it has ended."""
    return view.outcome.kind.value if view.outcome else view.phase


def task(view: TaskView) -> TaskDocument:
    shared = shared_fields(TaskDocument, view)
    return TaskDocument.model_validate(
        shared
        | {
            "state": state_of(view),
            "trouble": view.error,
            "notes": view.warnings,
            "questions": [question(view.task_id, one) for one in view.questions],
            "outcome": _outcome(view.outcome) if view.outcome else None,
            "left_microdollars": view.left_microdollars,
        }
    )


def _outcome(outcome: Outcome) -> OutcomeDocument:
    delivery = outcome.delivery.model_dump(mode="json") if outcome.delivery else None
    return OutcomeDocument.model_validate(
        shared_fields(OutcomeDocument, outcome) | {"state": outcome.kind.value, "delivery": delivery}
    )


def question(task_id: str, asked: Question) -> QuestionDocument:
    return QuestionDocument.model_validate(shared_fields(QuestionDocument, asked) | _named(task_id, asked))


def _named(task_id: str, asked: Question) -> dict[str, Any]:
    return {"task_id": task_id, "question_id": asked.id, "next_at": asked.deadline}


def shared_fields(model: type[BaseModel], value: BaseModel) -> dict[str, Any]:
    """The fields that both have under one name."""
    return value.model_dump(mode="json", include=set(model.model_fields) & set(type(value).model_fields))


# ── the Architect's side ──


class WaitingQuestion(QuestionDocument):
    repository: str
    title: str


class QuestionList(Document):
    questions: tuple[WaitingQuestion, ...]
    more: int
    """Tasks that wait beside these and were not looked at."""
    silent: tuple[str, ...]
    """Tasks that wait, but no worker says for what."""


def waiting(found: OpenQuestions) -> QuestionList:
    listed = [
        WaitingQuestion.model_validate(
            question(view.task_id, asked).model_dump() | {"repository": view.repository, "title": view.title}
        )
        for view, asked in found.questions
    ]
    return QuestionList(questions=tuple(listed), more=found.more, silent=tuple(map(task_of, found.silent)))


class Answered(Document):
    task_id: str
    question_id: str
    text: str
    by: str
    at: int
    text_digest: str


def answered(task_id: str, text: str, receipt: Receipt) -> Answered:
    at, digest = receipt.accepted_at, receipt.text_digest
    return Answered(
        task_id=task_id, question_id=receipt.question_id, text=text, by=receipt.by, at=at, text_digest=digest
    )


class Steered(Document):
    """A message to a task that is no answer."""

    task_id: str
    verb: Literal["cancel", "pause", "resume", "retry", "raise_budget", "approve", "clarify"]
    by: str
    state: str = ""
    """The way the task stood when it took it; empty where nobody waits for that (`clarify`)."""
    text: str = ""


class AuditLine(Document):
    model_config = ConfigDict(frozen=True, extra="ignore")
    at: int
    event: str
    question_id: str = ""
    verb: str = ""
    person: str = ""
    rung: int = 0
    note: str = ""


class Audit(Document):
    task_id: str
    entries: tuple[AuditLine, ...]


def audit(task_id: str, entries: Sequence[AuditEntry]) -> Audit:
    return Audit(task_id=task_id, entries=tuple(map(_audit_line, entries)))


def _audit_line(entry: AuditEntry) -> AuditLine:
    about = "verb" if entry.what == "control" else "question_id"
    named = {"event": entry.what, about: entry.about, "person": entry.who}
    return AuditLine.model_validate(shared_fields(AuditLine, entry) | named)


# ── what was made, and the installation ──


class DiffDocument(Document):
    task_id: str
    diff: str
    committed: bool
    range: str


def diff(task_id: str, change: Change) -> DiffDocument:
    return DiffDocument(task_id=task_id, diff=change.text, committed=change.committed, range=change.range)


class LogDocument(Document):
    task_id: str
    name: Literal["red", "green"]
    text: str


class Check(Document):
    name: str
    state: Literal["ok", "note", "bad"]
    found: str
    hint: str


class Checks(Document):
    state: Literal["ok", "bad"]
    checks: tuple[Check, ...]


def checks(rows: Sequence[Row]) -> Checks:
    listed = tuple(Check(name=row.what, state=row.state, found=row.found, hint=row.hint) for row in rows)
    return Checks(state="bad" if any(row.state == "bad" for row in rows) else "ok", checks=listed)


class GateDocument(Document):
    name: str
    why: str
    when: tuple[str, ...]
    languages: tuple[str, ...]
    advice: bool
    state: Literal["on", "off", "mandatory"]
    settings: dict[str, Any]


class Gates(Document):
    gates: tuple[GateDocument, ...]
    notes: tuple[str, ...]


def gates(found: "GateList") -> Gates:
    listed = tuple(GateDocument.model_validate(gate.model_dump(mode="json")) for gate in found.gates)
    return Gates(gates=listed, notes=found.warnings)


class Daemon(Document):
    address: str
    ui: str | None
    pid: int


class Stopped(Document):
    stopped: bool
