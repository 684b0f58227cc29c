"""A step at work: reply, use_tools, and again, until it is finished, blocked or out of bounds."""

from dataclasses import dataclass

from activities.wire import RecordAnswers, Told, ToolOrder, ToolsResult, TurnOrder, TurnReply
from aurora.domain import Draft, Exchange, OutcomeKind, QuestionDraft, QuestionKind, Step, clip
from workflows.ending import Ended
from workflows.stage import GO_ON, Stage

REPEATS = 3
"""The same calls with the same results this often in a row are no progress."""


@dataclass(frozen=True)
class Made:
    draft: Draft
    result: str | None = None
    """Digest of the structured result, of a step that has one."""
    questions: tuple[QuestionDraft, ...] = ()
    contradiction: str = ""
    blocked: str = ""


async def take_turns(stage: Stage, step: Step, draft: Draft, *, about: tuple[str, ...] = (), advice: str = "") -> Made:
    """One visit of a step: one conversation, from its opening to its result or its `finish`."""
    draft = await heard(stage, draft)
    visit = stage.ledger.enter(step)
    conversation, nudge, turn, allowed = None, "", 0, _per_step(stage)
    same: list[str] = []
    while True:
        if turn >= allowed:
            text = f"{step} took {turn} turns without coming to its end. Advice and go on, or abandon?"
            said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
            nudge, allowed = _advice(said), allowed + _per_step(stage)
        turn += 1
        stage.at(step, turn)
        await _within_turns(stage)
        order = TurnOrder(
            draft=draft,
            step=step,
            visit=visit,
            turn=turn,
            conversation=conversation,
            about=about,
            advice=advice,
            nudge=nudge,
            left_microdollars=stage.ledger.left,
        )
        reply = await stage.reply(step, order, TurnReply, f"{step} {turn}")
        if reply.stop == "out_of_budget":
            await _raise_budget(stage, reply.summary)
            turn -= 1
            continue
        stage.ledger.settle(step, reply)
        stage.warn([stage.ledger.warning()])
        conversation, nudge = reply.conversation, reply.nudge

        if reply.stop == "result":
            return Made(draft, reply.result, reply.questions, reply.contradiction)
        if reply.stop == "refusal":
            text = f"{step}: {reply.summary}. Say how to go on, or abandon."
            said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
            nudge = _advice(said)
        if reply.stop != "tool_use" or conversation is None:
            continue

        told, exchanges = await _answers(stage, reply)
        tools = ToolOrder(
            draft=draft,
            step=step,
            turn=turn,
            conversation=conversation,
            told=told,
            said=(*exchanges, *stage.architect.heard()),
        )
        used = await stage.hands("use_tools", tools, ToolsResult, f"{step} {turn}: {reply.summary}")
        draft, conversation = used.draft, used.conversation
        stage.draft = draft
        if used.finished or used.blocked:
            return Made(draft, blocked=used.blocked)

        same = [*same, used.same_key] if same[-1:] == [used.same_key] else [used.same_key]
        if len(same) >= REPEATS and not told:
            text = f"{step} made the same calls with the same results {len(same)} times: {reply.summary}"
            said = await stage.decide(QuestionKind.STUCK, text, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
            nudge, same = _advice(said), []


async def heard(stage: Stage, draft: Draft, *exchanges: Exchange) -> Draft:
    """The draft with these exchanges, and with whatever the Architect said unasked, among its answers."""
    everything = (*exchanges, *stage.architect.heard())
    if not everything:
        return draft
    order = RecordAnswers(draft=draft, exchanges=everything)
    told = await stage.keeping("record_answers", order, Draft, f"{len(everything)} answers")
    stage.draft = told
    return told


async def _answers(stage: Stage, reply: TurnReply) -> tuple[tuple[Told, ...], tuple[Exchange, ...]]:
    """Ask what the turn asked; the answers go back as the results of its calls."""
    if not reply.asks:
        return (), ()
    exchanges = await stage.ask(*(asked.question for asked in reply.asks))
    told = tuple(
        Told(tool_use_id=asked.tool_use_id, text=exchange.text)
        for asked, exchange in zip(reply.asks, exchanges, strict=True)
    )
    return told, exchanges


async def _within_turns(stage: Stage) -> None:
    while stage.ledger.turns_left <= 0:
        await _raise_budget(stage, f"all {stage.ledger.max_turns} turns are used")


async def _raise_budget(stage: Stage, why: str) -> None:
    """Ask for more; nothing is called until somebody has given it."""
    ledger = stage.ledger
    before = (ledger.budget, ledger.max_turns)
    draft = QuestionDraft(
        kind=QuestionKind.BUDGET,
        text=clip(
            f"{why}: ${ledger.settled.dollars:.4f} spent of ${ledger.budget / 1e6:.2f}, "
            f"{ledger.turns} of {ledger.max_turns} turns. Raise both by half, or abandon? The work is kept.",
            4_000,
        ),
        options=("raise", "abandon"),
    )
    (exchange,) = await stage.ask(draft)
    if exchange.text.strip().lower() == "abandon":
        raise Ended(OutcomeKind.OUT_OF_BUDGET, why)
    if (ledger.budget, ledger.max_turns) == before:
        ledger.raise_by()


def _per_step(stage: Stage) -> int:
    return stage.bounds.turns_per_step if stage.bounds else 1


def _advice(exchange: Exchange) -> str:
    """What the Architect wrote, as the next thing the model hears; the bare option says only to go on."""
    if exchange.text.strip().lower() == GO_ON:
        return "Go on. Take another way than the last one."
    return f"The Architect says: {exchange.text}"
