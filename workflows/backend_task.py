"""BackendTask: the flow chart of the specification, from a task to a commit."""

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from activities.messages import (
    CloseTaskInput,
    CloseTaskResult,
    CommitInput,
    CommitResult,
    DeliverInput,
    DeliverResult,
    OpenedWorkspace,
    OpenWorkspaceResult,
)
from aurora import names
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind, Receipt
from aurora.domain.steps import Auxiliary, Step
from aurora.domain.task import Draft, Task
from aurora.domain.value import Value
from aurora.domain.view import Clarification, Control, TaskView
from aurora.errors import EndedBefore
from aurora.text import clip, counted, fit
from workflows import activity_calls, controls, projection
from workflows.answers import record_answers
from workflows.context_check import ClearedContext, until_clear
from workflows.continue_as_new import prepare_state
from workflows.ending import Continued, Ended, shielded
from workflows.environment import said_by, settle
from workflows.interfaces import define_interfaces
from workflows.notice import TaskNotice
from workflows.parts import FinishedRound, part_by_part
from workflows.planning import Planned, plan
from workflows.policies import INTERNAL_ERRORS
from workflows.red_tests import until_red
from workflows.reflexion import Clean, until_clean, write_code
from workflows.state import State
from workflows.task_context import ABANDON, TaskContext
from workflows.unreadable_messages import why_refused

ENDED_BEFORE = EndedBefore.__name__


