"""The bounded loop: lint, tests, gates; a finding of any of them is reflected on and fixed; then all again."""

from activities.messages import Attempt, CheckInput, CheckResult
from aurora.domain.findings import Report
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Value
from aurora.text import clip, fit
from workflows.answers import record_answers
from workflows.contract_edits import settled_check
from workflows.contradictions import settle
from workflows.last_checks import last_checks
from workflows.linting import Linted, lint_until_clean
from workflows.review import review_once
from workflows.state import State
from workflows.survivors import noticing, unnoticed
from workflows.task_context import ABANDON, GO_ON, TaskContext
from workflows.turns import take_turns
from workflows.visit_state import Settled

REFLECTIONS_SHOWN = 3
SHOWN_TRIED = 5


class RoundFindings(Value):
    """The findings of one round, to see whether the loop still gets anywhere."""

    fingerprint: str
    total: int

    @classmethod
    def of(cls, failing: tuple[Report, ...]) -> "RoundFindings":
        marks = "|".join(sorted(f"{r.checker}:{r.fingerprint or ','.join(f.key for f in r.findings)}" for r in failing))
        return cls(fingerprint=fit(marks, 1_000), total=sum(max(r.total, len(r.findings)) for r in failing))


def stuck(rounds: tuple[RoundFindings, ...]) -> str:
    """The reason why the loop should stop, or nothing."""
    if len(rounds) >= 2 and rounds[-1].fingerprint == rounds[-2].fingerprint:
        return "the same findings twice in a row"
    if len(rounds) >= 3 and rounds[-1].total >= rounds[-2].total >= rounds[-3].total:
        return "no fewer findings in two rounds"
    return ""


def _used_up(state: State) -> str:
    return f"all {state.max_rounds} rounds are used up" if state.round >= state.max_rounds else ""


class Checked(Value):
    draft: Draft
    reports: tuple[Report, ...]


class Clean(Value):
    draft: Draft
    rounds: int
    reports: tuple[Report, ...]


class Rounds(Value):
    """The state of the loop between two rounds."""

    draft: Draft
    found: tuple[RoundFindings, ...] = ()
    reflections: tuple[Digest, ...] = ()
    noticing: bool = False
    """True if the tests were gone back to for changes of the code that none of them noticed."""
    tried: tuple[str, ...] = ()
    """The findings and intentions of the last rounds, a line each: for the next round's steps."""


async def until_clean(context: TaskContext, draft: Draft) -> Clean:
    """Rounds until the draft is clean and green against the baseline, the whole suite included."""
    state = context.state
    assert state.bounds is not None
    loop = context.journal.loop(Rounds)
    at = loop.at
    if at is None:
        state.max_rounds = state.bounds.max_rounds
        at = loop.go(Rounds(draft=draft))
    while True:
        checked = await _check(context, at.draft)
        failing = tuple(r for r in checked.reports if not r.passed)
        survived = unnoticed(checked.reports)
        if survived is not None and not at.noticing:
            more = await noticing(context, checked.draft, survived)
            if failing or more != checked.draft:
                at = loop.go(at.model_copy(update={"draft": more, "noticing": True}))
                continue
        reports = checked.reports
        if not failing:
            # the tests are the last ones now: what it sees is what is committed
            reports = (*reports, *await review_once(context, checked.draft, reports))
            failing = tuple(r for r in reports if not r.passed)
        if not failing:
            return Clean(draft=checked.draft, rounds=state.round, reports=reports)
        found = (*at.found, RoundFindings.of(failing))[-3:]
        draft, advice = checked.draft, ""
        # decided once a pass: what the answer and the round itself change would decide otherwise in the next run
        why = context.journal.note("why", str, lambda: stuck(found) or _used_up(state))  # noqa: B023  called at once
        over = await _ask_for_advice(context, why, failing, draft) if why else None
        if over is not None:
            draft, advice, found = over.draft, over.advice, ()
        at = loop.go(await _round(context, at, draft, found, failing, advice))


