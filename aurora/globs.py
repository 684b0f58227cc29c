"""Path patterns as in .gitignore, compiled from settings that anybody with a push may have written."""

import functools
from collections.abc import Iterable, Sequence

from pathspec import GitIgnoreSpec

MAX_PATTERNS = 200
MAX_PATTERN_CHARS = 300
MAX_STARS_IN_PART = 3
"""Each star of one path part is a loop of the regular expression: three keep the worst case cubic in 255."""
MAX_DOUBLE_STARS = 4


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
            if why := _trouble(pattern):
                raise BadPattern(index, why)
        self.patterns = tuple(patterns)
        self._spec = GitIgnoreSpec.from_lines(self.patterns)
        self._matches = functools.lru_cache(maxsize=65_536)(self._spec.match_file)

    def match(self, path: str) -> bool:
        """`path` is relative, `/` separated."""
        return self._matches(path)

    def first(self, paths: Iterable[str]) -> str | None:
        return next((path for path in paths if self.match(path)), None)


def _trouble(pattern: str) -> str:
    if not pattern.strip() or pattern.startswith("#"):
        return f"{pattern!r} is empty or a comment and would match nothing"
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"a pattern of {len(pattern)} characters; at most {MAX_PATTERN_CHARS}"
    if pattern.startswith("!"):
        return f"{pattern!r}: negation is not read here; use include and exclude"
    if "\\" in pattern or any(ord(c) < 32 for c in pattern):
        return f"{pattern!r} holds a backslash or a control character; separate folders by `/`"
    parts = pattern.split("/")
    if ".." in parts or "." in parts:
        return f"{pattern!r} holds a `.` or `..` part; patterns are relative to the repository's root"
    if any(part.count("*") > MAX_STARS_IN_PART for part in parts) or parts.count("**") > MAX_DOUBLE_STARS:
        return f"{pattern!r} holds too many stars (at most {MAX_STARS_IN_PART} in one part, {MAX_DOUBLE_STARS} `**`)"
    try:
        GitIgnoreSpec.from_lines([pattern])
    except ValueError:
        return f"{pattern!r} is not a pattern as in .gitignore"
    return ""
