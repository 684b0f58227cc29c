"""The events of a task, read from its history as it grows: a long poll that writes nothing."""

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, Literal

from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from aurora import progress
from aurora.domain.value import Value
from aurora.payloads.history import HistoryPayloads
from aurora.payloads.unreadable import Unreadable
from aurora.text import clip

LOOK_SECONDS = 2.0
AWAY_SECONDS = 120.0
"""Seconds for so long a server that does not answer is waited for."""
_GONE = (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT)
_CLOSING = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
}

_WRAPPERS = ("activity_failure_info", "child_workflow_execution_failure_info")
_STEERED = {
    "pause": "paused the task",
    "resume": "resumed the task",
    "cancel": "cancelled the task",
    "retry": "asked to try again at once",
    "approve": "approved the plan",
}

Kind = Literal["submitted", "began", "did", "failed", "retries", "progress", "changed", "told", "refused", "ended"]


class Event(Value):
    at: float
    """Seconds since the epoch."""
    kind: Kind
    what: str
    """An activity's summary or name (`write_code 3`), or the name of what was said (`answer`)."""
    text: str = ""
    microdollars: int | None = None
    """The cost of a model call."""
    id: int = 0
    """Id of the history event it was read from; counted anew in each run."""
    run: str = ""
    """The id of the run it was read from: a task that continues as new has several."""
    activity: str = ""
    """The activity's own name, when it is about one: `use_tools` runs what `write_code` asked for."""
    calls: int = 0
    """Calls of a model's reply: the tools it calls. What came of them is the next event of the activity `use_tools`."""
    stage: str = ""
    """Stage of kind `progress`: what the activity is doing, without how far it is."""


class Reader:
    """Turns history events into `Event`s; remembers which activity an event belongs to."""

    def __init__(self, payloads: HistoryPayloads = HistoryPayloads()) -> None:  # noqa: B008 - a frozen value
        self._payloads = payloads
        self._scheduled: dict[int, tuple[str, str]] = {}

    def read(self, event: HistoryEvent) -> Event | None:
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                if event.workflow_execution_started_event_attributes.continued_execution_run_id:
                    return None
                return _event(event, "submitted", "task")
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                summary = event.user_metadata.summary
                said = self._payloads.value(summary) if event.user_metadata.HasField("summary") else None
                of = (_named(scheduled.activity_type.name, said), scheduled.activity_type.name)
                self._scheduled[event.event_id] = of
                return _event(event, "began", of)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                result = self._payloads.value(completed.result.payloads[0]) if completed.result.payloads else None
                return _did(event, self._of(completed.scheduled_event_id), result)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                failed = event.activity_task_failed_event_attributes
                why = self._why(failed.failure)
                return _event(event, "failed", self._of(failed.scheduled_event_id), why)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
                late = event.activity_task_timed_out_event_attributes
                return _event(event, "failed", self._of(late.scheduled_event_id), "it did not finish in time")
            case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
                return _event(event, "changed", "phase")
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                accepted = event.workflow_execution_update_accepted_event_attributes
                given = accepted.accepted_request.input
                return _event(event, "told", given.name, self._said(given.name, given.args.payloads))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                signal = event.workflow_execution_signaled_event_attributes
                return _event(event, "told", signal.signal_name, self._said(signal.signal_name, signal.input.payloads))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
                ended = event.workflow_execution_completed_event_attributes
                result = self._payloads.value(ended.result.payloads[0]) if ended.result.payloads else None
                outcome = result if isinstance(result, dict) else {}
                return _event(event, "ended", str(outcome.get("kind", "ended")), str(outcome.get("summary", "")))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
                message = self._why(event.workflow_execution_failed_event_attributes.failure)
                return _event(event, "ended", "failed", message)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
                return _event(event, "ended", "cancelled")
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
                return _event(event, "ended", "terminated", event.workflow_execution_terminated_event_attributes.reason)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
                return _event(event, "ended", "failed", "it did not finish in time")
        return None

    def _said(self, name: str, payloads: Any) -> str:
        value = self._payloads.value(payloads[0]) if payloads else None
        if isinstance(value, Unreadable):
            return f"{name} was refused: {value.why}"
        if not isinstance(value, dict):
            return f"{name} was refused: it can't be read"
        by, text = str(value.get("by") or "somebody"), str(value.get("text") or "")
        if "question_id" in value:
            return clip(f"{by} answered {value['question_id']}: {text}")
        if verb := value.get("verb"):
            return clip(f"{by} {_steered(str(verb), value.get('amount'))}")
        return clip(f"{by} said: {text}")

    def _why(self, failure: Failure) -> str:
        """The failure's own words: Temporal wraps them in `Activity task failed`, which tells nobody anything."""
        while failure.HasField("cause") and failure.WhichOneof("failure_info") in _WRAPPERS:
            failure = failure.cause
        return self._payloads.message(failure)

    def _of(self, scheduled: int) -> tuple[str, str]:
        return self._scheduled.get(scheduled, ("?", ""))


