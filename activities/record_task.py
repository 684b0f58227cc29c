"""record_task: what a task is and what was said to it, written where it outlives Temporal's retention."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError
from temporalio import activity

from activities.messages import RecordTaskInput, RecordTaskResult
from aurora.domain.questions import AuditEntry
from aurora.domain.task import TaskRef
from aurora.domain.view import TaskView
from aurora.names import AUDIT, RECORD
from aurora.ports import ArtifactStore, TaskArtifacts

ENTRIES = TypeAdapter(tuple[AuditEntry, ...])


@dataclass(frozen=True)
class RecordTaskActivity:
    artifacts: ArtifactStore

    @activity.defn
    async def record_task(self, order: RecordTaskInput) -> RecordTaskResult:
        task = TaskRef(id=order.view.task_id, tenant=order.view.tenant)
        return RecordTaskResult(audit=await record(self.artifacts.of(task), order.view, order.audit_from))


async def record(artifacts: TaskArtifacts, view: TaskView, audit_from: int) -> int:
    """Write the view, and its audit entries into their places; how many entries there are now. Idempotent."""
    there = await audit(artifacts)
    until = audit_from + len(view.audit)
    merged = there[:audit_from] + view.audit + there[until:]
    await artifacts.replace(AUDIT, ENTRIES.dump_json(merged, indent=1))
    await artifacts.replace(RECORD, view.model_dump_json(indent=1).encode())
    return len(merged)


async def audit(artifacts: TaskArtifacts) -> tuple[AuditEntry, ...]:
    """Oldest first; none where what is there can't be read: a task must be able to end all the same."""
    content = await artifacts.read(AUDIT)
    try:
        return ENTRIES.validate_json(content) if content else ()
    except ValidationError:
        return ()
