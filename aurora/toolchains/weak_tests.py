"""Tests that can't fail for the reason they were written: told when they are written, from their text alone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class WeakTest:
    name: str
    """Name as far as the text tells it: `Class::test_name`, `suite > name`."""
    line: int
    why: str
    """The text after the test's name: `asserts nothing: …`."""


class WeaknessReader(Protocol):
    def __call__(self, text: str, subjects: Collection[str]) -> tuple[WeakTest, ...]:
        """Find the weak tests of a test module. `subjects`: names of the functions and classes that its tests are
        about.

        Where it can't be determined whether a test asserts something, it is none of these. Raises nothing."""


NOTHING = "asserts nothing: no assertion is reached in it, so it passes whatever comes back"
OWN_MOCK = "asserts only on calls of mocks that it calls itself"


def replaced(name: str) -> str:
    return f"mocks what it is about: it replaces `{name}` and then calls it"