async def follow(client: Client, workflow_id: str) -> AsyncGenerator[Event, None]:
    """Every event from the first on, then each as it happens, until the task has ended; across continue-as-new and
    across a server that goes away and comes back within two minutes. Where retention removed the first runs it begins
    with the oldest that is left. Raises `RPCError` for a workflow that is not there and a server that stays away."""
    events: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
    reading = asyncio.create_task(_read(client, workflow_id, await _oldest_run(client, workflow_id), events))
    payloads = HistoryPayloads.of(client, workflow_id)
    looking = asyncio.create_task(_look(client.get_workflow_handle(workflow_id), payloads, events))
    try:
        while (event := await events.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        for task in (reading, looking):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _oldest_run(client: Client, workflow_id: str, after: Collection[str] = ()) -> str:
    """The oldest run whose history is still there and that is none of `after`. Raises `RPCError` when none is."""
    newest = await client.get_workflow_handle(workflow_id).describe()
    first = newest.raw_info.first_run_id
    if first and first not in after and await _before(client, workflow_id, first) is not None:
        return first
    run = newest.run_id
    while (before := await _before(client, workflow_id, run)) and before not in after:
        if await _before(client, workflow_id, before) is None:
            break
        run = before
    return run


async def _before(client: Client, workflow_id: str, run_id: str) -> str | None:
    """The id of the run that this one continues, empty for the first; None when its history is gone."""
    try:
        async for event in client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history_events(page_size=1):
            return event.workflow_execution_started_event_attributes.continued_execution_run_id
    except RPCError as error:
        if error.status not in _GONE:
            raise
    return None


async def _read(
    client: Client, workflow_id: str, run_id: str, events: asyncio.Queue[Event | BaseException | None]
) -> None:
    payloads = HistoryPayloads.of(client, workflow_id)
    reader, seen, done = Reader(payloads), 0, list[str]()
    away_since: float | None = None
    while True:
        try:
            closed, going_on = False, ""
            handle = client.get_workflow_handle(workflow_id, run_id=run_id)
            async for event in handle.fetch_history_events(wait_new_event=True):
                if event.event_type in _CLOSING:
                    closed, going_on = True, _next_run(event)
                if event.event_id <= seen:
                    continue
                seen = event.event_id
                if not going_on and (reported := reader.read(event)):
                    events.put_nowait(reported.model_copy(update={"run": run_id}))
            if closed and not going_on:
                events.put_nowait(None)
                return
        except RPCError as error:
            if error.status in _GONE:
                # its retention passed while it was read: go on with the next that is left
                try:
                    going_on = await _oldest_run(client, workflow_id, [*done, run_id])
                except RPCError as gone:
                    if gone.status in _GONE:
                        events.put_nowait(gone)
                        return
            if not going_on:
                now = time.monotonic()
                away_since = None if await _answers(client) else away_since or now
                if away_since is not None and now - away_since > AWAY_SECONDS:
                    events.put_nowait(error)
                    return
                await asyncio.sleep(1)  # the server is away; the history is not
                continue
        away_since = None
        if going_on and going_on != run_id:
            done.append(run_id)
            run_id, reader, seen = going_on, Reader(payloads), 0
        else:
            await asyncio.sleep(1)


async def _answers(client: Client) -> bool:
    """Return whether the server is there: a long poll that fails may have waited for a while before."""
    try:
        return await client.service_client.check_health(timeout=timedelta(seconds=3))
    except RPCError:
        return False


def _next_run(event: HistoryEvent) -> str:
    """The run that goes on after this closing event; empty when the task ends with it."""
    match event.event_type:
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            return event.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            return event.workflow_execution_completed_event_attributes.new_execution_run_id
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
            return event.workflow_execution_failed_event_attributes.new_execution_run_id
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
            return event.workflow_execution_timed_out_event_attributes.new_execution_run_id
    return ""


async def _look(
    handle: WorkflowHandle[Any, Any], payloads: HistoryPayloads, events: asyncio.Queue[Event | BaseException | None]
) -> None:
    """Failed tries, and what a long activity is at, stand in no history: ask for what is pending."""
    reported_tries: set[tuple[str, str, int]] = set()
    last: progress.Doing | None = None
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            seen = await handle.describe()
        except RPCError:
            continue
        if seen.status is not WorkflowExecutionStatus.RUNNING:
            return
        for pending in seen.raw_description.pending_activities:
            key = (seen.run_id, pending.activity_id, pending.attempt)
            if pending.attempt > 1 and key not in reported_tries and pending.last_failure.message:
                said = payloads.message(pending.last_failure)
                reported_tries.add(key)
                text = f"trying again ({pending.attempt - 1} failed): {clip(said, 200)}"
                # one that waits for its next try has not started it yet
                at, what = pending.last_started_time.seconds or time.time(), pending.activity_type.name
                events.put_nowait(Event(at=at, kind="retries", what=what, text=text, run=seen.run_id))
        for activity, beat in heartbeats(seen, payloads):
            doing = progress.read(beat)
            if doing is not None and doing != last:
                last = doing
                about = {"text": str(doing), "stage": doing.stage, "activity": activity, "run": seen.run_id}
                events.put_nowait(Event(at=time.time(), kind="progress", what=activity, **about))


def heartbeats(seen: WorkflowExecutionDescription, payloads: HistoryPayloads) -> Iterator[tuple[str, Any]]:
    """The pending activities' names, each with what its last heartbeat said."""
    for pending in seen.raw_description.pending_activities:
        for payload in pending.heartbeat_details.payloads:
            yield pending.activity_type.name, payloads.value(payload)


def _steered(verb: str, amount: Any) -> str:
    if verb == "raise_budget" and isinstance(amount, int | float):
        return f"raised the budget by ${amount:.2f}"
    return _STEERED.get(verb, verb)


def _named(activity: str, summary: Any) -> str:
    """`write_code 3` for the activity of that name; `use_tools write_code 3` would be for nobody's eyes."""
    if not isinstance(summary, str) or not summary:
        return activity
    if activity == "use_tools":
        return summary.split(":", 1)[0]
    return summary if summary.startswith(f"{activity} ") else activity


def _did(event: HistoryEvent, of: tuple[str, str], result: Any) -> Event:
    fields = result if isinstance(result, dict) else {}
    usage = fields.get("usage")
    cost = usage.get("microdollars") if isinstance(usage, dict) and usage.get("calls") else None
    calls = fields.get("calls") if fields.get("stop") == "tool_use" else None
    did = _event(event, "did", of, str(fields.get("summary") or ""), cost)
    return did.model_copy(update={"calls": len(calls)}) if isinstance(calls, list) else did


def _event(
    event: HistoryEvent, kind: Kind, of: str | tuple[str, str], text: str = "", microdollars: int | None = None
) -> Event:
    what, activity = (of, "") if isinstance(of, str) else of
    return Event(
        at=event.event_time.seconds + event.event_time.nanos / 1e9,
        kind=kind,
        what=what,
        text=clip(text),
        microdollars=microdollars,
        id=event.event_id,
        activity=activity,
    )
