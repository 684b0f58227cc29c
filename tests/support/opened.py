"""A project through the real front door: `open_workspace` on a real engine, its tests as the baseline."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from activities.messages import OpenWorkspaceResult
from activities.open_workspace import OpenWorkspaceActivity
from aurora.domain.workspace import Workspace
from aurora.drivers.engine.docker_engine import ImageNotFound, connect
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.settings.policy import Policy
from tests.support.boxes import SUBMITTED, new_draft
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.workspaces import uploaded

EVERY_FORM = bool(os.environ.get("AURORA_IMAGES"))


@asynccontextmanager
async def opened(
    folder: Path, files: Mapping[str, str | bytes], sandbox: DockerSandbox, artifacts: MemoryArtifacts
) -> AsyncIterator[tuple[OpenWorkspaceResult, Workspace | None]]:
    """An image that this made is removed at the end."""
    place = folder / uuid.uuid4().hex[:8]
    draft = await new_draft(artifacts, place, files)
    shutil.rmtree(place)
    task = uploaded(draft.task.id, "Add users", base=draft.base, pack=draft.base_pack, submitted_at=SUBMITTED)
    workspace = None
    try:
        opening = await OpenWorkspaceActivity(artifacts, sandbox, None, Policy()).open_workspace(task)  # type: ignore[arg-type]
        if opening.opened is not None:
            kept = await artifacts.of(draft.task).get(opening.opened.draft.workspace)
            workspace = Workspace.model_validate_json(kept)
        yield opening, workspace
    finally:
        await sandbox.release(draft.task)
        if workspace is not None and workspace.image.seconds:
            with suppress(ImageNotFound):
                connect().images.remove(workspace.image.reference, force=True)
