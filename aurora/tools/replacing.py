"""One passage of a file replaced by another; where it does not occur, the hints are looked for in a child."""

from aurora import bounded
from aurora.bounded import Bounds
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.tools import edit

HINTS = Bounds(seconds=3)
SHORT = 2_000
"""Characters that the hints can be looked for in without a child."""


async def replaced(path: str, text: str, old: str, new: str) -> str:
    """Raises `ToolRefusal` as `edit.apply` does."""
    if edit.occurs(text, old) or len(text) + len(old) <= SHORT:
        return edit.apply(text, old, new)
    try:
        return await bounded.call(edit.apply, text, old, new, about=path, bounds=HINTS)
    except OutOfBounds:
        raise ToolRefusal(
            f"`old` does not occur in {path}; nothing was changed. The file is too large to say which lines are "
            "nearest: read the passage again and copy it exactly."
        ) from None
