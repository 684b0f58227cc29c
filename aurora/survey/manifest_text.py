"""Texts of a repository as its own tools read them: in the encoding they name, through links that stay inside."""

import codecs
import posixpath
import re
from collections.abc import Awaitable, Callable

MOST_LINKS = 8
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
"""UTF-32 first: its mark begins with the one of UTF-16."""
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""PEP 263, which pip takes in requirements files, too."""


def decoded(content: bytes) -> str | None:
    """The text, its byte order mark cut off; none for what is no text in the encoding it names, or in UTF-8."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    if not encoding:
        named = next((found for line in content.split(b"\n", 2)[:2] if (found := _CODING.match(line))), None)
        encoding = named[1].decode("ascii") if named else "utf-8"
    try:
        codecs.lookup(encoding)
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None


async def resolved(path: str, target: Callable[[str], Awaitable[str | None]]) -> str | None:
    """The path of the file behind links of the repository; none where one leads out of it or in a circle.

    `target`: what a link says, none for what is none."""
    parts, done, links = path.split("/"), "", 0
    while parts:
        part = parts.pop(0)
        step = posixpath.join(done, part)
        said = await target(step)
        if said is None:
            done = step
            continue
        links += 1
        there = posixpath.normpath(posixpath.join(done, said))
        if links > MOST_LINKS or there.startswith(("/", "..")):
            return None
        parts, done = [*(there.split("/") if there != "." else []), *parts], ""
    return done
