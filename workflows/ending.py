"""The way a flow is left before its end: with an outcome, or to go on in a fresh history; never with a bare
exception."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from temporalio import workflow

from aurora.domain.outcome import OutcomeKind

T = TypeVar("T")


class Ended(Exception):
    """The task ends here with `kind`; the work so far is kept."""

    def __init__(self, kind: OutcomeKind, summary: str) -> None:
        super().__init__(summary)
        self.kind = kind
        self.summary = summary


class Continued(Exception):
    """The history is long enough: the flow is left where it is and taken up again from the state (continue-as-new)."""


async def shielded(work: asyncio.Task[T], cancelled: Callable[[], None]) -> T:
    """The result of `work`, which no cancel by Temporal itself cuts off: `cancelled` is called and decides."""
    while not work.done():
        try:
            await workflow.wait_condition(work.done)
        except asyncio.CancelledError:
            cancelled()
    return work.result()
