"""Money, usage, delivery, and the outcome of a task."""

from enum import StrEnum
from typing import Literal

from aurora.domain.task import Draft
from aurora.domain.value import Digest, Sha, Short, Value


class Usage(Value):
    """Tokens as the service reported them, and what they cost."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    microdollars: int = 0
    calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            microdollars=self.microdollars + other.microdollars,
            calls=self.calls + other.calls,
        )

    @property
    def tokens(self) -> int:
        """Sent and received, cached ones counted."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def dollars(self) -> float:
        return self.microdollars / 1_000_000


class OutcomeKind(StrEnum):
    COMMITTED = "committed"
    ABANDONED = "abandoned"
    EXHAUSTED = "exhausted"
    OUT_OF_BUDGET = "out_of_budget"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Delivery(Value):
    """The place where the commit went. `held`: it waits in the artifacts for a client to fetch it."""

    state: Literal["delivered", "already_delivered", "held", "refused"]
    branch: str
    commit: Sha
    where: str = ""
    behind_by: int | None = None
    """Commits the base's branch has gained since; said, never rebased silently."""
    why: str = ""


class Outcome(Value):
    kind: OutcomeKind
    summary: Short = ""
    commit: Sha | None = None
    branch: str = ""
    delivery: Delivery | None = None
    evidence: Digest | None = None
    draft: Draft | None = None
    """The last draft: the work is kept whatever the outcome."""
    kept: str = ""
    """The ref that holds it in the source repository, when the outcome is no commit."""
    usage: Usage = Usage()
    open_microdollars: int = 0
    """Upper bound of calls whose usage nobody knows."""
