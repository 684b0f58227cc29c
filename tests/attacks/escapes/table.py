"""The attempts as a table. `python -m tests.attacks.escapes.table` writes it into docs/operating/sandbox.md."""

from collections.abc import Sequence

from tests.attacks.escapes import (
    environment,
    floods,
    host,
    kernel,
    neighbours,
    network,
    paths,
    proc,
    protocol,
    repository,
    survivors,
    tools,
    users,
)
from tests.attacks.escapes.attempt import Attempt
from tests.support.shown_table import ShownTable

ATTEMPTS: tuple[Attempt, ...] = tuple(
    attempt
    for module in (
        network, host, proc, users, kernel, repository, tools, environment, paths, protocol, survivors, floods, neighbours,
    )
    for attempt in module.ATTEMPTS
)  # fmt: skip
SHARE = 3
"""In a run of all tests one of so many is played of each group; `AURORA_ESCAPES=all` plays all."""
SHOWN = ShownTable("operating/sandbox.md", "attempts", "escapes-table")


def share(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Of each group the same part, the first of them always; the slow ones are for `make escapes`."""
    quick = [attempt for attempt in attempts if not attempt.slow]
    groups = dict.fromkeys(attempt.group for attempt in quick)
    return [one for group in groups for one in [a for a in quick if a.group == group][::SHARE]]


def table(attempts: Sequence[Attempt]) -> str:
    lost = [attempt for attempt in attempts if not attempt.held]
    lines = [
        f"{len(attempts)} attempts, {len(attempts) - len(lost)} held, {len(lost)} not held.",
        "",
        "| group | attempt | what it would win | |",
        "|---|---|---|---|",
        *(_row(attempt) for attempt in attempts),
        "",
        "Not held, and why:",
        "",
        *(f"- {attempt.name}: {attempt.why}" for attempt in lost),
    ]
    return "\n".join(lines)


def _row(attempt: Attempt) -> str:
    cells = (attempt.group, attempt.name, attempt.wins, "held" if attempt.held else "**not held**")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    SHOWN.write(table(ATTEMPTS))
