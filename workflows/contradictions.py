"""A frozen test that is reported to contradict the specification: checked, judged, rewritten alone, and replayed.

Nothing here thaws more than that test, and nobody's word alone does: where the checks and the judge don't agree that
it contradicts, the test stands or the Architect decides.
"""

from typing import Literal

from activities.messages import Replayed, ReplayOrder, ReportChecked, ReportOrder
from aurora.domain.contradiction import Reported
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Exchange, QuestionKind
from aurora.domain.task import Draft, Step
from aurora.domain.value import Digest, Frozen
from aurora.text import fit
from workflows.policies import REFUSALS_UNASKED, REWRITE_VISITS, REWRITES_UNASKED
from workflows.task_context import GO_ON, Stage
from workflows.turns import Settled, heard, said_to, take_turns

REWRITE = "rewrite the test"
STANDS = "the test stands"
ACCEPT = "accept"
CLAUSE_SHOWN = 600
WHY_SHOWN = 1_000
REPORTED_KEPT = 40
_END = OutcomeKind.EXHAUSTED


async def settle(stage: Stage, draft: Draft, reported: Reported) -> Settled:
    """Who is right, the test or the clause; the draft goes on with that test as it is then."""
    stage.at(Step.CHECK_REPORT)
    order = ReportOrder(draft=draft, reported=reported)
    what = "checks what is reported of a frozen test"
    checked = await stage.hands(Step.CHECK_REPORT, order, ReportChecked, what, memo="check_report")
    if checked.standing == "refused":
        return await _refused(stage, draft, checked.test or reported.test, checked.why)
    # decided once: it is written down in the same breath that the test was reported
    asks = stage.journal.note("asks", str, lambda: _only_the_architect(stage, checked))
    if not asks:
        judged = await take_turns(stage, Step.JUDGE_CONTRADICTION, draft, case=checked.case)
        verdict = judged.verdict
        if verdict is not None and not verdict.contradicts:
            return await _refused(stage, draft, checked.test, verdict.why)
        if verdict is None or not verdict.quoted:
            asks = "the check that agreed with the coder quotes a clause that stands nowhere"
    begun = Rewriting(draft=draft.frozen_as(checked.thawed))
    if asks:
        said = await stage.decide(
            QuestionKind.STUCK, _question(checked, reported, asks), REWRITE, STANDS, otherwise=_END
        )
        draft = await heard(stage, draft, said)
        if not _says_rewrite(said):
            return _stands(stage, draft, checked.test, said)
        begun = Rewriting(draft=draft.frozen_as(checked.thawed), decided_by="architect", advice=_advice(said))
    return await stage.journal.once("rewrite", Settled, lambda: _rewrite(stage, draft, reported, checked, begun))


def _only_the_architect(stage: Stage, checked: ReportChecked) -> str:
    """Why the Architect must be asked, or nothing; remembers that this test was reported."""
    state = stage.state
    reasons = [checked.why] if checked.standing == "asks" else []
    if checked.test in state.reported:
        reasons.append("this test was reported before")
    if state.rewrites >= REWRITES_UNASKED:
        reasons.append(f"{state.rewrites} frozen tests of this task were rewritten already")
    if checked.test not in state.reported:
        state.reported = (*state.reported, checked.test)[-REPORTED_KEPT:]
    return "; ".join(reasons)


# ── it stands ────────────────────────────────────────────────────────────────────────────────────────────────────


async def _refused(stage: Stage, draft: Draft, test: str, why: str) -> Settled:
    """The coder is told why and goes on; when that happens time and again, the Architect is asked."""
    count = stage.journal.note("refused", int, lambda: _one_more_refusal(stage))
    nudge = f"Your report about {fit(test, 200)} was refused: {why}. The test stands: make the code satisfy it."
    if count % REFUSALS_UNASKED:
        return Settled(draft=draft, nudge=nudge)
    text = (
        f"{count} reports that a frozen test contradicts the specification were refused. The last one, about {test}: "
        f"{why}\n\nThe tests stand. `{GO_ON}`, words for the coder, or abandon?"
    )
    said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=_END)
    draft = await heard(stage, draft, said)
    return Settled(draft=draft, nudge=nudge, said=() if said.word == GO_ON else said_to(said))


def _one_more_refusal(stage: Stage) -> int:
    stage.state.refusals += 1
    return stage.state.refusals


def _stands(stage: Stage, draft: Draft, test: str, said: Exchange) -> Settled:
    stage.state.draft = draft
    nudge = f"The Architect was asked about {test}. It stays as it is: make the code satisfy it."
    return Settled(draft=draft, nudge=nudge, said=() if said.word == STANDS else said_to(said))


# ── it is rewritten ──────────────────────────────────────────────────────────────────────────────────────────────


class Rewriting(Frozen):
    draft: Draft
    visits: int = 0
    about: tuple[Digest, ...] = ()
    advice: str = ""
    """The Architect's own words."""
    decided_by: Literal["check", "architect"] = "check"


