"""What an activity's heartbeats tell while it runs: what a call may cost at most, and what a long one is at.

A client reads both of the pending activity: neither stands in the history."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from temporalio import activity

from aurora import progress

DETAIL = "reserved_microdollars"


@dataclass
class Reservation:
    """One activity's; its beats and its calls share it."""

    microdollars: int = 0

    def beat(self) -> None:
        """Temporal keeps the last beat's details: a beat without any says that nothing is reserved."""
        details: dict[str, object] = {DETAIL: self.microdollars} if self.microdollars else {}
        listener = progress.CURRENT.get()
        if listener is not None and (doing := listener.doing):
            details[progress.DETAIL] = doing.model_dump(mode="json")
        activity.heartbeat(*([details] if details else []))


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
