"""Findings of the checkers, the counts of a test run, and the report that holds both."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from pydantic import StringConstraints

from aurora.domain.mutants import MutantCounts
from aurora.domain.value import Digest, Short, Value
from aurora.text import fit


class Weight(StrEnum):
    """The consequence of a finding."""

    BLOCKS = "blocks"
    LATER = "later"
    """Beside an edit that is kept: it blocks in the round."""
    ADVICE = "advice"
    """Shown, and never in the way."""
    KNOWN = "known"
    """There at the base commit already: listed only."""


class Finding(Value):
    """Something a checker wants fixed: which check, where, what is wrong, how to fix it."""

    check: Short
    path: str = ""
    line: int = 0
    message: Annotated[str, StringConstraints(max_length=4000)]
    hint: Annotated[str, StringConstraints(max_length=1000)] = ""
    test_id: str = ""
    """The test's test id, when the finding is a failing test."""
    fixable: bool = False
    """True when the tool itself could fix it without a model."""
    weight: Weight = Weight.BLOCKS
    also: int = 0
    """The number of further tests that fail for this cause, or of places that break this rule, where one finding stands
    for all."""

    @property
    def key(self) -> str:
        """Equal for the same trouble in two runs, whatever its wording: used to see whether a loop makes progress."""
        return f"{self.check}|{self.path}|{self.test_id or self.message[:120]}"


class TestCounts(Value):
    """The counts of a test run."""

    __test__ = False  # by its name pytest would take it for a class of tests

    collected: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    xfailed: int = 0
    xpassed: int = 0
    flaky: int = 0
    """Red, and green when run again: in no other count but `collected`."""

    def __str__(self) -> str:
        parts = [f"{self.passed} passed"] + [
            f"{n} {word}"
            for n, word in (
                (self.failed, "failed"),
                (self.errors, "error" if self.errors == 1 else "errors"),
                (self.skipped, "skipped"),
                (self.xfailed, "xfailed"),
                (self.xpassed, "xpassed"),
                (self.flaky, "flaky"),
            )
            if n
        ]
        return ", ".join(parts)


class ReportStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    INVALID = "invalid"
    """The checker could not come to a result that can be trusted; never treated as a pass."""


def weighed(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Those that block, and the others."""
    found = tuple(findings)
    return (
        tuple(finding for finding in found if finding.weight is Weight.BLOCKS),
        tuple(finding for finding in found if finding.weight is not Weight.BLOCKS),
    )


def fingerprint(keys: Iterable[str]) -> str:
    """The fingerprint of findings by their keys, in whatever order they came; empty for none."""
    ordered = sorted(keys)
    return sha256("\0".join(ordered).encode("utf-8", "replace")).hexdigest()[:16] if ordered else ""


class Report(Value):
    """The judgement of a checker on a draft. `findings` is clipped to what a history may hold; `whole` names the
    rest."""

    checker: Short
    status: ReportStatus
    summary: Short = ""
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    """Findings that do not block: advice, and problems of changed files that existed before. In the whole report
    only."""
    total: int = 0
    """The number of findings, clipped ones included."""
    fingerprint: Short = ""
    """Fingerprint of all findings, clipped ones too: equal for two runs with the same failing set. Empty without
    any."""
    counts: TestCounts | None = None
    coverage: Short = ""
    """The changed lines that ran, for a reader: nothing is decided by it."""
    flaky: tuple[Short, ...] = ()
    """Tests of the project that were red in this run and green when they were run again, the first ones."""
    proof: Digest | None = None
    """Proof of a run of the whole suite that passed: a `Proof`."""
    mutants: MutantCounts | None = None
    """Mutants of the check of the changed code's mutants."""
    exercise: Digest | None = None
    """Of the exercise of the served application: a `ContractExercises`."""
    whole: Digest | None = None
    """The full report as an artifact, `Report` again, with every finding, or as many as `within` lets in."""
    log: Digest | None = None
    """The tool's raw output."""

    def within(self, size: int) -> "Report":
        """The report with as many findings as fit into `size` bytes of JSON; the summary says when some are left
        out."""
        kept: list[Finding] = []
        for finding in self.findings:
            size -= len(finding.model_dump_json().encode("utf-8", "replace")) + 1
            if size < 0:
                break
            kept.append(finding)
        if len(kept) == len(self.findings):
            return self
        total = max(self.total, len(self.findings))
        note = f"; only the first {len(kept)} of {total} findings are kept, by their size"
        summary = fit(self.summary, 400 - len(note)) + note
        return self.model_copy(update={"findings": tuple(kept), "total": total, "summary": summary})

    @property
    def passed(self) -> bool:
        return self.status is ReportStatus.PASSED
