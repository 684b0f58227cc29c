"""A frozen test that is reported to contradict the specification: checked, judged, rewritten alone, and replayed.

Nothing here thaws more than that test, and nobody's word alone does: where the checks and the judge don't agree that
it contradicts, the test stands or the Architect decides.
"""

from typing import Literal

from activities.messages import Attempt, CheckReportInput, CheckReportResult, ReplayTestInput, ReplayTestResult
from aurora.domain.contradiction import Reported
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Exchange, QuestionKind
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.value import Digest, Value
from aurora.text import fit
from workflows.answers import answer_ids, record_answers
from workflows.policies import REFUSALS_UNASKED, REWRITE_VISITS, REWRITES_UNASKED
from workflows.task_context import ABANDON, GO_ON, TaskContext
from workflows.turns import take_turns
from workflows.visit_state import Settled
from workflows.visits import steady

REWRITE = "rewrite the test"
STANDS = "the test stands"
ACCEPT = "accept"
CLAUSE_SHOWN = 600
WHY_SHOWN = 1_000
REPORTED_KEPT = 40
_END = OutcomeKind.EXHAUSTED


async def settle(context: TaskContext, draft: Draft, reported: Reported) -> Settled:
    """Settle whether the test or the clause is right; the draft goes on with that test as it is then."""
    context.show_step(Step.CHECK_REPORT)
    order = CheckReportInput(draft=draft, reported=reported)
    what = "checks what is reported of a frozen test"
    checked = await context.run(Step.CHECK_REPORT, order, CheckReportResult, what, memo=Step.CHECK_REPORT)
    if checked.standing == "refused":
        return await _refused(context, draft, checked.test or reported.test, checked.why)
    # decided once: it is written down in the same breath that the test was reported
    asks = context.journal.note("asks", str, lambda: _only_the_architect(context, checked))
    if not asks:
        judged = await take_turns(context, Step.JUDGE_CONTRADICTION, draft, case=checked.case)
        verdict = judged.verdict
        if verdict is not None and not verdict.contradicts:
            return await _refused(context, draft, checked.test, verdict.why)
        if verdict is None or not verdict.quoted:
            asks = "the check that agreed with the coder quotes a clause that is not in the specification"
    begun = Rewriting(draft=draft.frozen_as(checked.thawed))
    if asks:
        said = await context.decide(
            QuestionKind.STUCK, _question(checked, reported, asks), REWRITE, STANDS, otherwise=_END
        )
        draft = await record_answers(context, draft, said)
        if not _says_rewrite(said):
            return _stands(context, draft, checked.test, said)
        begun = Rewriting(draft=draft.frozen_as(checked.thawed), decided_by="architect", advice=_advice(said))
    return await context.journal.once("rewrite", Settled, lambda: _rewrite(context, draft, reported, checked, begun))


def _only_the_architect(context: TaskContext, checked: CheckReportResult) -> str:
    """The reason why the Architect must be asked, or nothing; remembers that this test was reported."""
    state = context.state
    reasons = [checked.why] if checked.standing == "asks" else []
    if checked.test in state.reported:
        reasons.append("this test was reported before")
    if state.rewrites >= REWRITES_UNASKED:
        reasons.append(f"{state.rewrites} frozen tests of this task were rewritten already")
    if checked.test not in state.reported:
        state.reported = (*state.reported, checked.test)[-REPORTED_KEPT:]
    return "; ".join(reasons)


# ── it stands ────────────────────────────────────────────────────────────────────────────────────────────────────


async def _refused(context: TaskContext, draft: Draft, test: str, why: str) -> Settled:
    """The coder is told why and goes on; when that happens time and again, the Architect is asked."""
    count = context.journal.note("refused", int, lambda: _one_more_refusal(context))
    nudge = f"Your report about {fit(test, 200)} was refused: {why}. The test stands: make the code satisfy it."
    if count % REFUSALS_UNASKED:
        return Settled(draft=draft, nudge=nudge)
    text = (
        f"{count} reports that a frozen test contradicts the specification were rejected. The last one, about {test}: "
        f"{why}\n\nThe tests stay as they are. Answer `{GO_ON}`, give the coder advice, or answer `{ABANDON}`."
    )
    said = await context.decide(QuestionKind.STUCK, text, GO_ON, otherwise=_END)
    draft = await record_answers(context, draft, said)
    return Settled(draft=draft, nudge=nudge, said=() if said.word == GO_ON else answer_ids(said))


def _one_more_refusal(context: TaskContext) -> int:
    context.state.refusals += 1
    return context.state.refusals


def _stands(context: TaskContext, draft: Draft, test: str, said: Exchange) -> Settled:
    context.state.draft = draft
    nudge = f"The Architect was asked about {test}. It stays as it is: make the code satisfy it."
    return Settled(draft=draft, nudge=nudge, said=() if said.word == STANDS else answer_ids(said))


# ── it is rewritten ──────────────────────────────────────────────────────────────────────────────────────────────


class Rewriting(Value):
    draft: Draft
    visits: int = 0
    reports: tuple[Digest, ...] = ()
    found: tuple[str, ...] = ()
    """The reason why each attempt did not hold, a line each."""
    advice: str = ""
    """The Architect's own words."""
    decided_by: Literal["check", "architect"] = "check"