async def _rewrite(
    stage: Stage, before: Draft, reported: Reported, checked: ReportChecked, begun: Rewriting
) -> Settled:
    """Rewritten until it holds or the Architect has decided; `before` is what it goes back to where the test stands."""
    loop = stage.journal.loop(Rewriting)
    at = loop.at or loop.go(begun)
    while True:
        made = await take_turns(stage, Step.REWRITE_TEST, at.draft, about=at.about, advice=at.advice, case=checked.case)
        draft, about, asks, shown = made.draft, tuple[Digest, ...](), "", ""
        if made.disagreed:
            asks = f"whoever was to rewrite it disagrees: {made.disagreed}"
        else:
            replayed = await _replay(stage, ReplayOrder(draft=draft, before=before, decided_by=at.decided_by))
            draft = replayed.draft
            if replayed.standing == "asks":
                said = await _show_both(stage, reported, checked, replayed)
                draft = await heard(stage, draft, said, name="heard of both")
                words = said.word not in (ACCEPT, STANDS, GO_ON)
                if said.word != ACCEPT and not (words and at.visits + 1 < REWRITE_VISITS):
                    return _stands(stage, _back(before, draft), checked.test, said)
                if words:
                    more = {"draft": draft, "advice": _advice(said), "about": (), "visits": at.visits + 1}
                    at = loop.go(at.model_copy(update=more))
                    continue
                order = ReplayOrder(draft=draft, before=before, decided_by="architect", accepted=True)
                replayed = await _replay(stage, order, memo="accepted")
                draft = replayed.draft
            if replayed.standing == "holds":
                decided_by = "architect" if at.decided_by == "architect" or stage.journal.has("accepted") else "check"
                return _rewritten(stage, draft, reported, checked, decided_by)
            about, shown = (replayed.whole,) if replayed.whole else (), replayed.why
            if at.visits + 1 >= REWRITE_VISITS:
                asks = f"the rewritten test does not hold after {at.visits + 1} attempts: {shown}"
        if asks:
            text = _question(checked, reported, asks)
            said = await stage.decide(QuestionKind.STUCK, text, REWRITE, STANDS, otherwise=_END)
            draft = await heard(stage, draft, said)
            if not _says_rewrite(said):
                return _stands(stage, _back(before, draft), checked.test, said)
            at = loop.go(Rewriting(draft=draft, about=about, advice=_advice(said), decided_by="architect"))
            continue
        at = loop.go(at.model_copy(update={"draft": draft, "visits": at.visits + 1, "about": about}))


async def _replay(stage: Stage, order: ReplayOrder, memo: str = "replay") -> Replayed:
    stage.at(Step.REPLAY_TEST)
    what = "replays the rewritten test against the bare interfaces"
    return await stage.hands(Step.REPLAY_TEST, order, Replayed, what, memo=memo)


def _rewritten(stage: Stage, draft: Draft, reported: Reported, checked: ReportChecked, decided_by: str) -> Settled:
    def count() -> int:
        stage.state.rewrites += 1
        who = "the Architect decided" if decided_by == "architect" else f"it contradicted {checked.place}"
        stage.warn([f"a frozen test was rewritten ({who}): {checked.test}; clause: {reported.clause}"])
        return stage.state.rewrites

    stage.journal.note("counted", int, count)
    stage.state.draft = draft
    nudge = f"{checked.test} was rewritten, because it contradicted: {reported.clause}\nRead it again, and go on."
    return Settled(draft=draft, nudge=nudge, rewritten=True)


def _back(before: Draft, draft: Draft) -> Draft:
    """As it was before the rewrite, with what the Architect has said since."""
    return before.model_copy(update={"answers": draft.answers})


# ── what the Architect is shown ──────────────────────────────────────────────────────────────────────────────────


def _question(checked: ReportChecked, reported: Reported, asks: str) -> str:
    return (
        f"A frozen test is reported to contradict the specification, and you decide, because {fit(asks, 500)}.\n\n"
        f"{_case(checked, reported)}\n\n"
        f"`{REWRITE}` (words after it reach who rewrites it), or `{STANDS}`? With any other words it stands, and they "
        "reach the coder."
    )


async def _show_both(stage: Stage, reported: Reported, checked: ReportChecked, replayed: Replayed) -> Exchange:
    text = (
        f"A frozen test was rewritten, and may ask for less than before: {replayed.why}.\n\n"
        f"It was, {_case(checked, reported, why_bytes=300)}\n\nIt would be:\n{replayed.after}\n\n"
        f"`{ACCEPT}`, `{STANDS}` as it was, or words for who rewrites it (at most {REWRITE_VISITS - 1} times)?"
    )
    return await stage.decide(QuestionKind.STUCK, text, ACCEPT, STANDS, otherwise=_END, name="both")


def _case(checked: ReportChecked, reported: Reported, why_bytes: int = WHY_SHOWN) -> str:
    place = f", in {checked.place}" if checked.place else ""
    return (
        f"{checked.test}:\n{checked.source}\n\nThe clause{place}:\n{fit(reported.clause, CLAUSE_SHOWN)}\n\n"
        f"The coder says (its own words, not verified):\n{fit(reported.why, why_bytes)}"
    )


def _says_rewrite(said: Exchange) -> bool:
    return said.word.startswith("rewrite")


def _advice(said: Exchange) -> str:
    return "" if said.word == REWRITE else fit(said.text, 400)
