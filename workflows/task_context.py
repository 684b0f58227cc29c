"""A running task: how anything is done on its behalf: paused first, then tried, then asked about."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.messages import ActivityResult, Stock
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.questions import ABANDON as ABANDON
from aurora.domain.questions import MAX_QUESTION_CHARS, Exchange, QuestionDraft, QuestionKind
from aurora.domain.steps import Activity, ActivityKind, Auxiliary, Step
from aurora.domain.value import Value
from aurora.domain.view import Phase, TaskView
from aurora.text import clip
from workflows import activity_calls, projection
from workflows.clock import now
from workflows.ending import Continued, Ended
from workflows.journal import Journal
from workflows.outages import outage_question, outage_reason, probe_pause
from workflows.reminders import Reminders
from workflows.run_length import RunLength
from workflows.state import Outage, State

GO_ON = "go on"

R = TypeVar("R")


class Asking(Value):
    """Questions that were asked and whose answers are waited for."""

    question_ids: tuple[str, ...]


class TaskContext:
    def __init__(self, state: State) -> None:
        self.task = state.task
        self.state = state
        self.journal = Journal(state.journal)
        self.architect = state.architect
        self.ledger = state.ledger
        self.run_length = RunLength(state.most_events)
        self.reminders = Reminders(state, self.run_length, self.show)
        self.closing = False
        self.outcome: Outcome | None = None
        self.probe_now = False
        self._shown: object = None

    # ── doing ──

    async def run(self, activity: Activity, order: object, result: type[R], summary: str, *, memo: str = "") -> R:
        """Run an activity to its result, on the queue and under the policy of its kind. An outage that outlasts the
        policy becomes a question and is probed.

        `memo`: a name under which the flow remembers the result, where more is to come in the same pass."""

        async def work() -> R:
            return await self._run(activity, order, result, summary)

        return await self.journal.once(memo, result, work) if memo else await work()

    async def _run(self, activity: Activity, order: object, result: type[R], summary: str) -> R:
        while True:
            await self.ready()
            self._raise_if_abandoned()
            self.probe_now, self.state.waits_since = False, 0
            began = workflow.now().timestamp()
            try:
                value = await activity_calls.execute(activity, order, result, summary)
            except ActivityError as error:
                reason = outage_reason(error)
                if reason is None:
                    raise
                self.state.error = clip(reason)
                await self._wait_for_recovery(activity, reason)
                continue
            self._count_work(value, began)
            self._raise_if_abandoned()
            self._end_outage()
            return value

    def _count_work(self, result: object, began: float) -> None:
        """Time at work is the time that activities ran, as their workers counted it: a workflow's own clock goes on
        while no worker lives."""
        if isinstance(result, ActivityResult):
            elapsed = workflow.now().timestamp() - began
            self.state.worked += elapsed if result.seconds is None else result.seconds

    async def _wait_for_recovery(self, activity: Activity, reason: str) -> None:
        """Until it is worth trying again. Raises `Ended` when the Architect would rather give up."""
        self.raise_if_cancelled()
        outage = self.state.outage
        if outage is None:
            (question,) = self.architect.ask(self.state.step, (outage_question(activity.value, reason),))
            outage = Outage(question=question)
        self.state.outage = outage.model_copy(update={"probes": outage.probes + 1})
        self.show()
        if activity.kind is ActivityKind.MODEL:
            await self._take_stock()
        pause = round(probe_pause(outage.probes, workflow.random().random()))
        answered = (outage.question,)
        await self.wait(lambda: self.probe_now or self.architect.answered(answered), until=now() + pause)
        self._raise_if_abandoned()
        if self.architect.answered(answered):
            self.state.outage = None

    def _raise_if_abandoned(self) -> None:
        """Whoever abandons in the middle of a probe, in a pause or between two runs has abandoned, too."""
        outage = self.state.outage
        said = self.architect.exchanges.get(outage.question) if outage is not None else None
        if said is not None and said.word == ABANDON:
            raise Ended(OutcomeKind.ABANDONED, clip(f"abandoned during an outage: {self.state.error}"))

    async def _take_stock(self) -> None:
        """The possible cost of the failed tries is owed from now on."""
        try:
            stock = await activity_calls.execute(Auxiliary.TAKE_STOCK, self.task.ref, Stock)
        except ActivityError as error:
            if outage_reason(error) is None:
                raise
            return  # the same trouble: stock is taken at the next failure, or when the task closes
        self.ledger.restock(stock)

    def _end_outage(self) -> None:
        if self.state.outage is not None:
            self.architect.withdraw(self.state.outage.question)
            self.state.outage = None
        if self.state.error:
            self.state.error = ""
            self.show()

    # ── waiting ──

    async def ready(self) -> None:
        """Not cancelled, not paused, and in a history that has room: every step begins here."""
        self.raise_if_cancelled()
        if self.state.paused:
            self.show()
            await self.wait(lambda: not self.state.paused)
            self.show()
        if self.run_length.exceeded:
            raise Continued

    async def wait(self, settled: Callable[[], bool], *, until: float | None = None) -> bool:
        """Wait until `settled`, with people told and reminded meanwhile; False when `until` came first. Raises `Ended`
        when it waited longer than the idle bound."""
        self.raise_if_cancelled()
        return await self.reminders.until(settled, until)

    def raise_if_cancelled(self) -> None:
        """A call that ends as it likes, although it was told to stop, swallows the cancel that told it."""
        if self.state.cancelled:
            raise asyncio.CancelledError

    def message_handled(self) -> None:
        """Every handler that took something ends here."""
        self.run_length.message_handled()
        self.show()

    # ── asking ──

    async def ask(self, *drafts: QuestionDraft, name: str = "ask") -> tuple[Exchange, ...]:
        """Ask all of them and wait, for days if it must, until each one has its answer. `name` as a memo's."""
        asking = self.journal.note(name, Asking, lambda: Asking(question_ids=self.put(drafts)))
        return await self.answers(asking.question_ids)

    def put(self, drafts: tuple[QuestionDraft, ...]) -> tuple[str, ...]:
        """Open these questions; their ids. In a plan of parts each says which part it is about."""
        at = self.state.progress
        if at.part:
            about = f"Part {at.part} of {at.parts} ({at.title}). "
            drafts = tuple(d.model_copy(update={"text": clip(f"{about}{d.text}", MAX_QUESTION_CHARS)}) for d in drafts)
        return self.architect.ask(self.state.step, drafts)

    async def answers(self, ids: tuple[str, ...]) -> tuple[Exchange, ...]:
        self.show()
        await self.wait(lambda: self.architect.answered(ids))
        self.show()
        return tuple(self.architect.exchanges[i] for i in ids)

    async def decide(
        self, kind: QuestionKind, text: str, *options: str, otherwise: OutcomeKind, name: str = "decide"
    ) -> Exchange:
        """One question whose answer `abandon` ends the task with the outcome `otherwise`."""
        draft = QuestionDraft(kind=kind, text=clip(text, 4_000), options=(*options, ABANDON))
        (exchange,) = await self.ask(draft, name=name)
        if exchange.word == ABANDON:
            raise Ended(otherwise, f"abandoned by the Architect: {clip(text, 200)}")
        return exchange

    @property
    def awaited_answers(self) -> frozenset[str]:
        """Ids of the questions whose answers the flow reads when it is taken up again."""
        outage = self.state.outage
        return self.journal.question_ids | ({outage.question} if outage is not None else set())

    # ── showing ──

    def show_step(self, step: Step, turn: int = 0) -> None:
        self.state.step, self.state.turn = step, turn
        self.show()

    def note_operations(self, done: int | None) -> None:
        """So many operations of the part at work are done."""
        if done is not None and self.state.progress.operations:
            at = self.state.progress
            self.state.progress = at.model_copy(update={"done": min(at.operations, at.before + done)})
            self.show()

    def warn(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.state.warn(text)

    @property
    def phase(self) -> Phase:
        return projection.phase(self.state, self.outcome)

    def show(self) -> None:
        """Bring the search attributes and the details in Temporal's UI up to date; cheap when nothing changed."""
        attributes = projection.attributes(self.state, self.outcome)
        if attributes != self._shown:
            self._shown = attributes
            workflow.upsert_search_attributes(attributes)
        workflow.set_current_details(projection.details(self.state, self.outcome))

    def view(self) -> TaskView:
        return projection.view(self.state, self.outcome, closing=self.closing)
