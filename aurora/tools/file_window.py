"""A window of a text file, numbered on request: it ends at a line, and what comes before and after it is said.

Lines are counted as editors and linters count them: a form feed or a Unicode separator inside one ends none.
"""

import re
from collections.abc import Sequence

from aurora.errors import ToolRefusal
from aurora.labelled import labelled
from aurora.output import REDACTED, redact, reveal

WINDOW_LINES = 600
HOW_REDACTED = (
    f"[{REDACTED} stands for a credential that is not shown; an edit_file with it in `old` and `new` keeps the value]\n"
)
NEIGHBOURS = 300
"""Lines beside a window that are read with it: a key's lines are known by its first and last."""
NEIGHBOURING = 200
"""Characters of such a line; keys have shorter ones."""
LABEL_CHARS = 40
"""Characters of the tags around what is shown."""
_LINE_END = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    lines = _LINE_END.split(text)
    return lines[:-1] if lines[-1] == "" else lines


def window(path: str, text: str, start: int, end: int, chars: int, *, numbered: bool = False, note: str = "") -> str:
    """Lines `start` to `end` (0: as many as fit), without secrets, in at most `chars` characters.

    `note`: what a reader should know of the file, said before its text.

    Raises `ToolRefusal` for lines that the file does not have."""
    lines = lines_of(text)
    if not lines:
        return f"{path} is empty."
    start, end = max(1, start), end if end > 0 else len(lines)
    if start > len(lines):
        raise ToolRefusal(f"{path} has {len(lines)} lines; ask for a start_line up to that.")
    if end < start:
        raise ToolRefusal(f"end_line is before start_line {start} in this call for {path}; nothing lies between.")
    head = f"{note}\n" if note else ""
    if start > 1 and not numbered:
        head += f"[from line {start} of {len(lines)}]\n"
    room = chars - 2 * len(_rest(len(lines), len(lines))) - len(head) - len(HOW_REDACTED) - LABEL_CHARS - 100
    wanted = lines[start - 1 : min(end, start - 1 + WINDOW_LINES)]
    last = start - 1 + max(1, fitting(wanted, room))
    clear = _harmless(lines, start, last, room)
    shown = [f"{number:5d}  {line}" for number, line in enumerate(clear, start)] if numbered else clear
    count = fitting(shown, room)
    body = "\n".join(shown[:count])
    if not count:
        body, count = _head(shown[0], room, len(lines[start - 1])), 1
    rest = len(lines) - (start - 1) - count
    if REDACTED in body and any(
        REDACTED in a and REDACTED not in b for a, b in zip(clear, lines[start - 1 :], strict=False)
    ):
        head += HOW_REDACTED
    return head + labelled_lines(body) + (_rest(rest, start + count) if rest else "")


def labelled_lines(body: str) -> str:
    """The lines labelled as data, blank lines at its ends included: numbers of lines are counted from the first."""
    tags = labelled(body).split("\n")
    return "\n".join((tags[0], body, tags[-1])) if len(tags) > 1 else body


def fitting(lines: Sequence[str], room: int) -> int:
    """The number of first lines that fit, joined, into `room` characters."""
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < -1:
            return count
    return len(lines)


def _harmless(lines: Sequence[str], start: int, last: int, room: int) -> list[str]:
    """Lines `start` to `last` as they may be shown; of one that is too long its beginning."""
    first = max(0, start - 1 - NEIGHBOURS)
    before = [line[:NEIGHBOURING] for line in lines[first : start - 1]]
    after = [line[:NEIGHBOURING] for line in lines[last : last + NEIGHBOURS]]
    within = [line[: room + NEIGHBOURING] for line in lines[start - 1 : last]]
    clear = redact("\n".join((*before, *within, *after))).split("\n")
    return [reveal(line) for line in clear[len(before) : len(before) + len(within)]]


def _head(line: str, room: int, length: int) -> str:
    """The beginning of a line that is longer than a window."""
    return f"{line[:room]}\n[… this line has {length} characters; those that follow can't be shown …]"


def _rest(number: int, following: int) -> str:
    return f"\n[… {number} more lines; next start_line {following} …]"
