"""Twins of test modules: the same tests with an outcome that is known before they run.

A test that stays green where it must fail was not judged by its assertions. Four ways, each catching what the others
can't:

`same`: an assertion that holds is added, so that the text is another and the outcome is not; sees what lies only where
it knows the test's text. `first`: a failing assertion stands first, nothing of the test runs; sees what was altered at
import or by a plugin. `last`: it stands at the end, whatever became of the rest; sees what the code under test alters
when it is called. `expected`: one value that the test compares with is another; sees objects that equal everything, and
assertion methods that assert nothing.
"""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Way(StrEnum):
    SAME = "same"
    FIRST = "first"
    LAST = "last"
    EXPECTED = "expected"


SAID = {
    Way.SAME: "an assertion that holds stands first in it, and nothing else is changed",
    Way.FIRST: "a failing assertion stands first in it",
    Way.LAST: "a failing assertion stands last in it",
    Way.EXPECTED: "a value that it expects was replaced by another",
}


@dataclass
class Twin:
    text: str
    altered: set[str] = field(default_factory=set)
    """Tests that must fail now; that must pass, in the way `same`. As in a node id: `Class::name`, `suite > name`."""


Maker = Callable[[str, Collection[str], Way, random.Random], Twin]
"""Of a module's text, and names of tests, its own or not, as in node ids. Raises `SyntaxError` for another text."""
