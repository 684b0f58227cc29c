"""The events that a runner sent over its pipe, read for the judge: one JSON object a line, sealed where the run had a
key.

A sealed line is `<tag> <json>`, the tag being HMAC-SHA256 of the JSON's bytes, which Python and Node both have, cut to
`TAG_BYTES`. Each line has a key of its own, made from the one before, which the plugin forgets: what was told can't be
altered later, and who finds the key in the runner's memory can speak from then on only. `in_box/aurora_events.py` and
`in_box/aurora_node_events.cjs` have the other end.
"""

import hashlib
import hmac
import json
import secrets
from typing import Any

from aurora.domain.value import Value

KEY_BYTES = 32
TAG_BYTES = 16
MAX_EVENTS = 400_000
"""The most events of a run's events this many are read: each takes many times its size in memory."""


class SealedEvents(Value):
    """The bytes from the pipe, as they came. Reading it may take seconds, so a child does."""

    raw: bytes
    whole: bool
    key: bytes = b""

    def events(self) -> tuple[dict[str, Any], ...]:
        return events(self.raw, whole=self.whole, key=self.key)


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def events(raw: bytes, *, whole: bool, key: bytes = b"") -> tuple[dict[str, Any], ...]:
    """The events of the run, where a line that is no JSON object is shown as `garbled`, one without a seal of this run
    as `forged`, one that was cut off as `cut`: for the judge to distrust."""
    found: list[dict[str, Any]] = []
    start = 0
    while start < len(raw) and len(found) < MAX_EVENTS:
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        line, start = raw[start:end], end + 1
        if key:
            tag, _, line = line.partition(b" ")
            if not hmac.compare_digest(tag, _tag(line, key)):
                found.append({"t": "forged", "bytes": len(tag) + len(line)})
                continue
            key = _next(key)
        found.append(_event(line))
    if start < len(raw) or not whole:
        found.append({"t": "cut"})
    return tuple(found)


def _tag(line: bytes, key: bytes) -> bytes:
    return hmac.digest(key, line, "sha256")[:TAG_BYTES].hex().encode()


def _next(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()


def _event(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):  # brackets without end are no JSON either
        event = None
    return event if isinstance(event, dict) else {"t": "garbled", "bytes": len(line)}
