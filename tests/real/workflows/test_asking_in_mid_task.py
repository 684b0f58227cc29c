"""A question about the environment in the middle of a task: what was set is measured again until it helps."""

import uuid
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.interceptors.heartbeats import BEAT_SECONDS
from activities.messages import ChangeEnvironmentInput, ChangeEnvironmentResult, ReadSettingsInput, ReadSettingsResult
from aurora import names
from aurora.domain.environment_problem import EnvironmentProblem
from aurora.domain.questions import Answer, QuestionKind, Receipt
from aurora.domain.task import SettingsOverride
from aurora.domain.view import TaskView
from tests.support.played import waits
from tests.support.scripted_steps import Steps
from tests.support.seeds import D, opened, task
from workflows.environment import EnvironmentResult, ask_about
from workflows.state import State
from workflows.task_context import TaskContext

MEASURED = "sha256:" + "1" * 64
TROUBLE = EnvironmentProblem(what="The database does not answer.", words="refused", without="what needs it is left out")


@workflow.defn(name="Asking", sandboxed=False)
class Asking:
    """A task that is at this question."""

    @workflow.init
    def __init__(self, given: State) -> None:
        self.context = TaskContext(given)

    @workflow.run
    async def run(self, given: State) -> EnvironmentResult:
        assert given.draft is not None
        return await ask_about(self.context, given.draft, TROUBLE)

    @workflow.update(name=names.ANSWER)
    def answer(self, answer: Answer) -> Receipt:
        receipt = self.context.architect.record(answer)
        self.context.message_handled()
        return receipt

    @workflow.query(name=names.VIEW)
    def view(self) -> TaskView:
        return self.context.view()


def read(order: ReadSettingsInput) -> ReadSettingsResult:
    said = SettingsOverride(block=D, shown=order.exchange.text, by=order.exchange.by)
    return ReadSettingsResult(override=said)


def helped(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    return ChangeEnvironmentResult(
        draft=order.draft.model_copy(update={"workspace": "sha256:" + "1" * 64}), said="built"
    )


def still(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    trouble = EnvironmentProblem(what="Still no baseline.")
    return ChangeEnvironmentResult(draft=order.draft, trouble=trouble)


async def asked(env: WorkflowEnvironment, steps: Steps, *answers: str) -> EnvironmentResult:
    beat = timedelta(seconds=BEAT_SECONDS)

    def worker(queue: str, **more: Any) -> Worker:
        return Worker(env.client, task_queue=queue, max_heartbeat_throttle_interval=beat, **more)

    state = State.of(task(uuid.uuid4().hex[:8]))
    state.draft = opened(state.task).draft
    async with (
        worker(names.WORKFLOW_QUEUE, workflows=[Asking]),
        worker(names.SANDBOX_QUEUE, activities=steps.activities()),
    ):
        handle: WorkflowHandle[Any, Any] = await env.client.start_workflow(
            Asking.run, state, id=names.workflow_id(state.task.id), task_queue=names.WORKFLOW_QUEUE
        )
        for answer in answers:
            question = await waits(handle, QuestionKind.DEPENDENCY)
            given = Answer(question_id=question, text=answer, by="ada")
            await handle.execute_update(Asking.answer, given)
        repaired: EnvironmentResult = await handle.result()
    return repaired


async def test_what_is_set_is_measured_until_it_helps(env: WorkflowEnvironment) -> None:
    steps = Steps(read_settings=[read, read], change_environment=[still, helped])
    repaired = await asked(env, steps, "test_env: {A: 'x'}", "sandbox: {services: [postgres]}")
    assert not repaired.went_on and repaired.draft.workspace == MEASURED
    first, second = steps.orders["change_environment"]
    assert [one.shown for one in first.overrides] == ["test_env: {A: 'x'}"]
    assert [one.shown for one in second.overrides] == ["test_env: {A: 'x'}", "sandbox: {services: [postgres]}"]
    assert steps.answers() == ["test_env: {A: 'x'}", "sandbox: {services: [postgres]}"]


async def test_going_on_and_trying_again_change_nothing(env: WorkflowEnvironment) -> None:
    for words, went_on in (("go on without", True), ("try again", False)):
        steps = Steps()
        repaired = await asked(env, steps, words)
        assert repaired.went_on is went_on and not steps.orders["change_environment"]
        assert steps.answers() == [words]
