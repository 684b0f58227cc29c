"""A step at work: reply, use_tools, and again, until it is finished, blocked or out of bounds."""

import re
from collections.abc import Awaitable, Callable

from activities.messages import Judgement, RecordAnswersInput, ToolAnswer, ToolsInput, ToolsResult, TurnInput, TurnReply
from aurora.domain.contradiction import Reported
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Exchange, QuestionDraft, QuestionKind
from aurora.domain.task import Draft, Step
from aurora.domain.value import Digest, Value
from aurora.text import clip, fit
from workflows.architect import AT_ONCE, name_of
from workflows.ending import Ended
from workflows.task_context import ABANDON, GO_ON, TaskContext

REPEATS = 3
"""The same calls with the same results this often in a row are no progress."""
ADVICE_BYTES = 400
UNPLANNED = 3
"""Files outside an approved plan that are no reason to ask again."""


class Made(Value):
    """What a visit of a step came to."""

    draft: Draft
    result: Digest | None = None
    """The structured result, of a step that has one."""
    questions: tuple[QuestionDraft, ...] = ()
    blocked: Reported | None = None
    """reflect: a frozen test that is said to contradict the specification."""
    verdict: Judgement | None = None
    """Of judge_contradiction."""
    disagreed: str = ""
    """Why rewrite_test would leave the test as it is."""
    summary: str = ""
    """What the reply came to; of a step that ends by `finish`, what the model said with it."""


class Replied(Value):
    """A reply that is paid for and counted, and whose calls have not run yet."""

    turn: int
    conversation: Digest
    summary: str
    tool_uses: tuple[str, ...] = ()
    """Ids of the calls that asked the Architect."""
    asked: tuple[str, ...] = ()
    """The questions' ids, in the same order."""


class TurnsAt(Value):
    """Where a visit is, between two turns or between a turn's two halves."""

    draft: Draft
    visit: int
    allowed: int
    turn: int = 0
    conversation: Digest | None = None
    nudge: str = ""
    said: tuple[str, ...] = ()
    """Answers the next reply hears."""
    replied: Replied | None = None
    owed: int = 0
    """Microdollars that were open before this turn's first try."""
    stuck: str = ""
    """Why only the Architect can say how it goes on."""
    same_key: str = ""
    same: int = 0


class Settled(Value):
    """What a report of a frozen test came to."""

    draft: Draft
    nudge: str
    """What the coder is told of it."""
    said: tuple[str, ...] = ()
    """Answers of the Architect's that it hears, too."""
    rewritten: bool = False


Settle = Callable[[TaskContext, Draft, Reported], Awaitable[Settled]]


class Used(Value):
    result: ToolsResult
    unasked: tuple[str, ...] = ()
    """Ids of what the Architect had said unasked, and the model has heard by now."""


async def take_turns(
    context: TaskContext,
    step: Step,
    draft: Draft,
    *,
    about: tuple[str, ...] = (),
    advice: str = "",
    last: str = "",
    case: Digest | None = None,
    nudge: str = "",
    settle: Settle | None = None,
    name: str = "",
) -> Made:
    """One visit of a step: one conversation, from its opening to its result or its `finish`.

    `last`: what the visit before this one said when it finished. `case`: the `Contradiction` it is about. `nudge`: said
    after the opening. `settle`: what becomes of a report that a frozen test contradicts the specification. `name`: what
    the flow remembers the visit by, where a step is visited twice in one pass."""
    visit = _Visit(context, step, about, fit(advice, ADVICE_BYTES), last, case, nudge, settle)
    return await context.journal.once(name or step.value, Made, lambda: visit.take(draft))


