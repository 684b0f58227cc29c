"""A bound on the making of requests: of a pattern that nothing fits, a generator looks for values without end."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

SECONDS = 10.0
"""Of the processor's time: a busy machine changes nothing of what is made."""


class TooSlow(BaseException):
    """No failure of what is generated: the generator lets it pass."""


@contextlib.contextmanager
def in_time(seconds: float = SECONDS) -> Iterator[None]:
    """Raises `TooSlow` inside once they are used up; in the main thread only, another one is not bounded."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
