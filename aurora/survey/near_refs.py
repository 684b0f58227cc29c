"""The branch or tag that somebody may have meant: looked for in a child, as a repository may hold any number of
names."""

import difflib
from collections.abc import Sequence

from aurora import bounded
from aurora.errors import OutOfBounds, TransientError
from aurora.text import clip

HINTS = bounded.Bounds(seconds=3)
SHOWN = 10


async def hint(ref: str, refs: Sequence[str]) -> str:
    """A sentence with the nearest of `refs`, or with the first of them."""
    try:
        near = await bounded.call(nearest, ref, tuple(refs), about="the names of its branches and tags", bounds=HINTS)
    except (OutOfBounds, TransientError):  # a courtesy: without it the refusal still stands
        near = ()
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"It has: {', '.join(clip(name, 200) for name in refs[:SHOWN])}."


def nearest(ref: str, refs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(ref, refs, n=3, cutoff=0.5))
