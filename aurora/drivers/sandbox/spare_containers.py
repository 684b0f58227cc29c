"""Containers started before anybody needs them: a task takes one and never gives it back."""

import asyncio
import time
from dataclasses import dataclass, field

import structlog

from aurora.domain.task import TaskRef
from aurora.drivers.engine.docker_engine import ImageNotFound, connect
from aurora.drivers.images.old_images import used
from aurora.drivers.sandbox.sandbox_container import Shape, start
from aurora.drivers.sandbox.warm_container import WarmContainer
from aurora.errors import AuroraError

log = structlog.get_logger()
IDLE = 600.0
"""Seconds after which a spare that nobody took is removed."""


@dataclass(frozen=True)
class Spare:
    warm: WarmContainer
    since: float = field(default_factory=time.monotonic)


class Spares:
    """At most `most`, one of a shape, of the shapes that were used last. Nothing of a task has been in any of them."""

    def __init__(self, owner: str, *, most: int) -> None:
        self._owner = owner
        self._most = most
        self._kept: dict[Shape, Spare] = {}
        self._starting: dict[Shape, asyncio.Task[None]] = {}
        self._closed = False

    async def take(self, task: TaskRef, shape: Shape) -> WarmContainer | None:
        """A started container of this shape that is the task's from now on; none when there is none."""
        spare = self._kept.pop(shape, None)
        if spare is None:
            return None
        try:
            if spare.warm.suits(shape) and await asyncio.to_thread(spare.warm.container.give_to, task):
                return spare.warm
        except AuroraError as error:
            log.info("spare_not_taken", task=task.id, why=str(error)[:200])
        except asyncio.CancelledError:
            await _removed(spare.warm)
            raise
        await _removed(spare.warm)
        return None

    def expect(self, shape: Shape) -> None:
        """Have one of this shape soon; the shape that was expected longest ago gives way."""
        if shape in self._kept:
            self._kept[shape] = Spare(self._kept.pop(shape).warm)  # wanted anew, and the last in the order of use
        elif not self._closed and shape not in self._starting and len(self._starting) < self._most:
            self._starting[shape] = asyncio.create_task(self._start(shape))

    async def _start(self, shape: Shape) -> None:
        try:
            container = await asyncio.to_thread(start, connect(), None, shape, self._owner)
            warm = WarmContainer(container)
            try:
                await warm.connect()
                await asyncio.to_thread(used, connect(), shape.image)
            except BaseException:
                await _removed(warm)
                raise
        except (AuroraError, ImageNotFound) as error:
            log.info("spare_not_started", image=shape.image, why=str(error)[:200])
            return
        finally:
            del self._starting[shape]
        self._kept[shape] = Spare(warm)
        while len(self._kept) > self._most:
            await _removed(self._kept.pop(next(iter(self._kept))).warm)

    async def discard_idle(self, idle: float = IDLE) -> None:
        """Remove those that nobody took for `idle` seconds."""
        before = time.monotonic() - idle
        # taken out before the first wait: a task may take, and another be started, while one is removed
        gone = [self._kept.pop(shape) for shape, spare in list(self._kept.items()) if spare.since <= before]
        for spare in gone:
            await _removed(spare.warm)

    async def settled(self) -> None:
        """Wait until none is being started."""
        await asyncio.gather(*self._starting.values(), return_exceptions=True)

    async def close(self) -> None:
        """Remove all, and start none any more."""
        self._closed = True
        await self.settled()
        await self.discard_idle(0)


async def _removed(warm: WarmContainer) -> None:
    try:
        await warm.remove()
    except AuroraError as error:
        log.info("spare_not_removed", why=str(error)[:200])  # it ends by itself, or is reaped when its owner is gone