async def _round(
    context: TaskContext,
    at: Rounds,
    draft: Draft,
    found: tuple[RoundFindings, ...],
    failing: tuple[Report, ...],
    advice: str,
) -> Rounds:
    """Reflect, then fix; or settle who is right where a frozen test contradicts the specification."""
    context.journal.note("round", int, lambda: _next_round(context))
    reports = tuple(r.whole for r in failing if r.whole)
    state = context.state
    attempt = Attempt(number=state.round, most=state.max_rounds, found=at.tried)
    coder_said = context.ledger.said_of(Step.FIX_CODE, Step.WRITE_CODE)
    reflected = await take_turns(
        context,
        Step.REFLECT,
        draft,
        reports=reports,
        reflections=at.reflections,
        advice=advice,
        attempt=attempt,
        last=coder_said,
    )
    draft, nudge, settled = reflected.draft, "", None
    last: tuple[str, ...] = ()
    if reflected.result:
        last = (reflected.result,)
        context.journal.note("tried", bool, lambda: _note_attempt(context, reflected.summary))
    if reported := reflected.blocked:
        settled = await context.journal.once("settle", Settled, lambda: settle(context, reflected.draft, reported))
        draft, nudge = settled.draft, settled.nudge
    if settled is None or not settled.rewritten:
        # after advice a new conversation: the one that did not finish is no good beginning
        fixed = await take_turns(
            context,
            Step.FIX_CODE,
            draft,
            reports=reports,
            reflections=last,
            advice=advice,
            attempt=attempt,
            last=coder_said,
            fresh=bool(advice),
            nudge=nudge,
            settle=settle,
        )
        draft = fixed.draft
    return Rounds(
        draft=draft,
        found=found,
        noticing=at.noticing,
        reflections=(*at.reflections, *last)[-REFLECTIONS_SHOWN:],
        tried=(*at.tried, fit(_tried(attempt.number, failing, reflected.summary), 300))[-REFLECTIONS_SHOWN:],
    )


def _tried(number: int, failing: tuple[Report, ...], change: str) -> str:
    found = "; ".join(f"{report.checker}: {clip(report.summary, 100)}" for report in failing)
    return f"round {number}: {found}" + (f"; the change to make was: {change}" if change else "")


def _next_round(context: TaskContext) -> int:
    context.state.round += 1
    return context.state.round


def _note_attempt(context: TaskContext, summary: str) -> bool:
    context.state.tried = (*context.state.tried, fit(f"round {context.state.round}: {summary}", 300))[-SHOWN_TRIED:]
    return True


async def write_code(context: TaskContext, draft: Draft) -> Draft:
    """write_code; an honest report that a test contradicts the specification is settled on the way."""
    made = await take_turns(context, Step.WRITE_CODE, draft, settle=settle)
    return made.draft


async def _check(context: TaskContext, draft: Draft) -> Checked:
    """Lint first, for it may change the draft; then the touched tests, the gates, and, all green, the whole suite and
    the last checks."""

    async def work() -> Checked:
        linted = await context.journal.once("clean lint", Linted, lambda: lint_until_clean(context, draft))
        lint = linted.seen.report
        if not lint.passed:
            return Checked(draft=linted.draft, reports=(lint,))
        order = CheckInput(draft=linted.draft, mode="focused")
        context.show_step(Step.RUN_TESTS)
        focused = await context.run(
            Step.RUN_TESTS, order, CheckResult, "runs the frozen and the touched tests", memo="focused"
        )
        context.note_operations(focused.operations_done)
        gates = await settled_check(context, Step.RUN_GATES, linted.draft, "runs the gates", memo="gates")
        reports: tuple[Report, ...] = (lint, focused.report, gates.report)
        if all(r.passed for r in reports):
            context.show_step(Step.RUN_TESTS)
            order = CheckInput(draft=gates.draft, mode="whole")
            whole = await context.run(
                Step.RUN_TESTS, order, CheckResult, "runs the whole suite against the baseline", memo="whole"
            )
            context.note_operations(whole.operations_done)
            reports = (*reports, whole.report)
            if whole.report.passed:
                reports = (*reports, *await last_checks(context, gates.draft))
        return Checked(draft=gates.draft, reports=reports)

    return await context.journal.once("checked", Checked, work)


class Advised(Value):
    draft: Draft
    advice: str


async def _ask_for_advice(context: TaskContext, why: str, failing: tuple[Report, ...], draft: Draft) -> Advised:
    """The Architect sees what is left and what was tried, and says how it goes on."""

    async def work() -> Advised:
        state = context.state
        assert state.bounds is not None
        found = [f"- {f.check} {f.test_id or f.path}: {clip(f.message, 300)}" for r in failing for f in r.findings[:5]]
        coder = context.ledger.said_of(Step.FIX_CODE, Step.WRITE_CODE)
        said_last = f'\n\nThe coder ended with these words (not verified): "{coder}"' if coder else ""
        tried = ["\nTried so far:", *(f"- {t}" for t in state.tried)] if state.tried else []
        text = (
            f"Reflexion stopped after {state.round} rounds: {why}. What is left:\n"
            + "\n".join([*found[:8], *tried])
            + said_last
            + f"\n\nAnswer with advice for another {state.bounds.max_rounds} rounds, `{GO_ON}` for as many without "
            f"advice, or `{ABANDON}`."
        )
        said = await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
        answered = await record_answers(context, draft, said)
        state.max_rounds = state.round + state.bounds.max_rounds
        return Advised(draft=answered, advice=fit(said.text, 400))

    return await context.journal.once("hand over", Advised, work)
