"""A task that has its record is not begun again."""

import pytest

from activities.open_workspace import WorkspaceOpener
from activities.record_task import record
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.view import TaskView
from aurora.errors import EndedBefore
from aurora.settings.policy import Policy
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.seeds import task


@pytest.mark.parametrize("kind", [OutcomeKind.COMMITTED, OutcomeKind.FAILED, OutcomeKind.CANCELLED])
async def test_a_task_that_ended_is_not_opened(kind: OutcomeKind) -> None:
    artifacts, given = MemoryArtifacts(), task("ended")
    outcome = Outcome(kind=kind, summary="done")
    view = TaskView(task_id=given.id, tenant=given.tenant, phase="ended", submitted_at=1, outcome=outcome)
    await record(artifacts.of(given.ref), view, 0)
    opener = WorkspaceOpener(artifacts, None, None, Policy())  # type: ignore[arg-type]  # nothing of them is asked
    with pytest.raises(EndedBefore, match=f"has ended \\({kind}\\)"):
        await opener.open_workspace(given)
