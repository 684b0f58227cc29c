"""Delivery of a message to a task's newest run, with one effect.

A run that continues as new answers an update it had taken with the failure `AcceptedUpdateCompletedWorkflow`. To one
that still looked at the old run the server says NOT_FOUND "workflow execution already completed", to one that met its
last task FAILED_PRECONDITION "unexpected workflow task failure". In all of these the task goes on, so the same thing is
said again, under the same id, to whatever run is the newest: the workflow knows the id.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from aurora import names
from aurora.domain.questions import MAX_ANSWER_CHARS
from aurora.errors import Reason, Refusal, RefusalCode
from aurora.text import is_text

WITHIN = timedelta(seconds=30)
TRIES = 12
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
LOST_WITH_ITS_RUN = "AcceptedUpdateCompletedWorkflow"
_LOST = (RPCStatusCode.NOT_FOUND, RPCStatusCode.ABORTED, RPCStatusCode.FAILED_PRECONDITION)

T = TypeVar("T")


class HasEnded(Refusal):
    """The task has ended: nobody hears it any more."""

    def __init__(self, task_id: str, why: str = "", hint: str = "") -> None:
        what = f"task {task_id!r} has ended" + (f": {why}" if why else "")
        super().__init__(what, hint, code=RefusalCode.CONFLICT, reason=Reason.TASK_ENDED, task_id=task_id)


async def tell(client: Client, task_id: str, update: str, value: object, result: type[T], update_id: str) -> T:
    """Send an update and give its result. Raises `Refusal` with the workflow's own words, `HasEnded`, or `RPCError`
    for a server that can't be reached or a task it does not know."""
    handle = _handle(client, task_id)

    async def once(patience: timedelta) -> T:
        effect: T = await handle.execute_update(
            update, value, id=update_id, result_type=result, rpc_timeout=max(patience, timedelta(seconds=1))
        )
        return effect

    try:
        return await _until_delivered(handle, task_id, once)
    except WorkflowUpdateFailedError as refused:
        why = refused.cause.message if isinstance(refused.cause, ApplicationError) else str(refused.cause)
        raise Refusal(
            f"task {task_id!r}: {why}", code=_code(refused.cause), reason=Reason.TASK_STATE, task_id=task_id
        ) from refused


async def signal(client: Client, task_id: str, name: str, value: object) -> None:
    """Send a signal. Raises as `tell` does."""
    handle = _handle(client, task_id)

    async def once(patience: timedelta) -> None:
        await handle.signal(name, value, rpc_timeout=patience)

    await _until_delivered(handle, task_id, once)


async def _until_delivered(
    handle: WorkflowHandle[object, object], task_id: str, once: Callable[[timedelta], Awaitable[T]]
) -> T:
    until = time.monotonic() + WITHIN.total_seconds()
    pause = FIRST_PAUSE
    last: Exception | None = None
    for _ in range(TRIES):
        try:
            return await once(timedelta(seconds=until - time.monotonic()))
        except WorkflowUpdateFailedError as failed:
            if not (isinstance(failed.cause, ApplicationError) and failed.cause.type == LOST_WITH_ITS_RUN):
                raise
            last = failed
        except WorkflowUpdateRPCTimeoutOrCancelledError as silent:
            raise _not_taken(task_id) from silent
        except RPCError as error:
            if error.status not in _LOST:
                raise
            last = error
        newest = await handle.describe()
        if newest.status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW):
            raise HasEnded(task_id)
        if time.monotonic() + pause > until:
            break
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    raise _not_taken(task_id) from last


def check_text(what: str, text: str) -> None:
    """Raise `Refusal` for what can't be said to a task: nothing, too much, or no text."""
    if not text.strip() or len(text) > MAX_ANSWER_CHARS:
        if not text.strip():
            raise Refusal(f"{what} can't be empty")
        raise Refusal(f"{what} can have at most {MAX_ANSWER_CHARS:,} characters, not {len(text):,}", "shorten it")
    if not is_text(text):
        raise Refusal(f"{what} contains bytes that are not UTF-8 text, or NUL characters", "send it as UTF-8 text")


def _handle(client: Client, task_id: str) -> WorkflowHandle[object, object]:
    """A handle of no run in particular: the newest is meant, at each call anew."""
    return client.get_workflow_handle(names.workflow_id(task_id))


def _not_taken(task_id: str) -> Refusal:
    return Refusal(
        f"task {task_id!r}: no worker accepted this within {WITHIN.seconds} s",
        "nothing is lost; look at the task, then send it again",
        code=RefusalCode.UNREACHABLE,
        reason=Reason.NOT_TAKEN,
        task_id=task_id,
    )


def _code(cause: BaseException | None) -> RefusalCode:
    """The kind of an update's refusal: the workflow tells missing rights apart, all else is its state."""
    forbidden = isinstance(cause, ApplicationError) and cause.type == names.NOT_PERMITTED
    return RefusalCode.FORBIDDEN if forbidden else RefusalCode.CONFLICT
