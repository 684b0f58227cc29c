"""The refusals of the desk, each with its code and reason: a surface adds what helps there."""

import difflib
from collections.abc import Iterable, Sequence

from temporalio.service import RPCError, RPCStatusCode

from aurora import names
from aurora.domain.questions import Question
from aurora.domain.view import TaskView
from aurora.errors import Reason, Refusal, RefusalCode
from aurora.network_errors import connection_error

_SILENT = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.UNKNOWN)


def unknown_task(task_id: str, known: Iterable[str]) -> Refusal:
    ids = set(known)
    if task_id in ids:  # it has artifacts: it was handed in, and never started or its record is damaged
        what, close = f"task {task_id!r} has no record that can be read, and Temporal does not know it", []
    else:
        what, close = f"there is no task {task_id!r}", difflib.get_close_matches(task_id, ids, n=1, cutoff=0.5)
    return Refusal(
        what,
        f"did you mean {close[0]!r}?" if close else "",
        code=RefusalCode.NOT_FOUND,
        reason=Reason.UNKNOWN_TASK,
        task_id=task_id,
    )


def history_gone(task_id: str) -> Refusal:
    return Refusal(
        f"task {task_id!r} has ended, and Temporal no longer keeps its history",
        "its outcome, diff, evidence and audit are still there",
        code=RefusalCode.NOT_FOUND,
        reason=Reason.TASK_ENDED,
        task_id=task_id,
    )


def nothing_made(view: TaskView, missing: str) -> Refusal:
    where = view.outcome.kind.value if view.outcome else f"{view.phase}, at {view.step or 'the start'}"
    return Refusal(
        f"task {view.task_id!r} ({where}) has {missing}",
        code=RefusalCode.NOT_FOUND,
        reason=Reason.NOTHING_MADE,
        task_id=view.task_id,
    )


def artifact_gone(task_id: str, digest: str) -> Refusal:
    return Refusal(
        f"artifact {digest[:19]}… of task {task_id!r} no longer exists",
        code=RefusalCode.NOT_FOUND,
        reason=Reason.NOTHING_MADE,
        task_id=task_id,
    )


def not_one_question(task_id: str, questions: Sequence[Question]) -> Refusal:
    """An answer names no question, and there is not exactly one that it could mean."""
    if not questions:
        return Refusal(
            f"task {task_id!r} has no open question",
            code=RefusalCode.CONFLICT,
            reason=Reason.NO_QUESTION,
            task_id=task_id,
        )
    return Refusal(
        f"task {task_id!r} has {len(questions)} open questions: {', '.join(q.id for q in questions)}",
        "",
        code=RefusalCode.CONFLICT,
        reason=Reason.SEVERAL_QUESTIONS,
        task_id=task_id,
    )


def unreachable(where: str, error: RPCError) -> Refusal:
    if "search attribute" in error.message.lower():
        flags = " ".join(f"--name {n} --type {t}" for n, t in names.SEARCH_ATTRIBUTES.items())
        return Refusal(
            "this Temporal namespace does not have Aurora's search attributes",
            f"register them once: temporal operator search-attribute create {flags}",
        )
    verb = "does not answer" if error.status in _SILENT else "refused the request"
    return Refusal(
        f"Temporal at {where} {verb}: {connection_error(error)}",
        code=RefusalCode.UNREACHABLE,
        reason=Reason.SERVER_SILENT,
    )
