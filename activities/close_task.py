"""close_task: the container goes, the record stays. The record outlives Temporal's retention of the history."""

from dataclasses import dataclass

from temporalio import activity

from activities.wire import CloseOrder
from aurora.domain import Outcome
from aurora.ports import ArtifactStore, Sandbox

RECORD = "record.json"
"""A `TaskView` with its outcome."""


@dataclass(frozen=True)
class Closer:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def close_task(self, order: CloseOrder) -> Outcome:
        view = order.view
        draft = order.outcome.draft
        if draft is not None:
            await self.sandbox.release(draft.task)
            artifacts = self.artifacts.of(draft.task)
            await artifacts.replace(RECORD, view.model_dump_json(indent=1).encode())
        return order.outcome
