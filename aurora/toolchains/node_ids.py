"""Node ids across two runs. Real suites put random values into parametrised ids, so an id alone proves no absence."""

from collections import Counter
from collections.abc import Iterable, Sequence


def function_of(node: str) -> str:
    """The id without its parameters: `tests/test_a.py::test_b[x-1]` is `tests/test_a.py::test_b`."""
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
        if "[" in node and strangers[function] > 0:
            strangers[function] -= 1
        else:
            gone.append(node)
    return gone
