"""The reason why a passage does not occur in a file: what differs where it nearly does, and the lines most like it."""

import difflib
import re
import unicodedata

from aurora.labelled import labelled
from aurora.output import REDACTED, hidden_characters, redact, reveal

MAX_LINES_COMPARED = 5_000
_NUMBERED = re.compile(r"(?m)^ *\d+(?:  |\t| ?[|:→] ?)")
_ESCAPE = re.compile(r"\\([\\\"'nt`])")
_QUOTES = {ord(c): plain for plain, odd in (("'", "‘’‚`´"), ('"', "“”„«»")) for c in odd}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-") | {0xA0: " ", 0x202F: " ", 0x2026: "..."}


def explained(text: str, old: str) -> str:
    """The most telling difference, and the nearest lines with their numbers. Both texts have `\\n` line ends."""
    if not text:
        return ""
    said = [hint for applies, hint in _hints(text, old) if applies][:1]
    return "\n".join([*said, *_nearest(text, old)])


def _hints(text: str, old: str) -> list[tuple[bool, str]]:
    """The most telling first."""
    unnumbered = _NUMBERED.sub("", old)
    bare, quoted = old.strip("\n"), str.maketrans({"'": '"', "`": '"'})
    lines = [line for line in bare.split("\n") if line.strip()]
    return [
        (unnumbered != old and unnumbered in text, "It holds line numbers of read_file: leave them out."),
        (bool(bare) and bare in text, "Only line breaks at its beginning or end differ."),
        (old.expandtabs() in text.expandtabs(), "Only tabs and spaces differ: copy the indentation exactly."),
        (
            bool(_squeezed(old)) and _squeezed(old) in _squeezed(text),
            "Only white space differs: copy indentation, tabs and blank lines exactly as read_file shows them.",
        ),
        (
            old in reveal(text) or old in _spelled_out(text),
            f"The file holds hidden characters here: {', '.join(hidden_characters(text))[:120]}. Copy their marks.",
        ),
        (old.translate(quoted) in text.translate(quoted), "Only the kind of quotes differs."),
        (_plain(old) in _plain(text), "Only typographic quotes, dashes or spaces differ."),
        (_nfc(old) in _nfc(text), "Only the Unicode form of a letter differs."),
        (old.lower() in text.lower(), "Only upper and lower case differ."),
        (_unescaped(old) in text, "Only escaping differs: `old` holds backslashes that the file does not."),
        (
            REDACTED in old and REDACTED not in redact(text),
            f"It holds {REDACTED}, and nothing of this file is redacted.",
        ),
        (
            len(lines) > 1 and all(line in text for line in lines),
            "Each of its lines occurs, but not in this order, or others stand between them.",
        ),
    ]  # fmt: skip


def _spelled_out(text: str) -> str:
    """The text with the escape of most languages where a character is hidden."""
    return "".join(f"\\u{ord(c):04x}" if hidden_characters(c) else c for c in text) if hidden_characters(text) else text


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> str:
    return text.translate(_QUOTES | _DASHES)


def _unescaped(text: str) -> str:
    """The text without one level of backslashes."""
    return _ESCAPE.sub(lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)


def _nearest(text: str, old: str) -> list[str]:
    """The passage of the file around the line most like the longest of `old`, and how that line differs."""
    lines = text.split("\n")[:MAX_LINES_COMPARED]
    wanted = [(at, line) for at, line in enumerate(old.split("\n")[:40]) if line.strip()]
    if not wanted or not lines:
        return []
    offset, longest = max(wanted, key=lambda one: len(one[1]))
    best = _most_like(lines, longest)
    if best < 0:
        return ["No line of the file resembles it: read the file again, it may have changed."]
    start = max(0, best - min(offset, 4) - 1)
    stop = max(best + 3, min(start + len(old.split("\n")) + 2, best + 8))
    shown = [f"{start + i + 1:5d}  {reveal(line[:200])}" for i, line in enumerate(lines[start:stop])]
    said = ["The nearest lines are:", labelled("\n".join(redact(line) for line in shown))]
    if lines[best] != longest and len(longest) <= 200 >= len(lines[best]):
        differing = f"Line {best + 1} is {_spelled(lines[best])}, and `old` has {_spelled(longest)}."
        said.append(labelled(redact(differing)))
    return said


def _spelled(line: str) -> str:
    """Its tabs and the blanks at its ends made visible."""
    return repr(reveal(line)).replace("\\\\", "\\")


def _most_like(lines: list[str], wanted: str) -> int:
    matcher = difflib.SequenceMatcher(a="", b=wanted.strip()[:200], autojunk=False)
    best, best_ratio = -1, 0.5
    for index, line in enumerate(lines):
        matcher.set_seq1(line.strip()[:200])
        if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
            ratio = matcher.ratio()
            if ratio > best_ratio:
                best, best_ratio = index, ratio
    return best
