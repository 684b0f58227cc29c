"""Exact search and replace: the one way a passage of a file is changed. Several changes of one call are all made, in
order, or none is. Line ends stay as the file has them; a credential that the model was shown as redacted stays, and so
does a character that nobody sees, where `old` and `new` hold the mark that it was shown by."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from aurora.errors import ToolRefusal
from aurora.output import REDACTED, hidden_characters, in_place_of, secret_spans, unmarked
from aurora.tools import near_misses
from aurora.tools.line_ends import Cut, Lines, unified

SHOWN_MATCHES = 10
DIFF_LINES = 60
SPOTS = 12


@dataclass(frozen=True)
class Change:
    """One edit of a call. `after_line`: `new` is inserted after that line, as the file was before the call."""

    old: str
    new: str
    every: bool = False
    after_line: int | None = None


@dataclass(frozen=True)
class Edited:
    """The new text, and the lines of it that each change made: (first, last) from 1."""

    text: str
    spots: tuple[tuple[int, int], ...]


class Missed(ToolRefusal):
    """`old` does not occur. `text`: the file as it was then; `number`: of the change."""

    def __init__(self, message: str, text: str, old: str, number: int) -> None:
        super().__init__(message)
        self.text, self.old, self.number = text, old, number


@dataclass(frozen=True)
class _Place:
    """The place where a passage stands, and what stands there instead of each `[redacted]` of it."""

    start: int
    stop: int
    secrets: tuple[str, ...] = ()


def apply(text: str, old: str, new: str, *, expect_once: bool = True) -> str:
    """`text` with `old` replaced by `new`. Raises `ToolRefusal` with the number and lines of the matches, or with the
    nearest lines when there is none."""
    return edited_or_explained(text, (Change(old, new, every=not expect_once),)).text


def edited_or_explained(text: str, changes: Sequence[Change]) -> Edited:
    """`edited`, whose refusal says why a passage does not occur."""
    try:
        return edited(text, changes)
    except Missed as miss:
        raise ToolRefusal(f"{miss}\n{near_misses.explained(miss.text, miss.old)}".strip()) from None


def edited(text: str, changes: Sequence[Change]) -> Edited:
    """Every change made in order, each on what those before it left. Raises `Missed` and other `ToolRefusal`s."""
    if not changes:
        raise ToolRefusal("The call holds no edit: give `old` and `new`, or a list of `edits`.")
    lines = Lines.of(text)
    changes = [_as_it_stands(lines.plain, change, _which(n, changes)) for n, change in enumerate(changes)]
    marks = [_after(lines.plain, change, _which(n, changes)) for n, change in enumerate(changes)]
    spots: list[tuple[int, int]] = []
    for number, change in enumerate(changes):
        which = _which(number, changes)
        at = marks[number]
        if at is not None:
            cuts = [(at, at, _inserted(lines.plain, at, change.new))]
        else:
            places = _found(lines.plain, change, which, number)
            cuts = [(place.start, place.stop, _filled(change, place, which)) for place in places]
            cuts[-1] = _ended(lines.plain, *cuts[-1])
        moved = lines.replace(cuts)
        marks = [None if mark is None else moved(mark) for mark in marks]
        spots = [(moved(start), moved(stop)) for start, stop in spots] + moved.spans[:SPOTS]
    return Edited(str(lines), tuple(_numbered(lines.plain, *spot) for spot in spots[:SPOTS]))


def _ended(plain: str, start: int, stop: int, new: str) -> Cut:
    """The new passage at the end of a text, with the final newline that the text has."""
    if stop < len(plain) or not plain.endswith("\n") or new.endswith("\n"):
        return start, stop, new
    if not new and (not start or plain[:start].endswith("\n")):
        return start, stop, new
    return start, stop, f"{new}\n"


def diff(path: str, before: str, after: str) -> str:
    """A unified diff with one line of context, at most `DIFF_LINES` lines: what a tool's result shows."""
    names = (f"a/{path}", f"b/{path}")
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), *names, n=1, lineterm=""))
    if len(lines) > DIFF_LINES:
        lines = [*lines[:DIFF_LINES], f"[… {len(lines) - DIFF_LINES} more lines of diff …]"]
    return "\n".join(lines)


def _as_it_stands(plain: str, change: Change, which: str) -> Change:
    """The change with hidden characters where it has their marks. Raises `ToolRefusal` for one that `old` has not."""
    old = change.old if change.old and change.old in plain else unmarked(change.old)
    new = unmarked(change.new)
    if any(mark in plain for mark in hidden_characters(new)):
        new = change.new  # the file spells the mark itself
    if strange := sorted(set(hidden_characters(new)) - set(hidden_characters(old))):
        raise ToolRefusal(
            f"{which}{', '.join(strange)} in `new` stands for an invisible character, and `old` has none of it; "
            "nothing was changed. Leave it out, or write the language's own escape for it."
        )
    return Change(old, new, change.every, change.after_line)


