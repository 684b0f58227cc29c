"""A worker whose BackendTask has the real one's names and shapes, but one turn and the questions its text asks for.

Words of the text: `ask` (q1, a decision), `two` (q2 as well), `plan` (q1 is a plan), `outage` (q1 is one), `reminded`,
`passed`, `for:NAME`, `climbing` (reminds after two seconds), `paused` (shows that phase though it asks), `work` (keeps
a draft with a diff), `slow` (a call that reserves money and says what it is at).
"""

import asyncio
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal, TypeVar

from temporalio import activity, workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from aurora import names, progress
from aurora.client.connection import connect
from aurora.domain.outcome import Delivery, Outcome, OutcomeKind, Usage
from aurora.domain.questions import Answer, AnswerBook, AuditEntry, Exchange, Question, QuestionKind, Receipt
from aurora.domain.steps import Step
from aurora.domain.task import Draft, Task, TaskRef
from aurora.domain.value import Value
from aurora.domain.view import Clarification, Control, Phase, StepSpend, TaskView
from aurora.drivers.artifacts.store import ObjectArtifacts, ObjectTaskArtifacts
from aurora.progress import Doing
from aurora.settings import worker
from tests.support.evidences import evidence as sample_evidence

PHASE = SearchAttributeKey.for_keyword(names.PHASE)
WAITS = SearchAttributeKey.for_keyword_list(names.WAITS_FOR)
R = TypeVar("R")
ASKS = SearchAttributeKey.for_keyword_list(names.ASKS)


class Turn(Value):
    summary: str
    usage: Usage


class Kept(Value):
    draft: Draft
    audit: tuple[AuditEntry, ...]


def artifacts_of(task_id: str) -> ObjectTaskArtifacts:
    return ObjectArtifacts(worker.load().artifacts).of(TaskRef(id=task_id))


@activity.defn
async def write_code(order: str) -> Turn:
    if activity.info().attempt == 1 and order == "flaky":
        raise ApplicationError("the endpoint is overloaded")
    for _ in range(60 if order == "slow" else 0):
        reported = Doing(stage="runs the whole suite", detail="120 of 850 tests", seconds=7)
        activity.heartbeat({"reserved_microdollars": 50_000, progress.DETAIL: reported.model_dump(mode="json")})
        await asyncio.sleep(0.1)
    return Turn(summary="edited app/users.py; ran tests: 9 passed", usage=Usage(microdollars=12_000, calls=1))


@activity.defn
async def keep_work(task_id: str) -> Draft:
    """A draft whose diff is an artifact; what was asked so far is in the audit."""
    store = artifacts_of(task_id)
    asked = AuditEntry(at=int(time.time()), what="asked", about="q1", who="ada")
    await store.replace(names.AUDIT, json.dumps([asked.model_dump(mode="json")]).encode())
    blob = await store.put(b"diff --git a/users.py b/users.py\n+def users(): ...\n")
    return Draft(
        task=TaskRef(id=task_id), workspace=blob, base="b" * 40, base_pack=blob, commit="c" * 40, bundle=blob, diff=blob
    )


@activity.defn
async def record_answers(view: TaskView, exchanges: tuple[Exchange, ...]) -> Draft:
    assert view.draft is not None
    book = AnswerBook(exchanges=exchanges)
    return view.draft.answered(await artifacts_of(view.task_id).put(book.model_dump_json().encode()))


@activity.defn
async def close_task(view: TaskView) -> str:
    store = artifacts_of(view.task_id)
    await store.replace(names.RECORD, view.model_dump_json().encode())
    if view.outcome and view.outcome.kind is OutcomeKind.COMMITTED:
        await store.replace(names.DIFF, b"diff --git a/x b/x\n")
        await store.replace(names.EVIDENCE, sample_evidence().model_dump_json().encode())
    return "closed"


