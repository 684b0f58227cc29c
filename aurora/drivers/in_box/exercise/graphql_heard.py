"""What the observer in the served process tells: SQL statements and exceptions of resolvers, a JSON object a line.

`Order.counts` is a folder with one file a process; requests are sent one after the other, so that what was added since
the last look belongs to the last request.
"""

import json
import os
from typing import Any

MOST_BYTES = 20_000_000
"""Of one file: what is written after it is not read."""


class Heard:
    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._read: dict[str, int] = {}
        self.loaded = False
        """Whether any process told of itself."""
        self.counts = False
        """Whether any statement was told."""

    def take(self) -> list[dict[str, Any]]:
        """What was told since the last call."""
        found: list[dict[str, Any]] = []
        try:
            names = sorted(os.listdir(self.folder)) if self.folder else []
        except OSError:
            return found
        for name in names:
            found += self._of(name)
        return found

    @property
    def why_not(self) -> str:
        if not self.folder or not self.loaded:
            return "SQL statements were not counted: nothing observes the served process"
        return "SQL statements were not counted: none was heard (no data store, or a driver that is not observed)"

    def _of(self, name: str) -> list[dict[str, Any]]:
        at = self._read.get(name, 0)
        try:
            with open(os.path.join(self.folder, name), "rb") as file:
                file.seek(at)
                raw = file.read(max(0, MOST_BYTES - at))
        except OSError:
            return []
        self.loaded = True
        whole = raw.rpartition(b"\n")[0]
        self._read[name] = at + len(whole) + bool(whole)
        told = [one for line in whole.split(b"\n") if isinstance(one := _json(line), dict)]
        self.counts = self.counts or statements(told) > 0
        return told


def statements(told: list[dict[str, Any]]) -> int:
    return sum(1 for one in told if "statement" in one)


def exceptions(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in told if "raised" in one]


def places(told: list[dict[str, Any]]) -> list[str]:
    """Lines of the project that statements came from, the most frequent first."""
    found: dict[str, int] = {}
    for one in told:
        if "statement" in one and one.get("at"):
            found[str(one["at"])[:200]] = found.get(str(one["at"])[:200], 0) + 1
    return sorted(found, key=lambda place: (-found[place], place))


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
