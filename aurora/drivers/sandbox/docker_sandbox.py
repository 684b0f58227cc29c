"""The port `Sandbox` on Docker: one warm container for each task on this worker, rebuilt from the draft anywhere."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from aurora import progress as reported
from aurora.domain.task import Draft, TaskRef
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.drivers.engine.docker_engine import ImageNotFound, connect
from aurora.drivers.engine.owner import died, this_process
from aurora.drivers.images import dependency_image, package_lock, services_image
from aurora.drivers.images.base_image import SUITE, ensure_base_image
from aurora.drivers.images.old_images import ImageRetention, remove_old, used
from aurora.drivers.sandbox.docker_box import MAX_BUNDLE, DockerBox
from aurora.drivers.sandbox.exercise_driver import DRIVER
from aurora.drivers.sandbox.sandbox_container import Shape, of_task, ours, remove, start, task_label
from aurora.drivers.sandbox.spare_containers import Spares
from aurora.drivers.sandbox.warm_container import OperationFailed, WarmContainer
from aurora.errors import ArtifactCorrupt, EngineError, Refusal, SandboxLost, ServiceNotStarted, ToolRefusal
from aurora.ports import ArtifactStore
from aurora.settings.repository import SandboxSettings, ServiceName
from aurora.settings.test_environment import passed_on
from aurora.toolchains.image_recipe import DEBIAN

log = structlog.get_logger()


class DockerSandbox:
    """Implements `aurora.ports.Sandbox`. `owner` names this worker, see `owner`; `base_image` a registry image;
    `spares` is how many started containers are kept for boxes to come; `driver` exercises served applications."""

    def __init__(
        self,
        artifacts: ArtifactStore,
        *,
        runtime: str | None = None,
        base_image: str | None = None,
        owner: str | None = None,
        progress: Callable[[str], None] | None = None,
        max_bundle: int = MAX_BUNDLE,
        spares: int = 0,
        driver: Sequence[str] = DRIVER,
    ) -> None:
        self._artifacts = artifacts
        self._runtime = runtime
        self._from = base_image
        self._owner = owner or this_process()
        self._progress = progress or _said
        self._max_bundle = max_bundle
        self._driver = driver
        self._bases: dict[str, str] = {}
        self._warm: dict[TaskRef, WarmContainer] = {}
        self.spares = Spares(self._owner, most=spares)
        self._in_use: defaultdict[TaskRef, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._building: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    # ── images ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def base(self, python: str = "") -> str:
        """The base image's tag, built when it is not there. `python`: a version of `DEBIAN`, empty for the usual."""
        async with self._building["base"]:
            if python not in self._bases:
                suite = DEBIAN.get(python, SUITE)
                made = await asyncio.to_thread(ensure_base_image, self._progress, self._from, suite)
                self._bases[python] = made
            return self._bases[python]

    async def _with(self, services: Sequence[ServiceName], task: TaskRef, python: str = "") -> str:
        """The base image's tag, or that of the services on it, built when it is not there."""
        base = await self.base(python)
        if not services:
            return base
        async with self._building[services_image.reference_of(base, services)]:
            return await asyncio.to_thread(
                services_image.ensure_services_image, base, services, self._progress, task_label(task)
            )

    async def build(
        self,
        task: TaskRef,
        dependencies: Dependencies,
        project: ProjectIdentity | None,
        services: Sequence[ServiceName] = (),
    ) -> DependencyImage:
        base = await self._with(services, task, dependencies.python)
        reference = dependency_image.reference_of(base, dependencies, project)
        async with self._building[reference]:
            return await asyncio.to_thread(dependency_image.build, task_label(task), base, dependencies, project)

    async def lock(
        self, task: TaskRef, language: str, inputs: Mapping[str, bytes], argv: Sequence[str], results: Sequence[str]
    ) -> Mapping[str, str]:
        base = await self.base()
        return await asyncio.to_thread(package_lock.changed, task_label(task), base, language, inputs, argv, results)

    # ── boxes ────────────────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def open(self, draft: Draft, workspace: Workspace) -> AsyncIterator[DockerBox]:
        async def rebuilt() -> str:
            chain, services = workspace.toolchain, workspace.settings.sandbox.services
            return (await self.build(draft.task, chain.dependencies, chain.project, services)).reference

        async with self._opened(
            draft,
            workspace.settings.sandbox,
            workspace.image.reference,
            workspace.task.submitted_at,
            rebuilt,
            passed_on(workspace.settings.project.test_env or {}),
        ) as box:
            yield box

    @asynccontextmanager
    async def look(
        self, draft: Draft, limits: SandboxSettings, image: str | None, submitted_at: int
    ) -> AsyncIterator[DockerBox]:
        async def rebuilt() -> str:
            if image is not None:
                raise EngineError(f"the image {image} was removed; build it again", retry_after=1)
            self._bases.clear()
            return await self._with(limits.services, draft.task)

        there = image or await self._with(limits.services, draft.task)
        async with self._opened(draft, limits, there, submitted_at, rebuilt, {}) as box:
            yield box

    @asynccontextmanager
    async def _opened(
        self,
        draft: Draft,
        limits: SandboxSettings,
        image: str,
        submitted_at: int,
        rebuilt: Callable[[], Awaitable[str]],
        variables: Mapping[str, str],
    ) -> AsyncIterator[DockerBox]:
        async with self._in_use[draft.task]:
            try:
                warm = await self._ready(draft, Shape(image, limits, self._runtime))
            except ImageNotFound:
                log.info("sandbox_image_missing", image=image)
                shape = Shape(await rebuilt(), limits, self._runtime)
                try:
                    warm = await self._ready(draft, shape)
                except ImageNotFound as error:
                    raise EngineError(f"the image {shape.image} can't be found", retry_after=5) from error
            try:
                yield DockerBox(
                    warm,
                    draft,
                    submitted_at,
                    self._artifacts,
                    max_bundle=self._max_bundle,
                    variables=variables,
                    driver=self._driver,
                )
            except (SandboxLost, ServiceNotStarted):
                await self._drop(draft.task)
                raise
            except OperationFailed as error:
                await self._drop(draft.task)
                raise SandboxLost(f"the sandbox is out of order: {error}") from error
            finally:
                self.spares.expect(warm.container.shape)

    async def _ready(self, draft: Draft, shape: Shape) -> WarmContainer:
        """The task's container at exactly this draft: the warm one when it can be had, a spare, else a new one."""
        warm = self._warm.get(draft.task)
        if warm is not None:
            if warm.suits(shape) and not warm.unfinished and await self._restored(warm, draft):
                return warm
            await self._drop(draft.task)
        spare = await self.spares.take(draft.task, shape)
        if spare is not None:
            self._warm[draft.task] = spare
            if await self._restored(spare, draft):
                return spare
            await self._drop(draft.task)
        container = await asyncio.to_thread(start, connect(), draft.task, shape, self._owner)
        await asyncio.to_thread(used, connect(), shape.image)
        warm = self._warm[draft.task] = WarmContainer(container)
        try:
            await self._restore(warm, draft)
        except OperationFailed as error:
            await self._drop(draft.task)
            raise ArtifactCorrupt(f"the draft {draft.commit} can't be restored: {error}") from error
        except ToolRefusal as refusal:
            await self._drop(draft.task)
            raise Refusal(
                f"The repository does not fit into the sandbox: {refusal} (its disk has {shape.limits.disk_mb} MB).",
                "Raise sandbox.disk_mb in aurora.yaml, or keep large files out of the repository.",
            ) from refusal
        except BaseException:
            with suppress(Exception):
                await self._drop(draft.task)
            raise
        return warm

    async def _restored(self, started: WarmContainer, draft: Draft) -> bool:
        """Return whether it could be; where not, a new container will say what is wrong."""
        try:
            await self._restore(started, draft)
        except (SandboxLost, OperationFailed, ToolRefusal) as error:
            log.info("sandbox_replaced", task=draft.task.id, why=str(error)[:200])
            return False
        return True

    async def _restore(self, warm: WarmContainer, draft: Draft) -> None:
        mine = self._artifacts.of(draft.task)
        for _ in range(3):
            answer, _ = await warm.call("restore", base=draft.base, commit=draft.commit, within=60)
            if not answer["missing"]:
                return
            if answer["missing"] == "base":
                commits = [draft.base, *([draft.parent] if draft.parent else [])]
                await warm.call("import_base", await mine.get(draft.base_pack), commits=commits, within=240)
            elif draft.bundle is not None:
                await warm.call("import_bundle", await mine.get(draft.bundle), commit=draft.commit, within=120)
            else:
                break
        raise OperationFailed(f"its artifacts do not hold the commit {draft.commit}")

    async def _drop(self, task: TaskRef) -> None:
        warm = self._warm.pop(task, None)
        if warm is not None:
            await warm.remove()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def release(self, task: TaskRef) -> None:
        warm = self._warm.pop(task, None)
        if warm is not None:
            await warm.remove()
        await asyncio.to_thread(_remove_all, task)
        lock = self._in_use.get(task)
        if lock is not None and not lock.locked():
            del self._in_use[task]

    async def reap(self) -> int:
        await self.spares.discard_idle()
        return await asyncio.to_thread(_reap)

    async def tidy(self, retention: ImageRetention) -> int:
        """Remove images that nothing has used for long; how many."""
        return await asyncio.to_thread(remove_old, connect(), retention)

    async def close(self) -> None:
        """Remove every container of this worker: at its shutdown."""
        for task in list(self._warm):
            with suppress(Exception):
                await self._drop(task)
        await self.spares.close()


def _said(text: str) -> None:
    log.info("sandbox_image_progress", text=text)
    reported.line(text)


def _remove_all(task: TaskRef) -> None:
    for one in of_task(connect(), task):
        remove(connect(), one["Id"])


def _reap() -> int:
    engine, now, count = connect(), time.time(), 0
    for one in ours(engine):
        labels = one["Labels"]
        deadline = labels.get("aurora.deadline", "0")
        late = deadline.isdigit() and 0 < int(deadline) < now
        stopped = one["State"] in ("exited", "dead", "created") and one["Created"] < now - 300
        if late or stopped or died(labels.get("aurora.owner", "")):
            try:
                remove(engine, one["Id"])
            except EngineError as error:
                log.warning("sandbox_not_removed", why=str(error)[:200])  # the next look tries again
                continue
            count += 1
    if count:
        log.info("sandboxes_reaped", count=count)
    return count
