"""A worker whose BackendTask has the real one's names and shapes, but only one turn and one question."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from aurora import names, worker_settings
from aurora.connection import connect
from aurora.domain import (
    Answer,
    Delivery,
    Frozen,
    Outcome,
    OutcomeKind,
    Question,
    QuestionKind,
    Receipt,
    Step,
    Task,
    TaskRef,
    Usage,
)
from aurora.drivers.artifact_store import ObjectArtifacts
from aurora.view import Clarification, Control, TaskView

PHASE = SearchAttributeKey.for_keyword(names.PHASE)
WAITS = SearchAttributeKey.for_keyword_list(names.WAITS_FOR)


class Turn(Frozen):
    summary: str
    usage: Usage


@activity.defn
async def write_code(order: str) -> Turn:
    if activity.info().attempt == 1 and order == "flaky":
        raise ApplicationError("the endpoint is overloaded")
    return Turn(summary="asks edit_file app/users.py, run_pytest", usage=Usage(microdollars=12_000, calls=1))


@activity.defn
async def close_task(view: TaskView) -> str:
    store = ObjectArtifacts(worker_settings.load().artifacts).of(TaskRef(id=view.task_id, tenant=view.tenant))
    await store.replace("record.json", view.model_dump_json().encode())
    await store.replace("diff.patch", b"diff --git a/x b/x\n")
    return "closed"


@workflow.defn(name=names.WORKFLOW)
class StandIn:
    @workflow.init
    def __init__(self, task: Task) -> None:
        self.task = task
        self.question: Question | None = None
        self.answer_given: Answer | None = None
        self.heard: list[str] = []
        self.phase = "running"
        self.outcome: Outcome | None = None
        self.cancelled = False

    @workflow.run
    async def run(self, task: Task) -> Outcome:
        await workflow.execute_activity(
            write_code,
            "flaky" if "flaky" in task.text else "plain",
            task_queue=names.MODEL_QUEUE,
            summary="write_code 1",
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=5)),
        )
        if "ask" in task.text:
            self.question = Question(
                id="q1", kind=QuestionKind.DECISION, text="Which status?", options=("201", "200"),
                step=Step.WRITE_CODE, asked_at=int(workflow.now().timestamp()),
            )  # fmt: skip
            self._show("waiting", ["decision"])
            await workflow.wait_condition(lambda: self.answer_given is not None or self.cancelled)
            self.question = None
        self._show("ended", [])
        kind = OutcomeKind.CANCELLED if self.cancelled else OutcomeKind.COMMITTED
        said = self.answer_given.text if self.answer_given else "nothing"
        self.outcome = Outcome(
            kind=kind, summary=f"feat: answered {said}, heard {len(self.heard)}", commit="a" * 40, branch=task.branch,
            delivery=Delivery(state="delivered", branch=task.branch, commit="a" * 40),
        )  # fmt: skip
        await workflow.execute_activity(
            close_task, self.view(), task_queue=names.SANDBOX_QUEUE, start_to_close_timeout=timedelta(seconds=20)
        )
        return self.outcome

    def _show(self, phase: str, waits: list[str]) -> None:
        self.phase = phase
        workflow.upsert_search_attributes([PHASE.value_set(phase), WAITS.value_set(waits)])

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        return TaskView(
            task_id=self.task.id, repository=self.task.source.label, title=self.task.text[:80], phase=self.phase,
            step="write_code", questions=(self.question,) if self.question else (), submitted_at=self.task.submitted_at,
            outcome=self.outcome,
        )  # fmt: skip

    @workflow.update(name=names.ANSWER)
    def answer(self, answer: Answer) -> Receipt:
        self.answer_given = answer
        return Receipt(question_id=answer.question_id, accepted_at=1, text_digest="0")

    @answer.validator
    def check(self, answer: Answer) -> None:
        if answer.question_id != "q1":
            raise ApplicationError(f"no question {answer.question_id!r} is open; open ones: q1", non_retryable=True)

    @workflow.update(name=names.CONTROL)
    def control(self, control: Control) -> str:
        self.cancelled = control.verb == "cancel"
        return self.phase

    @workflow.signal(name=names.CLARIFY)
    def clarify(self, said: Clarification) -> None:
        self.heard.append(said.text)


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect(worker_settings.load())
    fast = timedelta(seconds=1)
    async with (
        Worker(
            client, task_queue=names.WORKFLOW_QUEUE, workflows=[StandIn], workflow_runner=UnsandboxedWorkflowRunner(),
            sticky_queue_schedule_to_start_timeout=fast,
        ),
        Worker(client, task_queue=names.MODEL_QUEUE, activities=[write_code]),
        Worker(client, task_queue=names.SANDBOX_QUEUE, activities=[close_task]),
    ):  # fmt: skip
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)
