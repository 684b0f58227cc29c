"""Path patterns as in .gitignore, from settings that anybody with a push may have written.

Matched part by part and not as one regular expression: libraries (pathspec) translate a whole pattern into one, and
`**/*a*a*/**/*a*a*/**/x` against a path of many a's then runs for minutes. Here the worst case is parts times parts.
pathspec is the measure in the tests.
"""

import fnmatch
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_PATTERNS = 200
MAX_PATTERN_CHARS = 300


class BadPattern(ValueError):
    """`index` of the offending pattern, and why."""

    def __init__(self, index: int, why: str) -> None:
        super().__init__(why)
        self.index = index


class Globs:
    """`**/*.py` matches at every depth, `frontend/**` a whole folder, `build` a file or folder of that name."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises `BadPattern`."""
        if len(patterns) > MAX_PATTERNS:
            raise BadPattern(MAX_PATTERNS, f"{len(patterns)} patterns; at most {MAX_PATTERNS}")
        for index, pattern in enumerate(patterns):
            if why := _error(pattern):
                raise BadPattern(index, why)
        self.patterns = tuple(patterns)
        self._compiled = tuple(map(_compile, patterns))

    def match(self, path: str) -> bool:
        """`path` is relative, `/` separated."""
        parts = path.split("/")
        return any(pattern.match(parts) for pattern in self._compiled)


@dataclass(frozen=True)
class _Pattern:
    parts: tuple[re.Pattern[str] | None, ...]
    """None is `**`."""
    folders_only: bool

    def match(self, path: Sequence[str]) -> bool:
        """Return whether the path, or a folder above it, is what the pattern names."""
        reached = {0}
        for index, part in enumerate(self.parts):
            if part is None:
                first = min(reached) + (1 if index == len(self.parts) - 1 else 0)
                reached = set(range(first, len(path) + 1))
            else:
                reached = {at + 1 for at in reached if at < len(path) and part.match(path[at])}
            if not reached:
                return False
        return any(0 < end < len(path) or (end == len(path) and not self.folders_only) for end in reached)


@functools.lru_cache(maxsize=4_096)
def _compile(pattern: str) -> _Pattern:
    pattern = pattern.rstrip(" ")
    names = pattern.strip("/").split("/")
    # `a/**/` says no less than `a/**`
    folders_only = pattern.endswith("/") and (names[-1] != "**" or set(names) == {"**"})
    if len(names) == 1 and not pattern.startswith("/"):
        names = ["**", *names]  # a bare name counts at every depth
    parts: list[re.Pattern[str] | None] = []
    for name in names:
        if name != "**":
            parts.append(re.compile(fnmatch.translate(name)))
        elif not parts or parts[-1] is not None:
            parts.append(None)
    return _Pattern(tuple(parts), folders_only)


def _error(pattern: str) -> str:
    if not pattern.strip(" /") or pattern.startswith("#"):
        return f"{pattern!r} is empty or a comment and would match nothing"
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"a pattern of {len(pattern)} characters; at most {MAX_PATTERN_CHARS}"
    if pattern.startswith("!"):
        return f"{pattern!r}: negation is not read here; use include and exclude"
    if "\\" in pattern or any(ord(c) < 32 for c in pattern):
        return f"{pattern!r} holds a backslash or a control character; separate folders by `/`"
    parts = pattern.strip("/ ").split("/")
    if any(part in ("", ".", "..") for part in parts):
        return f"{pattern!r} holds an empty, `.` or `..` part; patterns are relative to the repository's root"
    return ""
