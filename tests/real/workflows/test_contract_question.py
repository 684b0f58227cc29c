"""How a service is logged in to: asked once, before anybody is paid, and acted on or gone on without."""

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.messages import OpenWorkspaceResult, ReadSettingsResult
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.task import SettingsOverride, Task
from aurora.domain.view import Clarification
from aurora.settings.repository import ArchitectSettings
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import Steps
from tests.support.seeds import D, opened
from workflows.backend_task import BackendTask

TROUBLE = QuestionDraft(
    kind=QuestionKind.DEPENDENCY,
    text="The tests of the base commit are no baseline: 1 test file can't be loaded",
    options=("try again", "go on without", "abandon"),
)
LOG_IN = QuestionDraft(
    kind=QuestionKind.DECISION,
    text="2 of 3 operations of openapi.yaml need a log-in",
    options=("set contract: {auth: {login: {operation: POST /login}}}", "go on without", "abandon"),
    assumed="go on without: these operations are listed as not exercised",
)
SET = SettingsOverride(block=D, shown="contract: {auth: ...}", by="ada", question="q1")


def behind_a_log_in(order: Task) -> OpenWorkspaceResult:
    return OpenWorkspaceResult(opened=opened(order), about_contract=LOG_IN)


def both(order: Task) -> OpenWorkspaceResult:
    return behind_a_log_in(order).model_copy(update={"questions": (TROUBLE,)})


async def test_going_on_without_a_log_in_is_told_and_nothing_is_asked_again(env: WorkflowEnvironment) -> None:
    steps = Steps(open_workspace=[behind_a_log_in])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DECISION)
        assert steps.ran == ["open_workspace", "notify"] and (await view(handle)).usage.calls == 0
        await say(handle, question, "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    assert steps.ran.count("open_workspace") == 1 and steps.answers() == ["go on without"]
    assert warnings == ("service only partly exercised, accepted by ada: the evidence lists the rest",)


async def test_a_recipe_is_set_for_the_task_and_the_workspace_opened_with_it(env: WorkflowEnvironment) -> None:
    steps = Steps(open_workspace=[behind_a_log_in], read_settings=[ReadSettingsResult(override=SET)])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DECISION), LOG_IN.options[0])
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    first, second = steps.orders["open_workspace"]
    assert first.overrides == () and second.overrides == (SET,)


async def test_one_that_does_not_work_is_asked_about_again(env: WorkflowEnvironment) -> None:
    steps = Steps(open_workspace=[behind_a_log_in, behind_a_log_in], read_settings=[ReadSettingsResult(override=SET)])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DECISION), LOG_IN.options[0])
        await say(handle, await waits(handle, QuestionKind.DECISION), "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED


async def test_a_baseline_that_was_gone_on_without_is_not_asked_about_again(env: WorkflowEnvironment) -> None:
    steps = Steps(open_workspace=[both, both], read_settings=[ReadSettingsResult(override=SET)])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "go on without; they need our VPN")
        await say(handle, await waits(handle, QuestionKind.DECISION), LOG_IN.options[0])
        await say(handle, await waits(handle, QuestionKind.DECISION), "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    assert steps.answers() == ["go on without; they need our VPN", "go on without"]
    assert [one.partition(":")[0] for one in warnings if "accepted by" in one] == [
        "incomplete baseline, accepted by ada", "service only partly exercised, accepted by ada"
    ]  # fmt: skip


async def test_abandoning_there_costs_nothing(env: WorkflowEnvironment) -> None:
    steps = Steps(open_workspace=[behind_a_log_in])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DECISION), "abandon")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.ABANDONED and outcome.usage.calls == 0


async def test_silence_leaves_operations_out_only_where_it_may_decide(env: WorkflowEnvironment) -> None:
    def soon(order: Task) -> OpenWorkspaceResult:
        whole = opened(order)
        silent = ArchitectSettings(on_silence="default", remind="1h")
        bounds = whole.bounds.model_copy(update={"architect": silent, "remind_seconds": 3_600})
        return OpenWorkspaceResult(opened=whole.model_copy(update={"bounds": bounds}), about_contract=LOG_IN)

    steps = Steps(open_workspace=[soon])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert any("accepted by default" in said for said in (await view(handle)).warnings)


@pytest.mark.server
async def test_a_run_left_at_that_question_goes_on_from_it(server: Client) -> None:
    steps = Steps(open_workspace=[both])
    async with started(server, steps, most_events=60) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "go on without")
        question = await waits(handle, QuestionKind.DECISION)
        while (seen := await view(handle)).run < 2:
            await handle.signal(BackendTask.clarify, Clarification(text=" "))
        assert [q.id for q in seen.questions] == [question]
        await say(handle, question, "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("open_workspace") == 1
