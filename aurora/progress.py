"""The progress of a long operation: told by whoever does it, read by whoever listens, kept nowhere.

A listener sets `CURRENT` around an operation; what runs inside tells `stage`, `line` and `tests`, drivers in threads
too, as far as they were started with the caller's context. Nobody has to listen.

Lines of programs come from untrusted repositories and the packages they name: one line at a time, cleaned and bounded.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from aurora.domain.value import Value
from aurora.output import plain, redact
from aurora.text import clip, counted

DETAIL = "progress"
"""Its name among the details of a heartbeat."""
WORKED = "worked_seconds"
"""Likewise: how long the activity has run so far, its earlier tries included."""
STAGE_CHARS = 80
LINE_CHARS = 120
MOST_TESTS = 10_000_000


class Doing(Value):
    """The progress of an operation."""

    stage: str
    """`runs the project's tests`."""
    detail: str = ""
    """`120 of 850 tests`, or the last line of a program."""
    seconds: int = 0
    """Since the stage began."""

    def __str__(self) -> str:
        about = f": {self.detail}" if self.detail else ""
        return f"{self.stage}{about}, {self.seconds} s"


@dataclass
class Progress:
    """One operation's; a new stage forgets the details of the one before."""

    _stage: str = ""
    _detail: str = ""
    _since: float = 0.0
    _clock: Callable[[], float] = field(default=time.monotonic)

    def stage(self, text: str) -> None:
        self._stage, self._detail, self._since = clip(text, STAGE_CHARS), "", self._clock()

    def line(self, text: str) -> None:
        """A program's last line; one that says nothing changes nothing."""
        if said := cleaned(text):
            self._detail = said

    def tests(self, ended: int, collected: int) -> None:
        ended, collected = (min(max(0, number), MOST_TESTS) for number in (ended, collected))
        if not collected:
            self._detail = "collecting"
        else:
            self._detail = f"{ended} of {counted(collected, 'test')}" if collected >= ended else counted(ended, "test")

    @property
    def doing(self) -> Doing | None:
        """None where nothing was told."""
        if not self._stage:
            return None
        return Doing(stage=self._stage, detail=self._detail, seconds=int(self._clock() - self._since))


CURRENT: ContextVar[Progress | None] = ContextVar("progress", default=None)


def stage(text: str) -> None:
    if listener := CURRENT.get():
        listener.stage(text)


def line(text: str) -> None:
    if listener := CURRENT.get():
        listener.line(text)


def tests(ended: int, collected: int) -> None:
    if listener := CURRENT.get():
        listener.tests(ended, collected)


def cleaned(text: str) -> str:
    """One line for a terminal: without its codes, hidden characters shown, credentials gone, bounded."""
    return clip(redact(" ".join(plain(text[-4 * LINE_CHARS :]).split())), LINE_CHARS)


def worked(value: object) -> float:
    """Seconds that a heartbeat's details say; 0 for details that say none."""
    said = value.get(WORKED) if isinstance(value, dict) else None
    return float(said) if isinstance(said, int | float) and 0 <= said < 10**7 else 0.0


def read(value: object) -> Doing | None:
    """The progress in a heartbeat's details; None for details that say nothing. Whoever reads may not trust whoever
    wrote: it is cleaned again."""
    said = value.get(DETAIL) if isinstance(value, dict) else None
    if not isinstance(said, dict):
        return None
    stage, detail, seconds = said.get("stage"), said.get("detail"), said.get("seconds")
    if not isinstance(stage, str) or not stage:
        return None
    return Doing(
        stage=clip(cleaned(stage), STAGE_CHARS),
        detail=cleaned(detail) if isinstance(detail, str) else "",
        seconds=seconds if isinstance(seconds, int) and 0 <= seconds < 10**7 else 0,
    )
