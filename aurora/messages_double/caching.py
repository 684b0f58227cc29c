"""The prompt cache, as the service bills it: an exact prefix ending at a breakpoint, looked for 20 blocks back.

A prefix under the model's minimum is silently not cached. Entries live 5 minutes or 1 hour from their last use.

A changed `output_config.format` has everything read anew: the service puts it into the system text. Of a changed effort
its documents and what people measured say different things: here the messages are read anew, which is the dearer way.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from aurora.messages_double import tokens
from aurora.messages_double.catalogue import MODELS
from aurora.messages_double.sections import Section, sections

LOOK_BACK: Final = 20
LIFETIMES: Final = {"5m": 300.0, "1h": 3600.0}


class Billed(NamedTuple):
    """Tokens of one request's input, as the `usage` object reports them; the sum is the whole input."""

    input: int
    read: int
    write_5m: int
    write_1h: int

    def usage(self, output_tokens: int) -> dict[str, Any]:
        return {
            "input_tokens": self.input,
            "output_tokens": output_tokens,
            "cache_read_input_tokens": self.read,
            "cache_creation_input_tokens": self.write_5m + self.write_1h,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.write_5m,
                "ephemeral_1h_input_tokens": self.write_1h,
            },
            "service_tier": "standard",
        }


class PromptCache:
    """One endpoint's cache; nothing is shared between models."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends: dict[str, tuple[float, float]] = {}
        """Name of a prefix -> when it ends, and its lifetime."""

    def bill(self, body: Mapping[str, Any]) -> Billed:
        """The tokens that this request reads and writes; afterwards the cache holds what it wrote."""
        row = sections(body)
        names, sizes = _prefixes(body, row)
        total = sizes[-1] if sizes else 0
        least = MODELS[body["model"]].smallest_cached_prefix
        marks = [i for i, section in enumerate(row) if section.lifetime and sizes[i] >= least]
        read = self._longest_hit(marks, names)
        hit = -1 if read is None else read
        at, written = (sizes[hit] if hit >= 0 else 0), {"5m": 0, "1h": 0}
        read_tokens = at
        for mark in marks:
            lifetime = row[mark].lifetime or "5m"
            if mark > hit:
                written[lifetime] += sizes[mark] - at
                at = sizes[mark]
            self._keep(names[mark], lifetime)
        return Billed(total - at, read_tokens, written["5m"], written["1h"])

    def _longest_hit(self, marks: list[int], names: list[str]) -> int | None:
        now = self._clock()
        for mark in reversed(marks):
            for index in range(mark, max(mark - LOOK_BACK, -1), -1):
                ends, lifetime = self._ends.get(names[index], (0.0, 0.0))
                if ends > now:
                    self._ends[names[index]] = (now + lifetime, lifetime)
                    return index
        return None

    def _keep(self, name: str, lifetime: str) -> None:
        now, seconds = self._clock(), LIFETIMES[lifetime]
        ends, former = self._ends.get(name, (0.0, 0.0))
        if ends > now:
            seconds = max(seconds, former)
        self._ends[name] = (now + seconds, seconds)


def _prefixes(body: Mapping[str, Any], row: list[Section]) -> tuple[list[str], list[int]]:
    """The name of each block's prefix, which ends with it, and that prefix's tokens."""
    config = body.get("output_config") or {}
    digest, total = hashlib.sha256(tokens.canonical([body["model"], config.get("format")]).encode()), 0
    names, sizes, before_messages = [], [], True
    for section in row:
        if before_messages and section.where.startswith("messages."):
            before_messages = False
            digest.update(tokens.canonical([config.get("effort")]).encode())
        digest.update(section.content.encode() + b"\0")
        total += section.tokens
        names.append(digest.hexdigest())
        sizes.append(total)
    return names, sizes
