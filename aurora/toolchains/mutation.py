"""Test mutants of test modules: the same tests with an outcome that is known before they run.

A test that stays green where it must fail was not judged by its assertions. Four ways, each catching what the others
can't:

`same`: an assertion that holds is added, so that the text is another and the outcome is not; sees what lies only where
it knows the test's text. `first`: a failing assertion stands first, nothing of the test runs; sees what was altered at
import or by a plugin. `last`: it stands at the end, whatever became of the rest; sees what the code under test alters
when it is called. `expected`: one value that the test compares with is another, and in further rounds one comparison of
each other kind that the test makes; sees objects that equal everything or lie in another comparison, and assertion
methods that assert nothing.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Mutation(StrEnum):
    SAME = "same"
    FIRST = "first"
    LAST = "last"
    EXPECTED = "expected"


SAID = {
    Mutation.SAME: "an assertion that holds stands first in it, and nothing else is changed",
    Mutation.FIRST: "a failing assertion stands first in it",
    Mutation.LAST: "a failing assertion stands last in it",
    Mutation.EXPECTED: "one of its comparisons was altered so that it can't hold",
}


@dataclass
class TestMutant:
    __test__ = False  # by its name pytest would take it for a class of tests

    text: str
    altered: set[str] = field(default_factory=set)
    """Tests that must fail now; that must pass, in the way `same`. As in a test id: `Class::name`, `suite > name`."""
    likely: set[str] = field(default_factory=set)
    """Tests that should, but may come from another place than the one that was altered: generated or inherited ones."""


class Maker(Protocol):
    def __call__(
        self, text: str, names: Collection[str], mutation: Mutation, chance: random.Random, nth: int = 0
    ) -> TestMutant:
        """Make a mutant from a module's text and names of tests, its own or not, as in test ids. `nth`: which kind of
        comparison is altered in the way `expected`. Raises `SyntaxError` for another text."""
