"""Exact search and replace: the one way a passage of a file is changed. A miss says why and shows the nearest lines."""

import difflib
import re
import unicodedata

from aurora.errors import ToolRefusal
from aurora.output import hidden_characters, reveal

SHOWN_MATCHES = 10
MAX_LINES_COMPARED = 5_000
DIFF_LINES = 60


def apply(text: str, old: str, new: str, *, expect_once: bool = True) -> str:
    """`text` with `old` replaced by `new`; line ends and the final newline stay as the file has them.

    Raises `ToolRefusal` with the number and lines of the matches, or with the nearest lines when there is none."""
    if not old:
        raise ToolRefusal("`old` is empty: give the exact passage to replace, or use write_file for a new file.")
    if old == new:
        raise ToolRefusal("`old` and `new` are the same; nothing was changed.")
    if "\r\n" in text and (old not in text or "\n" not in text.replace("\r\n", "")):
        old, new = _crlf(old), _crlf(new)
    count = text.count(old)
    if count == 0:
        raise ToolRefusal(_no_match(text, old))
    if count > 1 and expect_once:
        lines = ", ".join(map(str, _lines_of(text, old))) + (", …" if count > SHOWN_MATCHES else "")
        raise ToolRefusal(f"`old` occurs {count} times (at lines {lines}); give more lines around the one you mean.")
    changed = text.replace(old, new)
    if changed and text.endswith("\n") and not changed.endswith("\n"):
        changed += "\r\n" if text.endswith("\r\n") else "\n"
    return changed


def occurs(text: str, old: str) -> bool:
    """Whether `apply` has more to do than to refuse: what it does then takes no longer than reading the text."""
    return not old or old in text or ("\r\n" in text and _crlf(old) in text)


def diff(path: str, before: str, after: str) -> str:
    """A unified diff with one line of context, at most `DIFF_LINES` lines: what a tool's result shows."""
    names = (f"a/{path}", f"b/{path}")
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), *names, n=1, lineterm=""))
    if len(lines) > DIFF_LINES:
        lines = [*lines[:DIFF_LINES], f"[… {len(lines) - DIFF_LINES} more lines of diff …]"]
    return "\n".join(lines)


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _lines_of(text: str, old: str) -> list[int]:
    found: list[int] = []
    start = text.find(old)
    while start >= 0 and len(found) < SHOWN_MATCHES:
        found.append(text.count("\n", 0, start) + 1)
        start = text.find(old, start + len(old))
    return found


def _no_match(text: str, old: str) -> str:
    if not text:
        return "`old` does not occur: the file is empty. Use write_file."
    said = ["`old` does not occur in the file; nothing was changed."]
    said += [hint for applies, hint in _hints(text, old) if applies][:1]
    return "\n".join([*said, *_nearest(text, old)])


def _hints(text: str, old: str) -> list[tuple[bool, str]]:
    """The most telling first."""
    unnumbered = re.sub(r"(?m)^ *\d+(?:  |\t)", "", old)
    return [
        (unnumbered != old and unnumbered in text, "It holds read_file's line numbers: leave them out."),
        (old.expandtabs() in text.expandtabs(), "Only tabs and spaces differ: copy the indentation exactly."),
        (
            bool(_squeezed(old)) and _squeezed(old) in _squeezed(text),
            "Only white space differs: copy indentation, tabs and blank lines exactly as read_file shows them.",
        ),
        (old in reveal(text), f"The file holds hidden characters here: {', '.join(hidden_characters(text))[:120]}."),
        (_nfc(old) in _nfc(text), "Only the Unicode form of a letter differs."),
        (old.lower() in text.lower(), "Only upper and lower case differ."),
    ]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _nearest(text: str, old: str) -> list[str]:
    """The lines of the file around the one most like the longest line of `old`."""
    lines = text.splitlines()[:MAX_LINES_COMPARED]
    wanted = [line for line in old.splitlines()[:40] if line.strip()]
    if not wanted or not lines:
        return []
    matcher = difflib.SequenceMatcher(a="", b=max(wanted, key=len).strip()[:200], autojunk=False)
    best, best_ratio = -1, 0.5
    for index, line in enumerate(lines):
        matcher.set_seq1(line.strip()[:200])
        if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
            ratio = matcher.ratio()
            if ratio > best_ratio:
                best, best_ratio = index, ratio
    if best < 0:
        return ["No line of the file resembles it: read the file again, it may have changed."]
    start = max(0, best - 2)
    shown = [f"{start + i + 1:5d}  {line[:200]}" for i, line in enumerate(lines[start : best + 3])]
    return ["The nearest lines are:", *shown]
