"""BackendTask: the flow chart of the specification, from a task to a commit."""

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from activities.messages import Closed, CloseOrder, CommitOrder, Committed, Delivered, DeliverOrder, Opened, Opening
from aurora import names
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.questions import TRY_AGAIN, Answer, QuestionDraft, QuestionKind, Receipt
from aurora.domain.task import Draft, Step, Task
from aurora.domain.value import Frozen
from aurora.domain.view import Clarification, Control, TaskView
from aurora.errors import EndedBefore
from aurora.text import clip, fit
from workflows import controls, projection
from workflows.continue_as_new import prepared
from workflows.ending import Continued, Ended, finished
from workflows.notice import TaskNotice
from workflows.policies import FOREVER
from workflows.preparing import define_interfaces, plan, until_clear, until_red
from workflows.reflexion import Clean, code, until_clean
from workflows.state import State
from workflows.task_context import ABANDON, GO_ON, Stage
from workflows.turns import heard
from workflows.unreadable_messages import no_word

ENDED_BEFORE = EndedBefore.__name__


@workflow.defn(name=names.WORKFLOW, failure_exception_types=[Exception])
class BackendTask:
    @workflow.init
    def __init__(self, given: Task | State) -> None:
        """A task, as the Desk hands it in; or the state of the run that this one continues."""
        self.stage = Stage(given if isinstance(given, State) else State.of(given))
        self.flow: asyncio.Task[Outcome] | None = None

    @workflow.run
    async def run(self, given: Task | State) -> Outcome:
        if isinstance(given, State) and given.run > 1 and workflow.info().continued_run_id is None:
            raise ApplicationError("refused: a state is taken from the run before only", type=ENDED_BEFORE)
        stage = self.stage
        stage.show()
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
        await finished(asyncio.create_task(self._close(outcome)), lambda: None)
        await workflow.wait_condition(workflow.all_handlers_finished)
        if failure is not None:
            raise failure
        assert stage.outcome is not None
        return stage.outcome

    async def _until_ended(self) -> Outcome:
        """The flow's outcome; or the run ends here and goes on in a fresh history from where the flow was."""
        try:
            self.stage.heed_cancel()
            self.flow = asyncio.create_task(self._flow())
            return await finished(self.flow, self._cancel)
        except Continued:
            workflow.continue_as_new(await prepared(self.stage))

    def _cancel(self) -> None:
        self.stage.state.cancelled = True
        if self.flow is not None:
            self.flow.cancel()

    async def _flow(self) -> Outcome:
        stage = self.stage
        once = stage.journal.once
        opened = await once("open", Opened, lambda: self._open())
        draft = await once("context", Draft, lambda: until_clear(stage, opened))
        draft = await once("plan", Draft, lambda: plan(stage, draft))
        draft = await once("interfaces", Draft, lambda: define_interfaces(stage, draft))
        draft = await once("red", Draft, lambda: until_red(stage, draft))
        draft = await once("code", Draft, lambda: code(stage, draft))
        clean = await once("clean", Clean, lambda: until_clean(stage, draft))
        return await self._commit(clean)

    async def _open(self) -> Opened:
        stage, state = self.stage, self.stage.state
        loop = stage.journal.loop(Attempts)
        at = loop.at or loop.go(Attempts())
        while True:
            opening = await stage.hands(
                Step.OPEN_WORKSPACE,
                stage.task,
                Opening,
                "imports the base, builds the image, takes the baseline",
                memo="open",
            )
            opened = opening.opened
            if opened is not None:
                if state.bounds is None:  # once: a budget may be raised while the opening waits
                    self._bound(opened)
                if not opening.questions:
                    break
            elif opening.architect is not None:
                stage.architect.settings = opening.architect
            exchanges = await stage.ask(*opening.questions)
            if any(e.word == ABANDON for e in exchanges):
                raise Ended(OutcomeKind.ABANDONED, "the workspace could not be opened")
            if opened is not None and all(e.word.startswith(GO_ON) for e in exchanges):
                by = " and ".join(dict.fromkeys("silence" if e.silent else e.by or "somebody" for e in exchanges))
                draft = await heard(stage, opened.draft, *exchanges)
                stage.warn([f"no whole baseline: {by} said to go on without; what of the tests runs judges the work"])
                opened = opened.model_copy(update={"draft": draft})
                break
            stage.warn(f"taken for `{TRY_AGAIN}`: {e.text}" for e in exchanges if e.word != TRY_AGAIN)
            at = loop.go(Attempts(count=at.count + 1))
        state.draft, state.repository = opened.draft, opened.repository
        stage.warn(opened.warnings)
        return opened.model_copy(update={"warnings": ()})

    def _bound(self, opened: Opened) -> None:
        stage, bounds = self.stage, opened.bounds
        stage.state.bounds, stage.state.max_rounds = bounds, bounds.max_rounds
        stage.ledger.bound(bounds)
        stage.architect.settings = bounds.architect
        stage.architect.remind_seconds = bounds.remind_seconds

    async def _commit(self, clean: Clean) -> Outcome:
        stage = self.stage
        committed = await stage.journal.once("commit", Committed, lambda: self._committed(clean))
        stage.warn(f"changed on request: {said}" for said in committed.allowed)
        stage.warn(f"a file of the tests that was there before is changed: {path}" for path in committed.altered_tests)
        stage.state.draft = committed.draft
        delivered = await stage.journal.once("deliver", Delivered, lambda: self._deliver(committed.draft))
        return Outcome(
            kind=OutcomeKind.COMMITTED,
            summary=committed.message,
            commit=committed.draft.commit,
            branch=stage.task.branch,
            delivery=delivered.delivery,
            evidence=committed.evidence,
        )

    async def _committed(self, clean: Clean) -> Committed:
        """The commit; what the acceptance check refuses, or no red test proves, is the Architect's to decide."""
        stage = self.stage
        loop = stage.journal.loop(Committing)
        at = loop.at or loop.go(Committing(draft=clean.draft))
        while True:
            stage.at(Step.CREATE_COMMIT)
            order = CommitOrder(
                draft=at.draft,
                view=stage.view(),
                rounds=clean.rounds,
                reports=clean.reports,
                without_red=at.without_red,
            )
            committed = await stage.hands(
                Step.CREATE_COMMIT, order, Committed, "one commit, with its evidence", memo="create_commit"
            )
            if committed.question is None:
                return committed
            (said,) = await stage.ask(committed.question)
            if said.word == ABANDON:
                raise Ended(OutcomeKind.ABANDONED, f"the Architect abandoned the task: {committed.summary}")
            draft = await heard(stage, at.draft, said)
            # of the options only the first is a decision, and silence is none
            decided = committed.question.kind is QuestionKind.DECISION and said.word == committed.question.options[0]
            who = fit(said.by, 80) or "the Architect"
            at = loop.go(Committing(draft=draft, without_red=who if decided and not said.silent else at.without_red))

    async def _deliver(self, draft: Draft) -> Delivered:
        stage = self.stage
        loop = stage.journal.loop(Attempts)
        at = loop.at or loop.go(Attempts())
        while True:
            stage.at(Step.DELIVER)
            await stage.ready()
            stage.state.delivering = True
            order = DeliverOrder(task=stage.task, draft=draft)
            what = f"delivers {stage.task.branch}"
            delivered = await stage.hands(Step.DELIVER, order, Delivered, what, memo="deliver")
            if delivered.delivery.state != "refused":
                return delivered
            stage.state.delivering = False
            question = QuestionDraft(
                kind=QuestionKind.DECISION,
                text=clip(f"The commit can't be delivered: {delivered.delivery.why}", 4_000),
                options=("try again", "keep it undelivered"),
            )
            (said,) = await stage.ask(question)
            if said.word != "try again":
                return delivered
            at = loop.go(Attempts(count=at.count + 1))

    async def _close(self, outcome: Outcome) -> None:
        """Release the sandbox and write the record that outlives this history; the work is kept whatever happened."""
        stage, state = self.stage, self.stage.state
        stage.attention.stop()
        stage.rest()
        for question in tuple(stage.architect.open):
            stage.architect.withdraw(question)
        if late := len(stage.architect.unasked):
            stage.warn([f"{late} things that were said unasked came too late to be heard"])
        usage, unknown = stage.ledger.settled, stage.ledger.open
        stage.closing, state.paused = True, False
        stage.show()
        order = CloseOrder(
            view=stage.view().model_copy(update={"audit": stage.architect.audit}),
            audit_from=stage.architect.audit_kept,
            outcome=outcome.model_copy(update={"draft": state.draft, "usage": usage, "open_microdollars": unknown}),
            task=stage.task,
        )
        closed = await workflow.execute_activity(
            "close_task",
            order,
            result_type=Closed,
            task_queue=names.SANDBOX_QUEUE,
            summary="keeps the record",
            **FOREVER,
        )
        # shown only now: who sees an outcome may rely on its record, its ref and its last word on the money
        stage.ledger.close(closed.outcome.usage, closed.outcome.open_microdollars)
        stage.outcome = closed.outcome
        stage.show()
        if closed.tell:
            await workflow.start_child_workflow(
                TaskNotice.run,
                projection.outcome_notice(stage),
                id=names.notice_id(stage.task.id),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            )

    # ── what can be said to a task ──
    # Signals take anything: one that can't be read is an event of the history, too, and is refused for all to see.

    @workflow.update(name=names.ANSWER)
    def answer(self, answer: Answer) -> Receipt:
        receipt = self.stage.architect.record(answer)
        self.stage.heard()
        return receipt

    @answer.validator
    def _check_answer(self, answer: Answer) -> None:
        self.stage.architect.check(answer)

    @workflow.signal(name=names.ANSWER_SIGNAL)
    def answer_signal(self, answer: Answer | Any) -> None:
        if isinstance(answer, Answer):
            self.stage.architect.record_signal(answer)
        else:
            self.stage.architect.refuse(no_word(answer, "no answer: it takes question_id, text and by"), "")
        self.stage.heard()

    @workflow.signal(name=names.CLARIFY)
    def clarify(self, said: Clarification | Any) -> None:
        if not isinstance(said, Clarification):
            self.stage.architect.refuse(no_word(said, "no clarification: it takes text, by and id"), "")
        elif self.stage.closing:
            self.stage.architect.refuse("it came too late to be heard: the task has ended", said.by)
        else:
            self.stage.architect.clarify(said)
        self.stage.heard()

    @workflow.update(name=names.CONTROL)
    def control(self, control: Control) -> str:
        controls.obey(self.stage, control)
        if self.stage.state.cancelled:
            self._cancel()
        self.stage.heard()
        return self.stage.phase

    @control.validator
    def _check_control(self, control: Control) -> None:
        controls.check(self.stage, control)

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        return self.stage.view()


class Attempts(Frozen):
    count: int = 0


class Committing(Frozen):
    draft: Draft
    without_red: str = ""
    """Who said that this task has no test that could be red first."""


def _of_a_task_that_ended_before(error: BaseException) -> bool:
    cause = getattr(error, "cause", None)
    return isinstance(cause, ApplicationError) and cause.type == ENDED_BEFORE


def _said(error: BaseException) -> str:
    """The activity's own words, not the wrapping."""
    cause = getattr(error, "cause", None) or error
    return str(getattr(cause, "message", cause))
