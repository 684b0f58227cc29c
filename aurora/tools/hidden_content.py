"""The content that `context_window.exclude` hides, taken out of the output of tests and tools.

Known by three marks: a frame that lies in a hidden file (its source lines, and what an assertion there shows), a line
or a long literal of a hidden file that stands verbatim in the output, and the file's own path. What a test prints in
other words (encoded, reversed, in pieces) can't be told from anything else: docs/using/hidden-files.md says so.
"""

import builtins
import keyword
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

HIDDEN_FILE = "[hidden file]"
HIDDEN_TEXT = "[hidden text]"
WHOLE_LINE = 10
"""Characters from which on a line that stands alone is taken for the file's."""
PIECE = 16
"""Characters from which on a line or literal is looked for inside other lines."""
MOST_PIECES = 50_000
SOURCE_LINES = 12
"""That Node shows of a file that does not load."""

WITHOUT_MEANING = frozenset({
    *keyword.kwlist, *dir(builtins), "self", "cls", "const", "let", "var", "function", "new", "this", "null",
    "undefined", "catch", "throw", "switch", "case", "default", "export", "void", "typeof", "true", "false", "console",
    "error", "err", "exc", "args", "kwargs", "func", "result", "__main__",
})  # fmt: skip
"""Words of the languages, and names that everybody uses: a line of nothing else says nothing of its file."""
FURNITURE = frozenset({
    "Traceback (most recent call last):",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
})  # fmt: skip
_IMPORTED = re.compile(r"(?:import|from) +([a-zA-Z_]\w*)")

_LITERAL = re.compile(r"([\"'`])((?:(?!\1)[^\\\n]){16,400})\1")
_VALUE = re.compile(r"^\s*[\w.\"'-]{1,80}\s*[:=]\s*([^\s\"'`].{15,400})$", re.M)
_PREFIX = re.compile(r"^\s*(?:E\s+|>\s*|[+-]\s+|\??\s*\d+\s*[|:]\s*|>\s*\d+\s*\|\s*)*")
_PYTHON_FRAME = re.compile(r'^(\s*(?:E\s+)?)File "([^"\n]+)", line \d+')
_PYTEST_FRAME = re.compile(r"^([^\s:][^:\n]{0,300}):\d+: (.*)$")
_BARE_PLACE = re.compile(r"^(?:file://)?(/?[^\s:][^:\n]{0,300}):\d+$")
_CODE_FRAME = re.compile(r"^\s*>?\s*\d*\s*[|│]")
_ASSERTED = re.compile(
    r"^E\s+(?:assert\b|AssertionError\b|(?:\+|-|\?|and|where)\s|[-+?] )|^E\s{3,}\S*\s*[+-]?\s+where "
)
_RULER = re.compile(r"^(?:_ ){5}|^[_=-]{5,}|^\s*$")
_TOKEN = re.compile(r"[^\s\"'`()\[\]<>,;=|]+")
_PLACE = re.compile(r"(?::\d+){1,2}:?$")


