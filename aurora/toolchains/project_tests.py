"""The files that are a project's tests or their support: the one answer, for policy, gates, survey, doctor and judge.

Everything that says it is recorded in the toolchain when it is detected: the test roots, the names that the runner
collects, the names that are usual, and what the runner's configuration loads beside the tests (plugins, set-up files,
preloaded modules). The plugins in the sandbox get the same rule as regular expressions.
"""

import functools
import json
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence

from aurora.domain.workspace import Toolchain
from aurora.globs import MAX_PATTERNS, BadPattern, Globs

ALWAYS = ("conftest.py", "**/__mocks__/**", "**/__tests__/**", "**/__snapshots__/**", "**/__fixtures__/**", "*.snap")
"""Names that runners themselves give a meaning."""
MAX_GLOBS = 100
WHOLE = "."
"""A root that is the whole repository says nothing of a file: then its name decides."""
_EVERY_SOURCE = re.compile(r"/?(\*\*/)*\*+(\.(py|(\[?[cm]+\]?)?(\[jt\]|j|t)sx?))?")
"""A glob of every source file: the runner takes tests from each that lies in a root, and elsewhere it says nothing."""
MAX_RULE_BYTES = 100_000
"""An environment variable holds 128 KB."""


def is_test(toolchain: Toolchain, path: str) -> bool:
    """Return whether it belongs to the tests: theirs to write, frozen with them, and not the code's."""
    return _rules(toolchain).is_test(path)


def is_collected(toolchain: Toolchain, path: str) -> bool:
    """Return whether the runner takes tests from a file of this name."""
    return _rules(toolchain).collected.match(path)


def in_root(toolchain: Toolchain, path: str, root: str) -> bool:
    """Return whether one of the test roots holds a file; of a root that is the whole repository, its tests."""
    return is_within(root, path, functools.partial(is_test, toolchain))


def is_within(root: str, path: str, is_test: Callable[[str], bool]) -> bool:
    root = cleaned(root)
    return is_test(path) if root == WHOLE else path == root or path.startswith(root + "/")


def cleaned(root: str) -> str:
    """A test root as settings name it, in one spelling: `./tests/` as `tests`, the whole repository as `.`."""
    return posixpath.normpath(root.strip("/") or WHOLE)


def expressions(toolchain: Toolchain) -> str:
    """The rule as a JSON list of regular expressions, each for a whole path: Python and JavaScript read them alike."""
    rules = _rules(toolchain)
    found: list[str] = []
    size = 2
    for one in (*(f"{re.escape(root)}(?:/.*)?" for root in rules.roots), *map(expression, rules.globs)):
        size += len(json.dumps(one)) + 2
        if size > MAX_RULE_BYTES:
            break
        found.append(one)
    return json.dumps(found)


class Rules:
    def __init__(self, roots: Sequence[str], collected: Sequence[str], support: Sequence[str] = ()) -> None:
        """`collected`, `support`: globs, of what the runner takes tests from and of what it loads beside them."""
        self.roots = tuple(root for root in map(cleaned, roots) if root != WHOLE)
        self.collected = Globs(usable(collected))
        self.telling = Globs(tuple(one for one in self.collected.patterns if not _EVERY_SOURCE.fullmatch(one)))
        self.support = Globs((*ALWAYS, *usable(support)[: MAX_PATTERNS - len(ALWAYS)]))

    @property
    def globs(self) -> tuple[str, ...]:
        return (*self.telling.patterns, *self.support.patterns)

    def is_test(self, path: str) -> bool:
        if any(path == root or path.startswith(root + "/") for root in self.roots):
            return True
        return self.telling.match(path) or self.support.match(path)


def _rules(toolchain: Toolchain) -> Rules:
    return _made(toolchain.test_roots, (*toolchain.usual_tests, *toolchain.test_files), toolchain.test_support)


@functools.lru_cache(maxsize=64)
def _made(roots: tuple[str, ...], collected: tuple[str, ...], support: tuple[str, ...]) -> Rules:
    return Rules(roots, collected, support)


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


def expression(glob: str) -> str:
    """One glob as a regular expression for a whole path, in what Python's `re` and JavaScript's have in common."""
    names = glob.rstrip(" ").strip("/").split("/")
    folder = "/.+" if glob.rstrip(" ").endswith("/") and names[-1] != "**" else "(?:/.*)?"
    if len(names) == 1 and not glob.startswith("/"):
        names = ["**", *names]  # a bare name counts at every depth
    said = ""
    for at, name in enumerate(names):
        if name != "**":
            said += _name(name) + ("/" if at < len(names) - 1 else folder)
        elif at == len(names) - 1:
            said += ".+"
        elif at == 0 or names[at - 1] != "**":
            said += "(?:.*/)?"
    return said


def _name(glob: str) -> str:
    """One part of a path, as `fnmatch` reads it."""
    said, rest = "", glob
    while rest:
        one, rest = rest[0], rest[1:]
        if one == "*":
            said += "" if said.endswith("[^/]*") else "[^/]*"
        elif one == "?":
            said += "[^/]"
        elif one == "[" and (group := re.match(r"(!?)(\]?[^\]]*)\]", rest)):
            rest = rest[group.end() :]
            inside = re.sub(r"([\[\]^&~|])", r"\\\1", group[2])
            said += f"[{'^/' if group[1] else ''}{inside}]"
        else:
            said += re.escape(one)
    return said
