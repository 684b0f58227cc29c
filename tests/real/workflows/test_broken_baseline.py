"""A base commit whose tests say nothing: asked about before anybody is paid, and never decided by silence."""

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities.messages import OpenWorkspaceResult
from activities.open_workspace import OpenWorkspaceActivity
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.task import Task
from aurora.domain.view import Clarification, Control
from aurora.settings.policy import Policy
from aurora.settings.repository import ArchitectSettings
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import Steps
from tests.support.seeds import opened
from workflows.backend_task import BackendTask

TROUBLE = QuestionDraft(
    kind=QuestionKind.DEPENDENCY,
    text="The tests of the base commit are no baseline: 1 test file can't be loaded",
    options=("try again", "go on without", "abandon"),
)


def broken(order: Task) -> OpenWorkspaceResult:
    said = ("the tests of the base commit: 1 test file can't be loaded",)
    whole = opened(order).model_copy(update={"warnings": said})
    return OpenWorkspaceResult(opened=whole, questions=(TROUBLE,))


class RealOpening(Steps):
    """The real `open_workspace` on a tree in memory whose tests are not found by their runner."""

    @activity.defn
    async def open_workspace(self, order: Task) -> OpenWorkspaceResult:
        self.ran.append("open_workspace")
        sandbox = MemorySandbox(unit_tests__add_tests="class Add(unittest.TestCase):\n    def test_it(self): ...\n")
        sandbox.tree["pyproject.toml"] = b'[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n'
        events = ({"t": "begin"}, {"t": "no_sentinels", "message": "none"}, {"t": "session", "exit": 5})
        reported = {"stdout": "collected 0 items", "events": tuple({**e, "seq": n} for n, e in enumerate(events))}
        sandbox.tests = sandbox.tests.model_copy(update=reported)
        opener = OpenWorkspaceActivity(MemoryArtifacts(), sandbox, None, Policy())  # type: ignore[arg-type]
        opening: OpenWorkspaceResult = await ActivityEnvironment().run(opener.open_workspace, order)
        return opening


async def test_a_baseline_that_collects_nothing_is_asked_about_before_any_model_is_called(
    env: WorkflowEnvironment,
) -> None:
    steps = RealOpening()
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DEPENDENCY)
        (asked,) = (await view(handle)).questions
        assert "no test was collected, although 1 file looks like one: unit_tests/add_tests.py" in asked.text
        assert "The tool's own words:\ncollected 0 items" in asked.text
        proposed, *others = asked.options
        assert proposed.startswith("set commands: {test: [") and proposed.endswith('"unit_tests/add_tests.py"]}')
        assert others == ["try again", "go on without", "abandon"]
        assert steps.ran == ["open_workspace", "notify"] and (await view(handle)).usage.calls == 0
        await say(handle, question, "abandon")
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.ABANDONED and outcome.usage.calls == 0
    assert "check_context" not in steps.ran


@pytest.mark.parametrize("said", ["Go on without; they need our VPN", "go on without", "go on"])
async def test_going_on_without_is_remembered_in_answers_and_warnings(env: WorkflowEnvironment, said: str) -> None:
    steps = Steps(open_workspace=[broken])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), said)
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    assert steps.answers() == [said]
    assert steps.orders["check_context"][0].draft.answers is not None
    assert any("1 test file can't be loaded" in warning for warning in warnings)
    assert any("incomplete baseline, accepted by ada" in warning for warning in warnings)
    assert steps.orders["create_commit"][0].view.warnings == warnings


async def test_trying_again_takes_the_baseline_once_more_and_says_what_else_was_said(env: WorkflowEnvironment) -> None:
    steps = Steps(open_workspace=[broken, broken])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "try again")
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "the index is back")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    assert steps.ran.count("open_workspace") == 3 and steps.answers() == []
    assert warnings == ("understood as `try again`: the index is back",)


async def test_silence_never_decides_it(env: WorkflowEnvironment) -> None:
    silent = ArchitectSettings(on_silence="default", remind="1h", escalation=("bob",))
    steps = Steps()

    def soon(order: Task) -> OpenWorkspaceResult:
        opening = broken(order)
        assert opening.opened is not None
        bounds = opening.opened.bounds.model_copy(update={"architect": silent, "remind_seconds": 3_600})
        return opening.model_copy(update={"opened": opening.opened.model_copy(update={"bounds": bounds})})

    steps.script["open_workspace"] = [soon]
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DEPENDENCY)
        await env.sleep(5 * 24 * 3_600)
        seen = await view(handle)
        assert seen.phase == "waiting" and seen.questions[0].asked[-1] == "bob"
        assert "check_context" not in steps.ran
        await say(handle, question, "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED


async def test_silence_takes_a_part_of_a_baseline_where_that_was_settled(env: WorkflowEnvironment) -> None:
    part = TROUBLE.model_copy(update={"kind": QuestionKind.DECISION, "assumed": "go on without: what loads judges"})

    def soon(order: Task) -> OpenWorkspaceResult:
        whole = opened(order)
        silent = ArchitectSettings(on_silence="default", remind="1h")
        bounds = whole.bounds.model_copy(update={"architect": silent, "remind_seconds": 3_600})
        return OpenWorkspaceResult(opened=whole.model_copy(update={"bounds": bounds}), questions=(part,))

    steps = Steps(open_workspace=[soon])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert any("accepted by default" in said for said in (await view(handle)).warnings)
    assert steps.answers() == ["go on without: what loads judges"]


async def test_no_question_no_detour(env: WorkflowEnvironment) -> None:
    """A missing contract document is no question either: the check of the context decides what is missing."""
    steps = Steps()
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert not steps.orders["notify"] and not steps.orders["record_answers"]


@pytest.mark.server
async def test_a_run_left_at_that_question_goes_on_from_it_with_a_budget_that_was_raised_meanwhile(
    server: Client,
) -> None:
    steps = Steps(open_workspace=[broken])
    async with started(server, steps, most_events=60) as handle:
        question = await waits(handle, QuestionKind.DEPENDENCY)
        await handle.execute_update(BackendTask.control, Control(verb="raise_budget", amount=5))
        while (seen := await view(handle)).run < 2:
            await handle.signal(BackendTask.clarify, Clarification(text=" "))
        assert [q.id for q in seen.questions] == [question]
        await say(handle, question, "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).budget_microdollars == 15_000_000
    assert steps.ran.count("open_workspace") == 1 and steps.answers().count("go on without") == 1
