"""A task small enough to begin anew at each thing that is said to it: for what must survive continue-as-new."""

import asyncio
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from aurora import names
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.value import Value
from aurora.domain.view import Control, TaskView


class State(Value):
    task_id: str
    run: int = 1
    applied: tuple[str, ...] = ()
    """Ids of the controls that had their effect, in order."""
    doubled: int = 0


@activity.defn
async def step(run: int) -> str:
    return f"run {run}"


@workflow.defn(name=names.WORKFLOW)
class SmallTask:
    @workflow.init
    def __init__(self, state: State) -> None:
        self.state = state
        self.anew = False
        self.ended = False

    @workflow.run
    async def run(self, state: State) -> Outcome:
        await workflow.execute_activity(
            step, state.run, start_to_close_timeout=timedelta(seconds=10), summary=f"step {state.run}"
        )
        await workflow.wait_condition(lambda: self.anew or self.ended)
        if not self.ended:
            workflow.continue_as_new(self.state.model_copy(update={"run": self.state.run + 1}))
        return Outcome(kind=OutcomeKind.COMMITTED, summary="done")

    @workflow.update(name=names.CONTROL)
    async def control(self, control: Control) -> str:
        """Applied at once, answered late: a run that ends meanwhile leaves its sender without an answer."""
        if control.id not in self.state.applied:
            self.state = self.state.model_copy(update={"applied": (*self.state.applied, control.id)})
        self.anew = control.verb == "resume" or self.anew
        self.ended = control.verb == "cancel" or self.ended
        if control.verb == "pause":
            await asyncio.sleep(0.02)
        return "running"

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        title = " ".join(self.state.applied)[:400]
        return TaskView(task_id=self.state.task_id, title=title, run=self.state.run, submitted_at=int(time.time()))

    @workflow.query
    def applied(self) -> list[str]:
        return list(self.state.applied)


async def start(client: Client, task_id: str) -> None:
    tenant = SearchAttributePair(SearchAttributeKey.for_keyword(names.TENANT), "default")
    await client.start_workflow(
        names.WORKFLOW,
        State(task_id=task_id),
        id=names.workflow_id(task_id),
        task_queue=task_id,
        search_attributes=TypedSearchAttributes([tenant]),
    )


def worker(client: Client, task_id: str) -> Worker:
    return Worker(
        client,
        task_queue=task_id,
        workflows=[SmallTask],
        activities=[step],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
