"""The client side: hand in a task, see it, answer it, steer it. Starts and speaks to workflows by name only.

A task is looked up in Temporal first; when its history is past retention (or Temporal never knew it here), the record
in the artifacts tells its end.
"""

import asyncio
import difflib
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from aurora import names
from aurora.connection import NOT_REACHABLE
from aurora.domain import MAX_ANSWER_CHARS, Answer, Outcome, OutcomeKind, Question, Receipt, Task, clip
from aurora.errors import Refusal
from aurora.following import Event, follow
from aurora.ports import ArtifactStore
from aurora.records import DIFF, EVIDENCE, Records
from aurora.view import Clarification, Control, TaskView

QUERIES_AT_ONCE = 8
ANSWER_WITHIN = timedelta(seconds=30)

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

    # ── handing in ──

    async def submit(self, task: Task) -> str:
        """The task's id. The same id again gives the task that has it, running or ended; nothing is started twice."""
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
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=clip(task.source.label, 100),
                search_attributes=TypedSearchAttributes(attributes),
            )
        except WorkflowAlreadyStartedError:
            return task.id
        except RPCError as trouble:
            if "search attribute" in str(trouble).lower():
                flags = " ".join(f"--name {n} --type {t}" for n, t in names.SEARCH_ATTRIBUTES.items())
                raise Refusal(
                    f"this Temporal namespace does not know Aurora's search attributes: {trouble.message}",
                    f"register them once: temporal operator search-attribute create {flags}",
                ) from trouble
            raise self._unreachable(trouble) from trouble
        return task.id

    # ── seeing ──

    async def view(self, task_id: str) -> TaskView:
        """Live while it runs, its record afterwards. Raises `Refusal` for an unknown id, naming the nearest."""
        try:
            seen = await self._handle(task_id).describe()
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.NOT_FOUND:
                raise self._unreachable(trouble) from trouble
            record = await self.records.view(task_id)
            if record is None:
                raise await self._unknown(task_id) from trouble
            return record
        return await self._seen(task_id, seen)

    async def list(self, *, phase: str | None = None, repository: str | None = None) -> Sequence[TaskView]:
        """Newest first: what Temporal still knows, then what only the records tell."""
        turnstile = asyncio.Semaphore(QUERIES_AT_ONCE)

        async def one(execution: WorkflowExecution) -> TaskView:
            async with turnstile:
                return await self._seen(task_of(execution.id), execution, patience=timedelta(seconds=5))

        query = f"WorkflowType = '{names.WORKFLOW}' AND {names.TENANT} = '{self.tenant}'"
        try:
            known = [e async for e in self.client.list_workflows(query)]
        except RPCError as trouble:
            raise self._unreachable(trouble) from trouble
        views = list(await asyncio.gather(*(one(e) for e in known)))
        told = {v.task_id for v in views}
        records = [await self.records.view(task_id) for task_id in await self.records.ids() if task_id not in told]
        views += [record for record in records if record]
        views.sort(key=lambda v: (v.submitted_at, v.task_id), reverse=True)
        return [v for v in views if phase in (None, v.phase) and repository in (None, v.repository)]

    async def questions(self) -> Sequence[tuple[TaskView, Question]]:
        """Every open question of every task, the oldest first."""
        views = [v for v in await self.list() if v.phase != "ended"]
        return sorted(((v, q) for v in views for q in v.questions), key=lambda pair: pair[1].asked_at)

    def follow(self, task_id: str) -> AsyncIterator[Event]:
        """What happens, from the first event to the last; see `following`. Writes nothing to the history."""
        return follow(self.client, names.workflow_id(task_id))

    # ── saying ──

    async def answer(self, task_id: str, question_id: str | None, text: str, *, by: str = "") -> Receipt:
        """Answer a question, the only open one when `question_id` is None. Sent again, it gives the same receipt."""
        if not text.strip() or len(text) > MAX_ANSWER_CHARS:
            raise Refusal(f"an answer has 1 to {MAX_ANSWER_CHARS} characters; this one has {len(text)}", "shorten it")
        question_id = question_id or await self._only_question(task_id)
        given = hashlib.sha256(f"{question_id}\0{text}".encode()).hexdigest()[:24]
        return await self._update(
            task_id, names.ANSWER, Answer(question_id=question_id, text=text, by=clip(by)), Receipt, f"answer-{given}"
        )

    async def control(self, task_id: str, control: Control) -> str:
        """The task's phase after it."""
        return await self._update(task_id, names.CONTROL, control, str, None)

    async def clarify(self, task_id: str, text: str, *, by: str = "") -> None:
        """Say something unasked; the next turn hears it."""
        if not text.strip() or len(text) > MAX_ANSWER_CHARS:
            raise Refusal(f"a clarification has 1 to {MAX_ANSWER_CHARS} characters; this has {len(text)}", "shorten it")
        view = await self.view(task_id)
        if view.phase == "ended":
            raise Refusal(f"task {task_id!r} has ended: nobody would hear it", "hand in a new task")
        try:
            await self._handle(task_id).signal(names.CLARIFY, Clarification(text=text, by=clip(by)))
        except RPCError as trouble:
            raise self._unreachable(trouble) from trouble

    # ── what was made ──

    async def diff(self, task_id: str) -> str:
        """The commit's unified diff. Raises `Refusal` while there is none."""
        return await self._made(task_id, DIFF, "no commit yet, so no diff")

    async def evidence(self, task_id: str) -> str:
        """The evidence as JSON. Raises `Refusal` while there is none."""
        return await self._made(task_id, EVIDENCE, "no commit yet, so no evidence")

    # ── inside ──

    def _handle(self, task_id: str) -> WorkflowHandle[object, object]:
        return self.client.get_workflow_handle(names.workflow_id(task_id))

    async def _seen(
        self, task_id: str, seen: WorkflowExecution, *, patience: timedelta = timedelta(seconds=10)
    ) -> TaskView:
        running = seen.status is WorkflowExecutionStatus.RUNNING
        if not running and (record := await self.records.view(task_id)):
            return record
        trouble = ""
        try:
            view: TaskView = await self._handle(task_id).query(names.VIEW, result_type=TaskView, rpc_timeout=patience)
        except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            trouble = "no worker answers: what is shown is what Temporal knows"
        else:
            if running or view.outcome is not None:
                # failed tries stand in no history until the activity ends: the description alone knows them
                return view if view.trouble else view.model_copy(update={"trouble": _being_retried(seen)})
        attributes = seen.typed_search_attributes
        outcome = None if running or seen.status is None else _end(seen.status)
        return TaskView(
            task_id=task_id,
            tenant=self.tenant,
            repository=attributes.get(_REPOSITORY) or "",
            phase="ended" if outcome else "running",
            submitted_at=int(seen.start_time.timestamp()),
            trouble="" if outcome else trouble,
            outcome=outcome,
        )

    async def _only_question(self, task_id: str) -> str:
        questions = (await self.view(task_id)).questions
        if len(questions) == 1:
            return questions[0].id
        if not questions:
            raise Refusal(f"task {task_id!r} has no open question", "`aurora questions` lists what waits")
        known = ", ".join(q.id for q in questions)
        raise Refusal(f"task {task_id!r} has {len(questions)} open questions: {known}", "say which one: --question ID")

    async def _update(self, task_id: str, name: str, value: object, result: type[T], update_id: str | None) -> T:
        try:
            told: T = await self._handle(task_id).execute_update(
                name, value, id=update_id, result_type=result, rpc_timeout=ANSWER_WITHIN
            )
            return told
        except WorkflowUpdateFailedError as refused:
            why = refused.cause.message if isinstance(refused.cause, ApplicationError) else str(refused.cause)
            raise Refusal(f"task {task_id!r}: {why}", f"`aurora status {task_id}` shows how it stands") from refused
        except WorkflowUpdateRPCTimeoutOrCancelledError as silent:
            raise Refusal(
                f"task {task_id!r}: no worker took it within {ANSWER_WITHIN.seconds} s",
                "nothing is lost; see `aurora status`, then say it again",
                exit_code=NOT_REACHABLE,
            ) from silent
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.NOT_FOUND:
                raise self._unreachable(trouble) from trouble
            await self.view(task_id)  # raises for an unknown task
            raise Refusal(f"task {task_id!r} has ended", f"`aurora status {task_id}` shows how") from trouble

    async def _made(self, task_id: str, name: str, missing: str) -> str:
        content = await self.records.text(task_id, name)
        if content is None:
            view = await self.view(task_id)
            where = view.outcome.kind.value if view.outcome else f"{view.phase}, in {view.step or 'its beginning'}"
            raise Refusal(f"task {task_id!r} ({where}) has {missing}", f"`aurora status {task_id}` shows where it is")
        return content

    async def _unknown(self, task_id: str) -> Refusal:
        known = {*await self.records.ids()}
        try:
            query = f"WorkflowType = '{names.WORKFLOW}' AND {names.TENANT} = '{self.tenant}'"
            known |= {task_of(e.id) async for e in self.client.list_workflows(query)}
        except RPCError as trouble:
            return self._unreachable(trouble)
        close = difflib.get_close_matches(task_id, known, n=1, cutoff=0.5)
        mend = f"the nearest is {close[0]!r}" if close else "`aurora list` shows those there are"
        return Refusal(f"there is no task {task_id!r}", mend)

    def _unreachable(self, trouble: RPCError) -> Refusal:
        where = self.client.service_client.config.target_host
        return Refusal(
            f"Temporal at {where} refuses or does not answer: {clip(trouble.message, 300)}",
            "`aurora doctor` says what is reachable",
            exit_code=NOT_REACHABLE,
        )


def _being_retried(seen: WorkflowExecution) -> str:
    """What the newest failed try of a pending activity said; empty when nothing is being tried again."""
    if not isinstance(seen, WorkflowExecutionDescription):
        return ""
    for pending in seen.raw_description.pending_activities:
        if pending.attempt > 1 and pending.last_failure.message:
            said = clip(pending.last_failure.message, 250)
            return f"{pending.activity_type.name}, try {pending.attempt}: {said}"
    return ""


def task_of(workflow_id: str) -> str:
    return workflow_id.removeprefix(names.workflow_id(""))


def _end(status: WorkflowExecutionStatus) -> Outcome:
    kind = _ENDS.get(status, OutcomeKind.FAILED)
    return Outcome(kind=kind, summary=f"Temporal says {status.name.lower()}; the task left no record of its own")
