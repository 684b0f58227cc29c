"""A running task: its state, and how anything is done on its behalf: paused first, then tried, then asked about."""

import builtins
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as TimedOut

from activities.wire import Bounds
from aurora import names
from aurora.domain import (
    Draft,
    Exchange,
    Outcome,
    OutcomeKind,
    QuestionDraft,
    QuestionKind,
    Step,
    Task,
    clip,
)
from aurora.view import Phase, TaskView
from workflows.architect import Architect
from workflows.ending import Ended
from workflows.ledger import Ledger
from workflows.policies import KEEPING, OUTAGE_FIRST_PROBE, OUTAGE_LONGEST_PROBE, OUTAGES, REPLY, SANDBOX, Policy

ABANDON = "abandon"
GO_ON = "go on"

_PHASE = SearchAttributeKey.for_keyword(names.PHASE)
_WAITS_FOR = SearchAttributeKey.for_keyword_list(names.WAITS_FOR)

R = TypeVar("R")


class Stage:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.architect = Architect(self.show)
        self.ledger = Ledger()
        self.bounds: Bounds | None = None
        self.draft: Draft | None = None
        self.step = Step.OPEN_WORKSPACE
        self.turn = 0
        self.round = 0
        self.max_rounds = 0
        self.paused = False
        self.trouble = ""
        self.warnings: tuple[str, ...] = ()
        self.probe_now = False
        self.outcome: Outcome | None = None
        self.repository = clip(task.source.label, 120)
        self._shown: tuple[Phase, tuple[str, ...]] | None = None

    # ── doing ──

    async def reply(self, step: Step, order: object, result: type[R], summary: str) -> R:
        return await self.act(step.value, order, result, names.MODEL_QUEUE, REPLY, summary)

    async def hands(self, activity: str, order: object, result: type[R], summary: str) -> R:
        return await self.act(activity, order, result, names.SANDBOX_QUEUE, SANDBOX, summary)

    async def keeping(self, activity: str, order: object, result: type[R], summary: str) -> R:
        return await self.act(activity, order, result, names.SANDBOX_QUEUE, KEEPING, summary)

    async def act(self, activity: str, order: object, result: type[R], queue: str, policy: Policy, summary: str) -> R:
        """Run an activity to its result. A broken world that outlasts the policy becomes a question and is probed."""
        question = None
        probe = OUTAGE_FIRST_PROBE
        while True:
            await workflow.wait_condition(lambda: not self.paused)
            try:
                value: R = await workflow.execute_activity(
                    activity, order, result_type=result, task_queue=queue, summary=clip(summary, 190), **policy
                )
            except ActivityError as error:
                trouble = _outage(error)
                if trouble is None:
                    raise
                self.trouble = clip(trouble)
                if question is None:
                    question = self.architect.put(self.step, _outage_question(activity, trouble))
                self.show()
                await self._wait_or_probe(question.id, probe)
                if self.said(question.id) == ABANDON:
                    raise Ended(OutcomeKind.ABANDONED, f"abandoned during an outage: {trouble}") from error
                probe = min(probe * 2, OUTAGE_LONGEST_PROBE)
                continue
            if question is not None:
                self.architect.withdraw(question)
            if self.trouble:
                self.trouble = ""
                self.show()
            return value

    async def _wait_or_probe(self, question_id: str, probe: timedelta) -> None:
        jittered = probe * (0.8 + 0.4 * workflow.random().random())
        self.probe_now = False
        try:
            await workflow.wait_condition(
                lambda: self.probe_now or question_id in self.architect.exchanges,
                timeout=jittered,
                timeout_summary="probes the world again",
            )
        except builtins.TimeoutError:
            return

    def said(self, question_id: str) -> str:
        exchange = self.architect.exchanges.get(question_id)
        return exchange.text.strip().lower() if exchange else ""

    # ── asking ──

    async def ask(self, *drafts: QuestionDraft) -> tuple[Exchange, ...]:
        return await self.architect.ask(self.step, *drafts)

    async def decide(self, kind: QuestionKind, text: str, *options: str, otherwise: OutcomeKind) -> Exchange:
        """One question whose answer `abandon` ends the task with the outcome `otherwise`."""
        draft = QuestionDraft(kind=kind, text=clip(text, 4_000), options=(*options, ABANDON))
        (exchange,) = await self.ask(draft)
        if exchange.text.strip().lower() == ABANDON:
            raise Ended(otherwise, f"the Architect abandoned the task: {clip(text, 200)}")
        return exchange

    # ── showing ──

    def at(self, step: Step, turn: int = 0) -> None:
        self.step, self.turn = step, turn
        self.show()

    def warn(self, texts: Iterable[str]) -> None:
        self.warnings = (*self.warnings, *(clip(t) for t in texts if t))[:50]

    @property
    def phase(self) -> Phase:
        if self.outcome is not None:
            return "ended"
        if self.architect.open:
            return "waiting"
        return "paused" if self.paused else "running"

    def show(self) -> None:
        """Bring the search attributes and the details in Temporal's UI up to date; cheap when nothing changed."""
        kinds = tuple(sorted({q.kind.value for q in self.architect.open.values()}))
        state = (self.phase, kinds)
        if state != self._shown:
            self._shown = state
            workflow.upsert_search_attributes([_PHASE.value_set(self.phase), _WAITS_FOR.value_set(list(kinds))])
        workflow.set_current_details(self._details())

    def _details(self) -> str:
        lines = [f"**{self.step.value}**" + (f", turn {self.turn}" if self.turn else "") + f" ({self.phase})"]
        if self.round:
            lines.append(f"reflexion round {self.round} of {self.max_rounds}")
        lines.append(f"{self.ledger.turns} turns, ${self.ledger.settled.dollars:.4f}")
        lines += [f"- waits for an answer to {q.id} ({q.kind.value}): {q.text}" for q in self.architect.open.values()]
        if self.trouble:
            lines.append(f"trouble: {self.trouble}")
        return "\n\n".join(lines)[:4_000]

    def view(self) -> TaskView:
        return TaskView(
            task_id=self.task.id,
            tenant=self.task.tenant,
            repository=self.repository,
            title=clip(self.task.text.strip().splitlines()[0] if self.task.text.strip() else "", 120),
            phase=self.phase,
            step=self.step.value,
            turn=self.turn,
            round=self.round,
            max_rounds=self.max_rounds,
            commit=self.draft.commit if self.draft else None,
            questions=tuple(self.architect.open.values()),
            usage=self.ledger.settled,
            open_microdollars=self.ledger.open,
            budget_microdollars=self.ledger.budget,
            turns=self.ledger.turns,
            max_turns=self.ledger.max_turns,
            steps=tuple(self.ledger.by_step.values()),
            trouble=self.trouble,
            warnings=(*self.warnings, *(f"an answer was refused: {r}" for r in self.architect.refusals))[-50:],
            submitted_at=self.task.submitted_at,
            outcome=self.outcome,
        )


def _outage(error: ActivityError) -> str | None:
    """What is wrong with the world, or none when it is something else."""
    cause: Any = error.cause
    if isinstance(cause, TimedOut):
        return f"{error.activity_type} did not end in time on any worker"
    if isinstance(cause, ApplicationError) and cause.type in OUTAGES:
        return cause.message
    return None


def _outage_question(activity: str, trouble: str) -> QuestionDraft:
    return QuestionDraft(
        kind=QuestionKind.OUTAGE,
        text=clip(
            f"{activity} can't go on: {trouble}\n\nIt is tried again by itself, at growing intervals; "
            "answer `retry` once the trouble is mended, or `abandon`.",
            4_000,
        ),
        options=("retry", ABANDON),
        assumed="waits, and tries again by itself",
    )
