"""The output of a command that follows a task with `--json`: a document a line, each with its `event`, the time and the
task's id. The last line is always the task as it stands then."""

import time
from typing import TYPE_CHECKING, Literal

from aurora.cli.documents import Document, QuestionDocument, TaskDocument, question, shared_fields, task
from aurora.client.events import Event
from aurora.domain.questions import Question
from aurora.domain.view import TaskView

if TYPE_CHECKING:
    from aurora.client.submit import Submitted  # imports what reads a repository


class HandedIn(Document):
    """The output of `run --detach`."""

    task_id: str
    branch: str
    existing: bool
    """The same request was handed in under its key before."""
    notes: tuple[str, ...]


class HandedInLine(HandedIn):
    """The first line of a `run` that follows its task."""

    event: Literal["handed_in"] = "handed_in"
    at: float


class EventLine(Document):
    """One thing that happened, a line each."""

    event: Literal["submitted", "began", "did", "failed", "retries", "progress", "changed", "told", "refused", "ended"]
    task_id: str
    at: float
    name: str
    text: str = ""
    microdollars: int | None = None
    history_id: int = 0
    run: str = ""
    activity: str = ""
    stage: str = ""


class QuestionLine(Document):
    event: Literal["question"] = "question"
    task_id: str
    at: float
    question: QuestionDocument


class TaskLine(Document):
    """The last line: how the task stands when nobody follows it any more."""

    event: Literal["task"] = "task"
    task_id: str
    at: float
    task: TaskDocument


def handed_in(submitted: "Submitted") -> HandedIn:
    return HandedIn.model_validate(shared_fields(HandedIn, submitted))


def handed_in_line(submitted: "Submitted") -> HandedInLine:
    return HandedInLine.model_validate(shared_fields(HandedIn, submitted) | {"at": time.time()})


def event_line(task_id: str, event: Event) -> EventLine:
    named = {"task_id": task_id, "event": event.kind, "name": event.what, "history_id": event.id}
    return EventLine.model_validate(shared_fields(EventLine, event) | named)


def question_line(task_id: str, asked: Question) -> QuestionLine:
    return QuestionLine(task_id=task_id, at=time.time(), question=question(task_id, asked))


def task_line(view: TaskView) -> TaskLine:
    return TaskLine(task_id=view.task_id, at=time.time(), task=task(view))
