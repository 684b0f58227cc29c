"""What a command says to a person. In a pipe a line stays one line; a terminal wraps it between words, its rest below
its own beginning. Text of models, repositories and other people is shown, never obeyed: no escape sequence gets out.
"""

import re

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aurora.tools.output import reveal

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_BEGINNING = re.compile(r"\d\d:\d\d:\d\d  | *(?:\d+\. )?")
"""What the rest of a line is indented by: a clock, or blanks and an option's number."""


def say(text: str, *, head: str = "", style: str = "", console: Console = out) -> None:
    """`head` stands before the first line, the others begin below its end; `style` is the head's, or all when none."""
    for number, line in enumerate(reveal(text).splitlines() or [""]):
        begun = _BEGINNING.match(line)
        end = begun.end() if begun and not head else 0
        before = (head if number == 0 else " " * len(head)) or line[:end]
        _beside(before, line[end:], style or "dim", style if not head else "", console)


def _beside(before: str, rest: str, style: str, rest_style: str, console: Console) -> None:
    if not console.is_terminal or len(before) >= console.width // 2:
        console.print(before + rest, markup=False)
        return
    if not before:
        console.print(Text(rest, style=rest_style), soft_wrap=False)
        return
    row = Table.grid()
    row.add_column(width=len(before), no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(Text(before, style=style), Text(rest, style=rest_style))
    console.print(row, soft_wrap=False)
