"""Changes of the code that no test noticed: the tests are gone back to once, by who writes tests, before the commit."""

from collections.abc import Iterable

from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import Report
from aurora.domain.mutants import MutantCounts
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.text import counted, fit
from workflows.linting import lint_and_fix
from workflows.task_context import TaskContext
from workflows.turns import take_turns


def unnoticed(reports: Iterable[Report]) -> MutantCounts | None:
    """The counts of mutants where some survived and nothing else is wrong."""
    found = tuple(reports)
    counts = next((report.mutants for report in found if report.mutants and report.mutants.survivors), None)
    return counts if all(report.passed or report.mutants for report in found) else None


async def noticing(context: TaskContext, draft: Draft, counts: MutantCounts) -> Draft:
    """The draft with further tests that notice some of it, frozen; the same draft where none came of the visit."""
    assert counts.survivors is not None
    made = await take_turns(context, Step.WRITE_TESTS, draft, reports=(counts.survivors,), name="for survivors")
    if made.draft.commit == draft.commit:
        context.warn(
            [fit(f"no test notices {counted(counts.survived, 'deliberate change')} of the code: {made.summary}", 400)]
        )
        return draft
    written, linted = await lint_and_fix(context, made.draft, "new_tests")
    why = linted.report.summary
    if linted.report.passed:
        context.show_step(Step.CHECK_MUTANTS)
        order = CheckInput(draft=written, mode="survivors", before=counts.result)
        seen = await context.run(
            Step.CHECK_MUTANTS, order, CheckResult, "checks that the new tests detect a change", memo="further tests"
        )
        if seen.report.passed:
            context.state.draft = seen.draft
            return seen.draft
        why = seen.report.summary
    # left out whole: tests that prove nothing are no part of a commit
    context.state.draft = draft
    context.warn([fit(f"further tests for {counted(counts.survived, 'unnoticed change')} were dropped: {why}", 400)])
    return draft
