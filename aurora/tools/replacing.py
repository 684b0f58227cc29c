"""Edits of a file; where a passage does not occur, the reasons are looked for in a child."""

from collections.abc import Sequence

from aurora import bounded
from aurora.bounded import Bounds
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.output import REDACTED
from aurora.tools import edit, near_misses
from aurora.tools.edit import Change, Edited, Missed

HINTS = Bounds(seconds=3)
SHORT = 2_000
"""Characters that the hints can be looked for in without a child."""
LARGE = 100_000
"""Characters from which on every occurrence is replaced in one."""


async def edited(path: str, text: str, changes: Sequence[Change]) -> Edited:
    """Raises `ToolRefusal` as `edit.edited` does, with the nearest lines of what does not occur."""
    try:
        redacted = len(text) > SHORT and any(REDACTED in change.old for change in changes)
        if redacted or (len(text) > LARGE and any(change.every for change in changes)):
            return await bounded.call(edit.edited_or_explained, text, tuple(changes), about=path)
        return edit.edited(text, changes)
    except Missed as miss:
        missed = miss
    except OutOfBounds:
        raise ToolRefusal(
            f"{path} is too large for this edit; nothing was changed. Change less of it at once"
            f"{f', and leave `{REDACTED}` out of `old`' if redacted else ''}."
        ) from None
    raise ToolRefusal(f"{missed}\n{await _why(path, missed)}".strip()) from None


async def _why(path: str, missed: Missed) -> str:
    if len(missed.text) + len(missed.old) <= SHORT:
        return near_misses.explained(missed.text, missed.old)
    try:
        return await bounded.call(near_misses.explained, missed.text, missed.old, about=path, bounds=HINTS)
    except OutOfBounds:
        return "The file is too large to say which lines are nearest: read the passage again and copy it exactly."
