"""The progress that an activity's heartbeats carry while it runs: how long it has run, what a call may cost at most,
and what a long one is doing.

A client reads both of the pending activity: neither stands in the history."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from temporalio import activity

from aurora import progress

DETAIL = "reserved_microdollars"


@dataclass
class Reservation:
    """One activity's; its beats and its calls share it."""

    microdollars: int = 0
    seconds_before: float = 0.0
    """The time for which earlier tries ran, by their last beat: a worker that is gone can say no more."""
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """The time for which the activity has run, its earlier tries included."""
        return round(self.seconds_before + time.monotonic() - self._began, 1)

    def beat(self) -> None:
        """Temporal keeps the last beat's details: one that names no reservation says that nothing is reserved."""
        details: dict[str, object] = {progress.WORKED: self.seconds}
        if self.microdollars:
            details[DETAIL] = self.microdollars
        listener = progress.CURRENT.get()
        if listener is not None and (doing := listener.doing):
            details[progress.DETAIL] = doing.model_dump(mode="json")
        activity.heartbeat(details)


RESERVED: ContextVar[Reservation | None] = ContextVar("reserved", default=None)
"""Set around an activity by its interceptor; none where nothing heartbeats."""


@contextmanager
def reserving(microdollars: int) -> Iterator[None]:
    """Beats say `microdollars` while the block runs; the first one at once, since a call may be short."""
    reserved = RESERVED.get()
    if reserved is None:
        yield
        return
    reserved.microdollars = microdollars
    reserved.beat()
    try:
        yield
    finally:
        reserved.microdollars = 0
