"""The number of tests of a run that were collected and that have ended, counted while its events come in, for whoever
watches.

Nothing is judged by it. Sealed or not, an event is a line of JSON that another program wrote, with or without spaces.
"""

import re
import time
from typing import BinaryIO

from . import frames

EVERY = 1.0
PIECE = 65_536
"""Bytes of an unfinished line that are kept; a longer one is no event of ours."""
_COLLECTED = re.compile(rb'"t": ?"collected"')
_ENDED = re.compile(rb'"when": ?"(?:teardown|whole|\?\?\?)"')


class Tally:
    """Tells the other side at most once a second, and never waits for it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._rest = b""
        self._reported_at = time.monotonic()
        self.collected = self.ended = 0

    def add(self, piece: bytes) -> None:
        whole = self._rest + piece
        at = whole.rfind(b"\n") + 1
        lines, self._rest = whole[:at], whole[at:][-PIECE:]
        self.collected += len(_COLLECTED.findall(lines))
        self.ended += len(_ENDED.findall(lines))
        if time.monotonic() - self._reported_at >= EVERY:
            self._reported_at = time.monotonic()
            self._tell()

    def _tell(self) -> None:
        frames.send_if_read(self._target, frames.pack({"ended": self.ended, "collected": self.collected}))
