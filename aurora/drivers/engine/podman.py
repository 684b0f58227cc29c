"""The place where Podman's Docker API is not Docker's: each difference once, and what is done instead."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from aurora.drivers.engine.docker_engine import container_errors, engine_errors, exec_output
from aurora.errors import RuntimeUnknown

CONTROLLERS = {"memory": "memory", "pids": "processes", "cpu": "processor time"}


@lru_cache(maxsize=8)
def is_podman(engine: Any) -> bool:
    with engine_errors():
        return any(part["Name"] == "Podman Engine" for part in engine.version().get("Components", ()))


def unbounded(engine: Any) -> list[str]:
    """The resources that it can't bound: its Docker API says that it can even where its user was given no
    controller."""
    api = engine.api
    with engine_errors():
        controllers = api._result(api._get(api._url("/libpod/info")), True)["host"]["cgroupControllers"] or ()
    return [what for name, what in CONTROLLERS.items() if name not in controllers]


def runtime_option(engine: Any, runtime: str | None) -> dict[str, str]:
    """Podman's Docker API drops the name of a runtime silently. Raises `RuntimeUnknown` when it would be another."""
    if runtime is None:
        return {}
    if is_podman(engine):
        with engine_errors():
            only = engine.info()["DefaultRuntime"]
        if runtime != only:
            raise RuntimeUnknown(
                f"Podman runs every container of its Docker API by {only!r}: name {runtime!r} in its containers.conf "
                "(`runtime`, section `engine`), or correct AURORA_RUNTIME"
            )
    return {"runtime": runtime}


def system_calls(engine: Any, profile: Path) -> str:
    """Docker wants the profile itself, Podman the place of one on its own machine, which must be this one."""
    return str(profile) if is_podman(engine) else profile.read_text(encoding="ascii")


def tmpfs_options(engine: Any, owner: int | None, inodes: int) -> str:
    """Podman takes neither an owner nor a number of inodes: see `hand_over`; memory alone bounds the inodes."""
    if is_podman(engine):
        return ""
    return f",nr_inodes={inodes}" + (f",uid={owner},gid={owner}" if owner is not None else "")


def closed_folders(engine: Any) -> dict[str, str]:
    """More tmpfs mounts: Podman makes these two folders writable in a read-only root unless something is there."""
    return dict.fromkeys(("/run", "/var/tmp"), "ro,size=1m") if is_podman(engine) else {}  # noqa: S108 - a container's


def hand_over(engine: Any, container_id: str, folder: str, owner: int) -> None:
    """Give a tmpfs that Podman mounted to its owner; the container's own root has no right to."""
    if is_podman(engine):
        with container_errors():
            chown = engine.api.exec_create(
                container_id, ["chown", f"{owner}:{owner}", folder], user="0", privileged=True
            )
            list(exec_output(engine, chown["Id"]))


def allow_processes(engine: Any, container_id: str, most: int) -> bool:
    """Return whether this was Podman, which has the call under its own name only."""
    if not is_podman(engine):
        return False
    api = engine.api
    with container_errors():
        url = api._url("/libpod/containers/{0}/update", container_id)
        api._raise_for_status(api._post_json(url, data={"pids": {"limit": most}}))
    return True


def labelled(engine: Any, labels: Mapping[str, str]) -> list[str] | None:
    """Changes of a commit: Podman before 5 overlooks the labels of its configuration. Docker refuses a line as long as
    a label may be."""
    return [f"LABEL {name}={value}" for name, value in labels.items()] if is_podman(engine) else None
