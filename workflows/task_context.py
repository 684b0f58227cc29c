"""A running task: how anything is done on its behalf: paused first, then tried, then asked about."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.messages import Stock
from aurora import names
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.questions import Exchange, QuestionDraft, QuestionKind
from aurora.domain.task import Step
from aurora.domain.view import Phase, TaskView
from aurora.text import clip
from workflows import projection
from workflows.clock import now
from workflows.ending import Continued, Ended
from workflows.journal import Journal
from workflows.outages import outage_reason, probe_pause, question_of
from workflows.policies import KEEPING, REPLY, SANDBOX, Policy
from workflows.reminders import Reminders
from workflows.state import Outage, State

ABANDON = "abandon"
GO_ON = "go on"

R = TypeVar("R")


class TaskContext:
    def __init__(self, state: State) -> None:
        self.task = state.task
        self.state = state
        self.journal = Journal(state.journal)
        self.architect = state.architect
        self.ledger = state.ledger
        self.closing = False
        self.outcome: Outcome | None = None
        self.probe_now = False
        self.full = False
        """Whether the history was long when it last grew by what somebody said."""
        self.reminders = Reminders(self)
        self._working_since: float | None = workflow.now().timestamp()
        self._shown: object = None

    # ── doing ──

    async def call_model(self, step: Step, order: object, result: type[R], summary: str) -> R:
        return await self.act(step.value, order, result, names.MODEL_QUEUE, REPLY, summary)

    async def run_in_sandbox(self, activity: str, order: object, result: type[R], summary: str, *, memo: str = "") -> R:
        """`memo`: a name under which the flow remembers the result, where more is to come in the same pass."""

        async def work() -> R:
            return await self.act(activity, order, result, names.SANDBOX_QUEUE, SANDBOX, summary)

        return await self.journal.once(memo, result, work) if memo else await work()

    async def run_record(self, activity: str, order: object, result: type[R], summary: str) -> R:
        return await self.act(activity, order, result, names.SANDBOX_QUEUE, KEEPING, summary)

    async def act(self, activity: str, order: object, result: type[R], queue: str, policy: Policy, summary: str) -> R:
        """Run an activity to its result. A broken world that outlasts the policy becomes a question and is probed."""
        while True:
            await self.ready()
            self._heed_abandoned()
            self.probe_now, self.state.waits_since = False, 0
            try:
                value: R = await workflow.execute_activity(
                    activity, order, result_type=result, task_queue=queue, summary=clip(summary, 190), **policy
                )
            except ActivityError as error:
                reason = outage_reason(error)
                if reason is None:
                    raise
                self.state.error = clip(reason)
                await self._sit_out(activity, reason, paid=queue == names.MODEL_QUEUE)
                continue
            self._heed_abandoned()
            self._world_is_well()
            return value

    async def _sit_out(self, activity: str, reason: str, *, paid: bool) -> None:
        """Until it is worth trying again. Raises `Ended` when the Architect would rather give up."""
        self.heed_cancel()
        outage = self.state.outage
        if outage is None:
            (question,) = self.architect.put(self.state.step, (question_of(activity, reason),))
            outage = Outage(question=question)
        self.state.outage = outage.model_copy(update={"probes": outage.probes + 1})
        self.show()
        if paid:
            await self._take_stock()
        pause = round(probe_pause(outage.probes, workflow.random().random()))
        answered = (outage.question,)
        await self.attend(lambda: self.probe_now or self.architect.answered(answered), until=now() + pause)
        self._heed_abandoned()
        if self.architect.answered(answered):
            self.state.outage = None

    def _heed_abandoned(self) -> None:
        """Whoever abandons in the middle of a probe, in a pause or between two runs has abandoned, too."""
        outage = self.state.outage
        said = self.architect.exchanges.get(outage.question) if outage is not None else None
        if said is not None and said.word == ABANDON:
            raise Ended(OutcomeKind.ABANDONED, clip(f"abandoned during an outage: {self.state.error}"))

    async def _take_stock(self) -> None:
        """What the failed tries may have cost is owed from now on."""
        try:
            stock = await workflow.execute_activity(
                "take_stock", self.task.ref, result_type=Stock, task_queue=names.SANDBOX_QUEUE, **KEEPING
            )
        except ActivityError as error:
            if outage_reason(error) is None:
                raise
            return  # the same trouble: stock is taken at the next failure, or when the task closes
        self.ledger.restock(stock)

    def _world_is_well(self) -> None:
        if self.state.outage is not None:
            self.architect.withdraw(self.state.outage.question)
            self.state.outage = None
        if self.state.error:
            self.state.error = ""
            self.show()

    # ── waiting ──

    async def ready(self) -> None:
        """Not cancelled, not paused, and in a history that has room: every step begins here."""
        self.heed_cancel()
        if self.state.paused:
            self.show()
            await self.attend(lambda: not self.state.paused)
            self.show()
        if self.long:
            raise Continued

    async def attend(self, settled: Callable[[], bool], *, until: float | None = None) -> bool:
        """Wait until `settled`, with people told and reminded meanwhile; False when `until` came first. The time
        counts as waiting, not as work. Raises `Ended` when it waited longer than the idle bound."""
        self.heed_cancel()
        self.rest()
        came = await self.reminders.until(settled, until)
        # not in a `finally`: an evicted workflow's coroutines are closed outside its event loop
        self.work()
        return came

    def heed_cancel(self) -> None:
        """A call that ends as it likes, although it was told to stop, swallows the cancel that told it."""
        if self.state.cancelled:
            raise asyncio.CancelledError

    @property
    def long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() >= self.state.most_events

    def heard(self) -> None:
        """Every handler that took something ends here.

        A wait looks at `full` and not at the length itself: a refused update lets Temporal ask all conditions, and
        leaves no event by which a replay would ask them again; what only it had made true would never have been."""
        self.full = self.long
        self.show()

    def rest(self) -> None:
        self.state.worked, self._working_since = self.worked, None

    def work(self) -> None:
        self._working_since = workflow.now().timestamp()

    @property
    def worked(self) -> float:
        """Seconds at work so far."""
        since = self._working_since
        return self.state.worked + (workflow.now().timestamp() - since if since is not None else 0.0)

    # ── asking ──

    async def ask(self, *drafts: QuestionDraft, name: str = "ask") -> tuple[Exchange, ...]:
        """Ask all of them and wait, for days if it must, until each one has its answer. `name` as a memo's."""
        ids = self.journal.note(name, tuple[str, ...], lambda: self.architect.put(self.state.step, drafts))
        return await self.answers(ids)

    async def answers(self, ids: tuple[str, ...]) -> tuple[Exchange, ...]:
        self.show()
        await self.attend(lambda: self.architect.answered(ids))
        self.show()
        return tuple(self.architect.exchanges[i] for i in ids)

    async def decide(
        self, kind: QuestionKind, text: str, *options: str, otherwise: OutcomeKind, name: str = "decide"
    ) -> Exchange:
        """One question whose answer `abandon` ends the task with the outcome `otherwise`."""
        draft = QuestionDraft(kind=kind, text=clip(text, 4_000), options=(*options, ABANDON))
        (exchange,) = await self.ask(draft, name=name)
        if exchange.word == ABANDON:
            raise Ended(otherwise, f"the Architect abandoned the task: {clip(text, 200)}")
        return exchange

    # ── showing ──

    def at(self, step: Step, turn: int = 0) -> None:
        self.state.step, self.state.turn = step, turn
        self.show()

    def warn(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.state.warn(text)

    @property
    def phase(self) -> Phase:
        if self.outcome is not None:
            return "ended"
        if self.architect.open:
            return "waiting"
        return "paused" if self.state.paused else "running"

    def show(self) -> None:
        """Bring the search attributes and the details in Temporal's UI up to date; cheap when nothing changed."""
        attributes = projection.attributes(self)
        if attributes != self._shown:
            self._shown = attributes
            workflow.upsert_search_attributes(attributes)
        workflow.set_current_details(projection.details(self))

    def view(self) -> TaskView:
        return projection.view(self)
