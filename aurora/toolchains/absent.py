"""A package that tests ask for and that is not installed, as one of their messages says."""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Absent(NamedTuple):
    what: str
    """As it is asked for: `freezegun`, `the fixture 'mocker'`."""
    package: str
    """Package as it is installed; empty where nobody knows."""


Reader = Callable[[str], Iterable[Absent]]
"""The reading of one message."""
