"""The gate `migrations` on a tree of this machine, by an interpreter that has Django and Alembic."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from aurora import ports
from aurora.domain.workspace import Distribution
from aurora.gates import migrations
from aurora.gates.context import NOTHING, REGULAR, ChangedFile, DraftContext
from aurora.gates.gate import Problem
from tests.support.gate_cases import facts
from tests.support.import_checks import OTHERS, FolderBox
from tests.support.projects import detected, written
from tests.support.workspaces import workspace


async def differences(
    folder: Path, base: Mapping[str, str], change: Mapping[str, str | None], installed: str
) -> tuple[list[Problem], int]:
    """Problems, and how many runs of the project's code they took. `change`: None removes a file."""
    written(folder, base)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    written(folder, {path: text for path, text in change.items() if text is not None})
    for path in (path for path, text in change.items() if text is None):
        (folder / path).unlink()
    made = workspace().model_copy(update={"toolchain": await detected(base)})
    there = Distribution(name=installed, version="1", modules=(installed,))
    made = made.model_copy(update={"image": made.image.model_copy(update={"distributions": (there,)})})
    files = [
        ChangedFile(
            path,
            REGULAR if path in base else NOTHING,
            NOTHING if text is None else REGULAR,
            content=None if text is None else text.encode(),
            before=base.get(path),
        )
        for path, text in sorted(change.items())
    ]
    paths = frozenset({*base, *change} - {path for path, text in change.items() if text is None})
    known = facts(made)
    box = FolderBox(folder, OTHERS)
    context = DraftContext(files, known.__class__(**{**known.__dict__, "paths": paths}), cast(ports.Box, box))
    return list(await migrations.check(context)), box.runs
