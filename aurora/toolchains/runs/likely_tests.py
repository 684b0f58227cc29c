"""Files that look like tests, whatever the runner collects: named for it, and holding what a test is written as.

A guess, and used as one: where a runner collected nothing it is the difference between a project without tests and a
project whose tests were not found.
"""

import posixpath
import re
from collections.abc import Sequence

from aurora.ports import Box
from aurora.toolchains.language import Language

LOOKED_AT = 400
_WORDS = frozenset({"test", "tests", "spec", "specs"})
_ELSEWHERE = frozenset(
    {"node_modules", "site-packages", "vendor", "vendored", "third_party", "fixtures", "testdata", "templates"}
    | {"skeleton", "examples", "docs", "dist", "build"}
)
"""Folders whose tests are somebody else's, or an example of some."""
_SCENERY = frozenset({"conftest", "__init__"})


def named_so(path: str, languages: Sequence[Language]) -> bool:
    """Return whether its name, or a folder's, has `test` or `spec` as a word."""
    if not _is_source(path, languages) or _elsewhere(path):
        return False
    return any(_words(part) & _WORDS for part in posixpath.splitext(path)[0].split("/"))


def _is_source(path: str, languages: Sequence[Language]) -> bool:
    suffixes = tuple(suffix for language in languages for suffix in language.suffixes)
    declarations = tuple(suffix for language in languages for suffix in language.declarations)
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return path.endswith(suffixes) and stem not in _SCENERY and not path.endswith(declarations)


def _elsewhere(path: str) -> bool:
    return any(part in _ELSEWHERE or part.startswith(".") for part in path.split("/")[:-1])


def _words(name: str) -> set[str]:
    """`userTest`, `user_test`, `user.test` and `__tests__` all have the word."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return set(re.split(r"[^a-z]+", apart.lower()))


async def found(box: Box, languages: Sequence[Language]) -> Sequence[str]:
    """Their paths, sorted; at most as many as one search tells. Where no name says test, what stands in a file may."""
    files = [entry.path for entry in await box.files() if entry.kind == "file"]
    written = "|".join(language.test_line for language in languages)
    named = [path for path in files if named_so(path, languages)]
    if named and (seen := await _with(box, written, named)):
        return seen
    signs = "|".join(language.test_sign for language in languages if language.test_sign)
    sources = [path for path in files if _is_source(path, languages) and not _elsewhere(path)]
    return await _with(box, signs, sources) if signs and sources else ()


async def _with(box: Box, pattern: str, paths: Sequence[str]) -> tuple[str, ...]:
    found = await box.search(pattern, paths[:LOOKED_AT], limit=LOOKED_AT, per_file=1)
    return tuple(sorted({match.path for match in found.matches}))
