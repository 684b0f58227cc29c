"""A step at work: reply, use_tools, and again, until it is finished, blocked or out of bounds."""

from dataclasses import dataclass

from activities.messages import (
    Attempt,
    PastConversation,
    ToolAnswer,
    ToolsInput,
    ToolsResult,
    TurnInput,
    TurnReply,
)
from aurora.domain.contradiction import Reported
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Exchange, QuestionKind
from aurora.domain.steps import Auxiliary, Step
from aurora.domain.task import Draft
from aurora.domain.value import Digest
from aurora.text import fit
from workflows import conversations
from workflows.answers import answer_ids, record_answers
from workflows.architect import AT_ONCE
from workflows.blocked import unblocked
from workflows.bounds import raise_bounds, within_bounds
from workflows.clock import now
from workflows.dependencies import add_packages
from workflows.task_context import ABANDON, GO_ON, TaskContext
from workflows.visit_state import Replied, Settle, Settled, ToolsUsed, VisitResult, VisitState

REPEATS = 3
"""The same calls with the same results this often in a row are no progress."""
ADVICE_BYTES = 400
CACHED_SECONDS = 240
"""The service keeps a prompt for five minutes after its last use, which began up to a minute before its reply came."""
UNPLANNED = 3
"""Files outside an approved plan that are no reason to ask again."""


async def take_turns(
    context: TaskContext,
    step: Step,
    draft: Draft,
    *,
    reports: tuple[Digest, ...] = (),
    reflections: tuple[Digest, ...] = (),
    advice: str = "",
    last: str = "",
    attempt: Attempt | None = None,
    fresh: bool = False,
    case: Digest | None = None,
    nudge: str = "",
    settle: Settle | None = None,
    name: str = "",
    most_turns: int = 0,
) -> VisitResult:
    """One visit of a step, from its opening to its result or its `finish`: in a conversation of its own, or in the one
    that the step shares with others, gone on with.

    `last`: what the visit before this one said when it finished. `fresh`: begin a new conversation. `case`: the
    `Contradiction` it is about. `nudge`: said after the opening. `settle`: what becomes of a report that a frozen test
    contradicts the specification. `name`: what the flow remembers the visit by, where a step is visited twice in one
    pass. `most_turns`: of a visit that the task can do without; where it does not finish within these turns and the
    task's bounds, it has no result, and nobody is asked."""
    visit = _Visit(
        context,
        step,
        reports,
        reflections,
        fit(advice, ADVICE_BYTES),
        last,
        attempt,
        fresh,
        case,
        nudge,
        settle,
        most_turns,
    )
    return await context.journal.once(name or step.value, VisitResult, lambda: visit.take(draft))


