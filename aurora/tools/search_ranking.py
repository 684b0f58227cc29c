"""The order in which a search's matches are told, and what of them is told where not all fit.

First code, then other text and examples, then tests (unless the search is about them), then what is generated,
vendored, a lock or minified. Within each: where the name is defined, then whole words, then parts of words, then
comments. Then by path.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from aurora.labelled import on_a_line
from aurora.ports import Found, Match
from aurora.text import counted

ALL_CHARS = 6_000
"""Characters in which everything is told, however many matches a file has."""
OF_ONE_FILE, LEAST_OF_ONE, LINES = 10, 3, 120
"""Matches of one file that are told where not everything fits, fewer of each where many files have some."""
NAMED = 8
"""Files whose left-out matches are counted by name."""
SHOWN_CHARS = 240
"""Characters of a matching line."""
SKIPPED_NAMED = 4
"""Files that were not searched, by name, of each kind."""

_MADE = re.compile(
    r"(?i)(?:^|/)(?:node_modules|site-packages|vendor|vendored|third[_-]party|dist|build|\.next|__generated__|generated"
    r"|__snapshots__|__pycache__|coverage|htmlcov|migrations|cassettes|locale|locales)/"
    r"|(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|go\.sum|[^/]*\.lock|[^/]*[-.]lock\.(?:ya?ml|json))$"
    r"|\.(?:min\.[cm]?js|min\.css|map|snap|svg|po|pot|ipynb|bundle\.js)$|_pb2(?:_grpc)?\.pyi?$|\.(?:pb|gen|generated)\.[a-z]+$"
)
_EXAMPLE = re.compile(r"(?i)(?:^|/)(?:docs?|examples?|samples?|demos?|benchmarks?|\.github)/")
_TEXT = frozenset(
    (".md", ".rst", ".txt", ".adoc", ".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".html", ".htm", ".css", ".xml",
     ".csv", ".lock", ".log", "")
)  # fmt: skip
_DEFINES = re.compile(
    r"""(?x)^\s*(?:export\s+|default\s+|declare\s+|abstract\s+|public\s+|private\s+|protected\s+|static\s+|readonly\s+
        |async\s+|final\s+|pub\s+|override\s+)*
    (?:def|class|function\*?|interface|type|enum|const|let|var|struct|trait|fn|func|module|namespace|get|set
        |create\s+table(?:\s+if\s+not\s+exists)?)\s+[\"`'\[]?$""",
    re.IGNORECASE,
)
"""The words before a name that is defined."""
_BEFORE_NAME = re.compile(
    r"^\s*(?:(?:async|static|public|private|protected|readonly|override|export)\s+)*(?:self\.|this\.)?$"
)
_ASSIGNED = re.compile(r"\s*(?::[^=]{1,80})?=(?!=)")
_METHOD = re.compile(r"\s*\([^()]{0,200}\)\s*(?::[^{;]{1,80})?\{\s*$")
_COMMENT = re.compile(r"^\s*(?:#|//|/?\*|--|<!--)")


@dataclass(frozen=True)
class Ranked:
    """`shown`: matches in the order in which they are shown; `left_out`: how many more each file has."""

    shown: Sequence[Match]
    left_out: dict[str, int]


def ranked(found: Found, *, is_test: Callable[[str], bool], about_tests: bool) -> Ranked:
    """`about_tests`: whether tests count as code here."""
    ordered = sorted(found.matches, key=lambda match: _key(match, is_test, about_tests))
    everything = len(found.matches) == sum(found.counts.values())
    if not (everything and (len(found.counts) == 1 or sum(map(_size, ordered)) <= ALL_CHARS)):
        most = max(LEAST_OF_ONE, min(OF_ONE_FILE, LINES // max(1, len(found.counts))))
        seen: dict[str, int] = {}
        few = []
        for match in ordered:
            seen[match.path] = seen.get(match.path, 0) + 1
            if seen[match.path] <= most or len(found.counts) == 1:
                few.append(match)
        ordered = few
    return Ranked(ordered, left_out(found, ordered))


def _size(match: Match) -> int:
    return len(match.path) + min(len(match.text), SHOWN_CHARS) + 8


def left_out(found: Found, reported: Sequence[Match]) -> dict[str, int]:
    """The number of matches of each file that are not shown, the most first."""
    rest = dict(found.counts)
    for match in reported:
        rest[match.path] = rest.get(match.path, 1) - 1
    return dict(sorted(((path, n) for path, n in rest.items() if n > 0), key=lambda one: (-one[1], one[0])))


def summed_up(found: Found, rest: dict[str, int]) -> str:
    """The summary of the rest, with the files that have the most of it; empty when everything is."""
    if not rest and not found.ended:
        return ""
    total, files = sum(found.counts.values()), len(found.counts)
    more = "more than " if found.ended else ""
    names = ", ".join(f"{on_a_line(path)} ({count})" for path, count in list(rest.items())[:NAMED])
    others = f" and {len(rest) - NAMED} more files" if len(rest) > NAMED else ""
    shown = f"; not shown: {names}{others}" if rest else ""
    return f"[… {more}{total} matches in {counted(files, 'file')}{shown}; narrow the pattern or the glob …]"


def skipped(found: Found) -> list[str]:
    """A line for each kind of file that was not searched, or not whole."""
    return [
        f"[{what}: {', '.join(map(on_a_line, paths[:SKIPPED_NAMED]))}{_others(len(paths) - SKIPPED_NAMED)}]"
        for what, paths in (
            ("Not searched, binary", found.binary),
            ("Not searched, over 2 MB", found.large),
            ("Searched only in the first 10000 characters of its long lines", found.long_lines),
        )
        if paths
    ]


def _others(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _key(match: Match, is_test: Callable[[str], bool], about_tests: bool) -> tuple[int, int, str, int]:
    return _file_class(match.path, is_test, about_tests), _line_class(match), match.path, match.line


def _file_class(path: str, is_test: Callable[[str], bool], about_tests: bool) -> int:
    if _MADE.search(path):
        return 3
    if not about_tests and is_test(path):
        return 2
    return 1 if _EXAMPLE.search(path) or PurePosixPath(path).suffix.lower() in _TEXT else 0


def _line_class(match: Match) -> int:
    text, start, end = match.text, match.start, match.end
    whole = not (_in_word(text, start - 1) and _in_word(text, start)) and not (
        _in_word(text, end) and _in_word(text, end - 1)
    )
    if _COMMENT.match(text):
        return 4
    if _is_definition(text, start, end):
        return 0 if whole else 1
    return 2 if whole else 3


def _is_definition(text: str, start: int, end: int) -> bool:
    """Return whether the match is, begins in, or covers the name that its line defines."""
    while start > 0 and _in_word(text, start - 1) and _in_word(text, start):
        start -= 1
    matched = text[start:end]
    if _DEFINES.match(text[:start]) or re.match(
        r"\s*(?:def|class|function|interface|type|enum|const|func|fn)\s+\w", matched
    ):
        return True
    while _in_word(text, end):
        end += 1
    rest = text[end:]
    return bool(_BEFORE_NAME.match(text[:start]) and (_ASSIGNED.match(rest) or _METHOD.match(rest)))


def _in_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] in "_$")