async def _rewrite(
    context: TaskContext, before: Draft, reported: Reported, checked: CheckReportResult, begun: Rewriting
) -> Settled:
    """Rewritten until it holds or the Architect has decided; `before` is what it goes back to where the test stands."""
    loop = context.journal.loop(Rewriting)
    at = loop.at or loop.go(begun)
    while True:
        made = await take_turns(
            context,
            Step.REWRITE_TEST,
            at.draft,
            reports=at.reports,
            advice=at.advice,
            attempt=Attempt(number=at.visits + 1, most=REWRITE_VISITS, found=at.found),
            case=checked.case,
        )
        draft, reports, asks, shown = made.draft, tuple[Digest, ...](), "", ""
        if made.disagreed:
            asks = f"the test writer disagrees: {made.disagreed}"
        else:
            replayed = await _replay(context, ReplayTestInput(draft=draft, before=before, decided_by=at.decided_by))
            draft = replayed.draft
            if replayed.standing == "asks":
                said = await _show_both(context, reported, checked, replayed)
                draft = await record_answers(context, draft, said, name="answer about both")
                words = said.word not in (ACCEPT, STANDS, GO_ON)
                if said.word != ACCEPT and not (words and at.visits + 1 < REWRITE_VISITS):
                    return _stands(context, _back(before, draft), checked.test, said)
                if words:
                    more = {"draft": draft, "advice": _advice(said), "reports": (), "visits": at.visits + 1}
                    at = loop.go(at.model_copy(update=more))
                    continue
                order = ReplayTestInput(draft=draft, before=before, decided_by="architect", accepted=True)
                replayed = await _replay(context, order, memo="accepted")
                draft = replayed.draft
            if replayed.standing == "holds":
                decided_by = "architect" if at.decided_by == "architect" or context.journal.has("accepted") else "check"
                return _rewritten(context, draft, reported, checked, decided_by)
            reports, shown = (replayed.whole,) if replayed.whole else (), replayed.why
            found = fit(f"attempt {at.visits + 1}: {shown}", 200)
            # the number of the attempt is among what `steady` leaves out
            if (at.found and steady(at.found[-1]) == steady(found)) or at.visits + 1 >= REWRITE_VISITS:
                asks = f"the rewritten test is still not right after {at.visits + 1} attempts: {shown}"
        if asks:
            text = _question(checked, reported, asks)
            said = await context.decide(QuestionKind.STUCK, text, REWRITE, STANDS, otherwise=_END)
            draft = await record_answers(context, draft, said)
            if not _says_rewrite(said):
                return _stands(context, _back(before, draft), checked.test, said)
            at = loop.go(Rewriting(draft=draft, reports=reports, advice=_advice(said), decided_by="architect"))
            continue
        more = {"draft": draft, "visits": at.visits + 1, "reports": reports, "found": (*at.found, found)}
        at = loop.go(at.model_copy(update=more))


async def _replay(context: TaskContext, order: ReplayTestInput, memo: str = "replay") -> ReplayTestResult:
    context.show_step(Step.REPLAY_TEST)
    what = "replays the rewritten test against the bare interfaces"
    return await context.run(Step.REPLAY_TEST, order, ReplayTestResult, what, memo=memo)


def _rewritten(
    context: TaskContext, draft: Draft, reported: Reported, checked: CheckReportResult, decided_by: str
) -> Settled:
    def count() -> int:
        context.state.rewrites += 1
        who = "the Architect decided" if decided_by == "architect" else f"it contradicted {checked.place}"
        context.warn([f"a frozen test was rewritten ({who}): {checked.test}; clause: {reported.clause}"])
        return context.state.rewrites

    context.journal.note("counted", int, count)
    context.state.draft = draft
    nudge = f"{checked.test} was rewritten, because it contradicted: {reported.clause}\nRead it again, and go on."
    return Settled(draft=draft, nudge=nudge, rewritten=True)


def _back(before: Draft, draft: Draft) -> Draft:
    """The draft as it was before the rewrite, with the Architect's words since."""
    return before.model_copy(update={"answers": draft.answers})


# ── what the Architect is shown ──────────────────────────────────────────────────────────────────────────────────


def _question(checked: CheckReportResult, reported: Reported, asks: str) -> str:
    return (
        f"A frozen test is reported to contradict the specification. You decide, because {fit(asks, 500)}.\n\n"
        f"{_case(checked, reported)}\n\n"
        f"Answer `{REWRITE}` (anything after it goes to the test writer) or `{STANDS}`. Any other answer keeps the "
        "test and goes to the coder."
    )


async def _show_both(
    context: TaskContext, reported: Reported, checked: CheckReportResult, replayed: ReplayTestResult
) -> Exchange:
    text = (
        f"A frozen test was rewritten, and may check less than before: {replayed.why}.\n\n"
        f"Before: {_case(checked, reported, why_bytes=300)}\n\nAfter:\n{replayed.after}\n\n"
        f"Answer `{ACCEPT}`, `{STANDS}` to keep it as it was, or say what the writer should change (at most "
        f"{REWRITE_VISITS - 1} times)."
    )
    return await context.decide(QuestionKind.STUCK, text, ACCEPT, STANDS, otherwise=_END, name="both")


def _case(checked: CheckReportResult, reported: Reported, why_bytes: int = WHY_SHOWN) -> str:
    place = f", in {checked.place}" if checked.place else ""
    return (
        f"{checked.test}:\n{checked.source}\n\nThe clause{place}:\n{fit(reported.clause, CLAUSE_SHOWN)}\n\n"
        f"The coder says (its own words, not verified):\n{fit(reported.why, why_bytes)}"
    )


def _says_rewrite(said: Exchange) -> bool:
    return said.word.startswith("rewrite")


def _advice(said: Exchange) -> str:
    return "" if said.word == REWRITE else fit(said.text, 400)
