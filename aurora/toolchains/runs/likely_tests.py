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
    """Whether its name, or a folder's, has `test` or `spec` as a word."""
    suffixes = tuple(suffix for language in languages for suffix in language.suffixes)
    declarations = tuple(suffix for language in languages for suffix in language.declarations)
    folder, name = posixpath.split(path)
    stem = posixpath.splitext(name)[0]
    folders = folder.split("/")
    if not name.endswith(suffixes) or stem in _SCENERY or name.endswith(declarations):
        return False
    if any(part in _ELSEWHERE or part.startswith(".") for part in folders if part):
        return False
    return any(_words(part) & _WORDS for part in (*folders, stem))


def _words(name: str) -> set[str]:
    """`userTest`, `user_test`, `user.test` and `__tests__` all have the word."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return set(re.split(r"[^a-z]+", apart.lower()))


async def found(box: Box, languages: Sequence[Language]) -> Sequence[str]:
    """Their paths, sorted; at most as many as one search tells."""
    written = "|".join(language.test_line for language in languages)
    named = [entry.path for entry in await box.files() if entry.kind == "file" and named_so(entry.path, languages)]
    if not named:
        return ()
    found = await box.search(written, named[:LOOKED_AT], limit=LOOKED_AT, per_file=1)
    return tuple(sorted({match.path for match in found.matches}))
