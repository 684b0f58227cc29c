"""The place where one test stands in its file: what may be rewritten, and the rest that may not change with it."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class TestRange:
    """A file's text in three parts; joined they are the file."""

    head: str
    source: str
    """The test, decorators included."""
    tail: str
    assertions: int
    """Assertions that are reached and that can fail."""
    exact: int
    """Those of them that compare with what is expected, or expect an error."""
    marks: frozenset[str] = frozenset()
    """Marks that decide about it beside its assertions: decorators, modifiers of a Node test (`skip`), fixtures that it
    takes, what it imports, mocks that it makes."""

    @property
    def rest(self) -> str:
        """Digest of the file without the test."""
        return sha256(f"{len(self.head)}\0{self.head}{self.tail}".encode("utf-8", "surrogatepass")).hexdigest()


Finder = Callable[[str, str], TestRange | None]
"""Of a module's text and a test's name as in its id, without file and parameters. None where no single range is the
test: generated, inherited or defined twice, or a text that can't be read."""


def weaker(before: TestRange, after: TestRange) -> list[str]:
    """The ways in which the second version of a test may ask for less than the first one."""
    found = [] if before.assertions else ["its assertions can't be determined by their form"]
    if after.assertions < before.assertions:
        found.append(f"{after.assertions} assertions instead of {before.assertions}")
    if after.exact < before.exact:
        found.append(f"{after.exact} comparisons with what is expected instead of {before.exact}")
    if added := sorted(after.marks - before.marks):
        found.append(f"new on it: {', '.join(added)}")
    return found
