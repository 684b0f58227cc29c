"""Lines for the eye: at a terminal broken between words, below where they began; in a pipe left whole."""

import time
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from aurora.output import reveal

_LEAST = 30
"""Columns a text needs at least before it is worth wrapping."""
_LEAST_CELL = 12
GAP = 2


def say(
    console: Console, lines: Iterable[str], *, indent: int = 0, hang: int = 0, label: str = "", style: str = ""
) -> None:
    """Print each line `indent` columns in; what does not fit goes on `hang` columns further in. `label` is markup that
    stands in the first `hang` columns. Escape sequences of models, repositories and people are shown, never obeyed."""
    for line in map(reveal, lines):
        text = line.lstrip(" ")
        first = indent + len(line) - len(text)
        pieces = [text]
        if console.is_terminal and console.width - first - hang >= _LEAST:
            pieces = [piece.plain.rstrip() for piece in Text(text).wrap(console, console.width - first - hang)]
        for number, piece in enumerate(pieces):
            lead = " " * (first + (hang if number else 0))
            console.print(Text.assemble(lead, Text.from_markup(label if number == 0 else ""), (piece, style)))


def table(
    console: Console,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    indent: int = 0,
) -> None:
    """Aligned columns, those in `right` to the right; without `heads` only the rows. At a terminal the last column is
    cut to the room that is left."""
    cells = [tuple(reveal(" ".join(cell.split())) for cell in row) for row in rows]
    if not cells:
        return
    titled = [tuple(heads), *cells] if heads else cells
    widths = [max(cell_len(row[n]) for row in titled) for n in range(len(titled[0]))]
    room = console.width - indent - sum(widths[:-1]) - GAP * (len(widths) - 1)
    if console.is_terminal and len(widths) - 1 not in right:
        widths[-1] = min(widths[-1], max(room, _LEAST_CELL))
    for number, row in enumerate(titled):
        shown = [
            set_cell_size(" " * (width - cell_len(cell)) + cell if n in right else _cut(cell, width), width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        line = " " * indent + (" " * GAP).join(shown).rstrip()
        console.print(Text(line, style="dim" if heads and number == 0 else ""))


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def span(seconds: float) -> str:
    """A length of time in one unit: `45 s`, `12 min`, `3 h`, `5 days`."""
    whole = max(0, round(seconds))
    if whole < 90:
        return f"{whole} s"
    if whole < 90 * 60:
        return f"{round(whole / 60)} min"
    if whole < 48 * 3_600:
        return f"{round(whole / 3_600)} h"
    return f"{round(whole / 86_400)} days"


def ago(at: int, now: float | None = None) -> str:
    return f"{span((time.time() if now is None else now) - at)} ago"


def moment(at: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return time.strftime(form, time.localtime(at))


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
