"""A unified diff made to fit into a brief: cut by files, never through the middle of the whole.

A pure function of the text. What a reader needs least goes first, and the head names every file that was shortened or
left out, so that nobody takes what is shown for all there is.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from aurora.text import counted

SMALLEST_PIECE = 300
"""Characters of a file's diff below which a piece of it tells nothing."""
_CUT = ", the rest of this file is not shown …]"
_START = "diff --git "
_SOURCE = re.compile(r"\.(pyi?|[mc]?[tj]sx?|vue|svelte|go|rs|java|kt|rb|php|cs|sql|proto|graphql)$")
_TEST = re.compile(
    r"(^|/)(tests?|__tests__|spec)/|(^|/)(test_[^/]*|conftest|tests)\.py$|_test\.py$|\.(test|spec)\.[^/.]+$"
)
_MADE = re.compile(r"(^|/)(package-lock\.json|[^/]*\.lock|[^/]*-lock\.(yaml|json)|[^/]*\.(min\.js|map|snap|svg))$")
_ESCAPED = re.compile(r"\\([0-7]{3}|.)")
_CONTROL = {"n": b"\n", "t": b"\t", "r": b"\r", "a": b"\a", "b": b"\b", "f": b"\f", "v": b"\v"}


@dataclass(frozen=True)
class FileDiff:
    path: str
    text: str

    @property
    def need(self) -> int:
        """The rank of a file for a reader, the least number first: source, tests, other files, generated and binary
        ones."""
        if _MADE.search(self.path) or "\n@@ " not in self.text:
            return 3
        if _TEST.search(self.path):
            return 1
        return 0 if _SOURCE.search(self.path) else 2

    @property
    def is_new(self) -> bool:
        return "\nnew file mode " in self.text.partition("\n@@ ")[0]

    @property
    def is_cut(self) -> bool:
        """True if `fitted` shortened it."""
        return self.text.rstrip("\n").endswith(_CUT)


def fitted(diff: str, limit: int, *, elsewhere: Collection[str] = ()) -> str:
    """At most `limit` characters of a diff, unchanged where it fits. `elsewhere`: paths that the reader is shown
    anyway, which are left out and counted."""
    head, files = split(diff)
    kept = [file for file in files if file.path not in elsewhere]
    fewer = len(files) - len(kept)
    left_out = f"[… {counted(fewer, 'file')} shown elsewhere left out …]\n" if fewer else ""
    whole = head + left_out + "".join(file.text for file in kept)
    if len(whole) <= limit:
        return whole
    head = _clipped(head, limit // 8) + left_out
    ordered = sorted(kept, key=lambda file: file.need)  # stable: within one need as git orders them
    room = limit - len(head) - limit // 8
    shares = _shares(ordered, max(0, room))
    pieces = [(file, _piece(file.text, share)) for file, share in zip(ordered, shares, strict=True)]
    short = [file.path for file, piece in pieces if piece and piece != file.text]
    gone = [file.path for file, piece in pieces if not piece]
    body = "".join(piece for _, piece in pieces)
    notes = _named("shown in part", short, limit // 16) + _named("not shown for length", gone, limit // 16)
    return (notes + head + body)[:limit]


def split(diff: str) -> tuple[str, tuple[FileDiff, ...]]:
    """The text before the first file, and the files in order. Lines of content never begin as a file does."""
    starts = [found.start() for found in re.finditer(rf"^{_START}", diff, re.MULTILINE)]
    if not starts:
        return diff, ()
    ends = [*starts[1:], len(diff)]
    texts = (diff[start:end] for start, end in zip(starts, ends, strict=True))
    return diff[: starts[0]], tuple(FileDiff(_path(text), text) for text in texts)


def _shares(files: Sequence[FileDiff], room: int) -> list[int]:
    """Characters of each: need by need, and within one the small ones whole before the large ones share the rest."""
    shares = [0] * len(files)
    for need in sorted({file.need for file in files}):
        waiting = sorted(
            (i for i, file in enumerate(files) if file.need == need), key=lambda i: (len(files[i].text), i)
        )
        while waiting:
            at = waiting[0]
            fair = room // len(waiting)
            if fair < min(SMALLEST_PIECE, len(files[at].text)):
                waiting.pop()  # the largest goes, so that the others keep enough to tell something
                continue
            shares[at] = min(len(files[at].text), fair)
            room -= shares[at]
            waiting.pop(0)
    return shares


def _piece(text: str, share: int) -> str:
    """The first whole lines of one file's diff; empty where not even its first hunk begins."""
    if len(text) <= share:
        return text
    mark = f"[… {len(text)} characters in all{_CUT}\n"
    end = text.rfind("\n", 0, max(0, share - len(mark))) + 1
    hunk = text.find("\n@@ ")
    if hunk < 0 or end <= text.find("\n", hunk + 1) + 1:
        return ""
    return text[:end] + mark


def _named(what: str, paths: Sequence[str], limit: int) -> str:
    """One line with as many names as fit, and the number of the others."""
    if not paths:
        return ""
    shown: list[str] = []
    room = limit - len(what) - 40
    for path in paths:
        if len(path) + 2 > room:
            break
        shown.append(path)
        room -= len(path) + 2
    others = len(paths) - len(shown)
    names = ", ".join(shown) + (f"{' and ' if shown else ''}{others} more" if others else "")
    return f"[… {what}: {names} …]\n"


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 2)] + "…\n"


def _path(text: str) -> str:
    """The place where the file is after the change, or was before it."""
    header = text.partition("\n@@ ")[0]
    for mark in ("\n+++ ", "\n--- "):
        at = header.find(mark)
        if at >= 0:
            name = _unquoted(header[at + len(mark) :].partition("\n")[0])
            if name != "/dev/null":
                return name[2:]
    # nothing but modes, or a binary file: both names are the same
    names = header.partition("\n")[0].removeprefix(_START)
    return _unquoted(names[len(names) // 2 + 1 :])[2:]


def _unquoted(name: str) -> str:
    """The path as git writes names: those with odd characters in quotes and with escapes, those with blanks before a
    tab."""
    if not (name.startswith('"') and name.rstrip().endswith('"')):
        return name.rstrip("\t")
    raw, at, inner = b"", 0, name.rstrip()[1:-1]
    for found in _ESCAPED.finditer(inner):
        raw += inner[at : found.start()].encode("utf-8", "replace")
        said = found[1]
        raw += bytes([int(said, 8) & 255]) if len(said) == 3 else _CONTROL.get(said, said.encode("utf-8", "replace"))
        at = found.end()
    return (raw + inner[at:].encode("utf-8", "replace")).decode("utf-8", "replace")
