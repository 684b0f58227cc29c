"""What a task left in the artifacts: its record, its diff, its evidence. They outlive Temporal's retention."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from aurora.domain import TaskRef
from aurora.errors import ArtifactTrouble, Refusal
from aurora.ports import ArtifactStore
from aurora.view import TaskView

RECORD = "record.json"
"""A `TaskView` with its outcome."""
AUDIT = "audit.json"
"""A list of `AuditEntry`, oldest first."""
DIFF = "diff.patch"
EVIDENCE = "evidence.json"


@dataclass(frozen=True)
class Records:
    artifacts: ArtifactStore
    tenant: str

    async def ids(self) -> Sequence[str]:
        """Newest first."""
        return await self.artifacts.tasks(self.tenant)

    async def view(self, task_id: str) -> TaskView | None:
        """None for a task without a record, or with one that can't be read."""
        content = await self.text(task_id, RECORD)
        try:
            return TaskView.model_validate_json(content) if content else None
        except ValidationError:
            return None

    async def text(self, task_id: str, name: str) -> str | None:
        try:
            content = await self.artifacts.of(TaskRef(id=task_id, tenant=self.tenant)).read(name)
        except (ArtifactTrouble, Refusal, ValueError):
            return None
        return None if content is None else content.decode(errors="replace")
