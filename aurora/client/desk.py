"""Tasks over Temporal: started once they are validated (`submit`), seen, answered and steered. Workflows are named and
never imported.

A task is looked up in Temporal first; when its history is past retention (or Temporal never knew it here), the record
in the artifacts tells its end.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from aurora import names
from aurora.client import pending, refusals, send
from aurora.client.events import Event, follow
from aurora.client.open_questions import OpenQuestions, QuestionFilter, waiting
from aurora.client.records import Change, Records, merged
from aurora.client.send import HasEnded
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.questions import Answer, AuditEntry, Question, Receipt
from aurora.domain.task import Task
from aurora.domain.view import Clarification, Control, TaskView
from aurora.errors import Refusal
from aurora.payloads.codec import SealedPayloads
from aurora.payloads.history import HistoryPayloads
from aurora.payloads.unreadable import PayloadUnreadable
from aurora.ports import ArtifactStore
from aurora.text import clip

QUERIES_AT_ONCE = 16
PATIENCE = timedelta(seconds=10)
LEAST_PATIENCE = timedelta(milliseconds=50)
NEWEST_OF = 50
"""Runs looked at for the newest task: one that continued as new started later than it was handed in."""
NO_WORKER = "no worker is running: only what Temporal knows is shown"

T = TypeVar("T")

_REPOSITORY = SearchAttributeKey.for_keyword(names.REPOSITORY)
_TENANT = SearchAttributeKey.for_keyword(names.TENANT)
_PHASE = SearchAttributeKey.for_keyword(names.PHASE)
_ENDS = {
    WorkflowExecutionStatus.CANCELED: OutcomeKind.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: OutcomeKind.CANCELLED,
    WorkflowExecutionStatus.FAILED: OutcomeKind.FAILED,
    WorkflowExecutionStatus.TIMED_OUT: OutcomeKind.FAILED,
}


@dataclass(frozen=True)
class Desk:
    client: Client
    artifacts: ArtifactStore
    tenant: str = "default"

    @property
    def records(self) -> Records:
        return Records(self.artifacts, self.tenant)

    # ── starting ──

    async def start(self, task: Task) -> str:
        """Start a task that was validated, its base among the artifacts already, and return its id. The same id again
        gives the task that has it, running or ended; nothing is started twice."""
        await self.start_once(task)
        return task.id

    async def start_once(self, task: Task) -> bool:
        """As `start`; whether it was started now."""
        attributes: list[SearchAttributePair[str]] = [
            SearchAttributePair(_REPOSITORY, clip(task.source.label, 100)),
            SearchAttributePair(_TENANT, task.tenant),
            SearchAttributePair(_PHASE, "running"),
        ]
        try:
            await self.client.start_workflow(
                names.WORKFLOW,
                task,
                id=names.workflow_id(task.id),
                task_queue=names.WORKFLOW_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=clip(task.source.label, 100),
                search_attributes=TypedSearchAttributes(attributes),
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            raise self._unreachable(error) from error
        return True

    # ── seeing ──

    async def view(self, task_id: str) -> TaskView:
        """Live while it runs, its record afterwards. Raises `Refusal` for an unknown id, naming the nearest."""
        try:
            seen = await self._handle(task_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise self._unreachable(error) from error
            record = await self.records.view(task_id)
            if record is None:
                raise await self._unknown(task_id) from error
            return record
        return await self._seen(task_id, seen)

    async def list(self, *, phase: str | None = None, repository: str | None = None) -> Sequence[TaskView]:
        """Newest first: what Temporal still knows, then what only the records tell."""
        turnstile = asyncio.Semaphore(QUERIES_AT_ONCE)
        until = time.monotonic() + PATIENCE.total_seconds()  # for all together: a worker may be away

        async def one(execution: WorkflowExecution) -> TaskView:
            async with turnstile:
                left = timedelta(seconds=max(0.0, until - time.monotonic()))
                return await self._seen(task_of(execution.id), execution, patience=min(left, PATIENCE / 2))

        try:
            known = [e async for e in self.client.list_workflows(self._newest_runs())]
        except RPCError as error:
            raise self._unreachable(error) from error
        views = list(await asyncio.gather(*(one(e) for e in known)))
        listed = {v.task_id for v in views}
        records = [await self.records.view(task_id) for task_id in await self.records.ids() if task_id not in listed]
        views += [record for record in records if record]
        views.sort(key=lambda v: (v.submitted_at, v.task_id), reverse=True)
        return [v for v in views if phase in (None, v.phase) and repository in (None, v.repository)]

    async def newest(self) -> TaskView | None:
        """The task handed in last, without a look at all the others."""
        best: TaskView | None = None
        try:
            async for execution in self.client.list_workflows(self._newest_runs(), limit=NEWEST_OF):
                view = await self.view(task_of(execution.id))
                if best is None or view.submitted_at > best.submitted_at:
                    best = view
                if view.run == 1:  # the rest started, and so were handed in, before it
                    return best
        except RPCError as error:
            raise self._unreachable(error) from error
        return best or next(iter(await self.list()), None)

    async def waiting(self, wanted: QuestionFilter = QuestionFilter(), *, limit: int = 50) -> OpenQuestions:  # noqa: B008 - a frozen value
        """Open questions of all tasks, the oldest first; of the `limit` tasks that run longest."""

        async def see(execution: WorkflowExecution, patience: timedelta) -> TaskView | None:
            try:
                return await self._asked(task_of(execution.id), patience)
            except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError, PayloadUnreadable):
                return None

        try:
            return await waiting(self.client, self.tenant, see, wanted, limit)
        except RPCError as error:
            raise self._unreachable(error) from error

    async def question(self, task_id: str, question_id: str | None) -> Question | None:
        """That question, open or answered; with None the only open one. None when there is no such."""
        view = await self.view(task_id)
        meant = [q for q in view.questions if question_id in (None, q.id)]
        if not meant and question_id is not None:
            answered = await self.records.exchange(view, question_id)
            return answered.question if answered else None
        return meant[0] if len(meant) == 1 else None

    async def follow(self, task_id: str) -> AsyncGenerator[Event, None]:
        """The events of a task, from the first to the last; see `events.follow`. Writes nothing to the history.

        Raises `Refusal` with the first event: for an unknown id, and for a task of which only its record is left."""
        try:
            async with aclosing(follow(self.client, names.workflow_id(task_id))) as events:
                async for event in events:
                    yield event
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise self._unreachable(error) from error
            await self.view(task_id)  # raises for an unknown task
            raise refusals.history_gone(task_id) from error

    # ── saying ──

    async def answer(self, task_id: str, question_id: str | None, text: str, *, by: str = "") -> Receipt:
        """Answer a question, the only open one when `question_id` is None. Sent again, it gives the same receipt, also
        after the task went on in a new run or ended."""
        send.check_text("an answer", text)
        question_id = question_id or await self._only_question(task_id)
        given = self._name(f"{task_id}\0{question_id}\0{text}")[:24]
        answer = Answer(question_id=question_id, text=text, by=clip(by))
        try:
            return await self._delivered(
                task_id, send.tell(self.client, task_id, names.ANSWER, answer, Receipt, f"answer-{given}")
            )
        except HasEnded:
            receipt = await self.records.receipt(await self.view(task_id), answer)
            if receipt is None:
                raise
            return receipt

    async def control(self, task_id: str, control: Control) -> str:
        """The task's phase after it. A `control` with an `id` may be sent again: it has one effect. Cancelling what
        was cancelled is no error."""
        once = control if control.id else control.model_copy(update={"id": uuid4().hex})
        try:
            return await self._delivered(
                task_id, send.tell(self.client, task_id, names.CONTROL, once, str, f"control-{once.id}")
            )
        except HasEnded:
            outcome = (await self.view(task_id)).outcome
            if control.verb == "cancel" and outcome is not None and outcome.kind is OutcomeKind.CANCELLED:
                return "ended"
            raise

    async def clarify(self, task_id: str, text: str, *, by: str = "", id: str = "") -> None:
        """Say something unasked; the next turn hears it. With an `id` of the caller's it may be said again."""
        send.check_text("a clarification", text)
        said = Clarification(text=text, by=clip(by), id=id or uuid4().hex)
        try:
            await self._delivered(task_id, send.signal(self.client, task_id, names.CLARIFY, said))
        except HasEnded as ended:
            raise HasEnded(task_id, "it can't be determined anything", "hand in a new task") from ended

    # ── what was made ──

    async def change(self, task_id: str) -> Change:
        """The commit's unified diff, else that of the work so far. Raises `Refusal` while nothing was made."""
        committed = await self.records.text(task_id, names.DIFF)
        if committed is not None:
            return Change(committed)
        view = await self.view(task_id)
        work = await self.records.work(view)
        if work is None:
            raise refusals.nothing_made(view, "no change yet")
        return work

    async def evidence(self, task_id: str, part: int = 0) -> str:
        """The evidence of the last commit, or of that of a part, as JSON. Raises `Refusal` while there is none."""
        evidence = await self.records.text(task_id, names.EVIDENCE)
        if evidence is None:
            raise refusals.nothing_made(await self.view(task_id), "no commit yet, so no evidence")
        if not part:
            return evidence
        of_part = await self.records.evidence_of_part(task_id, evidence, part)
        if of_part is None:
            raise refusals.nothing_made(await self.view(task_id), f"no commit for part {part}")
        return of_part

    async def artifact(self, task_id: str, digest: str) -> str:
        """A log that the evidence names. Raises `Refusal` when it is gone."""
        text = await self.records.blob(task_id, digest)
        if text is None:
            raise refusals.artifact_gone(task_id, digest)
        return text

    async def audit(self, task_id: str) -> Sequence[AuditEntry]:
        """The record of who was asked, reminded, answered, said what, and when; the oldest first. What was said is
        whole where the task's answers hold it, else its head."""
        kept, view = await self.records.audit(task_id), await self.view(task_id)
        return await self.records.in_full(view, merged(kept, view.audit))

    # ── inside ──

    def _handle(self, task_id: str) -> WorkflowHandle[object, object]:
        return self.client.get_workflow_handle(names.workflow_id(task_id))

    def _newest_runs(self) -> str:
        """A task that continued as new has a run for each time; only the newest one is the task."""
        return (
            f"WorkflowType = '{names.WORKFLOW}' AND {names.TENANT} = '{self.tenant}' "
            "AND ExecutionStatus != 'ContinuedAsNew'"
        )

    async def _asked(self, task_id: str, patience: timedelta) -> TaskView:
        view: TaskView = await self._handle(task_id).query(names.VIEW, result_type=TaskView, rpc_timeout=patience)
        return view

    async def _seen(self, task_id: str, seen: WorkflowExecution, *, patience: timedelta = PATIENCE) -> TaskView:
        running = seen.status is WorkflowExecutionStatus.RUNNING
        if not running and (record := await self.records.view(task_id)):
            return record
        try:
            view = await self._asked(task_id, max(patience, LEAST_PATIENCE))
        except PayloadUnreadable as unreadable:
            fallback = await self._view_from_temporal(task_id, seen, running=running)
            return fallback.model_copy(update={"error": clip(f"its state can't be read: {unreadable.message}")})
        except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            return await self._view_from_temporal(task_id, seen, running=running)
        if not running and view.outcome is None:
            return await self._view_from_temporal(task_id, seen, running=running)
        if view.outcome is not None:  # it ended after it was described
            return view
        # failed tries, and what a running call may cost at most, stand in no history: the description alone knows them
        payloads = HistoryPayloads.of(self.client, seen.id)
        error = view.error or pending.being_retried(seen, payloads)
        update = {
            "error": error,
            "reserved_microdollars": pending.reserved(seen, payloads),
            "doing": pending.doing(seen, payloads),
            "wall_seconds": view.wall_seconds + int(pending.worked(seen, payloads)),
        }
        return view.model_copy(update=update)

    async def _view_from_temporal(self, task_id: str, seen: WorkflowExecution, *, running: bool) -> TaskView:
        if running and (record := await self.records.view(task_id)) and record.outcome is None:
            return record.model_copy(update={"error": "no worker is running: this is the state at its last record"})
        attributes = seen.typed_search_attributes
        outcome = None if running or seen.status is None else _end(seen.status)
        return TaskView(
            task_id=task_id,
            tenant=self.tenant,
            repository=attributes.get(_REPOSITORY) or "",
            phase="ended" if outcome else "running",
            submitted_at=int(seen.start_time.timestamp()),
            error="" if outcome else NO_WORKER,
            outcome=outcome,
        )

    async def _only_question(self, task_id: str) -> str:
        questions = (await self.view(task_id)).questions
        if len(questions) == 1:
            return questions[0].id
        raise refusals.not_one_question(task_id, questions)

    async def _delivered(self, task_id: str, send: Awaitable[T]) -> T:
        try:
            return await send
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise self._unreachable(error) from error
            await self.view(task_id)  # raises for an unknown task
            raise HasEnded(task_id) from error

    def _name(self, text: str) -> str:
        """A digest of what is said: Temporal is told it, and nobody may try which text it is of."""
        codec = self.client.data_converter.payload_codec
        return codec.name(text) if isinstance(codec, SealedPayloads) else hashlib.sha256(text.encode()).hexdigest()

    async def _unknown(self, task_id: str) -> Refusal:
        known = {*await self.records.ids()}
        try:
            known |= {task_of(e.id) async for e in self.client.list_workflows(self._newest_runs())}
        except RPCError as error:
            return self._unreachable(error)
        return refusals.unknown_task(task_id, known)

    def _unreachable(self, error: RPCError) -> Refusal:
        return refusals.unreachable(self.client.service_client.config.target_host, error)


def task_of(workflow_id: str) -> str:
    return workflow_id.removeprefix(names.workflow_id(""))


def _end(status: WorkflowExecutionStatus) -> Outcome:
    kind = _ENDS.get(status, OutcomeKind.FAILED)
    return Outcome(
        kind=kind,
        summary=f"Temporal reports it as {status.name.lower().replace('_', ' ')}; the task left no record of its own",
    )
