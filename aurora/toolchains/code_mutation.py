"""Mutants of code: the kinds of change, which of them are tried, and the text with one of them.

A change is an edit of the text: the rest of the file keeps its bytes. Kinds that often leave the meaning as it was
(messages, logging, representations, types) are not among them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Protocol

from aurora.text import clip

SHOWN = 160
"""Characters of a line that is shown."""


class Operator(StrEnum):
    CONSTANT = "constant return"
    RAISE = "removed raise"
    NEGATED = "negated condition"
    BOUNDARY = "comparison boundary"
    STATEMENT = "removed statement"
    ARITHMETIC = "arithmetic operator"
    BOOLEAN = "swapped boolean"
    OFF_BY_ONE = "constant off by one"


@dataclass(frozen=True)
class Change:
    """One mutant of a text, by offsets in its UTF-8 bytes."""

    group: str
    """The function, as `Class.method`, or empty for what stands outside functions."""
    operator: Operator
    line: int
    start: int
    end: int
    instead: str
    added: bool = False
    """True if every line of the function is new."""
    shown: str = ""
    """The text shown instead of the altered line, where the change is of a whole body."""

    @property
    def must_die(self) -> bool:
        return self.added and self.operator is Operator.CONSTANT


class CodeMaker(Protocol):
    def __call__(self, path: str, text: str, lines: Collection[int]) -> tuple[Change, ...]:
        """Every mutant on these lines, in the order of the text. Raises `SyntaxError` for what can't be read."""


def applied(text: str, change: Change) -> str:
    raw = text.encode("utf-8", "replace")
    return (raw[: change.start] + change.instead.encode() + raw[change.end :]).decode("utf-8", "replace")


def lines_shown(text: str, change: Change) -> tuple[str, str]:
    """(the altered place as it was, as it is now), each on one line."""
    raw = text.encode("utf-8", "replace")
    first = raw.rfind(b"\n", 0, change.start) + 1
    last = raw.find(b"\n", change.end)
    tail = raw[change.end : len(raw) if last < 0 else last]
    before, after = raw[first : change.end] + tail, raw[first : change.start] + change.instead.encode() + tail
    if change.shown:
        before, after = raw.split(b"\n")[change.line - 1], change.shown.encode()
    return _one_line(before), _one_line(after)


def _one_line(raw: bytes) -> str:
    return clip(" ".join(raw.decode("utf-8", "replace").split()), SHOWN)


def chosen(changes: Iterable[Change], per_group: int) -> list[Change]:
    """At most so many of each group, of as many kinds and lines as there are; constant returns are always in.

    Those of all groups come in turns, so that a bound of time leaves no group without any."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.group, []).append(change)
    picked = [_of_group(group, per_group) for group in groups.values()]
    return [change for turn in zip_longest(*picked) for change in turn if change is not None]


def _of_group(changes: Sequence[Change], most: int) -> list[Change]:
    kinds: dict[Operator, list[Change]] = {}
    for change in changes:
        kinds.setdefault(change.operator, []).append(change)
    constants = kinds.pop(Operator.CONSTANT, [])
    turns = zip_longest(*(_spread(kinds[operator]) for operator in Operator if operator in kinds))
    others = [change for turn in turns for change in turn if change is not None]
    return [*constants, *others[: max(0, most - len(constants))]]


def _spread(changes: list[Change]) -> list[Change]:
    """Choose from both ends to the middle: neighbours tend to be noticed by the same test."""
    order: list[Change] = []
    rest = list(changes)
    while rest:
        order.append(rest.pop(0))
        if rest:
            order.append(rest.pop())
    return order
