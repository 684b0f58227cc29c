"""The commit and its delivery."""

from activities.messages.result import ActivityResult
from aurora.domain.findings import Report
from aurora.domain.outcome import Delivery
from aurora.domain.questions import QuestionDraft
from aurora.domain.task import Draft, Task
from aurora.domain.value import Digest, Short, Value
from aurora.domain.view import TaskView


class CommitInput(Value):
    draft: Draft
    view: TaskView
    rounds: int
    reports: tuple[Report, ...]
    without_red: str = ""
    """The person who said that no test of this task can be red first; empty when nobody did."""


class CommitResult(ActivityResult):
    draft: Draft
    message: Short
    evidence: Digest | None = None
    """None when there is no commit."""
    files: int
    question: QuestionDraft | None = None
    """The reason why there is no commit, for the Architect to decide; `draft` is then the one that was given."""
    allowed: tuple[Short, ...] = ()
    """Protected files that the commit changes because somebody asked for it, a line each."""
    altered_tests: tuple[Short, ...] = ()
    """Files of the tests that the base has otherwise."""
    summary: Short = ""


class DeliverInput(Value):
    task: Task
    draft: Draft


class DeliverResult(ActivityResult):
    delivery: Delivery
    summary: Short = ""
