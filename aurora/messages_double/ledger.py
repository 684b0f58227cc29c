"""One JSON line for every request that reached the double: what was asked, what came of it, what was billed.

    {"n": 3, "path": "/v1/messages", "digest": "…", "model": "…", "step": "write_code", "task": "t1",
     "outcome": "replied", "reply": "write_code 1", "usage": {…}, "microdollars": 1234}

`outcome` is `replied`, `refused`, `fault`, `disconnected` or `counted`; only what was billed has a usage.
"""

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from aurora.messages_double.catalogue import MODELS


class Ledger:
    """Kept in memory, and appended to a file when there is one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.entries: list[dict[str, Any]] = []

    def write(self, *, outcome: str, usage: dict[str, Any] | None = None, **facts: Any) -> None:
        entry = {"n": len(self.entries) + 1, **facts, "outcome": outcome}
        if usage is not None:
            entry |= {"usage": usage, "microdollars": billed(facts["model"], usage)}
        self.entries.append(entry)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, sort_keys=True, ensure_ascii=False) + "\n")

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Requests for a reply, whatever came of them; counting tokens and describing models are none."""
        return [entry for entry in self.entries if entry["path"] == "/v1/messages"]

    @property
    def microdollars(self) -> int:
        """Everything the service would put on the invoice."""
        return sum(entry.get("microdollars", 0) for entry in self.entries)


def billed(model: str, usage: dict[str, Any]) -> int:
    """Microdollars for one call, by the service's own rules: reads a tenth, writes 1.25 (5 m) or 2 times (1 h)."""
    created = usage["cache_creation"]
    plain, read = usage["input_tokens"], usage["cache_read_input_tokens"]
    short, long = created["ephemeral_5m_input_tokens"], created["ephemeral_1h_input_tokens"]
    prompt: int = plain + read + short + long
    price = next(p for p in MODELS[model].prices if p.prompt_tokens is None or prompt <= p.prompt_tokens)
    weighted = plain + Fraction(read, 10) + Fraction(short * 5, 4) + 2 * long
    picodollars: Fraction = weighted * price.input + usage["output_tokens"] * price.output
    return math.ceil(picodollars / 1_000_000)
