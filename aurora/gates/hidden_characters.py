"""Characters by which a file reads differently from how it works: controls, direction overrides, what has no width or
no ink.

Text for people may need some of them: words of
scripts whose letters are joined or kept apart, emoji sequences, direction marks in translations. A source file may have
those inside a string or a comment only, where no name and no token can hide."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import PurePosixPath

from aurora.gates.context import FileContext
from aurora.gates.gate import FileGate, Problem, When

LOOKED_AT = 20_000
LINE_CHARS = 2_000
_GAP = re.compile(r"(?<![ \t])[ \t]{100,}+[^\s]")
"""Wider than a window; aligned comments and tables have less."""
_TRANSLATIONS = frozenset(
    (".po", ".pot", ".ftl", ".xlf", ".xliff", ".arb", ".strings", ".stringsdict", ".properties", ".resx", ".resjson")
)
_PROSE = _TRANSLATIONS | {
    ".md", ".rst", ".txt", ".adoc", ".srt", ".vtt", ".csv", ".tsv", ".json", ".jsonl", ".json5", ".yaml", ".yml",
    ".xml", ".html", ".htm",
}  # fmt: skip
_TRANSLATED = re.compile(r"(?:^|/)(?:i18n|l10n|locales?|lang|langs|languages|translations?|messages)(?:/|$)", re.I)
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
"""They count as letters, marks or symbols, and show nothing."""
_MARKS = frozenset("\u200e\u200f\u061c\xad")
"""Direction marks and the soft hyphen."""
_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")
_CANDIDATE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u05ff\u0620-\u07ff\u3001-\u3163\u3165-\ud7a3\uf900-\ufaff\uff01-\uff9f]"
)
"""Anything that may be hidden; the rest is decided without a look at its category."""


def check(context: FileContext) -> Iterator[Problem]:
    yield from hidden(context.path, context.text)
    yield from far(context.path, context.text)


def hidden(path: str, text: str) -> Iterator[Problem]:
    """Every hidden character, so that one more than before is told from those that were there."""
    line, counted = 1, 0
    for at in _positions(path, text):
        char = text[at]
        line += text.count("\n", counted, at)
        counted = at
        yield Problem(
            f"It holds {_name(char)}: a reader sees another text than a program reads.",
            f"Leave it out; where the value needs it, write the escape, as in a string {_escape(char)}.",
            line,
            identity=char,
        )


def far(path: str, text: str) -> Iterator[Problem]:
    """Text so far behind blanks that nobody sees it, each known by what stands there."""
    if PurePosixPath(path).suffix.lower() in _PROSE:
        return
    line, counted = 1, 0
    for found in islice(_GAP.finditer(text), LOOKED_AT):
        at = found.end() - 1
        line += text.count("\n", counted, at)
        counted = at
        behind = text[at : at + LINE_CHARS].split("\n", 1)[0].rstrip()
        yield Problem(
            f"Text stands behind {at - found.start()} blanks: a reader does not see it.",
            "Write it on a line of its own.",
            line,
            identity=f"far {behind}",
        )


def _positions(path: str, text: str) -> Iterator[int]:
    """The place where hidden characters stand that this kind of file does not need there."""
    suffix = PurePosixPath(path).suffix.lower()
    prose = suffix in _PROSE
    translation = prose and (suffix in _TRANSLATIONS or bool(_TRANSLATED.search(path)))
    flags = {at for found in _FLAG.finditer(text) for at in range(found.start() + 1, found.end())}
    triples, counted, seen = 0, 0, 0
    for candidate in _CANDIDATE.finditer(text):
        at = candidate.start()
        char = text[at]
        if not _is_hidden(char) or (char == "\r" and text[at + 1 : at + 2] == "\n"):
            continue
        seen += 1
        if seen > LOOKED_AT:  # no honest text has so many: the rest is not looked at closer
            yield at
            continue
        triples += text.count('"""', counted, at)
        counted = at
        if translation and (char in _MARKS or char in _ISOLATES):
            continue
        if prose and char in _MARKS and _near_letters(text, at):
            continue
        if (prose or triples % 2 or _quoted(text, at)) and (at in flags or _belongs(text, at)):
            continue
        yield at


def _is_hidden(char: str) -> bool:
    code = ord(char)
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or char in _BLANKS
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE0FFF
    )


def _belongs(text: str, at: int) -> bool:
    """Return whether a joiner or a variation selector stands where writing needs it."""
    char, left, right = text[at], text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if char in _JOINERS:
        emoji = char == "\u200d" and (_is_emoji(left) or left == "\ufe0f") and _is_emoji(right)
        return emoji or (_joins(left) and (_joins(right) or not right or right.isspace() or right in "\"'.,"))
    if char in "\ufe0e\ufe0f":
        return _is_emoji(left) or (left in "0123456789#*" and right == "\u20e3")
    if 0xE0100 <= ord(char) <= 0xE01EF:
        return bool(left) and unicodedata.name(left, "").startswith("CJK ")
    return False


def _is_emoji(char: str) -> bool:
    """A pictograph, or a skin tone after one."""
    return bool(char) and (unicodedata.category(char) == "So" or 0x1F3FB <= ord(char) <= 0x1F3FF or char in "↔↕©®™‼⁉")


def _joins(char: str) -> bool:
    """A letter or mark of a script that writes with joiners: Arabic, Syriac, Mongolian, those of India and its east."""
    code = ord(char) if char else 0
    return (
        0x0600 <= code <= 0x08FF
        or 0x0900 <= code <= 0x0DFF
        or 0x0F00 <= code <= 0x109F
        or 0x1780 <= code <= 0x18AF
        or 0xFB50 <= code <= 0xFDFF
        or 0xFE70 <= code <= 0xFEFC
    ) and unicodedata.category(char)[0] in "LM"


def _near_letters(text: str, at: int) -> bool:
    """Return whether letters of a right-to-left passage are near: a mark that orders digits or punctuation beside such
    letters."""
    around = text[max(0, at - 20) : at + 20]
    return text[at] == "\xad" or any(unicodedata.bidirectional(c) in ("R", "AL") for c in around)


def _quoted(text: str, at: int) -> bool:
    """Inside a string or a comment, as far as its own line tells."""
    line = text[max(text.rfind("\n", max(0, at - LINE_CHARS), at) + 1, at - LINE_CHARS) : at]
    if any(line.count(quote) % 2 for quote in "\"'`"):
        return True
    return "#" in line or "//" in line or line.lstrip().startswith(("*", "--"))


@cache
def _name(char: str) -> str:
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'a control character').lower()})"


@cache
def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


GATE = FileGate(
    name="hidden_characters",
    why="Control characters, direction overrides and zero-width blanks make a file read differently from how it works.",
    when=(When.EDIT, When.ROUND, When.COMMIT),
    check=check,
    one_of_a_kind=True,
    mandatory=True,
)
