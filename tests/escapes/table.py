"""The attempts as a table. `python -m tests.escapes.table` writes it into docs/sandbox.md."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.escapes import (
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
from tests.escapes.attempt import Attempt

ATTEMPTS: tuple[Attempt, ...] = tuple(
    attempt
    for module in (
        network, host, proc, users, kernel, repository, tools, environment, paths, protocol, survivors, floods, neighbours,
    )
    for attempt in module.ATTEMPTS
)  # fmt: skip
SHARE = 3
"""In a run of all tests one of so many is played of each group; `AURORA_ESCAPES=all` plays all."""
DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox.md"
BEGIN, END = "<!-- attempts: begin, written by `make escapes-table` -->", "<!-- attempts: end -->"


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


def parts(document: str) -> Iterator[str]:
    """What stands before, between and after the two marks."""
    before, _, rest = document.partition(BEGIN)
    between, _, after = rest.partition(END)
    yield from (before, between.strip("\n"), after)


def main() -> None:
    before, _, after = parts(DOCUMENT.read_text(encoding="utf-8"))
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table(ATTEMPTS)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
