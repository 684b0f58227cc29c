"""The state in Temporal of activities that have not ended: failed tries and heartbeats, which stand in no history."""

from temporalio.client import WorkflowExecution, WorkflowExecutionDescription

from aurora import progress
from aurora.client.events import heartbeats
from aurora.payloads.history import HistoryPayloads
from aurora.text import clip


def being_retried(seen: WorkflowExecution, payloads: HistoryPayloads) -> str:
    """The message of the newest failed try of a pending activity; empty when nothing is being tried again."""
    if not isinstance(seen, WorkflowExecutionDescription):
        return ""
    for activity in seen.raw_description.pending_activities:
        if activity.attempt > 1 and activity.last_failure.message:
            said = clip(payloads.message(activity.last_failure), 250)
            return f"{activity.activity_type.name} is being tried again ({activity.attempt - 1} failed): {said}"
    return ""


def reserved(seen: WorkflowExecution, payloads: HistoryPayloads) -> int:
    """The most that calls in progress may cost, by their last heartbeat."""
    if not isinstance(seen, WorkflowExecutionDescription):
        return 0
    beats = [beat for _, beat in heartbeats(seen, payloads)]
    reserved = [beat.get("reserved_microdollars") for beat in beats if isinstance(beat, dict)]
    return sum(amount for amount in reserved if isinstance(amount, int) and amount > 0)


def worked(seen: WorkflowExecution, payloads: HistoryPayloads) -> float:
    """Seconds that activities which have not ended yet have run, by their last beat."""
    if not isinstance(seen, WorkflowExecutionDescription):
        return 0.0
    return sum(progress.worked(beat) for _, beat in heartbeats(seen, payloads))


def doing(seen: WorkflowExecution, payloads: HistoryPayloads) -> str:
    """The progress of a long activity, by its last heartbeat; empty where none says."""
    if not isinstance(seen, WorkflowExecutionDescription):
        return ""
    return next((str(said) for _, beat in heartbeats(seen, payloads) if (said := progress.read(beat))), "")
