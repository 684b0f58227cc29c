"""BackendTask: the flow chart of the specification, from a task to a commit."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from activities.wire import CloseOrder, CommitOrder, Committed, Delivered, DeliverOrder, Opened, Opening
from aurora import names
from aurora.domain import (
    Answer,
    Draft,
    Outcome,
    OutcomeKind,
    QuestionDraft,
    QuestionKind,
    Receipt,
    Step,
    Task,
    clip,
)
from aurora.view import Clarification, Control, TaskView
from workflows.ending import Ended
from workflows.preparing import define_interfaces, plan, until_clear, until_red
from workflows.reflexion import Clean, code, until_clean
from workflows.stage import ABANDON, Stage


@workflow.defn(name=names.WORKFLOW, failure_exception_types=[Exception])
class BackendTask:
    @workflow.init
    def __init__(self, task: Task) -> None:
        self.stage = Stage(task)
        self.cancelled = False
        self.delivering = False
        self.flow: asyncio.Task[Outcome] | None = None

    @workflow.run
    async def run(self, task: Task) -> Outcome:
        self.stage.show()
        failure: BaseException | None = None
        try:
            self.flow = asyncio.create_task(self._flow(task))
            outcome = await self.flow
        except Ended as end:
            outcome = Outcome(kind=end.kind, summary=clip(end.summary))
        except (asyncio.CancelledError, ActivityError) as error:
            # a cancelled activity arrives as an ActivityError around the cancel
            if is_cancelled_exception(error):
                outcome = Outcome(kind=OutcomeKind.CANCELLED, summary="cancelled; the work so far is kept")
            else:
                failure = error
                outcome = Outcome(kind=OutcomeKind.FAILED, summary=clip(_said(error)))
        await asyncio.shield(self._close(outcome))
        await workflow.wait_condition(workflow.all_handlers_finished)
        if failure is not None:
            raise failure
        assert self.stage.outcome is not None
        return self.stage.outcome

    async def _flow(self, task: Task) -> Outcome:
        opened = await self._open(task)
        draft = await until_clear(self.stage, opened.draft, opened)
        draft = await plan(self.stage, draft)
        draft = await define_interfaces(self.stage, draft)
        draft = await until_red(self.stage, draft)
        draft = await code(self.stage, draft)
        clean = await until_clean(self.stage, draft)
        return await self._commit(clean)

    async def _open(self, task: Task) -> Opened:
        while True:
            opening = await self.stage.hands(
                Step.OPEN_WORKSPACE, task, Opening, "imports the base, builds the image, takes the baseline"
            )
            if opening.opened is not None:
                break
            exchanges = await self.stage.ask(*opening.questions)
            if any(e.text.strip().lower() == ABANDON for e in exchanges):
                raise Ended(OutcomeKind.ABANDONED, "the workspace could not be opened")
        stage, opened = self.stage, opening.opened
        stage.bounds, stage.draft, stage.repository = opened.bounds, opened.draft, opened.repository
        stage.max_rounds = opened.bounds.max_rounds
        stage.ledger.bound(opened.bounds)
        stage.architect.settings = opened.bounds.architect
        stage.warn(opened.warnings)
        return opened

    async def _commit(self, clean: Clean) -> Outcome:
        stage = self.stage
        stage.at(Step.CREATE_COMMIT)
        order = CommitOrder(draft=clean.draft, view=stage.view(), rounds=clean.rounds, reports=clean.reports)
        committed = await stage.hands(Step.CREATE_COMMIT, order, Committed, "one commit, with its evidence")
        stage.draft = committed.draft
        delivered = await self._deliver(committed.draft)
        return Outcome(
            kind=OutcomeKind.COMMITTED,
            summary=committed.message,
            commit=committed.draft.commit,
            branch=stage.task.branch,
            delivery=delivered.delivery,
            evidence=committed.evidence,
        )

    async def _deliver(self, draft: Draft) -> Delivered:
        stage = self.stage
        while True:
            stage.at(Step.DELIVER)
            self.delivering = True
            order = DeliverOrder(task=stage.task, draft=draft)
            delivered = await stage.hands(Step.DELIVER, order, Delivered, f"delivers {stage.task.branch}")
            if delivered.delivery.state != "refused":
                return delivered
            self.delivering = False
            question = QuestionDraft(
                kind=QuestionKind.DECISION,
                text=clip(f"The commit can't be delivered: {delivered.delivery.why}", 4_000),
                options=("try again", "keep it undelivered"),
            )
            (said,) = await stage.ask(question)
            if said.text.strip().lower() != "try again":
                return delivered

    async def _close(self, outcome: Outcome) -> None:
        """Release the sandbox and write the record that outlives this history; the work is kept whatever happened."""
        stage = self.stage
        for question in tuple(stage.architect.open.values()):
            stage.architect.withdraw(question)
        outcome = outcome.model_copy(update={"draft": stage.draft, "usage": stage.ledger.settled})
        stage.outcome = outcome
        stage.paused = False
        stage.show()
        await stage.keeping(
            "close_task", CloseOrder(view=stage.view(), outcome=outcome, task=stage.task), Outcome, "keeps the record"
        )

    # ── what can be said to a task ──

    @workflow.update(name=names.ANSWER)
    def answer(self, answer: Answer) -> Receipt:
        return self.stage.architect.record(answer)

    @answer.validator
    def _check_answer(self, answer: Answer) -> None:
        self.stage.architect.check(answer)

    @workflow.signal(name=names.ANSWER_SIGNAL)
    def answer_signal(self, answer: Answer) -> None:
        self.stage.architect.record_signal(answer)

    @workflow.signal(name=names.CLARIFY)
    def clarify(self, said: Clarification) -> None:
        self.stage.architect.clarify(said)

    @workflow.update(name=names.CONTROL)
    def control(self, control: Control) -> str:
        stage = self.stage
        if control.verb == "pause":
            stage.paused = True
        elif control.verb == "resume":
            stage.paused = False
        elif control.verb == "retry":
            stage.probe_now = True
        elif control.verb == "raise_budget":
            stage.ledger.raise_by(round(control.amount * 1_000_000))
            for question in tuple(stage.architect.open.values()):
                if question.kind is QuestionKind.BUDGET:
                    stage.architect.record(
                        Answer(question_id=question.id, text=f"raised by ${control.amount:.2f}", by=control.by)
                    )
        elif control.verb == "cancel":
            self.cancelled = True
            if self.flow is not None:
                self.flow.cancel()
        stage.show()
        return stage.phase

    @control.validator
    def _check_control(self, control: Control) -> None:
        if self.stage.outcome is not None and control.verb != "cancel":
            raise ApplicationError("the task has ended", type="ControlRefused", non_retryable=True)
        if control.verb == "cancel" and self.delivering:
            raise ApplicationError("delivery has begun: it can't be cancelled", type="ControlRefused")
        if control.verb == "raise_budget" and not 0 < control.amount <= 10_000:
            raise ApplicationError("raise the budget by 0 to 10000 dollars", type="ControlRefused")

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        return self.stage.view()


def _said(error: BaseException) -> str:
    """The activity's own words, not the wrapping."""
    cause = getattr(error, "cause", None) or error
    return str(getattr(cause, "message", cause))
