"""close_task: the container goes, the record stays. The record outlives Temporal's retention of the history."""

from dataclasses import dataclass

from temporalio import activity

from activities.wire import CloseOrder
from aurora.domain import Outcome, TaskRef
from aurora.ports import ArtifactStore, Sandbox
from aurora.records import RECORD


@dataclass(frozen=True)
class Closer:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def close_task(self, order: CloseOrder) -> Outcome:
        task = TaskRef(id=order.view.task_id, tenant=order.view.tenant)
        await self.sandbox.release(task)
        await self.artifacts.of(task).replace(RECORD, order.view.model_dump_json(indent=1).encode())
        return order.outcome