@workflow.defn(name=names.WORKFLOW, failure_exception_types=[Exception])
class BackendTask:
    @workflow.init
    def __init__(self, given: Task | State) -> None:
        """A task, as the Desk hands it in; or the state of the run that this one continues."""
        self.context = TaskContext(given if isinstance(given, State) else State.of(given))
        self.flow: asyncio.Task[Outcome] | None = None

    @workflow.run
    async def run(self, given: Task | State) -> Outcome:
        if isinstance(given, State) and given.run > 1 and workflow.info().continued_run_id is None:
            raise ApplicationError("refused: a state is accepted only from the previous run", type=ENDED_BEFORE)
        context = self.context
        context.show()
        failure: BaseException | None = None
        try:
            outcome = await self._until_ended()
        except Ended as end:
            outcome = Outcome(kind=end.kind, summary=clip(end.summary))
        except (asyncio.CancelledError, ActivityError) as error:
            # a cancelled activity arrives as an ActivityError around the cancel
            if is_cancelled_exception(error):
                outcome = Outcome(kind=OutcomeKind.CANCELLED, summary="cancelled; the work so far is kept")
            elif _of_a_task_that_ended_before(error):
                raise  # its record and its work are those of the run that ended
            else:
                failure = error
                outcome = Outcome(kind=OutcomeKind.FAILED, summary=clip(_said(error)))
        await shielded(asyncio.create_task(self._close(outcome)), lambda: None)
        await workflow.wait_condition(workflow.all_handlers_finished)
        if failure is not None:
            raise failure
        assert context.outcome is not None
        return context.outcome

    async def _until_ended(self) -> Outcome:
        """The flow's outcome; or the run ends here and goes on in a fresh history from where the flow was."""
        try:
            self.context.raise_if_cancelled()
            self.flow = asyncio.create_task(self._flow())
            return await shielded(self.flow, self._cancel)
        except Continued:
            workflow.continue_as_new(await prepare_state(self.context))

    def _cancel(self) -> None:
        self.context.state.cancelled = True
        if self.flow is not None:
            self.flow.cancel()

    async def _flow(self) -> Outcome:
        context = self.context
        once = context.journal.once
        opened = await once("open", OpenedWorkspace, lambda: self._open())
        cleared = await once("context", ClearedContext, lambda: until_clear(context, opened))
        planned = await once("plan", Planned, lambda: plan(context, cleared))
        if planned.in_parts:
            made = await once("parts", FinishedRound, lambda: part_by_part(context, planned, self._committed))
            return await self._commit(made.clean, made.committed)
        if planned.shape is not None:
            context.state.progress = context.state.progress.model_copy(update={"operations": planned.shape.operations})
        if planned.with_interfaces:
            draft = await once("interfaces", Draft, lambda: define_interfaces(context, planned.draft))
            planned = planned.model_copy(update={"draft": draft})
        draft = await once("red", Draft, lambda: until_red(context, planned))
        draft = await once("code", Draft, lambda: write_code(context, draft))
        clean = await once("clean", Clean, lambda: until_clean(context, draft))
        context.note_operations(context.state.progress.operations)  # clean is done, whatever its tests name
        return await self._commit(clean)

    async def _open(self) -> OpenedWorkspace:
        """Asked before any model is called: what keeps the base from being worked on, then what its service needs."""
        context, state = self.context, self.context.state
        loop = context.journal.loop(Opening)
        at = loop.at or loop.go(Opening())
        while True:
            opening = await context.run(
                Step.OPEN_WORKSPACE,
                context.task,
                OpenWorkspaceResult,
                "imports the base, builds the image, takes the baseline",
                memo="open",
            )
            opened = opening.opened
            if opened is not None:
                if state.bounds is None:  # once: a budget may be raised while the opening waits
                    self._bound(opened)
            elif opening.architect is not None:
                context.architect.settings = opening.architect
            without = at.without
            if opening.questions and (opened is None or not without):
                settled = await settle(context, opening.questions, can_go_on=opened is not None)
                if opened is None or not settled.went_on:
                    at = loop.go(at.again())
                    continue
                without = settled.question_ids
            assert opened is not None
            if opening.about_contract is None:
                unexercised: tuple[str, ...] = ()
                break
            settled = await settle(context, (opening.about_contract,), can_go_on=True, name="contract")
            if settled.went_on:
                unexercised = settled.question_ids
                break
            at = loop.go(at.again(without))
        if without or unexercised:
            opened = await self._gone_on(opened, without, unexercised)
        state.draft, state.repository = opened.draft, opened.repository
        context.warn(opened.warnings)
        return opened.model_copy(update={"warnings": ()})

    async def _gone_on(
        self, opened: OpenedWorkspace, without: tuple[str, ...], unexercised: tuple[str, ...]
    ) -> OpenedWorkspace:
        """The draft with the notes about a baseline and a service that the task goes on without."""
        context = self.context
        of_base, of_service = (tuple(context.architect.exchanges[one] for one in ids) for ids in (without, unexercised))
        draft = await record_answers(context, opened.draft, *of_base, *of_service)
        if of_base:
            by = said_by(of_base)
            context.warn([f"incomplete baseline, accepted by {by}: only the tests that run judge the work"])
        if of_service:
            by = said_by(of_service)
            context.warn([f"service only partly exercised, accepted by {by}: the evidence lists the rest"])
        return opened.model_copy(update={"draft": draft})

    def _bound(self, opened: OpenedWorkspace) -> None:
        context, bounds = self.context, opened.bounds
        context.state.bounds, context.state.max_rounds = bounds, bounds.max_rounds
        context.ledger.set_bounds(bounds)
        context.architect.settings = bounds.architect
        context.architect.remind_seconds = bounds.remind_seconds

    async def _commit(self, clean: Clean, last: CommitResult | None = None) -> Outcome:
        """`last`: the last part's commit, where each part has one already."""
        context = self.context
        committed = last
        if committed is None:
            committed = await context.journal.once("commit", CommitResult, lambda: self._committed(clean))
        context.state.draft = committed.draft
        delivered = await context.journal.once("delivery", DeliverResult, lambda: self._deliver(committed.draft))
        return Outcome(
            kind=OutcomeKind.COMMITTED,
            summary=committed.message,
            commit=committed.draft.commit,
            branch=context.task.branch,
            delivery=delivered.delivery,
            evidence=committed.evidence,
        )

    async def _committed(self, clean: Clean) -> CommitResult:
        """The commit; what the acceptance check refuses, or no red test proves, is the Architect's to decide."""
        context = self.context
        loop = context.journal.loop(Committing)
        at = loop.at or loop.go(Committing(draft=clean.draft))
        while True:
            context.show_step(Step.CREATE_COMMIT)
            order = CommitInput(
                draft=at.draft,
                view=context.view(),
                rounds=clean.rounds,
                reports=clean.reports,
                without_red=at.without_red,
            )
            committed = await context.run(
                Step.CREATE_COMMIT, order, CommitResult, "one commit, with its evidence", memo=Step.CREATE_COMMIT
            )
            if committed.question is None:
                context.warn(f"changed on request: {said}" for said in committed.allowed)
                context.warn(f"an existing test file was changed: {path}" for path in committed.altered_tests)
                return committed
            (said,) = await context.ask(committed.question)
            if said.word == ABANDON:
                raise Ended(OutcomeKind.ABANDONED, f"abandoned by the Architect: {committed.summary}")
            draft = await record_answers(context, at.draft, said)
            # of the options only the first is a decision, and silence is none
            decided = committed.question.kind is QuestionKind.DECISION and said.word == committed.question.options[0]
            who = fit(said.by, 80) or "the Architect"
            at = loop.go(Committing(draft=draft, without_red=who if decided and not said.silent else at.without_red))

    async def _deliver(self, draft: Draft) -> DeliverResult:
        context = self.context
        loop = context.journal.loop(Attempts)
        at = loop.at or loop.go(Attempts())
        while True:
            context.show_step(Step.DELIVER)
            await context.ready()
            context.state.delivering = True
            order = DeliverInput(task=context.task, draft=draft)
            what = f"delivers {context.task.branch}"
            delivered = await context.run(Step.DELIVER, order, DeliverResult, what, memo=Step.DELIVER)
            if delivered.delivery.state != "refused":
                return delivered
            context.state.delivering = False
            question = QuestionDraft(
                kind=QuestionKind.DECISION,
                text=clip(f"The commit can't be delivered: {delivered.delivery.why}", 4_000),
                options=("try again", "keep it undelivered"),
            )
            (said,) = await context.ask(question)
            if said.word != "try again":
                return delivered
            at = loop.go(Attempts(count=at.count + 1))

    async def _close(self, outcome: Outcome) -> None:
        """Release the sandbox and write the record that outlives this history; the work is kept whatever happened."""
        context, state = self.context, self.context.state
        context.reminders.stop()
        for question in tuple(context.architect.open):
            context.architect.withdraw(question)
        if late := len(context.architect.clarifications):
            context.warn([f"{counted(late, 'clarification')} came too late to be used"])
        usage, unknown = context.ledger.settled, context.ledger.open
        context.closing, state.paused = True, False
        context.show()
        order = CloseTaskInput(
            view=context.view().model_copy(update={"audit": context.architect.audit}),
            audit_from=context.architect.audit_kept,
            outcome=outcome.model_copy(update={"draft": state.draft, "usage": usage, "open_microdollars": unknown}),
            task=context.task,
        )
        closed = await activity_calls.execute(Auxiliary.CLOSE_TASK, order, CloseTaskResult, "keeps the record")
        # shown only now: who sees an outcome may rely on its record, its ref and its last word on the money
        context.ledger.close(closed.outcome.usage, closed.outcome.open_microdollars)
        context.outcome = closed.outcome
        context.show()
        if closed.tell:
            await workflow.start_child_workflow(
                TaskNotice.run,
                projection.outcome_notice(state, closed.outcome),
                id=names.notice_id(context.task.id),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            )

    # ── what can be said to a task ──
    # Signals take anything: one that can't be read is an event of the history, too, and is refused for all to see.

    @workflow.update(name=names.ANSWER)
    def answer(self, answer: Answer) -> Receipt:
        receipt = self.context.architect.record(answer)
        self.context.message_handled()
        return receipt

    @answer.validator
    def _check_answer(self, answer: Answer) -> None:
        self.context.architect.check(answer)

    @workflow.signal(name=names.ANSWER_SIGNAL)
    def answer_signal(self, answer: Answer | Any) -> None:
        if isinstance(answer, Answer):
            self.context.architect.record_signal(answer)
        else:
            self.context.architect.refuse(why_refused(answer, "not an answer, which has question_id, text and by"), "")
        self.context.message_handled()

    @workflow.signal(name=names.CLARIFY)
    def clarify(self, said: Clarification | Any) -> None:
        if not isinstance(said, Clarification):
            self.context.architect.refuse(why_refused(said, "not a clarification, which has text, by and id"), "")
        elif self.context.closing:
            self.context.architect.refuse("it came too late: the task has ended", said.by)
        else:
            self.context.architect.clarify(said)
        self.context.message_handled()

    @workflow.update(name=names.CONTROL)
    def control(self, control: Control) -> str:
        controls.apply(self.context, control)
        if self.context.state.cancelled:
            self._cancel()
        self.context.message_handled()
        return self.context.phase

    @control.validator
    def _check_control(self, control: Control) -> None:
        controls.check(self.context, control)

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        return self.context.view()


class Attempts(Value):
    count: int = 0


class Opening(Value):
    count: int = 0
    without: tuple[str, ...] = ()
    """Questions about the baseline that were answered with going on without it."""

    def again(self, without: tuple[str, ...] | None = None) -> "Opening":
        return Opening(count=self.count + 1, without=self.without if without is None else without)


class Committing(Value):
    draft: Draft
    without_red: str = ""
    """The person who said that no test of this task can be red first."""


def _of_a_task_that_ended_before(error: BaseException) -> bool:
    cause = getattr(error, "cause", None)
    return isinstance(cause, ApplicationError) and cause.type == ENDED_BEFORE


def _said(error: BaseException) -> str:
    """The activity's own words, not the wrapping; of an error that nobody foresaw also where it was."""
    cause = getattr(error, "cause", None) or error
    message = str(getattr(cause, "message", cause))
    kind = getattr(cause, "type", None) or ""
    if isinstance(error, ActivityError) and kind in INTERNAL_ERRORS:
        return f"internal error in {error.activity_type}: {kind}: {message}"
    return message
