"""One hardened container: how it is started, looked at and removed. Blocking, for a thread."""

import hashlib
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aurora.domain.task import TaskRef
from aurora.drivers.engine import podman
from aurora.drivers.engine.docker_engine import APIError, NotFound, container_errors, engine_errors
from aurora.drivers.engine.engine_bounds import require_bounds
from aurora.drivers.in_box import places
from aurora.errors import EngineError
from aurora.settings.repository import SandboxSettings

LIFETIME = 6 * 3600
"""Seconds after which a container ends by itself, whoever forgot it."""
RENEW_BEFORE = 3 * 3600
"""A container with less left than this is replaced when it is opened: a run of tests may take two hours."""
INODES_PER_MB = 64
REMOVAL_SECONDS = 30.0
"""Seconds after which a container that is on its way is given up for now; the engine takes as long as the kernel
does."""
SHARED_MEMORY_MB = 64
"""Megabytes for /dev/shm, and for System V shared memory, which no process's size shows when memory runs out."""
PAGE = 4096
PROFILE = Path(__file__).with_name("sandbox_profile.json")


@dataclass(frozen=True)
class Shape:
    """The properties of a container that can't change once it runs; another shape is another container."""

    image: str
    limits: SandboxSettings
    runtime: str | None

    @property
    def memory_mb(self) -> int:
        """The disk is memory: filling one must not look like the other."""
        return self.limits.memory_mb + self.limits.disk_mb


@dataclass(frozen=True)
class SandboxContainer:
    engine: Any
    id: str
    shape: Shape
    deadline: int

    @property
    def fresh(self) -> bool:
        return self.deadline - time.time() > RENEW_BEFORE

    def state(self) -> str:
        """`running`, `paused`, `exited`, ... or `removed`; asked for up to 2 s while it says running after an end."""
        with engine_errors():
            try:
                return str(self.engine.api.inspect_container(self.id)["State"]["Status"])
            except NotFound:
                return "removed"

    def allow_processes(self, more: int) -> None:
        """`more` than its shape says: where code under test took them all, nothing could be started to end it."""
        most, memory = self.shape.limits.pids + more, self.shape.memory_mb << 20
        if podman.allow_processes(self.engine, self.id, most):
            return
        api = self.engine.api
        url = api._url("/containers/{0}/update", self.id)  # the client library's own `update` has no word for it
        # memory is said again: the engine passes what is not named on as zero, which crun takes for a limit
        changed = {"PidsLimit": most, "Memory": memory, "MemorySwap": memory}
        with container_errors():
            api._raise_for_status(api._post_json(url, data=changed))

    def give_to(self, task: TaskRef) -> bool:
        """Return whether it still runs and is this task's from now on: a name can change, a label can't."""
        with engine_errors():
            try:
                self.engine.api.rename(self.id, _name(task))
            except NotFound:
                return False
            return True

    def remove(self) -> None:
        remove(self.engine, self.id)


def task_label(task: TaskRef) -> str:
    return f"{task.tenant}/{task.id}"


def _mark(task: TaskRef) -> str:
    return hashlib.sha256(task_label(task).encode()).hexdigest()[:16]


def _name(task: TaskRef | None) -> str:
    slug = "spare" if task is None else f"{re.sub(r'[^a-zA-Z0-9_.-]', '-', task.id)[:40]}-{_mark(task)}"
    return f"aurora-{slug}-{secrets.token_hex(4)}"