class _Visit:
    def __init__(
        self,
        context: TaskContext,
        step: Step,
        about: tuple[str, ...],
        advice: str,
        last: str,
        case: Digest | None,
        nudge: str,
        settle: Settle | None,
    ) -> None:
        self.context, self.step, self.about, self.advice, self.last = context, step, about, advice, last
        self.case, self.nudge, self.settle = case, nudge, settle

    async def take(self, draft: Draft) -> Made:
        context = self.context
        loop = context.journal.loop(TurnsAt)
        at = loop.at
        if at is None:
            draft = await heard(context, draft)
            at = loop.go(
                TurnsAt(
                    draft=draft,
                    visit=context.ledger.enter(self.step),
                    allowed=self._per_visit,
                    owed=context.ledger.open,
                    nudge=self.nudge,
                )
            )
        while True:
            if at.stuck:
                ended: TurnsAt | Made = await self._unstick(at)
            elif at.replied is None:
                ended = await self._reply(at)
            else:
                ended = await self._use_tools(at, at.replied)
            if isinstance(ended, Made):
                return ended
            at = loop.go(ended)

    # ── the first half ──

    async def _reply(self, at: TurnsAt) -> TurnsAt | Made:
        context, step = self.context, self.step
        if at.turn >= at.allowed:
            why = f"{step} took {at.turn} turns without coming to its end. Advice and go on, or abandon?"
            return at.model_copy(update={"stuck": why, "allowed": at.allowed + self._per_visit})
        context.at(step, at.turn + 1)
        await within_bounds(context)
        await context.ready()
        order = TurnInput(
            draft=at.draft,
            step=step,
            visit=at.visit,
            turn=at.turn + 1,
            conversation=at.conversation,
            about=self.about,
            advice=self.advice,
            last=self.last,
            case=self.case,
            nudge=at.nudge,
            said=tuple(context.architect.exchanges[i] for i in at.said if i in context.architect.exchanges),
            left_microdollars=context.ledger.left,
            left_tokens=context.ledger.tokens_left,
            counted_microdollars=context.ledger.open - at.owed,
        )
        reply = await context.call_model(step, order, TurnReply, f"{step} {at.turn + 1}")
        if reply.stop == "out_of_budget":
            context.ledger.owe({reply.call_id: reply.open_microdollars} if reply.call_id else {})
            await raise_bounds(context, reply.summary)
            return at
        context.ledger.settle(step, reply)
        context.warn(context.ledger.warnings(context.worked))
        after = at.model_copy(
            update={
                "turn": at.turn + 1,
                "conversation": reply.conversation,
                "nudge": reply.nudge,
                "said": (),
                "owed": context.ledger.open,
            }
        )
        if reply.stop == "result":
            return Made(
                draft=at.draft,
                result=reply.result,
                questions=reply.questions,
                blocked=reply.blocked,
                verdict=reply.verdict,
                summary=fit(reply.summary, 300),
            )
        if reply.stop == "refusal":
            return after.model_copy(update={"stuck": f"{step}: {reply.summary}. Say how to go on, or abandon."})
        if reply.stop != "tool_use" or reply.conversation is None:
            return after
        asks = reply.asks[:AT_ONCE]
        return after.model_copy(
            update={
                "replied": Replied(
                    turn=at.turn + 1,
                    conversation=reply.conversation,
                    summary=fit(reply.summary, 300),
                    tool_uses=tuple(a.tool_use_id for a in asks),
                    asked=context.architect.put(step, tuple(a.question for a in asks)) if asks else (),
                )
            }
        )

    # ── the second half ──

    async def _use_tools(self, at: TurnsAt, replied: Replied) -> TurnsAt | Made:
        """The answers go back as the results of the calls that asked."""
        context = self.context
        exchanges = await context.answers(replied.asked) if replied.asked else ()
        about = f"{self.step} {replied.turn}: {replied.summary}"

        async def run() -> Used:
            await context.ready()
            unasked = context.architect.unasked
            answers = (
                ToolAnswer(tool_use_id=u, text=e.text) for u, e in zip(replied.tool_uses, exchanges, strict=True)
            )
            order = ToolsInput(
                draft=at.draft,
                step=self.step,
                turn=replied.turn,
                conversation=replied.conversation,
                about=self.about,
                answers=tuple(answers),
                said=(*exchanges, *unasked),
            )
            result = await context.run_in_sandbox("use_tools", order, ToolsResult, about)
            context.state.draft = result.draft
            return Used(result=result, unasked=tuple(e.id for e in unasked))

        taken = await context.journal.once("tools", Used, run)
        context.architect.heard(taken.unasked)
        used = taken.result
        if used.disagreed or (used.finished and used.blocked is None):
            return Made(draft=used.draft, disagreed=used.disagreed, summary=used.said)
        same = at.same + 1 if at.same_key == used.same_key else 1
        after = at.model_copy(
            update={
                "draft": used.draft,
                "conversation": used.conversation,
                "replied": None,
                "same_key": used.same_key,
                "same": same,
            }
        )
        if used.blocked is not None and self.settle is not None:
            return await self._within_the_plan(await self._settle(after, used.blocked), used)
        # a turn that waited for an answer is no repetition
        if same >= REPEATS and not replied.asked:
            why = f"{self.step} made the same calls with the same results {same} times: {replied.summary}"
            return after.model_copy(update={"stuck": why, "same": 0})
        return await self._within_the_plan(after, used)

    async def _settle(self, at: TurnsAt, reported: Reported) -> TurnsAt:
        """What a report comes to; the conversation goes on with it."""
        settle = self.settle
        assert settle is not None
        settled = await self.context.journal.once("settle", Settled, lambda: settle(self.context, at.draft, reported))
        return at.model_copy(
            update={
                "draft": settled.draft,
                "nudge": settled.nudge,
                "said": (*at.said, *settled.said),
                # what others called meanwhile is not this turn's
                "owed": self.context.ledger.open,
            }
        )

    async def _unstick(self, at: TurnsAt) -> TurnsAt:
        said = await self.context.decide(QuestionKind.STUCK, at.stuck, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
        draft = await heard(self.context, at.draft, said)
        return _hearing(at, said).model_copy(update={"stuck": "", "draft": draft})

    async def _within_the_plan(self, at: TurnsAt, used: ToolsResult) -> TurnsAt:
        """Work far outside an approved plan is shown before it goes on; what was approved once is not asked again."""
        state = self.context.state
        if state.bounds is None or not state.bounds.architect.approve_plan:
            return at
        new = tuple(p for p in used.outside if p not in state.unplanned)
        if not new or not (used.far or len(used.outside) > UNPLANNED):
            return at
        listed = "\n".join(f"- {fit(p, 120)}" for p in new[:10])
        text = (
            f"The work goes beyond the approved plan. It changes, too:\n{listed}\n\nApprove, or say what to do instead."
        )
        said = await self.context.decide(QuestionKind.PLAN, text, "approve", otherwise=OutcomeKind.ABANDONED)
        at = at.model_copy(update={"draft": await heard(self.context, at.draft, said)})
        # in one breath with the turn's end: a run that ends before it must ask the same and hear the answer
        state.unplanned = (*state.unplanned, *(fit(p, 200) for p in new))[-40:]
        return at if said.word == "approve" else _hearing(at, said)

    @property
    def _per_visit(self) -> int:
        bounds = self.context.state.bounds
        return bounds.turns_per_step if bounds else 1


class Heard(Value):
    draft: Draft
    unasked: tuple[str, ...] = ()


async def heard(context: TaskContext, draft: Draft, *exchanges: Exchange, name: str = "heard") -> Draft:
    """The draft with these exchanges, and with whatever the Architect said unasked, among its answers."""

    async def record() -> Heard:
        await context.ready()
        unasked = context.architect.unasked
        everything = (*exchanges, *unasked)
        if not everything:
            return Heard(draft=draft)
        order = RecordAnswersInput(draft=draft, exchanges=everything)
        answered = await context.run_record("record_answers", order, Draft, f"{len(everything)} answers")
        context.state.draft = answered
        return Heard(draft=answered, unasked=tuple(name_of(e) for e in unasked))

    taken = await context.journal.once(name, Heard, record)
    context.architect.heard(taken.unasked)
    return taken.draft


async def within_bounds(context: TaskContext) -> None:
    """Returns when another call is allowed; until then nothing is called."""
    while why := context.ledger.reached(context.worked):
        await raise_bounds(context, why)


async def raise_bounds(context: TaskContext, why: str) -> None:
    """Ask for more; nothing is called until somebody has given it."""
    ledger = context.ledger
    used = "\n".join(f"- {b}" for b in ledger.bounds(context.worked))
    most = f" The worker permits ${ledger.most / 1e6:.2f} at most." if ledger.most is not None else ""
    draft = QuestionDraft(
        kind=QuestionKind.BUDGET,
        text=clip(
            f"{why[:1].upper()}{why[1:]}. Used so far:\n{used}\n\n"
            "`raise` gives half as much again of what is nearly used up, a sum in dollars that much; or abandon? "
            f"The work is kept.{most}",
            4_000,
        ),
        options=("raise", ABANDON),
    )
    (exchange,) = await context.ask(draft, name="bounds")
    if exchange.word == ABANDON:
        raise Ended(OutcomeKind.OUT_OF_BUDGET, why)
    amount = dollars(exchange.word)
    if exchange.word == "raise" or amount:
        ledger.raise_by(round(amount * 1_000_000) if amount else None, seconds=context.worked)
    context.journal.forget("bounds")
    context.show()


def dollars(word: str) -> float:
    """The sum that `5`, `$5` or `2.50` names; 0 for any other word, which raises nothing: the task asks again."""
    plain = word.removeprefix("$").strip()
    return float(plain) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", plain) else 0.0


def _hearing(at: TurnsAt, exchange: Exchange) -> TurnsAt:
    """The next reply hears what the Architect said; the bare option says only to go on."""
    if exchange.word == GO_ON:
        return at.model_copy(update={"nudge": "Go on. Take another way than the last one."})
    return at.model_copy(update={"said": (*at.said, *said_to(exchange))})


def said_to(exchange: Exchange) -> tuple[str, ...]:
    """The exchange as a conversation's next reply is told of it."""
    return (name_of(exchange),)
