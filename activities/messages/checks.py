"""Checks of a draft, and what is made of it without a model."""

from typing import Literal

from activities.messages.result import ActivityResult
from aurora.domain.findings import Report
from aurora.domain.frozen_tests import Snapshot
from aurora.domain.questions import QuestionDraft
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Short, Value

CheckMode = Literal["red", "as_written", "focused", "whole", "new_tests", "changed", "survivors"]


class CheckInput(Value):
    draft: Draft
    mode: CheckMode = "changed"
    """red: new tests must fail for the right reason. as_written: they need only run, as the Architect said.
    focused: frozen and touched suites. whole: everything. changed: every file that differs from the base.
    new_tests: as changed, test roots only. survivors: of check_mutants, tests that were written for survivors."""
    stubs: Snapshot | None = None
    """Stubs in mode red: the draft as it was before its tests were written."""
    before: Digest | None = None
    """In mode red: the `RedRun` of the attempt before; files that did not change since need not run again. In mode
    survivors: the `MutationResult`."""


class CheckResult(ActivityResult):
    """A checker's result; its `draft` has the commit it was given, and may have new references (frozen tests)."""

    draft: Draft
    report: Report
    all_green: bool = False
    """In mode red: every new test passed at once."""
    no_tests: bool = False
    """No tests in modes red and as_written: no test was written."""
    run: Digest | None = None
    """In mode red: the `RedRun`, for the next attempt."""
    operations_done: int | None = None
    """In modes focused and whole: the part's operations whose planned tests all passed."""
    question: QuestionDraft | None = None
    """Asked before the result counts: the step is run again with the answer."""
    summary: Short = ""


class FixResult(ActivityResult):
    draft: Draft
    summary: Short = ""
