"""A text as tools see it, with `\\n` after each line, and the ends that its lines really have: an edit keeps those."""

import difflib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_END = re.compile(r"\r\n|\r|\n")
Cut = tuple[int, int, str]
"""The place where it begins and ends, and the text that comes there."""
COMPARED = 4_000
"""Lines between the first and the last change that are compared one by one."""


def unified(text: str) -> str:
    """The text with `\\n` for each line end."""
    return text if "\r" not in text else _END.sub("\n", text)


@dataclass
class Lines:
    """`plain`: the text with `\\n` for each line end; `ends`: what stands in the file instead of each, in order."""

    plain: str
    ends: list[str]

    @classmethod
    def of(cls, text: str) -> "Lines":
        return cls(unified(text), _END.findall(text))

    def __str__(self) -> str:
        parts = self.plain.split("\n")
        ends = list(self.ends)
        for at in range(1, len(ends)):
            if ends[at] == "\n" and ends[at - 1] == "\r" and not parts[at]:
                ends[at] = "\r\n"  # a blank line between the two would be none: together they are one end
        return "".join(f"{part}{end}" for part, end in zip(parts, (*ends, ""), strict=True))

    def replace(self, cuts: Sequence[Cut]) -> "Moved":
        """Put each cut's text in its place; the cuts are in order and apart.

        What a new text repeats at its head and tail is not touched; lines that are new end as their neighbours do."""
        parts: list[str] = []
        ends: list[str] = []
        moved = Moved()
        at = line = 0
        for start, stop, sent in cuts:
            new = unified(sent)
            old = self.plain[start:stop]
            head = _shared(old, new)
            tail = _shared(old[head:][::-1], new[head:][::-1])
            begin, finish, middle = start + head, stop - tail, new[head : len(new) - tail]
            parts += [self.plain[at:begin], middle]
            before = line + self.plain.count("\n", at, begin)
            after = before + self.plain.count("\n", begin, finish)
            ends += self.ends[line:before]
            neighbour = ends[-1] if ends else (self.ends[before : before + 1] or ["\n"])[0]
            added = middle.count("\n")
            same = self.ends[before:after][:added]
            ends += [*same, *[neighbour] * (added - len(same))]
            at, line = finish, after
            moved.add(start, stop, len(new))
        self.plain = "".join((*parts, self.plain[at:]))
        self.ends = [*ends, *self.ends[line:]]
        return moved


class Moved:
    """The place where the places of a text are after cuts in it."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []
        """Spans of the new texts."""
        self._cuts: list[tuple[int, int, int]] = []
        self._stops: list[int] = []

    def add(self, start: int, stop: int, length: int) -> None:
        shift = self._cuts[-1][2] if self._cuts else 0
        self.spans.append((start + shift, start + shift + length))
        self._cuts.append((start, stop, shift + length - (stop - start)))
        self._stops.append(stop)

    def __call__(self, at: int) -> int:
        """A place inside a cut is at its beginning now; one at its end behind it."""
        done = bisect_right(self._stops, at)
        shift = self._cuts[done - 1][2] if done else 0
        if done < len(self._cuts) and self._cuts[done][0] < at:
            at = self._cuts[done][0]
        return at + shift


def kept(before: str, after: str) -> str:
    """A whole new text for a file, with the line ends of the one before: its final newline, or none, is kept too.

    A text that differs in nothing but line ends is what was meant: it stays as it is."""
    if not before or unified(before) == unified(after):
        return after
    if unified(before) == unified(after) + "\n" or unified(before) + "\n" == unified(after):
        return _ended(after, Lines.of(before).ends)
    old, new = Lines.of(before), unified(after)
    if old.plain.endswith("\n") and new and not new.endswith("\n"):
        new += "\n"
    elif not old.plain.endswith("\n") and new.endswith("\n") and new[:-1].split("\n")[-1] == old.plain.split("\n")[-1]:
        new = new[:-1]
    if len(set(old.ends)) > 1:
        return str(Lines(new, _aligned(old, new)))
    return str(Lines(new, (old.ends[:1] or ["\n"]) * new.count("\n")))


def _ended(after: str, ends: Sequence[str]) -> str:
    """A text that only gains or loses its final newline."""
    new = unified(after)
    count = new.count("\n")
    return str(Lines(new, [*ends[:count], *[(ends or ["\n"])[-1]] * (count - len(ends))]))


def _aligned(old: Lines, new: str) -> list[str]:
    """Ends for the lines of `new`: those of the same line before, else the one used most."""
    usual = Counter(old.ends).most_common(1)[0][0]
    before, after = old.plain.split("\n"), new.split("\n")
    ends = [usual] * new.count("\n")
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    a, b = before[head : len(before) - tail], after[head : len(after) - tail]
    blocks = [(0, 0, head), (len(before) - tail, len(after) - tail, tail)]
    if max(len(a), len(b)) <= COMPARED:
        matched = difflib.SequenceMatcher(a=a, b=b, autojunk=True).get_matching_blocks()
        blocks += [(head + i, head + j, size) for i, j, size in matched]
    for i, j, size in blocks:
        for step in range(size):
            if i + step < len(old.ends) and j + step < len(ends):
                ends[j + step] = old.ends[i + step]
    return ends


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """The number of items that both begin with."""
    most = min(len(one), len(other))
    if isinstance(one, str) and one[:most] == other[:most]:
        return most
    return next((at for at in range(most) if one[at] != other[at]), most)
