"""A tool's result as it enters a conversation: redacted and cut, in time whatever a draft or a test printed."""

from aurora import bounded
from aurora.errors import OutOfBounds, ToolRefusal
from aurora.output import cut, present, redact, reveal

RESULT_CHARS = 12_000
SHORT = 20_000
"""Characters that can be looked through where they are: milliseconds, whatever they are (tests/bounded)."""


async def shown(text: str, *, stable: bool = False) -> str:
    """`stable`: durations, addresses and the like told as placeholders, too."""
    function = stabilised if stable else redacted
    if len(text) <= SHORT:
        return function(text)
    try:
        return await bounded.call(function, text, about="the result")
    except OutOfBounds as error:
        raise ToolRefusal(f"{error.what} Nothing of it can be shown: ask for less.") from None


async def clear(text: str) -> str:
    """The whole text as reading shows it, without a cut. Raises `ToolRefusal` where that takes too long."""
    if len(text) <= SHORT:
        return readable(text)
    try:
        return await bounded.call(readable, text, about="the file")
    except OutOfBounds as error:
        raise ToolRefusal(f"{error.what} Nothing of it can be shown.") from None


def readable(text: str) -> str:
    return reveal(redact(text))


def redacted(text: str) -> str:
    return cut(redact(text), RESULT_CHARS)


def stabilised(text: str) -> str:
    return present(text, RESULT_CHARS)
