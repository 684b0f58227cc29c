"""Check whether an engine can bound what a container takes: those that can't drop a bound silently."""

from functools import lru_cache
from typing import Any

from aurora.drivers.engine import podman
from aurora.drivers.engine.docker_engine import engine_errors, where
from aurora.errors import EngineUnbounded

BOUNDS = {"MemoryLimit": "memory", "PidsLimit": "processes", "CpuCfsQuota": "processor time"}
"""Bounds under the names that Docker's own description has for them."""


@lru_cache(maxsize=8)
def require_bounds(engine: Any) -> None:
    """Asked once, before the first container. Raises `EngineUnbounded`."""
    lacking = podman.unbounded(engine) if podman.is_podman(engine) else _unbounded(engine)
    if lacking:
        raise EngineUnbounded(
            f"the container engine at {where()} can't bound {', '.join(lacking)}: code under test could take the whole "
            "machine. A rootless engine needs cgroup v2, with the controllers for these delegated to its user"
        )


def _unbounded(engine: Any) -> list[str]:
    with engine_errors():
        info = engine.info()
    return [what for name, what in BOUNDS.items() if info.get(name) is False]
