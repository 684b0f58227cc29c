"""Tests first: written, linted, seen to fail for the right reason, then frozen."""

from activities.messages import CheckInput, CheckResult
from aurora.domain.frozen_tests import Snapshot
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.text import fit
from workflows.answers import record_answers
from workflows.interfaces import define_interfaces
from workflows.linting import lint_and_fix
from workflows.planning import Planned
from workflows.task_context import GO_ON, TaskContext
from workflows.turns import take_turns
from workflows.visits import Visits

RED_VISITS = 3
NO_RED = "no test can be red"


async def until_red(context: TaskContext, planned: Planned) -> Draft:
    """Tests written, linted, run, seen to fail because the behaviour is missing; then frozen.

    Where the plan gains no symbol, interfaces are defined only if tests turn out to lack one."""
    draft = planned.draft
    bare = Snapshot(commit=draft.commit, bundle=draft.bundle)
    loop = context.journal.loop(Visits)
    at = loop.at or loop.go(Visits(draft=draft, stubs=bare if planned.with_interfaces else None))
    while True:
        if text := at.stuck(RED_VISITS, "The new tests do not fail for the right reason"):
            text += f" `{NO_RED}` if this task has no behaviour that a test could miss."
            said = await context.decide(QuestionKind.STUCK, text, GO_ON, NO_RED, otherwise=OutcomeKind.EXHAUSTED)
            draft = await record_answers(context, at.draft, said)
            if said.word == NO_RED and not said.silent and (frozen := await _without_red(context, draft)):
                return frozen
            at = loop.go(at.advised(draft, fit(said.text, 400)))
        made = await take_turns(
            context,
            Step.WRITE_TESTS,
            at.draft,
            reports=at.reports,
            advice=at.advice,
            last=at.said,
            attempt=at.attempt(RED_VISITS),
            fresh=at.fresh,
        )
        draft, linted = await lint_and_fix(context, made.draft, "new_tests")
        if not linted.report.passed:
            at = loop.go(at.after(draft, linted, made.summary))
            continue
        context.show_step(Step.RUN_TESTS)
        order = CheckInput(draft=draft, mode="red", stubs=at.stubs or bare, before=at.run)
        seen = await context.run(Step.RUN_TESTS, order, CheckResult, "sees the new tests fail", memo="red")
        if seen.report.passed:
            context.state.draft = seen.draft
            context.warn(f"a planned behaviour has no test: {said}" for said in made.left_out)
            return seen.draft
        if at.stubs is None and not seen.all_green:
            draft = await context.journal.once(
                "interfaces",
                Draft,
                lambda: define_interfaces(context, draft, seen.report.whole),  # noqa: B023  at once
            )
            at = at.model_copy(update={"stubs": Snapshot(commit=draft.commit, bundle=draft.bundle)})
        advice = ""
        if seen.all_green:
            text = (
                "Every new test passes before any code was written: does the behaviour exist already? "
                f"({seen.summary}) Answer `{GO_ON}` for stricter tests, say what they must check, or `{NO_RED}` if "
                "this task has no behaviour that a test could miss."
            )
            text += f'\n\nThe writer ended with these words (not verified): "{made.summary}"' if made.summary else ""
            said = await context.decide(
                QuestionKind.DECISION, text, GO_ON, NO_RED, otherwise=OutcomeKind.ABANDONED, name="green at once"
            )
            draft = await record_answers(context, draft, said)
            if said.word == NO_RED and not said.silent and (frozen := await _without_red(context, draft)):
                return frozen
            advice = fit(said.text, 400)
        at = loop.go(
            at.after(
                draft,
                seen,
                made.summary,
                advice=advice,
                asked=seen.all_green,
                run=seen.run,
            )
        )


async def _without_red(context: TaskContext, draft: Draft) -> Draft | None:
    """The draft with its tests frozen as they are, if it has any; None when they do not run. The commit asks again."""
    context.show_step(Step.RUN_TESTS)
    order = CheckInput(draft=draft, mode="as_written")
    seen = await context.run(Step.RUN_TESTS, order, CheckResult, "freezes what was written", memo="without red")
    if not seen.report.passed and not seen.no_tests:
        return None
    context.state.draft = seen.draft
    return seen.draft
