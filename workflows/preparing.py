"""Before the code: context clear, plan made, interfaces importable, tests red for the right reason.

Each function is a scope of the journal: what it was in the middle of is in the state of its loop.
"""

from activities.messages import CheckInput, CheckMode, CheckResult, FixResult, OpenedWorkspace
from aurora.domain.frozen_tests import Snapshot
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import APPROVALS, WITHOUT, QuestionKind
from aurora.domain.task import Draft, Step
from aurora.domain.value import Value
from aurora.text import fit
from workflows.task_context import ABANDON, GO_ON, TaskContext
from workflows.turns import heard, take_turns
from workflows.visits import Visits

PLAN_VERSIONS = 5
INTERFACE_VISITS = 3
RED_VISITS = 3
FIX_PASSES = 2
NO_RED = "no test can be red"


class Clearing(Value):
    draft: Draft
    rounds: int = 0
    asked: tuple[str, ...] = ()
    """Ids of the questions that wait."""


async def until_clear(context: TaskContext, opened: OpenedWorkspace) -> Draft:
    """check_context, asking everything at once, until nothing is missing; the bound itself is a question."""
    loop = context.journal.loop(Clearing)
    at = loop.at or loop.go(Clearing(draft=opened.draft))
    while True:
        if not at.asked:
            made = await take_turns(context, Step.CHECK_CONTEXT, at.draft)
            if not made.questions:
                return made.draft
            asked = context.architect.put(Step.CHECK_CONTEXT, made.questions)
            at = loop.go(Clearing(draft=made.draft, rounds=at.rounds + 1, asked=asked))
        exchanges = await context.answers(at.asked)
        draft = await heard(context, at.draft, *exchanges)
        if at.rounds >= opened.bounds.architect.max_context_rounds:
            text = (
                f"The context check asked {at.rounds} times and is not clear yet. Go on with what was said, or abandon?"
            )
            said = await context.decide(QuestionKind.DECISION, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
            return await heard(context, draft, said, name="heard last")
        at = loop.go(Clearing(draft=draft, rounds=at.rounds))


class Planning(Value):
    draft: Draft
    versions: int = 0
    advice: str = ""


async def plan(context: TaskContext, draft: Draft) -> Draft:
    """draft_plan; where approval is asked for, again with what the Architect said, until it is given."""
    loop = context.journal.loop(Planning)
    at = loop.at or loop.go(Planning(draft=draft))
    while at.versions < PLAN_VERSIONS:
        made = await take_turns(context, Step.DRAFT_PLAN, at.draft, advice=at.advice)
        assert made.result is not None
        draft = made.draft.planned(made.result)
        context.state.draft = draft
        if not made.questions:
            return draft
        (exchange,) = await context.ask(*made.questions)
        draft = await heard(context, draft, exchange)
        if exchange.word in APPROVALS:
            return draft
        if exchange.word == ABANDON:
            break
        unasked = made.questions[0].allows
        if unasked and exchange.word == WITHOUT:
            advice = fit(f"Plan the same again, without these files: {', '.join(unasked)}", 400)
        else:
            advice = fit(f"The last plan was sent back: {exchange.text}", 400)
        at = loop.go(Planning(draft=draft, versions=at.versions + 1, advice=advice))
    text = "No plan was approved. Go on with the last one?"
    await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
    return draft if draft.plan else at.draft


async def define_interfaces(context: TaskContext, draft: Draft) -> Draft:
    """Importable stubs: what does not import goes back to the writer."""
    loop = context.journal.loop(Visits)
    at = loop.at or loop.go(Visits(draft=draft))
    while True:
        if text := at.stuck(INTERFACE_VISITS, "The interfaces do not import"):
            said = await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
            draft = await heard(context, at.draft, said)
            at = loop.go(at.advised(draft, fit(said.text, 400)))
        step = Step.DEFINE_INTERFACES
        made = await take_turns(context, step, at.draft, about=at.about, advice=at.advice, last=at.said)
        draft, _ = await lint_and_fix(context, made.draft, "changed")
        context.at(Step.CHECK_INTERFACES)
        seen = await context.run_in_sandbox(
            Step.CHECK_INTERFACES, CheckInput(draft=draft), CheckResult, "imports every changed module", memo="imports"
        )
        if seen.report.passed:
            return draft
        at = loop.go(at.after(draft, seen, made.summary))


async def until_red(context: TaskContext, draft: Draft) -> Draft:
    """Tests written, linted, run, seen to fail because the behaviour is missing; then frozen."""
    stubs = Snapshot(commit=draft.commit, bundle=draft.bundle)
    loop = context.journal.loop(Visits)
    at = loop.at or loop.go(Visits(draft=draft))
    while True:
        if text := at.stuck(RED_VISITS, "The new tests are not red for the right reason"):
            text += f" `{NO_RED}` if this task has no behaviour that a test could miss."
            said = await context.decide(QuestionKind.STUCK, text, GO_ON, NO_RED, otherwise=OutcomeKind.EXHAUSTED)
            draft = await heard(context, at.draft, said)
            if said.word == NO_RED and not said.silent and (frozen := await _without_red(context, draft)):
                return frozen
            at = loop.go(at.advised(draft, fit(said.text, 400)))
        made = await take_turns(context, Step.WRITE_TESTS, at.draft, about=at.about, advice=at.advice, last=at.said)
        draft, linted = await lint_and_fix(context, made.draft, "new_tests")
        if not linted.report.passed:
            at = loop.go(at.after(draft, linted, made.summary))
            continue
        context.at(Step.RUN_TESTS)
        order = CheckInput(draft=draft, mode="red", stubs=stubs)
        seen = await context.run_in_sandbox(Step.RUN_TESTS, order, CheckResult, "sees the new tests fail", memo="red")
        if seen.report.passed:
            context.state.draft = seen.draft
            return seen.draft
        advice = ""
        if seen.all_green:
            text = (
                "Every new test passes before any code was written: does the behaviour exist already? "
                f"({seen.summary}) Answer `{GO_ON}` for stricter tests, say what they must check, or `{NO_RED}` if "
                "this task has no behaviour that a test could miss."
            )
            said = await context.decide(
                QuestionKind.DECISION, text, GO_ON, NO_RED, otherwise=OutcomeKind.ABANDONED, name="green at once"
            )
            draft = await heard(context, draft, said)
            if said.word == NO_RED and not said.silent and (frozen := await _without_red(context, draft)):
                return frozen
            advice = fit(said.text, 400)
        at = loop.go(at.after(draft, seen, made.summary, advice=advice, asked=seen.all_green))


async def _without_red(context: TaskContext, draft: Draft) -> Draft | None:
    """The draft with its tests frozen as they are, if it has any; None when they do not run. The commit asks again."""
    context.at(Step.RUN_TESTS)
    order = CheckInput(draft=draft, mode="as_written")
    seen = await context.run_in_sandbox(
        Step.RUN_TESTS, order, CheckResult, "freezes what was written", memo="without red"
    )
    if not seen.report.passed and seen.report.summary != "no new test":
        return None
    context.state.draft = seen.draft
    return seen.draft


class Linted(Value):
    draft: Draft
    seen: CheckResult


class Fixing(Value):
    draft: Draft
    passes: int = 0


async def lint_and_fix(
    context: TaskContext, draft: Draft, mode: CheckMode, *, name: str = "lint"
) -> tuple[Draft, CheckResult]:
    """Lint, and let the linter mend what it can by itself: no model is called here."""

    async def work() -> Linted:
        loop = context.journal.loop(Fixing)
        at = loop.at or loop.go(Fixing(draft=draft))
        while True:
            context.at(Step.RUN_LINTER)
            order = CheckInput(draft=at.draft, mode=mode)
            what = f"lints what is {mode.replace('_', ' ')}"
            seen = await context.run_in_sandbox(Step.RUN_LINTER, order, CheckResult, what, memo="run_linter")
            fixable = any(f.fixable for f in seen.report.findings)
            if seen.report.passed or not fixable or at.passes >= FIX_PASSES:
                return Linted(draft=at.draft, seen=seen)
            context.at(Step.APPLY_LINT_FIXES)
            fixed = await context.run_in_sandbox(
                Step.APPLY_LINT_FIXES, order, FixResult, "lets the linter mend what it can"
            )
            if fixed.draft.commit == at.draft.commit:
                return Linted(draft=at.draft, seen=seen)
            context.state.draft = fixed.draft
            at = loop.go(Fixing(draft=fixed.draft, passes=at.passes + 1))

    linted = await context.journal.once(name, Linted, work)
    return linted.draft, linted.seen
