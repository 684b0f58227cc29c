"""A page of evidence, whatever it is shown on: sections of blocks, whose texts are as they were said, unescaped."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A line of a list: a name in the letters of code, and words about it; either may be empty."""

    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Facts:
    """Words of ours in front, and what they are about."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Items:
    items: Sequence[Item]
    title: str = ""
    more: int = 0
    """The number of further items that are left out."""


@dataclass(frozen=True)
class Said:
    """Text that somebody wrote, over several lines."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class Table:
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    """Columns of numbers."""


@dataclass(frozen=True)
class LogText:
    """Folded where a page can fold."""

    title: str
    text: str
    whole: str = ""
    """Instructions how to see all of it."""


Block = Facts | Items | Said | Table | LogText


@dataclass(frozen=True)
class Section:
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    title: str
    verdict: str
    good: bool
    """True if nothing is left that a reviewer must decide."""
    sections: Sequence[Section]
