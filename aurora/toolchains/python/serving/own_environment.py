"""Environment files that the application reads by itself: what a committed one holds is no variable without a value."""

import ast
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator

from aurora.toolchains.folders import above
from aurora.toolchains.python.serving.sources import Source

_NAME = re.compile(r"(?:[\w.-]+/|\.{1,2}/)*\.env(?:\.\w+)*")
_FINDERS = frozenset({"dotenv", "decouple", "environs", "environ"})
"""Packages that look for a file `.env` by themselves."""
_EXAMPLES = re.compile(r"\.(example|sample|template|dist|test|testing)$")
MOST = 10


def files(read: Iterable[Source], cwd: str, paths: Collection[str]) -> tuple[str, ...]:
    """Committed ones, seen from the folder of who reads it, from one above, or from the application's own."""
    found = dict.fromkeys(
        path
        for source in read
        for name in _named(source)
        for folder in (*above(posixpath.dirname(source.path)), *above(cwd))
        if (path := posixpath.normpath(posixpath.join(folder, name))) in paths and not _EXAMPLES.search(path)
    )
    return tuple(found)[:MOST]


def _named(source: Source) -> Iterator[str]:
    if any(one.name.partition(".")[0] in _FINDERS for one in source.imports):
        yield ".env"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
            yield node.value
