"""A reported test: checked, and replayed after its rewrite."""

from typing import Literal

from activities.messages.result import ActivityResult
from aurora.domain.contradiction import Reported
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Short, Value


class CheckReportInput(Value):
    draft: Draft
    reported: Reported


class CheckReportResult(ActivityResult):
    """The worth of a report, as far as no model is needed to judge it."""

    standing: Literal["stands", "refused", "asks"]
    """refused: the coder is told `why`. asks: only the Architect can say."""
    why: Short = ""
    test: str = ""
    """The test's id without parameters; empty where the report names none that is frozen."""
    case: Digest | None = None
    """The `Contradiction`, of a report that stands or asks."""
    thawed: Digest | None = None
    """The `FrozenTests` in which this test alone is thawed."""
    source: str = ""
    """The test's text, its head: for a question."""
    place: str = ""
    """The place where the clause stands."""
    summary: Short = ""


class ReplayTestInput(Value):
    draft: Draft
    """Its frozen tests have one that is thawed, and rewritten."""
    before: Draft
    """As it was before the rewrite."""
    decided_by: Literal["check", "architect"] = "check"
    accepted: bool = False
    """The Architect has seen both versions and said yes."""


class ReplayTestResult(ActivityResult):
    """The worth of a rewritten test."""

    standing: Literal["holds", "refused", "asks"]
    draft: Draft
    """Draft with the rewritten test frozen, where it holds."""
    why: str = ""
    whole: Digest | None = None
    """A `Report` for the test's writer, where it was refused."""
    after: str = ""
    """The test's new text, its head."""
    summary: Short = ""
