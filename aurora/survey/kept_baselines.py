"""Base runs of earlier tasks, used again where everything that decides how one comes out is the same.

The name is a digest of all of it: every file of the base commit by its own sha256 (git's SHA-1 alone would let two
commits have one name), the image, the toolchain, the settings but those that are known to decide nothing here, and the
code of this program, which judges. So a repository can only find what a run of the same files gave; it can't choose a
name, and no code of a repository writes one. A tenant's runs are its own.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import structlog

from aurora.domain.workspace import Baseline, DependencyImage, Toolchain
from aurora.errors import ArtifactError, ExternalError
from aurora.ports import Box, SharedArtifacts
from aurora.settings.repository import BackendSettings

log = structlog.get_logger()

FOLDER = "baselines"
PROGRAM = Path(__file__).parents[1]
OTHER_MATTERS: Final[dict[str, bool | set[str]]] = {
    "model": True, "temperature": True, "tools": True, "reflexion": True, "architect": True, "models": True,
    "model_policy": True, "provider": True, "contract": True, "gates": True, "checkers": True,
    "budget": {"turns", "turns_per_step", "dollars", "tokens", "wall_clock", "idle"},
}  # fmt: skip
"""Settings that no run of tests or linters sees. One that is not named here, as each new one, makes another name."""


@dataclass(frozen=True)
class KeptBaselines:
    """`seconds`: how old a run may be; 0 keeps none."""

    store: SharedArtifacts
    seconds: float
    clock: Callable[[], float] = time.time

    async def find(self, key: str) -> Baseline | None:
        """None where there is none, where it is too old, and where it can't be read: it is taken anew then."""
        if not self.seconds:
            return None
        try:
            content = await self.store.read(f"{FOLDER}/{key}")
            found = Baseline.model_validate_json(content) if content else None
        except (ArtifactError, ExternalError, ValueError):  # pydantic's errors are ValueErrors
            return None
        if found is None or not 0 <= self.clock() - found.taken_at < self.seconds:
            return None
        return found.model_copy(update={"kept": True})

    async def keep(self, key: str, baseline: Baseline) -> None:
        """Keep the baseline for a later task, if there is nothing in it that may be otherwise next time. Trouble of the
        store is not the task's: the run is there, only not kept."""
        if not self.seconds or baseline.kept or baseline.error or baseline.why_invalid or baseline.remark:
            return
        try:
            await self.store.replace(f"{FOLDER}/{key}", baseline.model_dump_json().encode())
            await self.store.remove_older(FOLDER, self.seconds)
        except (ArtifactError, ExternalError) as error:
            log.warning("baseline_not_kept", why=str(error)[:300])


async def key_of(box: Box, base: str, image: DependencyImage, toolchain: Toolchain, settings: BackendSettings) -> str:
    """`box`: at the base commit."""
    paths = [entry.path for entry in await box.files()]
    made_of = {
        "program": program(),
        "base": base,
        "files": sorted((await box.digests(paths)).items()),
        "image": image.model_dump(mode="json", exclude={"seconds"}),
        "toolchain": toolchain.model_dump(mode="json", exclude={"why"}),
        "settings": settings.model_dump(mode="json", exclude=OTHER_MATTERS),
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode("utf-8", "backslashreplace")).hexdigest()


@cache
def program() -> str:
    """The digest of every file of this package, the plugins in the sandbox among them: read once, about a tenth of a
    second."""
    digest = hashlib.sha256()
    for path in sorted(one for one in PROGRAM.rglob("*") if one.is_file() and "__pycache__" not in one.parts):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PROGRAM)} {len(content)}\n".encode() + content)
    return digest.hexdigest()
