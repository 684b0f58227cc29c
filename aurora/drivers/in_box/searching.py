"""A regular expression looked for in files, line by line."""

import contextlib
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

from .safe_paths import Refused, TooLarge

MAX_LINE = 800
"""Characters of a line that are told: more than are shown, so that no half of a credential is."""
BEFORE = 300
"""Of them before the match."""
SEARCHED_LINE = 10_000
"""Characters of a line that are searched."""
SECONDS = 10
NAMED = 1_000
"""Files of each kind that were not searched, or not whole, by name."""
MEDIA = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".woff", ".woff2", ".ttf", ".otf",
    ".eot", ".pdf", ".zip", ".gz", ".tgz", ".xz", ".bz2", ".whl", ".jar", ".mo", ".pyc", ".so", ".mp3", ".mp4", ".wav",
)  # fmt: skip
"""Nobody expects text in them: neither read nor named."""
LINE_END = re.compile(r"\r\n|\r|\n")
"""Line end as editors and linters count lines: `splitlines` knows many more ends."""
_OF_ONE_LINE = re.compile(r"\(\?[<=!(]|\\[AZB]")
"""Patterns that match within one line, and not in a text."""


def search(
    written: str, paths: Iterable[str], read: Callable[[str], bytes], *, limit: int, per_file: int
) -> dict[str, Any]:
    """At most `limit` matches, of one file at most `per_file` (0: any number), and the number of those of each file."""
    found: dict[str, Any] = {"matches": [], "counts": {}, "binary": [], "large": [], "long_lines": [], "ended": False}
    pattern, quick = _compiled(written)
    for path in paths:
        if path.lower().endswith(MEDIA):
            continue
        try:
            content = read(path)
        except TooLarge:
            found["large"].append(path)
            continue
        except Refused:
            continue
        text = _text(content)
        if text is None:
            found["binary"].append(path)
        elif quick is None or quick.search(text):
            _in_file(path, text, pattern, found, limit, per_file)
            if len(found["matches"]) >= limit:
                found["ended"] = True
                break
    return {**found, **{kind: found[kind][:NAMED] for kind in ("binary", "large", "long_lines")}}


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """End a search that takes too long; compiling the pattern counts."""
    previous = signal.signal(signal.SIGALRM, _too_slow)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _in_file(path: str, text: str, pattern: re.Pattern[str], found: dict[str, Any], limit: int, per_file: int) -> None:
    count, long = 0, False
    lines = text.split("\n")
    for number, line in enumerate(lines[: len(lines) - (not lines[-1])], 1):
        long = long or len(line) > SEARCHED_LINE
        match = pattern.search(line[:SEARCHED_LINE])
        if match is None:
            continue
        count += 1
        if (not per_file or count <= per_file) and len(found["matches"]) < limit:
            found["matches"].append([path, number, *_around(line, *match.span())])
    if count:
        found["counts"][path] = count
    if long:
        found["long_lines"].append(path)


def _around(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A line, or what of a long one stands around the match, and where the match is in it."""
    if len(line) <= MAX_LINE:
        return line, start, end
    first = max(0, min(start - BEFORE, len(line) - MAX_LINE))
    shown = line[first : first + MAX_LINE]
    return shown, start - first, min(end - first, len(shown))


def _text(content: bytes) -> str | None:
    """The text with `\\n` line ends; None for what is no text."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if content.startswith(mark):
            text = content[len(mark) :].decode(name, "replace")
            break
    else:
        if b"\0" in content[:8000]:
            return None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return LINE_END.sub("\n", text) if "\r" in text else text


def _compiled(written: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """The pattern for a line; and for a whole text, where what matches a line of it is sure to match in it."""
    try:
        pattern = re.compile(written)
        return pattern, None if _OF_ONE_LINE.search(written) else re.compile(written, pattern.flags | re.MULTILINE)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        at = getattr(error, "pos", None)
        near = f", near {written[max(0, at - 10) : at + 10]!r}" if at is not None else ""
        raise Refused(
            f"{written[:400]!r} is not a regular expression: {error}{near}; a literal ( [ {{ . * + ? \\ needs a "
            "backslash before it"
        ) from error


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    raise Refused(f"the search took over {SECONDS} s: give a simpler pattern or fewer paths")
