"""The report of the observer in the served process with an answer: SQL statements, their lines, exceptions of
resolvers.

It is the application's own word, where the box loads an observer into it (`aurora_served.py`, `aurora_node_watch.cjs`).
"""

import json
from dataclasses import dataclass
from typing import Any

STATEMENTS = "X-Aurora-Statements"
MORE = "X-Aurora-Observed"
MOST_BYTES = 20_000


@dataclass(frozen=True)
class Observed:
    """The observer's report on one answer. `statements` is None where nothing counts them."""

    statements: int | None = None
    lines: tuple[str, ...] = ()
    """Lines of the project, from which statements came, the most frequent first."""
    raised: tuple[dict[str, Any], ...] = ()
    """`raised` (class), `said`, `path`, `at`, `deliberate`."""


def observed_by(statements: str | None, more: str | None) -> Observed:
    """Read the values of the two headers."""
    number = int(statements) if statements is not None and statements.isdigit() and len(statements) < 9 else None
    try:
        said = json.loads(more) if more and len(more) <= MOST_BYTES else {}
    except (ValueError, RecursionError):
        said = {}
    lines = said.get("at") if isinstance(said, dict) else None
    raised = said.get("raised") if isinstance(said, dict) else None
    return Observed(
        number,
        tuple(str(one)[:200] for one in lines) if isinstance(lines, list) else (),
        tuple(one for one in raised if isinstance(one, dict)) if isinstance(raised, list) else (),
    )