def _which(number: int, changes: Sequence[Change]) -> str:
    return "" if len(changes) == 1 else f"Edit {number + 1} of {len(changes)}: "


def _after(plain: str, change: Change, which: str) -> int | None:
    """The place where an insertion goes, or None for a replacement."""
    if change.old or change.after_line is None:
        if change.after_line:
            raise ToolRefusal(f"{which}Give `old` or `after_line`, not both; nothing was changed.")
        return None
    if not change.new:
        raise ToolRefusal(f"{which}`new` is empty: there is nothing to insert.")
    ends = [at + 1 for at, c in enumerate(plain) if c == "\n"]
    count = len(ends) + bool(plain and not plain.endswith("\n"))
    if not 0 <= change.after_line <= count:
        raise ToolRefusal(f"{which}The file has {count} lines, so nothing can stand after line {change.after_line}.")
    return len(plain) if change.after_line > len(ends) else ([0, *ends])[change.after_line]


def _inserted(plain: str, at: int, new: str) -> str:
    """The passage as whole lines, whatever is missing of their ends."""
    new = unified(new)
    if at == len(plain) and plain and not plain.endswith("\n"):
        return "\n" + new.removesuffix("\n")
    return new if new.endswith("\n") else new + "\n"


def _found(plain: str, change: Change, which: str, number: int) -> list[_Place]:
    old = unified(change.old)
    if not old:
        raise ToolRefusal(
            f"{which}`old` is empty: give the exact passage to replace, `after_line` to insert, "
            "or use write_file for a new file."
        )
    if old == unified(change.new):
        raise ToolRefusal(f"{which}`old` and `new` are the same; nothing was changed.")
    places = _places(plain, old) or (_redacted_places(plain, old) if REDACTED in old else [])
    if not places:
        what = "the file is empty. Use write_file." if not plain else "nothing was changed."
        raise Missed(f"{which}`old` does not occur in the file; {what}", plain, old, number)
    if len(places) > 1 and not change.every:
        at = (str(plain.count("\n", 0, place.start) + 1) for place in places[:SHOWN_MATCHES])
        lines = ", ".join(dict.fromkeys(at))
        more = ", …" if len(places) > SHOWN_MATCHES else ""
        raise ToolRefusal(
            f"{which}`old` occurs {len(places)} times (at lines {lines}{more}); nothing was changed. Give more lines "
            "around the one you mean, or `all: true` for every one."
        )
    return places


def _places(plain: str, old: str) -> list[_Place]:
    found, at = [], plain.find(old)
    while at >= 0:
        found.append(_Place(at, at + len(old)))
        at = plain.find(old, at + len(old))
    return found


def _redacted_places(plain: str, old: str) -> list[_Place]:
    """The place where a passage stands that holds credentials as the model was shown them."""
    view, at, cuts = "", 0, []
    for start, stop in secret_spans(plain):
        view += plain[at:start]
        shown = in_place_of(plain[start:stop])
        cuts.append((len(view), len(view) + len(shown), start, stop))
        view, at = view + shown, stop
    view += plain[at:]

    def real(place: int) -> int | None:
        """The place in the text for a place of the view; None inside what was taken out."""
        shift = 0
        for begin, end, _, stop in cuts:
            if place < end:
                return None if place > begin else place + shift
            shift = stop - end
        return place + shift

    found = []
    for seen in _places(view, old):
        first, last = real(seen.start), real(seen.stop)
        if first is None or last is None:
            continue
        secrets, here = [], seen.start
        while 0 <= (here := view.find(REDACTED, here)) < seen.stop:
            cut = next((c for c in cuts if c[0] == here), None)
            secrets.append(plain[cut[2] : cut[3]] if cut else REDACTED)
            here += len(REDACTED)
        found.append(_Place(first, last, tuple(secrets)))
    return found


def _filled(change: Change, place: _Place, which: str) -> str:
    """`new` with the real credential where the model wrote `[redacted]`."""
    new = unified(change.new)
    count = new.count(REDACTED)
    if not place.secrets or not count:
        return new
    secrets = place.secrets if count == len(place.secrets) else place.secrets[:1] * count
    if count != len(place.secrets) and len(set(place.secrets)) > 1:
        raise ToolRefusal(
            f"{which}`old` holds {len(place.secrets)} different redacted values and `new` {count}: which of them stay "
            "can't be determined; nothing was changed. Edit one of their lines at a time."
        )
    head, *rest = new.split(REDACTED)
    for secret, part in zip(secrets, rest, strict=True):
        shown = in_place_of(secret).removeprefix(REDACTED)
        head += secret + part.removeprefix(shown)
    return head


def _numbered(plain: str, start: int, stop: int) -> tuple[int, int]:
    first = plain.count("\n", 0, start) + 1
    return first, max(first, first + plain.count("\n", start, max(start, stop - 1)))