@dataclass(frozen=True)
class HiddenContent:
    """The hidden files of one tree. `shared`: lines and literals of them that stand in visible files, too."""

    paths: frozenset[str]
    texts: Mapping[str, str]
    shared: frozenset[str] = frozenset()
    _lines: set[str] = field(default_factory=set, compare=False)
    _starts: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for count, piece in enumerate(self._pieces()):
            if count >= MOST_PIECES:
                break
            if len(piece) >= WHOLE_LINE and piece not in self.shared:
                self._lines.add(piece)
            if len(piece) >= PIECE:  # a shared one, too: what lies within it is shared with it
                self._starts.setdefault(piece[:PIECE], []).append(piece)

    def __bool__(self) -> bool:
        return bool(self.paths)

    def without(self, shared: Collection[str]) -> "HiddenContent":
        return HiddenContent(self.paths, self.texts, frozenset(shared))

    def quoted(self, text: str) -> frozenset[str]:
        """The lines and literals of hidden files in `text`, as they stand there: it may be cut short."""
        found = {piece for line in text.split("\n") for _, _, piece in self._spans(line)}
        found |= {bare for line in text.split("\n") for bare in (line.strip(), _bare(line)) if bare in self._lines}
        return frozenset(found)

    def mask(self, text: str) -> str:
        """`text` without what is known to be of hidden files; what was taken out is said at its end."""
        if not text or not self.paths:
            return text
        lines, dropped = self._without_frames(text.split("\n"))
        kept: list[str] = []
        for line in lines:
            whole = line.strip() in self._lines or _bare(line) in self._lines
            masked = HIDDEN_TEXT if whole else self._without_pieces(line)
            dropped += masked != line
            kept.append(self._without_paths(masked))
        said = f"\n[… {dropped} lines of files that aurora.yaml hides (context_window.exclude) are left out …]"
        return "\n".join(kept) + (said if dropped else "")

    def holds(self, name: str) -> bool:
        """Return whether a path as a program prints it, absolute or with a scheme, is one of a hidden file."""
        name = _PLACE.sub("", name.removeprefix("file://").partition("::")[0]).removeprefix("./").rstrip(":.")
        parts = name.split("/")
        return any("/".join(parts[at:]) in self.paths for at in range(len(parts)))

    # ── frames ──

    def _without_frames(self, lines: list[str]) -> tuple[list[str], int]:
        gone = {at for block in self._blocks(lines) for at in block}
        return [line for at, line in enumerate(lines) if at not in gone], len(gone)

    def _blocks(self, lines: list[str]) -> Iterator[Collection[int]]:
        """Numbers of the lines that quote a hidden file, by the frames they belong to."""
        at = 0
        while at < len(lines):
            line, end = lines[at], at + 1
            if found := _PYTHON_FRAME.match(line):
                if self.holds(found[2]):
                    yield _deeper(lines, at, len(found[1]))
            elif (found := _PYTEST_FRAME.match(line)) and self.holds(found[1]):
                yield _after(lines, at) if found[2].startswith("in ") else _before(lines, at)
            elif (found := _BARE_PLACE.match(line)) and self.holds(found[1]):
                yield range(at + 1, min(at + 1 + SOURCE_LINES, _first(lines, at + 1, _RULER)))
            elif _CODE_FRAME.match(line):
                while end < len(lines) and _CODE_FRAME.match(lines[end]):
                    end += 1
                if self._names(*_nonblank(lines[max(0, at - 4) : at][::-1]), *_nonblank(lines[end : end + 4])):
                    yield range(at, end)
            at = end

    def _names(self, *lines: str) -> bool:
        return any(self.holds(token) for line in lines for token in _TOKEN.findall(line))

    # ── words ──

    def _without_pieces(self, line: str) -> str:
        for start, end, _ in reversed(list(self._spans(line))):
            line = line[:start] + HIDDEN_TEXT + line[end:]
        return line

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        at = 0
        while at + PIECE <= len(text):
            known = self._starts.get(text[at : at + PIECE], ())
            end = max((_disclosed(text, at, piece) for piece in known), default=0)
            if end > at and text[at:end] not in self.shared:
                yield at, end, text[at:end]
            at = max(end, at + 1)

    def _without_paths(self, line: str) -> str:
        def said(found: "re.Match[str]") -> str:
            token = found[0]
            if ("/" not in token and "." not in token) or not self.holds(token):
                return token
            name, colons, rest = token.partition("::")
            place = _PLACE.search(name)
            return HIDDEN_FILE + (place[0] if place else "") + colons + rest

        return _TOKEN.sub(said, line)

    def _pieces(self) -> Iterator[str]:
        for text in self.texts.values():
            for line in text.splitlines():
                bare = line.strip()
                if sum(map(str.isalnum, bare)) >= WHOLE_LINE // 2 and not _says_nothing(bare):
                    yield bare
            yield from (found[2].strip() for found in _LITERAL.finditer(text))
            yield from (found[1].strip() for found in _VALUE.finditer(text))


def _says_nothing(line: str) -> bool:
    """Return whether it would stand in any file of its language: `return None`, `from typing import Any`."""
    if line in FURNITURE:
        return True
    if found := _IMPORTED.match(line):
        return found[1] in sys.stdlib_module_names and '"' not in line and "'" not in line
    return all(word in WITHOUT_MEANING for word in re.findall(r"\w+", line))


def _disclosed(text: str, at: int, piece: str) -> int:
    """The place where `piece` ends that begins at `at`, whole or as a runner cuts it short; 0 where it is another
    text."""
    if text.startswith(piece, at):
        return at + len(piece)
    same = next((n for n, c in enumerate(piece) if text[at + n : at + n + 1] != c), len(piece))
    cut = at + same == len(text) or text.startswith(("...", "…", "\n[…"), at + same)
    return at + same if cut else 0


def _bare(line: str) -> str:
    return _PREFIX.sub("", line, count=1).strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _deeper(lines: list[str], at: int, depth: int) -> range:
    """The source lines below a Python frame."""
    end = at + 1
    mark = lines[at][:depth]
    while end < len(lines) and lines[end].startswith(mark) and _indent(lines[end][len(mark) :]) > 0:
        if _PYTHON_FRAME.match(lines[end]):
            break
        end += 1
    return range(at + 1, end)


def _after(lines: list[str], at: int) -> list[int]:
    """The lines below pytest's `path:line: in f`: source lines, and what an assertion in that file shows."""
    gone = []
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if not line.startswith(("    ", "E ", ">")):
            break
        if not line.startswith("E ") or _ASSERTED.match(line):
            gone.append(number)
    return gone


def _before(lines: list[str], at: int) -> list[int]:
    """Above pytest's `path:line: Error`: the whole function, as its long form shows it."""
    gone = []
    for number in range(at - 1, -1, -1):
        line = lines[number]
        if _PYTEST_FRAME.match(line) or (_RULER.match(line) and line.strip()):
            break
        if line.strip() and (not line.startswith("E ") or _ASSERTED.match(line)):
            gone.append(number)
    return gone


def _first(lines: list[str], start: int, ends: "re.Pattern[str]") -> int:
    return next((at for at in range(start, len(lines)) if ends.match(lines[at])), len(lines))


def _nonblank(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()][:2]
