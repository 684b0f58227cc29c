"""Packages that install and load on the image's Node and don't work there: a run shows only that nothing happens."""

import re
from collections.abc import Iterator, Mapping

_MAJOR = re.compile(r"[\^~=v]*(\d+)(?:\.[\dx*]|$)")
"""Of a range within one major version; others may be newer."""
_SINCE = {
    "pg": (
        8,
        "does not connect on Node 14 and later, so that tests with a PostgreSQL wait without end; 8.0.3 and later do",
    ),
}
"""Package -> the first major version that works, and what older ones do."""


def notes(named: Mapping[str, str]) -> Iterator[str]:
    """`named`: package -> the range that is declared."""
    for name, (first, reported) in _SINCE.items():
        major = _MAJOR.match(named.get(name, "").strip())
        if major and int(major[1]) < first:
            yield f"{name} {named[name].strip()} {reported}"
