"""Test ids across two runs. Real suites put random values into parametrised ids, so an id alone proves no absence.

pytest's are `tests/test_a.py::TestB::test_c[1]`, those of Node's runners `tests/a.test.ts > suite > name`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from aurora.text import counted, fit

NAME_BYTES = 160
"""Bytes of one test's name where many are listed."""
MAX_CHARS = 2_000
STEP = " > "
"""Step between the parts of a test id in Node, as vitest and jest print them."""
_NUMBER = re.compile(r"(?: \(in project [^()\s]*\))?(?: \(same name, \d+\))?$")
"""The text that the reporters put behind a test's name: its project where several run the file, its number where the
file has the name twice."""


def bounded(test_id: str) -> str:
    """The id at a length that can be kept; of a longer one the end is a digest, so that two stay two."""
    if len(test_id) <= MAX_CHARS:
        return test_id
    digest = hashlib.sha256(test_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{test_id[: MAX_CHARS - len(digest) - 1]}…{digest}"


def _separator(test_id: str) -> str:
    """The separator of the two that comes first: names may hold the other."""
    return min("::", STEP, key=lambda mark: (test_id.find(mark) < 0, test_id.find(mark)))


def path_of(test_id: str) -> str:
    """The test file of an id."""
    return test_id.partition(_separator(test_id))[0]


def within(test_id: str) -> str:
    """The id without its file."""
    return test_id.partition(_separator(test_id))[2]


def name_of(test_id: str) -> str:
    """The test's own name."""
    return test_id.rpartition(_separator(test_id))[2]


def same_name(test_id: str, number: int) -> str:
    return test_id if number == 1 else f"{test_id} (same name, {number})"


def without_number(test_id: str) -> str:
    """A test id as Node's runner knows it: tests of one name can only be selected together."""
    return _NUMBER.sub("", test_id)


def function_of(test_id: str) -> str:
    """A pytest id without its parameters: `tests/test_a.py::test_b[x-1]` is `tests/test_a.py::test_b`. Brackets in a
    name of Node are just words."""
    if _separator(test_id) == STEP:
        return test_id
    path, mark, rest = test_id.partition("::")
    return path + mark + rest.split("[", 1)[0]


def missing(expected: Sequence[str], there: Iterable[str]) -> list[str]:
    """Expected ids that are not there, unless as many other cases of the same function took their place."""
    found = set(there)
    strangers = Counter(function_of(test_id) for test_id in found - set(expected))
    gone = []
    for test_id in expected:
        if test_id in found:
            continue
        function = function_of(test_id)
        # brackets in a name of Node are just words
        if "[" in test_id and _separator(test_id) == "::" and strangers[function] > 0:
            strangers[function] -= 1
        else:
            gone.append(test_id)
    return gone


def folded(test_ids: Iterable[str], most: int) -> list[str]:
    """Lines that name the tests of each file together: `tests/test_a.py: TestB::test_c, test_d (12 cases)`.

    At most `most` names in all; the last line says how many tests have none."""
    files: dict[str, dict[str, list[str]]] = {}
    for test_id in test_ids:
        files.setdefault(path_of(test_id), {}).setdefault(within(function_of(test_id)), []).append(test_id)
    lines, named, left = [], 0, 0
    for path, functions in files.items():
        names = []
        for function, cases in functions.items():
            if named >= most:
                left += len(cases)
                continue
            named += 1
            whole = within(cases[0]) if len(cases) == 1 else f"{function} ({len(cases)} cases)"
            names.append(fit(" ".join(whole.split()), NAME_BYTES))
        if names:
            mark = "; " if any(STEP in name or ", " in name for name in names) else ", "
            lines.append(f"- {path}: {mark.join(names)}" if any(names) else f"- {path}")
    return lines + ([f"- and {counted(left, 'more test')}"] if left else [])
