"""The tests that judge a draft: what was frozen, what it was red against, and what was rewritten since."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from aurora.domain.value import Digest, Sha, Value

_MARKS = ("::", " > ")
"""Marks behind the file in a test's id, of pytest and of Node's runners."""


class Snapshot(Value):
    """A commit that can be restored on any worker."""

    commit: Sha
    bundle: Digest | None = None
    """A git bundle `base..commit`; none while `commit` is the base."""


class Rewrite(Value):
    """A frozen test that was rewritten, because it contradicted a clause of the specification."""

    test: str
    """Its test id."""
    clause: str
    """Clause as it stands in the task, an answer or the contract."""
    why: str = ""
    """The coder's words: reported, not verified."""
    decided_by: Literal["check", "architect"]
    before: str
    """Source text of the test as it was frozen first."""
    after: str


class EarlierTests(Value):
    """The tests of a part that is done: frozen and green, and to stay so."""

    part: int
    title: str
    files: tuple[str, ...]
    """Paths."""
    tests: int
    """Collected when they were frozen."""
    stubs: Snapshot | None = None
    seen_red: Snapshot | None = None
    """Both as those of `FrozenTests`, of that part."""


class FrozenTests(Value):
    """The tests that judge the code: seen red against the stubs, and unchanged from then on."""

    files: dict[str, str]
    """Tests that this task wrote or changed: path -> sha256 of the content, hexadecimal."""
    support: dict[str, str] = Field(default_factory=dict)
    """Every other test file and test support (helpers, data, conftest) at that moment: path -> sha256."""
    test_ids: tuple[str, ...]
    """Test ids collected when the tests were frozen, sorted."""
    red: tuple[str, ...]
    texts: dict[str, str] = Field(default_factory=dict)
    """Path -> content of `files`, so that the coder sees the tests without a turn spent on reading them."""
    green_before: tuple[str, ...] = ()
    """New tests that were already green before the code: said in the evidence."""
    red_against: dict[str, str] = Field(default_factory=dict)
    """Tests that were written when the code stood already -> the mutant of the code that they were red against."""
    stubs: Snapshot | None = None
    """The interfaces that the tests were red against: a rewritten test is replayed there."""
    seen_red: Snapshot | None = None
    """The draft that was red: stubs and tests."""
    reasons: dict[str, str] = Field(default_factory=dict)
    """Test id -> how it was red, a line each; of the first ones."""
    log: Digest | None = None
    """The runner's output when they were red."""
    rewrites: tuple[Rewrite, ...] = ()
    thawed: Digest | None = None
    """The `Contradiction` whose test is being rewritten; a draft with one is never committed."""
    earlier: tuple[EarlierTests, ...] = ()
    """The earlier parts whose tests are among these; `texts`, `stubs`, `seen_red`, `reasons` and `log` are of the last
    part alone."""

    @property
    def protected(self) -> dict[str, str]:
        """Everything that may not change, path -> sha256."""
        return {**self.support, **self.files}

    @property
    def of_earlier_parts(self) -> bool:
        """True if these are tests of earlier parts alone: those of the part at work are not frozen yet."""
        return bool(self.earlier) and not self.of_part.test_ids

    @property
    def of_part(self) -> "FrozenTests":
        """The frozen tests without those of earlier parts."""
        old = {path for one in self.earlier for path in one.files}
        if not old:
            return self

        def own(test_ids: Iterable[str]) -> tuple[str, ...]:
            return tuple(one for one in test_ids if not any(one.partition(mark)[0] in old for mark in _MARKS))

        return self.model_copy(
            update={
                "files": {path: digest for path, digest in self.files.items() if path not in old},
                "test_ids": own(self.test_ids),
                "red": own(self.red),
                "green_before": own(self.green_before),
                "red_against": {one: change for one, change in self.red_against.items() if own((one,))},
                "rewrites": tuple(one for one in self.rewrites if own((one.test,))),
            }
        )

    def bare(self, path: str) -> tuple[Snapshot | None, Snapshot | None]:
        """`stubs` and `seen_red` of the part that the test file belongs to."""
        old = next((one for one in self.earlier if path in one.files), None)
        return (self.stubs, self.seen_red) if old is None else (old.stubs, old.seen_red)
