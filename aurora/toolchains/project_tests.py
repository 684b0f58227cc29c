"""Which files are a project's tests or their support: the one answer, for policy, gates, survey and judge alike.

Three things say it, recorded in the toolchain when it was detected: the test roots, the names that the runner collects,
and what the runner's configuration loads beside the tests (plugins, set-up files, preloaded modules).
"""

import functools
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from aurora.domain.workspace import Toolchain
from aurora.globs import BadPattern, Globs

PYTHON_NAMES = ("test_*.py", "*_test.py")
"""What pytest collects unless it is told otherwise."""
UNITTEST_NAMES = (*PYTHON_NAMES, "tests.py")
ALWAYS = ("conftest.py", "**/__mocks__/**", "**/__tests__/**", "**/__snapshots__/**", "**/__fixtures__/**", "*.snap")
"""Names that runners themselves give a meaning."""
_NODE_NAME = re.compile(r"[^/]+[._-](test|spec)\.[cm]?[jt]sx?|test-[^/]+\.[cm]?[jt]sx?")
_PYTHON = (".py", ".pyi")
MAX_GLOBS = 100


def is_test(toolchain: Toolchain, path: str) -> bool:
    """Whether it belongs to the tests: theirs to write, frozen with them, and not the code's."""
    return _Answer.of(toolchain).is_test(path)


def is_collected(toolchain: Toolchain, path: str) -> bool:
    """Whether the runner takes tests from a file of this name."""
    return _Answer.of(toolchain).is_named(path)


def of_roots(roots: tuple[str, ...], path: str) -> bool:
    """The answer for a Python project of which only the test roots are known."""
    return _answer("python", roots, PYTHON_NAMES, ()).is_test(path)


def names(toolchain: Toolchain) -> tuple[str, ...]:
    """The globs of what the runner collects in the project's own language; none for Node's usual names."""
    if toolchain.test_files:
        return toolchain.test_files
    if toolchain.language == "node":
        return ()
    return PYTHON_NAMES if toolchain.runner == "pytest" else UNITTEST_NAMES


class _Answer:
    def __init__(self, language: str, roots: Sequence[str], collected: Sequence[str], support: Sequence[str]) -> None:
        self.language = language
        cleaned = [root.strip("/").removeprefix("./") for root in roots]
        # a root that is the whole repository says nothing of a file: then its name decides
        self.roots = tuple(root for root in cleaned if root not in ("", "."))
        self.collected = Globs(usable(collected))
        self.support = Globs((*ALWAYS, *usable(support)[: 200 - len(ALWAYS)]))

    @classmethod
    def of(cls, toolchain: Toolchain) -> "_Answer":
        return _answer(toolchain.language, toolchain.test_roots, names(toolchain), toolchain.test_support)

    def is_test(self, path: str) -> bool:
        if any(path == root or path.startswith(root + "/") for root in self.roots):
            return True
        return self.is_named(path) or self.support.match(path)

    def is_named(self, path: str) -> bool:
        if self.collected.match(path):
            return True
        name = PurePosixPath(path).name
        if name.endswith(_PYTHON):
            # of another language than the project's nothing is configured: the usual names count
            return self.language != "python" and any(PurePosixPath(name).match(usual) for usual in PYTHON_NAMES)
        return _NODE_NAME.fullmatch(name) is not None


@functools.lru_cache(maxsize=64)
def _answer(language: str, roots: tuple[str, ...], collected: tuple[str, ...], support: tuple[str, ...]) -> _Answer:
    return _Answer(language, roots, collected, support)


# ── patterns of the runners, as ours ─────────────────────────────────────────────────────────────────────────────


def usable(patterns: Iterable[str]) -> tuple[str, ...]:
    """Those that can be matched; others name nothing here."""
    found: list[str] = []
    for pattern in dict.fromkeys(patterns):
        try:
            Globs((pattern,))
        except BadPattern:
            continue
        if pattern.strip("/*"):  # everything is no answer
            found.append(pattern)
    return tuple(found[:MAX_GLOBS])


def spread(glob: str) -> tuple[str, ...]:
    """Globs as Node's runners write them, without braces and extended groups: `?(*.)+(spec|test).[jt]s?(x)`."""
    waiting, done = [glob], list[str]()
    while waiting and len(waiting) + len(done) <= MAX_GLOBS:
        one = waiting.pop()
        # innermost first, so that no group holds another
        group = re.search(r"([?*+@!]?)\(([^()]*)\)|\{([^{}]*)\}", one)
        if group is None:
            done.append(re.sub(r"/{2,}", "/", one).removeprefix("./"))
            continue
        head, tail = one[: group.start()], one[group.end() :]
        kind = group[1] or ""
        if group[3] is not None:
            choices = group[3].split(",")
        elif kind == "!":
            choices = ["*"]
        else:
            choices = group[2].split("|") + ([""] if kind in ("?", "*") else [])
        waiting += [head + choice + tail for choice in choices]
    return tuple(dict.fromkeys(done))
