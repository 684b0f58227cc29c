"""A bound on the making of requests: of a pattern that nothing fits, a generator looks for values without end."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

SECONDS = 5.0
"""Seconds of the processor's time: a busy machine changes nothing of what is made."""
PATIENCE = 300.0
"""By the clock, where no share of the run's time bounds it."""


class TooSlow(BaseException):
    """No failure of what is generated: the generator lets it pass."""

    def __init__(self, *, by_clock: bool = False) -> None:
        super().__init__()
        self.by_clock = by_clock


@contextlib.contextmanager
def in_time(seconds: float = SECONDS, patience: float = PATIENCE) -> Iterator[None]:
    """Raises `TooSlow` inside once they are used up; in the main thread only, another one is not bounded."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(number: int, _: Any) -> None:
        raise TooSlow(by_clock=number == signal.SIGALRM)

    before = {one: signal.signal(one, over) for one in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, patience)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in before.items():
            signal.signal(one, handler)