@workflow.defn(name=names.WORKFLOW)
class StandIn:
    @workflow.init
    def __init__(self, task: Task) -> None:
        self.task = task
        self.words = task.text.split()
        self.open: dict[str, Question] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.receipts: dict[str, Receipt] = {}
        self.heard: list[str] = []
        self.controls: list[str] = []
        self.draft: Draft | None = None
        self.audit: tuple[AuditEntry, ...] = ()
        self.phase: Phase = "running"
        self.outcome: Outcome | None = None
        self.cancelled = False

    @workflow.run
    async def run(self, task: Task) -> Outcome:
        kind = next((word for word in ("flaky", "slow") if word in self.words), "plain")
        await workflow.execute_activity(
            write_code,
            kind,
            task_queue=names.MODEL_QUEUE,
            summary="write_code 1",
            start_to_close_timeout=timedelta(seconds=20),
            heartbeat_timeout=timedelta(seconds=1) if kind == "slow" else None,
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=5)),
        )
        if "work" in self.words:
            self.draft = await self._quick(keep_work, task.id)
        if "ask" in self.words:
            self._ask()
            if "climbing" in self.words:
                await workflow.sleep(2)
                self.open["q1"] = self.open["q1"].model_copy(update={"rung": 1})
                self._show(self.phase)
            await workflow.wait_condition(lambda: self.cancelled or not self.open)
            self.open = {}
        if self.draft:
            said = tuple(self.exchanges.values())
            self.draft = await self._quick(record_answers, self.view(), said)
        ended = OutcomeKind.CANCELLED if self.cancelled else OutcomeKind.COMMITTED
        said_last = next((e.text for e in self.exchanges.values()), "nothing")
        committed = ended is OutcomeKind.COMMITTED
        self.outcome = Outcome(
            kind=ended, summary=f"feat: answered {said_last}, heard {len(self.heard)}", draft=self.draft,
            commit="a" * 40 if committed else None, branch=task.branch if committed else "",
            delivery=Delivery(state="delivered", branch=task.branch, commit="a" * 40) if committed else None,
            kept=f"refs/aurora/kept/{task.id}" if self.draft and not committed else "",
        )  # fmt: skip
        self._show("ended")
        await self._quick(close_task, self.view())
        return self.outcome

    async def _quick(self, activity: Callable[..., Awaitable[R]], *args: object) -> R:
        return await workflow.execute_activity(
            activity, args=args, task_queue=names.SANDBOX_QUEUE, start_to_close_timeout=timedelta(seconds=20)
        )

    def _ask(self) -> None:
        asked_at = int(workflow.now().timestamp())
        person = next((word.removeprefix("for:") for word in self.words if word.startswith("for:")), "")
        rung = 2 if "passed" in self.words else 1 if "reminded" in self.words else 0
        asked = tuple(name for name in (person, "bob" if rung == 2 else "") if name)
        common: dict[str, Any] = {"asked_at": asked_at, "asked": asked, "rung": rung, "deadline": asked_at + 3 * 3_600}
        if "outage" in self.words:
            first = Question(
                id="q1", kind=QuestionKind.OUTAGE, text="The endpoint does not answer.",
                options=("try again", "abandon"), assumed="waits, and retries automatically",
                step=Step.WRITE_CODE, **common,
            )  # fmt: skip
        elif "plan" in self.words:
            first = Question(
                id="q1", kind=QuestionKind.PLAN, text="The plan:\n- app/users.py\n- tests/test_users.py",
                options=("approve", "abandon"), step=Step.DRAFT_PLAN, **common,
            )  # fmt: skip
        else:
            first = Question(
                id="q1", kind=QuestionKind.DECISION, text="Which status?", options=("201", "200"),
                step=Step.WRITE_CODE, **common,
            )  # fmt: skip
        self.open = {"q1": first}
        if "two" in self.words:
            self.open["q2"] = Question(
                id="q2", kind=QuestionKind.MISSING_SPEC, text="Is an e-mail address unique?", assumed="yes",
                step=Step.WRITE_CODE, **common,
            )  # fmt: skip
        self._note("asked", "q1", person)
        self._show("paused" if "paused" in self.words else "waiting")

    def _note(self, what: Literal["asked", "answered", "control"], about: str, who: str) -> None:
        entry = AuditEntry(at=int(workflow.now().timestamp()), what=what, about=about, who=who)
        self.audit = (*self.audit, entry)

    def _show(self, phase: Phase) -> None:
        self.phase = phase
        kinds = sorted({q.kind.value for q in self.open.values()})
        people = sorted({q.asked[-1] for q in self.open.values() if q.asked})
        workflow.upsert_search_attributes([PHASE.value_set(phase), WAITS.value_set(kinds), ASKS.value_set(people)])

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        return TaskView(
            task_id=self.task.id, repository=self.task.source.label, title=self.task.text[:80], phase=self.phase,
            step="write_code", turn=1, questions=tuple(self.open.values()), submitted_at=self.task.submitted_at,
            outcome=self.outcome, draft=self.draft, audit=self.audit, turns=1, max_turns=120,
            usage=Usage(input_tokens=9_000, output_tokens=400, microdollars=12_000, calls=1),
            budget_microdollars=10_000_000, max_tokens=20_000_000, wall_seconds=95, max_wall_seconds=28_800,
            steps=(
                StepSpend(step="check_context", visits=1),
                StepSpend(step="write_code", visits=1, turns=1, usage=Usage(microdollars=12_000, calls=1)),
            ),
        )  # fmt: skip

    @workflow.update(name=names.ANSWER)
    def answer(self, answer: Answer) -> Receipt:
        return self._record(answer)

    def _record(self, answer: Answer) -> Receipt:
        if answer.question_id not in self.receipts:
            question, at = self.open.pop(answer.question_id), int(workflow.now().timestamp())
            self.exchanges[question.id] = Exchange(question=question, text=answer.text, by=answer.by, at=at)
            digest = hashlib.sha256(answer.text.encode()).hexdigest()
            receipt = Receipt(question_id=question.id, accepted_at=at, text_digest=digest, by=answer.by)
            self.receipts[question.id] = receipt
            self._note("answered", question.id, answer.by)
            self._show(self.phase)
        return self.receipts[answer.question_id]

    @answer.validator
    def check(self, answer: Answer) -> None:
        known = {*self.open, *self.receipts}
        if answer.question_id not in known:
            raise ApplicationError(
                f"no question {answer.question_id!r} is open; open ones: {', '.join(self.open)}", non_retryable=True
            )

    @workflow.update(name=names.CONTROL)
    def control(self, control: Control) -> str:
        self.controls.append(control.id)
        self.cancelled = control.verb == "cancel"
        if control.verb == "approve":
            for question in [q for q in self.open.values() if q.kind is QuestionKind.PLAN]:
                self._record(Answer(question_id=question.id, text="approve", by=control.by))
        return self.phase

    @control.validator
    def check_control(self, control: Control) -> None:
        if control.verb == "approve" and not any(q.kind is QuestionKind.PLAN for q in self.open.values()):
            raise ApplicationError("no plan waits for approval", non_retryable=True)

    @workflow.signal(name=names.CLARIFY)
    def clarify(self, said: Clarification) -> None:
        self.heard.append(said.text)


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect(worker.load())
    fast = timedelta(seconds=1)
    async with (
        Worker(
            client, task_queue=names.WORKFLOW_QUEUE, workflows=[StandIn], workflow_runner=UnsandboxedWorkflowRunner(),
            sticky_queue_schedule_to_start_timeout=fast,
        ),
        Worker(client, task_queue=names.MODEL_QUEUE, activities=[write_code]),
        Worker(client, task_queue=names.SANDBOX_QUEUE, activities=[close_task, keep_work, record_answers]),
    ):  # fmt: skip
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)
