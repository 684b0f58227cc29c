"""Parts of a plan that are done: what of each the evidence shows and the later parts are told."""

from aurora.domain.findings import Report, TestCounts
from aurora.domain.plan import CoveredBehaviour
from aurora.domain.value import Digest, Sha, Value


class FinishedPart(Value):
    number: int
    """Number from 1."""
    title: str
    operations: tuple[str, ...] = ()
    behaviours: tuple[CoveredBehaviour, ...] = ()
    """The part's planned tests, numbered within the part, and what checks each."""
    red: int = 0
    """Its frozen tests that were red first."""
    green: TestCounts = TestCounts()
    """Of the whole suite when the part was done."""
    rounds: int = 0
    """Rounds of reflexion."""
    reports: tuple[Report, ...] = ()
    """Reports of its last round, the heads."""
    said: str = ""
    """The coder's message when it finished: its own words, which nobody verified."""
    commit: Sha
    """The place where the next part begins: the part's own commit, where each part has one."""
    subject: str = ""
    """Subject of its commit, where each part has one."""
    diff: Digest | None = None
    evidence: Digest | None = None
    """Evidence of its commit, where each part has one."""


class FinishedParts(Value):
    parts: tuple[FinishedPart, ...] = ()

    @property
    def operations(self) -> int:
        return len({operation for part in self.parts for operation in part.operations})
