"""Node ids across two runs. Real suites put random values into parametrised ids, so an id alone proves no absence.

pytest's are `tests/test_a.py::TestB::test_c[1]`, those of Node's runners `tests/a.test.ts > suite > name`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

STEP = " > "
"""Between the parts of a Node id, as vitest and jest print them."""
_NUMBER = re.compile(r" \(same name, \d+\)$")
"""What the reporters put behind the name of a second test in a file that has the first one's."""


def _separator(node: str) -> str:
    """Which of the two comes first: names may hold the other."""
    return min("::", STEP, key=lambda mark: (node.find(mark) < 0, node.find(mark)))


def path_of(node: str) -> str:
    """The test file of an id."""
    return node.partition(_separator(node))[0]


def within(node: str) -> str:
    """The id without its file."""
    return node.partition(_separator(node))[2]


def name_of(node: str) -> str:
    """The test's own name."""
    return node.rpartition(_separator(node))[2]


def same_name(node: str, number: int) -> str:
    return node if number == 1 else f"{node} (same name, {number})"


def without_number(node: str) -> str:
    """A Node id as the runner knows it: tests of one name can only be selected together."""
    return _NUMBER.sub("", node)


def function_of(node: str) -> str:
    """A pytest id without its parameters: `tests/test_a.py::test_b[x-1]` is `tests/test_a.py::test_b`. Brackets in a
    name of Node are just words."""
    if _separator(node) == STEP:
        return node
    path, mark, rest = node.partition("::")
    return path + mark + rest.split("[", 1)[0]


def missing(expected: Sequence[str], there: Iterable[str]) -> list[str]:
    """Expected ids that are not there, unless as many other cases of the same function took their place."""
    found = set(there)
    strangers = Counter(function_of(node) for node in found - set(expected))
    gone = []
    for node in expected:
        if node in found:
            continue
        function = function_of(node)
        # brackets in a name of Node are just words
        if "[" in node and _separator(node) == "::" and strangers[function] > 0:
            strangers[function] -= 1
        else:
            gone.append(node)
    return gone
