"""Lint of a draft: what the linter fixes by itself costs no model call; the rest goes to fix_lint."""

from activities.messages import CheckInput, CheckMode, CheckResult, FixResult
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Value
from workflows.task_context import TaskContext
from workflows.turns import take_turns
from workflows.visits import Visits, signature_of

FIX_PASSES = 2
LINT_VISITS = 3


class Linted(Value):
    draft: Draft
    seen: CheckResult


class LintState(Value):
    draft: Draft
    passes: int = 0


async def lint_and_fix(
    context: TaskContext, draft: Draft, mode: CheckMode, *, name: str = "lint"
) -> tuple[Draft, CheckResult]:
    """Lint, and let the linter fix what it can by itself: no model is called here."""

    async def work() -> Linted:
        loop = context.journal.loop(LintState)
        at = loop.at or loop.go(LintState(draft=draft))
        while True:
            context.show_step(Step.RUN_LINTER)
            order = CheckInput(draft=at.draft, mode=mode)
            what = f"lints what is {mode.replace('_', ' ')}"
            seen = await context.run(Step.RUN_LINTER, order, CheckResult, what, memo=Step.RUN_LINTER)
            fixable = any(f.fixable for f in seen.report.findings)
            if seen.report.passed or not fixable or at.passes >= FIX_PASSES:
                return Linted(draft=at.draft, seen=seen)
            context.show_step(Step.APPLY_LINT_FIXES)
            fixed = await context.run(Step.APPLY_LINT_FIXES, order, FixResult, "lets the linter fix what it can")
            if fixed.draft.commit == at.draft.commit:
                return Linted(draft=at.draft, seen=seen)
            context.state.draft = fixed.draft
            at = loop.go(LintState(draft=fixed.draft, passes=at.passes + 1))

    linted = await context.journal.once(name, Linted, work)
    return linted.draft, linted.seen


async def lint_until_clean(context: TaskContext, draft: Draft) -> Linted:
    """Lint, and have fix_lint fix what the linter can't, while its visits find something new."""
    loop = context.journal.loop(Visits)
    at = loop.at or loop.go(Visits(draft=draft))
    while True:
        draft, seen = await lint_and_fix(context, at.draft, "changed")
        # the same report again: another visit would find it once more, a reflection may see why
        same = signature_of(seen.report, seen.summary) == at.signature
        if seen.report.passed or seen.report.whole is None or at.visits >= LINT_VISITS or same:
            return Linted(draft=draft, seen=seen)
        made = await take_turns(
            context,
            Step.FIX_LINT,
            draft,
            reports=(seen.report.whole,),
            last=at.said,
            attempt=at.attempt(LINT_VISITS),
            fresh=at.fresh,
        )
        at = loop.go(at.after(made.draft, seen, made.summary))
