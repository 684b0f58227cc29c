"""Questions that wait for an answer, over all tasks: one query by search attributes, then the views of only those it
names.

Visibility lags: a task that has just asked may be missing, one just answered may still be named. The views decide."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowExecution

from aurora import names
from aurora.domain.questions import Question, QuestionKind
from aurora.domain.view import TaskView

VIEWS_AT_ONCE = 16
PATIENCE_SECONDS = 10.0
"""Seconds for all views together: a worker that is away must not hold up the list."""
PAGE = 1_000
_PLAIN = re.compile(r"[\w .,@/+:-]+")

See = Callable[[WorkflowExecution, timedelta], Awaitable[TaskView | None]]
"""The view of a running task; none when nobody told it in time."""


@dataclass(frozen=True)
class QuestionFilter:
    """A filter of questions; empty means any."""

    repository: str = ""
    kind: QuestionKind | None = None
    person: str = ""

    def of(self, view: TaskView, question: Question) -> bool:
        return (
            self.repository in ("", view.repository)
            and self.kind in (None, question.kind)
            and (not self.person or (bool(question.asked) and question.asked[-1] == self.person))
        )

    def query(self, tenant: str) -> str:
        """Asks for kinds, not for a phase: a paused task may have open questions, too. A name that would need quoting
        is left to `of`: the visibility stores don't agree on how."""
        kinds = [self.kind] if self.kind else list(QuestionKind)
        parts = [
            f"WorkflowType = '{names.WORKFLOW}'",
            "ExecutionStatus = 'Running'",
            f"{names.TENANT} = '{tenant}'",
            f"{names.WAITS_FOR} IN ({', '.join(repr(kind.value) for kind in kinds)})",
        ]
        parts += [
            f"{attribute} = '{value}'"
            for attribute, value in ((names.REPOSITORY, self.repository), (names.ASKS, self.person))
            if _PLAIN.fullmatch(value)
        ]
        return " AND ".join(parts)


@dataclass(frozen=True)
class OpenQuestions:
    questions: tuple[tuple[TaskView, Question], ...]
    """The oldest first."""
    more: int = 0
    """Tasks that wait beside these and were not looked at."""
    silent: tuple[str, ...] = ()
    """Workflow ids of tasks that wait, but no worker said for what."""


async def waiting(client: Client, tenant: str, see: See, wanted: QuestionFilter, limit: int) -> OpenQuestions:
    """The questions of the `limit` tasks that run longest. Raises `RPCError`."""
    found = [e async for e in client.list_workflows(wanted.query(tenant), page_size=PAGE)]
    found.sort(key=lambda e: (e.start_time, e.id))
    looked_at, more = found[:limit], found[limit:]
    turnstile = asyncio.Semaphore(VIEWS_AT_ONCE)
    until = time.monotonic() + PATIENCE_SECONDS

    async def one(execution: WorkflowExecution) -> TaskView | None:
        async with turnstile:
            left = until - time.monotonic()
            return await see(execution, timedelta(seconds=left)) if left > 0 else None

    views = await asyncio.gather(*(one(e) for e in looked_at))
    pairs = [(view, q) for view in views if view for q in view.questions if wanted.of(view, q)]
    pairs.sort(key=lambda pair: (pair[1].asked_at, pair[0].task_id, pair[1].id))
    silent = tuple(e.id for e, view in zip(looked_at, views, strict=True) if view is None)
    return OpenQuestions(tuple(pairs), len(more), silent)
