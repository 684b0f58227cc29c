"""Before the code: context clear, plan made, interfaces importable, tests red for the right reason."""

from activities.wire import CheckMode, CheckOrder, Mended, Opened, Seen
from aurora.domain import Draft, OutcomeKind, QuestionDraft, QuestionKind, Step
from workflows.stage import ABANDON, GO_ON, Stage
from workflows.turns import heard, take_turns

PLAN_VERSIONS = 5
INTERFACE_VISITS = 3
RED_VISITS = 3
MECHANICAL_PASSES = 2


async def until_clear(stage: Stage, draft: Draft, opened: Opened) -> Draft:
    """check_context, asking everything at once, until nothing is missing; the bound itself is a question."""
    pending = opened.questions
    rounds = 0
    while True:
        made = await take_turns(stage, Step.CHECK_CONTEXT, draft)
        questions: tuple[QuestionDraft, ...] = (*pending, *made.questions)
        pending = ()
        if not questions:
            return made.draft
        rounds += 1
        exchanges = await stage.ask(*questions)
        draft = await heard(stage, made.draft, *exchanges)
        if not made.questions:
            return draft
        if rounds >= opened.bounds.architect.max_context_rounds:
            text = f"The context check asked {rounds} times and is not clear yet. Go on with what was said, or abandon?"
            said = await stage.decide(QuestionKind.DECISION, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
            return await heard(stage, draft, said)


async def plan(stage: Stage, draft: Draft) -> Draft:
    """draft_plan; where approval is asked for, again with what the Architect said, until it is given."""
    advice = ""
    for _ in range(PLAN_VERSIONS):
        made = await take_turns(stage, Step.DRAFT_PLAN, draft, advice=advice)
        assert made.result is not None
        draft = made.draft.planned(made.result)
        stage.draft = draft
        if not made.questions:
            return draft
        (exchange,) = await stage.ask(*made.questions)
        word = exchange.text.strip().lower()
        if word in ("approve", "approved", "yes", "ok"):
            return await heard(stage, draft, exchange)
        if word == ABANDON:
            break
        advice = f"The last plan was sent back: {exchange.text}"
        draft = await heard(stage, draft, exchange)
    await stage.decide(
        QuestionKind.STUCK, "No plan was approved. Go on with the last one?", GO_ON, otherwise=OutcomeKind.ABANDONED
    )
    return draft


async def define_interfaces(stage: Stage, draft: Draft) -> Draft:
    """Importable stubs: what does not import goes back to the writer."""
    about: tuple[str, ...] = ()
    advice = ""
    while True:
        for _ in range(INTERFACE_VISITS):
            made = await take_turns(stage, Step.DEFINE_INTERFACES, draft, about=about, advice=advice)
            draft, _ = await mechanical_lint(stage, made.draft, "changed")
            stage.at(Step.CHECK_INTERFACES)
            seen = await stage.hands(
                Step.CHECK_INTERFACES, CheckOrder(draft=draft), Seen, "imports every changed module"
            )
            if seen.report.passed:
                return draft
            about = (seen.report.whole,) if seen.report.whole else ()
        text = f"The interfaces do not import after {INTERFACE_VISITS} attempts: {seen.summary}"
        said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
        advice = said.text


async def until_red(stage: Stage, draft: Draft) -> Draft:
    """Tests written, linted, run, seen to fail because the behaviour is missing; then frozen."""
    about: tuple[str, ...] = ()
    advice = ""
    while True:
        for _ in range(RED_VISITS):
            made = await take_turns(stage, Step.WRITE_TESTS, draft, about=about, advice=advice)
            draft, linted = await mechanical_lint(stage, made.draft, "new_tests")
            if not linted.report.passed:
                about, advice = _whole(linted), ""
                continue
            stage.at(Step.RUN_TESTS)
            order = CheckOrder(draft=draft, mode="red")
            seen = await stage.hands(Step.RUN_TESTS, order, Seen, "sees the new tests fail")
            if seen.report.passed:
                stage.draft = seen.draft
                return seen.draft
            about, advice = _whole(seen), ""
            if seen.all_green:
                text = (
                    "Every new test passes before any code was written: does the behaviour exist already? "
                    f"({seen.summary}) Answer `{GO_ON}` for stricter tests, or say what they must check."
                )
                said = await stage.decide(QuestionKind.DECISION, text, GO_ON, otherwise=OutcomeKind.ABANDONED)
                draft = await heard(stage, draft, said)
                advice = said.text
        text = f"The new tests are not red for the right reason after {RED_VISITS} attempts. Advice, or abandon?"
        said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
        advice = said.text


async def rewrite_tests(stage: Stage, draft: Draft, clause: str) -> Draft:
    """Tests that contradict a clause go back to their writer; code may exist by now, so they need only run."""
    advice = f"These tests were reported to contradict the specification: {clause}. Mend the tests, not the clause."
    made = await take_turns(stage, Step.WRITE_TESTS, draft.frozen_as(None), advice=advice)
    draft, _ = await mechanical_lint(stage, made.draft, "new_tests")
    stage.at(Step.RUN_TESTS)
    order = CheckOrder(draft=draft, mode="refreeze")
    seen = await stage.hands(Step.RUN_TESTS, order, Seen, "freezes the mended tests")
    if not seen.report.passed:
        text = f"The mended tests do not run: {seen.summary}. Advice, or abandon?"
        said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
        return await rewrite_tests(stage, seen.draft, said.text)
    stage.draft = seen.draft
    return seen.draft


async def mechanical_lint(stage: Stage, draft: Draft, mode: CheckMode) -> tuple[Draft, Seen]:
    """Lint, and let the linter mend what it can by itself: no model is called here."""
    for _ in range(MECHANICAL_PASSES):
        stage.at(Step.RUN_LINTER)
        order = CheckOrder(draft=draft, mode=mode)
        seen = await stage.hands(Step.RUN_LINTER, order, Seen, f"lints what is {mode.replace('_', ' ')}")
        if seen.report.passed or not any(f.mechanical for f in seen.report.findings):
            break
        stage.at(Step.APPLY_LINT_FIXES)
        mended = await stage.hands(Step.APPLY_LINT_FIXES, order, Mended, "lets the linter mend what it can")
        if mended.draft.commit == draft.commit:
            break
        draft = mended.draft
        stage.draft = draft
    return draft, seen


def _whole(seen: Seen) -> tuple[str, ...]:
    return (seen.report.whole,) if seen.report.whole else ()