@dataclass(frozen=True)
class _Visit:
    context: TaskContext
    step: Step
    reports: tuple[Digest, ...]
    reflections: tuple[Digest, ...]
    advice: str
    last: str
    attempt: Attempt | None
    fresh: bool
    case: Digest | None
    nudge: str
    settle: Settle | None
    most_turns: int

    async def take(self, draft: Draft) -> VisitResult:
        context = self.context
        loop = context.journal.loop(VisitState)
        at = loop.at
        if at is None:
            draft = await record_answers(context, draft)
            before = None if self.fresh else conversations.to_go_on_with(context.state, self.step)
            at = loop.go(
                VisitState(
                    draft=draft,
                    visit=context.ledger.count_visit(self.step),
                    allowed=self.most_turns or self._per_visit,
                    owed=context.ledger.open,
                    nudge=self.nudge,
                    before=before,
                    warm=before is not None and now() - before.replied_at < CACHED_SECONDS,
                )
            )
        while True:
            if at.stuck and self.most_turns:
                return VisitResult(draft=at.draft, summary=fit(f"no result: {at.stuck}", 300))
            if at.stuck:
                ended: VisitState | VisitResult = await self._ask_when_stuck(at)
            elif at.replied is None:
                ended = await self._reply(at)
            else:
                ended = await self._use_tools(at, at.replied)
            if isinstance(ended, VisitResult):
                return ended
            at = loop.go(ended)

    # ── the first half ──

    async def _reply(self, at: VisitState) -> VisitState | VisitResult:
        context, step = self.context, self.step
        if at.turn >= at.allowed:
            why = f"{step} did not finish within {at.turn} turns. Give advice, or answer `{GO_ON}` or `{ABANDON}`."
            if self.most_turns:
                why = f"{at.turn} turns are used"
            return at.model_copy(update={"stuck": why, "allowed": at.allowed + self._per_visit})
        context.show_step(step, at.turn + 1)
        if self.most_turns and (bound := context.ledger.reached(context.state.worked)):
            return at.model_copy(update={"stuck": bound})
        await within_bounds(context)
        await context.ready()
        order = TurnInput(
            draft=at.draft,
            step=step,
            visit=at.visit,
            turn=at.turn + 1,
            conversation=at.conversation,
            reports=self.reports,
            reflections=self.reflections,
            advice=self.advice,
            last=self.last,
            attempt=self.attempt,
            before=at.before,
            warm=at.warm,
            case=self.case,
            nudge=at.nudge,
            said=tuple(context.architect.exchanges[i] for i in at.said if i in context.architect.exchanges),
            left_microdollars=context.ledger.left,
            left_tokens=context.ledger.tokens_left,
            counted_microdollars=context.ledger.open - at.owed,
        )
        reply = await context.run(step, order, TurnReply, f"{step} {at.turn + 1}")
        if reply.stop == "out_of_budget":
            context.ledger.owe({reply.call_id: reply.open_microdollars} if reply.call_id else {})
            if self.most_turns:
                return at.model_copy(update={"stuck": reply.summary})
            await raise_bounds(context, reply.summary)
            return at
        context.ledger.settle(step, reply)
        after = at.model_copy(
            update={
                "turn": at.turn + 1,
                "conversation": reply.conversation,
                "before": None,
                "tokens": reply.usage.tokens,
                "replied_at": now(),
                "frame": reply.frame,
                "nudge": reply.nudge,
                "said": (),
                "owed": context.ledger.open,
            }
        )
        if reply.stop == "result":
            context.ledger.note_said(step, reply.summary)
            if reply.conversation is not None:
                self._keep(after, at.draft, reply.conversation)
            return VisitResult(
                draft=at.draft,
                result=reply.result,
                plan_ahead=reply.ahead,
                without_interfaces=reply.without_interfaces,
                shape=reply.shape,
                questions=reply.questions,
                blocked=reply.blocked,
                verdict=reply.verdict,
                report=reply.report,
                summary=fit(reply.summary, 300),
            )
        if reply.stop == "refusal":
            return after.model_copy(
                update={"stuck": f"{step}: {reply.summary}. Say how to go on, or answer `{ABANDON}`."}
            )
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
                    asked=context.put(tuple(a.question for a in asks)) if asks else (),
                )
            }
        )

    # ── the second half ──

    async def _use_tools(self, at: VisitState, replied: Replied) -> VisitState | VisitResult:
        """The answers go back as the results of the calls that asked."""
        context = self.context
        exchanges = await context.answers(replied.asked) if replied.asked else ()
        added = await add_packages(context, at.draft, exchanges)
        summary = f"{self.step} {replied.turn}: {replied.summary}"

        async def run() -> ToolsUsed:
            await context.ready()
            clarifications = context.architect.clarifications
            answers = (
                ToolAnswer(tool_use_id=use, question_id=question, outcome=added.outcomes.get(question, ""))
                for use, question in zip(replied.tool_uses, replied.asked, strict=True)
            )
            order = ToolsInput(
                draft=added.draft,
                step=self.step,
                turn=replied.turn,
                conversation=replied.conversation,
                reports=self.reports,
                answers=tuple(answers),
                said=(*exchanges, *clarifications),
            )
            result = await context.run(Auxiliary.USE_TOOLS, order, ToolsResult, summary)
            context.state.draft = result.draft
            return ToolsUsed(result=result, clarifications=tuple(e.id for e in clarifications))

        taken = await context.journal.once("tools", ToolsUsed, run)
        context.architect.drop_clarifications(taken.clarifications)
        used = taken.result
        reported = used.blocked or used.environment
        if used.disagreed or (used.finished and reported is None):
            context.ledger.note_said(self.step, used.disagreed or used.said)
            self._keep(at, used.draft, used.conversation)
            return VisitResult(
                draft=used.draft,
                disagreed=used.disagreed,
                summary=used.said,
                left_out=used.left_out,
            )
        repeats = at.repeats + 1 if at.same_key == used.same_key else 1
        after = at.model_copy(
            update={
                "draft": used.draft,
                "conversation": used.conversation,
                "replied": None,
                "same_key": used.same_key,
                "repeats": repeats,
            }
        )
        if used.blocked is not None and self.settle is not None:
            return await self._within_the_plan(await self._settle(after, used.blocked), used)
        if (lacks := used.environment) is not None:
            observed = await context.journal.once("environment", Settled, lambda: unblocked(context, used.draft, lacks))
            answered_now = {"draft": observed.draft, "nudge": observed.nudge, "said": (*after.said, *observed.said)}
            return await self._within_the_plan(after.model_copy(update=answered_now), used)
        # a turn that waited for an answer is no repetition
        if repeats >= REPEATS and not replied.asked:
            why = f"{self.step} made the same calls with the same results {repeats} times: {replied.summary}"
            return after.model_copy(update={"stuck": why, "repeats": 0})
        return await self._within_the_plan(after, used)

    def _keep(self, at: VisitState, draft: Draft, head: Digest) -> None:
        """Keep the conversation together with the visit's end, so that the next run knows both or neither."""
        past = PastConversation(
            head=head,
            step=self.step,
            frame=at.frame,
            frozen=draft.frozen,
            commit=draft.commit,
            answers=draft.answers,
            tokens=at.tokens,
            replied_at=at.replied_at,
        )
        conversations.keep(self.context.state, past)

    async def _settle(self, at: VisitState, reported: Reported) -> VisitState:
        """The result of a report; the conversation goes on with it."""
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

    async def _ask_when_stuck(self, at: VisitState) -> VisitState:
        last = f'\n\nThe previous attempt ended with these words (not verified): "{self.last}"' if self.last else ""
        said = await self.context.decide(QuestionKind.STUCK, at.stuck + last, GO_ON, otherwise=OutcomeKind.EXHAUSTED)
        draft = await record_answers(self.context, at.draft, said)
        return _with_answer(at, said).model_copy(update={"stuck": "", "draft": draft})

    async def _within_the_plan(self, at: VisitState, used: ToolsResult) -> VisitState:
        """Work far outside an approved plan is shown before it goes on; what was approved once is not asked again."""
        state = self.context.state
        if state.bounds is None or not state.bounds.architect.approve_plan:
            return at
        new = tuple(p for p in used.outside if p not in state.unplanned)
        if not new or not (used.far or len(used.outside) > UNPLANNED):
            return at
        listed = "\n".join(f"- {fit(p, 120)}" for p in new[:10])
        text = (
            f"The work goes beyond the approved plan. It also changes:\n{listed}\n\nApprove, or say what to do instead."
        )
        said = await self.context.decide(QuestionKind.PLAN, text, "approve", otherwise=OutcomeKind.ABANDONED)
        at = at.model_copy(update={"draft": await record_answers(self.context, at.draft, said)})
        # in one breath with the turn's end: a run that ends before it must ask the same and hear the answer
        state.unplanned = (*state.unplanned, *(fit(p, 200) for p in new))[-40:]
        return at if said.word == "approve" else _with_answer(at, said)

    @property
    def _per_visit(self) -> int:
        bounds = self.context.state.bounds
        return bounds.turns_per_step if bounds else 1


def _with_answer(at: VisitState, exchange: Exchange) -> VisitState:
    """The next reply hears what the Architect said; the bare option says only to go on."""
    if exchange.word == GO_ON:
        return at.model_copy(update={"nudge": "Go on. Take another way than the last one."})
    return at.model_copy(update={"said": (*at.said, *answer_ids(exchange))})