def start(engine: Any, task: TaskRef | None, shape: Shape, owner: str) -> SandboxContainer:
    """One for `task`, or a spare. Raises `ImageNotFound`, `RuntimeUnknown`, `EngineError`, `EngineForbidden`,
    `EngineUnbounded`, `DiskFull`."""
    require_bounds(engine)
    limits = shape.limits
    deadline = int(time.time()) + LIFETIME
    memory = f"{shape.memory_mb}m"
    work_mb = max(48, limits.disk_mb * 3 // 4)
    temp_mb = max(16, limits.disk_mb - work_mb)
    options = podman.runtime_option(engine, shape.runtime)
    with engine_errors():
        container = engine.containers.create(
            shape.image,
            ["sleep", str(LIFETIME)],
            name=_name(task),
            entrypoint=[],
            user=str(places.KEEPER_UID),
            working_dir="/",
            hostname="sandbox",
            labels={
                "product": "aurora",
                "aurora.role": "sandbox",
                "aurora.owner": owner,
                "aurora.deadline": str(deadline),
            },
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges", f"seccomp={podman.system_calls(engine, PROFILE)}"],
            ipc_mode="private",
            mem_limit=memory,
            memswap_limit=memory,
            shm_size=f"{SHARED_MEMORY_MB}m",
            nano_cpus=int(limits.cpus * 1e9),
            pids_limit=limits.pids,
            tmpfs={
                # where the image has no folder: an old runc gives a tmpfs the mode of the folder it covers
                places.WORK: _tmpfs(engine, work_mb, "0711", places.TOOL_UID),
                "/tmp": _tmpfs(engine, temp_mb, "1777"),  # noqa: S108 - a mount of this container alone
                **podman.closed_folders(engine),
            },
            ulimits=[
                {"Name": "fsize", "Soft": work_mb << 20, "Hard": work_mb << 20},
                {"Name": "nofile", "Soft": 4096, "Hard": 4096},
                {"Name": "core", "Soft": 0, "Hard": 0},
            ],
            sysctls=_sysctls(),
            dns=["127.0.0.1"],  # else the host's own resolvers stand in the container's resolv.conf
            init=True,
            auto_remove=True,
            log_config={"Type": "none", "Config": {}},
            **options,
        )
    try:
        with engine_errors():
            container.start()
        podman.hand_over(engine, container.id, places.WORK, places.TOOL_UID)
    except BaseException:
        with suppress(Exception):
            container.remove(force=True)
        raise
    return SandboxContainer(engine, container.id, shape, deadline)


def _sysctls() -> dict[str, str]:
    """Settings of the container's own namespaces."""
    own = {"kernel.shmall": str((SHARED_MEMORY_MB << 20) // PAGE), "kernel.shm_rmid_forced": "1"}
    if Path("/proc/sys/net/ipv6").exists():
        # `localhost` stands for ::1 too in the container's hosts file; without this nothing can listen there
        own["net.ipv6.conf.all.disable_ipv6"] = "0"
    return own


def _tmpfs(engine: Any, megabytes: int, mode: str, owner: int | None = None) -> str:
    more = podman.tmpfs_options(engine, owner, megabytes * INODES_PER_MB)
    return f"rw,exec,nosuid,nodev,size={megabytes}m,mode={mode}{more}"


def remove(engine: Any, container_id: str, *, seconds: float = REMOVAL_SECONDS) -> None:
    """Gone when this returns, also when somebody else removes it. Raises `EngineError` when it stays."""
    with container_errors():
        try:
            engine.api.remove_container(container_id, force=True, v=True)
        except NotFound:
            return
        except APIError as error:
            if error.status_code != 409:
                raise
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with engine_errors():
            try:
                engine.api.inspect_container(container_id)
            except NotFound:
                return
        time.sleep(0.1)
    raise EngineError(
        f"the container {container_id[:12]} is still there {seconds:g} s after its removal", retry_after=5
    )


def of_task(engine: Any, task: TaskRef) -> list[dict[str, Any]]:
    """The task's containers, running or not, whichever worker holds them."""
    with engine_errors():
        wanted = {"label": ["product=aurora", "aurora.role=sandbox"], "name": [f"-{_mark(task)}-"]}
        found: list[dict[str, Any]] = engine.api.containers(all=True, filters=wanted)
        return found


def ours(engine: Any, *labels: str) -> list[dict[str, Any]]:
    """Every container of ours with these labels, running or not."""
    with engine_errors():
        found: list[dict[str, Any]] = engine.api.containers(all=True, filters={"label": ["product=aurora", *labels]})
        return found
