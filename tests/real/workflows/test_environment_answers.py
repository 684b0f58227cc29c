"""An answer that changes the environment is acted on: applied, built and measured again, before anybody is paid."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities.messages import (
    Asked,
    ChangeEnvironmentInput,
    ChangeEnvironmentResult,
    OpenWorkspaceResult,
    ReadSettingsInput,
    ReadSettingsResult,
    ToolsInput,
    ToolsResult,
)
from activities.open_workspace import OpenWorkspaceActivity
from activities.read_settings import ReadSettingsActivity
from aurora import ports
from aurora.domain.environment import EnvironmentReport
from aurora.domain.environment_problem import EnvironmentProblem
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft, SettingsOverride, Task, TaskRef
from aurora.domain.view import Clarification
from aurora.domain.workspace import Dependencies, DependencyImage, ProjectIdentity, Workspace
from aurora.settings.policy import Policy
from aurora.settings.repository import ServiceName
from aurora.stored_values import workspace_of
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemorySandbox
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import Steps, result, tools
from tests.support.seeds import D
from workflows.backend_task import BackendTask

MANIFEST = b'[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\n'
TEST = "tests/test_a.py"
DIED = "import os\nos.environ['DATABASE_URL']\nKeyError: 'DATABASE_URL'"


def reported(*events: dict[str, Any], code: int, said: str = "") -> ports.TestExecution:
    numbered = tuple({**event, "seq": seq} for seq, event in enumerate(({"t": "begin"}, *events)))
    return ports.TestExecution(end=ExecEnd.EXITED, exit_code=code, stdout=said, stderr="", events=numbered)


NONE = {"t": "no_sentinels", "message": "none here"}
BROKEN = reported(
    {"t": "collect_error", "node": TEST, "message": DIED, "kind": "fixture"},
    NONE,
    {"t": "session", "exit": 1},
    code=1,
    said=DIED,
)
GREEN = reported(
    {"t": "collected", "node": f"{TEST}::test_it"},
    {"t": "result", "node": f"{TEST}::test_it", "when": "whole", "outcome": "passed"},
    NONE,
    {"t": "session", "exit": 0},
    code=0,
)


class NeedsDatabase(MemorySandbox):
    """Its tests load only where DATABASE_URL is set for them."""

    def __init__(self) -> None:
        super().__init__(tests__test_a="import shop\n\n\ndef test_it():\n    assert shop\n", shop__init="")
        self.tree |= {"pyproject.toml": MANIFEST, ".env.example": b"DATABASE_URL=sqlite:// # any\n"}
        self.built = 0

    def open(self, draft: Draft, workspace: Workspace) -> Any:
        self.tests = GREEN if "DATABASE_URL" in (workspace.settings.project.test_env or {}) else BROKEN
        return super().open(draft, workspace)

    async def build(
        self,
        task: TaskRef,
        dependencies: Dependencies,
        project: ProjectIdentity | None,
        services: Sequence[ServiceName] = (),
    ) -> DependencyImage:
        self.built += 1
        return await super().build(task, dependencies, project, services)


class RealOpening(Steps):
    """The real `open_workspace` and `read_settings` on a tree in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.artifacts, self.sandbox, self.workspace = MemoryArtifacts(), NeedsDatabase(), None

    @activity.defn
    async def open_workspace(self, order: Task) -> OpenWorkspaceResult:
        self.ran.append("open_workspace")
        self.orders["open_workspace"].append(order)
        opener = OpenWorkspaceActivity(self.artifacts, self.sandbox, None, Policy())  # type: ignore[arg-type]
        opening: OpenWorkspaceResult = await ActivityEnvironment().run(opener.open_workspace, order)
        return opening

    @activity.defn
    async def read_settings(self, order: ReadSettingsInput) -> ReadSettingsResult:
        self.ran.append("read_settings")
        read: ReadSettingsResult = await ActivityEnvironment().run(
            ReadSettingsActivity(self.artifacts).read_settings, order
        )
        return read

    async def opened(self) -> Workspace:
        """The workspace that the first model's step was given."""
        draft = self.orders["check_context"][0].draft
        return await workspace_of(self.artifacts.of(draft.task), draft)


async def test_a_setting_in_an_answer_is_applied_built_and_measured_before_the_task_goes_on(
    env: WorkflowEnvironment,
) -> None:
    steps = RealOpening()
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DEPENDENCY)
        (asked,) = (await view(handle)).questions
        proposal = 'set project: {test_env: {DATABASE_URL: "sqlite://"}}'
        assert asked.options == (proposal, "try again", "go on without", "abandon")
        assert "1 test file can't be loaded: tests/test_a.py: KeyError: 'DATABASE_URL'" in asked.text
        assert "the value of .env.example" in asked.text and f"own words:\n{DIED}" in asked.text

        await say(handle, question, "test_env: {DATABASE_URL: 5}")
        again = await waits(handle, QuestionKind.DEPENDENCY)
        (asked,) = (await view(handle)).questions
        assert again != question and asked.text.startswith("Your answer changed nothing: your answer:1: ")
        assert "expected a text, found 5" in asked.text and asked.options[0] == proposal
        assert steps.ran.count("open_workspace") == 1, "an answer that sets nothing costs no second baseline"

        await say(handle, again, proposal)
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    workspace = await steps.opened()
    assert steps.sandbox.built == 2 and workspace.baseline.counts.passed == 1 and not workspace.baseline.error
    assert workspace.settings.project.test_env == {"DATABASE_URL": "sqlite://"}
    (kept,) = workspace.task.overrides
    assert (kept.by, kept.question) == ("ada", again)
    said = f'ada set for this task, in answer {again}: project: {{test_env: {{DATABASE_URL: "sqlite://"}}}}'
    assert said in warnings and said in steps.orders["create_commit"][0].view.warnings
    assert steps.ran.index("check_context") > steps.ran.index("read_settings")
    first, second = steps.orders["open_workspace"]
    assert first.overrides == () and second.overrides == workspace.task.overrides


async def test_what_silence_assumes_sets_nothing(env: WorkflowEnvironment) -> None:
    steps = RealOpening()
    steps.sandbox.tree["aurora.yaml"] = b"agents: {backend: {architect: {on_silence: default, remind: 2h}}}\n"
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DEPENDENCY)
        await env.sleep(5 * 24 * 3_600)
        assert (await view(handle)).phase == "waiting" and "read_settings" not in steps.ran
        await say(handle, question, "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert (await steps.opened()).task.overrides == ()


@pytest.mark.server
async def test_a_run_left_between_the_question_and_its_setting_goes_on_with_it(server: Client) -> None:
    steps = RealOpening()
    async with started(server, steps, most_events=60) as handle:
        question = await waits(handle, QuestionKind.DEPENDENCY)
        await say(handle, question, "project: {extras: test}")
        question = await waits(handle, QuestionKind.DEPENDENCY)
        while (seen := await view(handle)).run < 2:
            await handle.signal(BackendTask.clarify, Clarification(text=" "))
        assert [q.id for q in seen.questions] == [question]
        await say(handle, question, "test_env: {DATABASE_URL: x}")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert (await steps.opened()).settings.project.test_env == {"DATABASE_URL": "x"}
    assert steps.ran.count("open_workspace") == 2 and steps.ran.count("read_settings") == 2


# ── packages that a model asks for ───────────────────────────────────────────────────────────────────────────────

ASKED = Asked(
    tool_use_id="toolu_1",
    question=QuestionDraft(
        kind=QuestionKind.DEPENDENCY,
        text="The answer `yes` adds redis>=5 to pyproject.toml. Redis for the cache?",
        options=("yes", "no"),
        allows=("pyproject.toml",),
        packages=("redis>=5",),
    ),
)
TROUBLE = EnvironmentProblem(what="redis>=5 could not be added: no such version", without="the step is told so")


def changed(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    return ChangeEnvironmentResult(draft=order.draft.at("e" * 40, D), said="Add redis>=5: pyproject.toml changed")


def unchanged(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    return ChangeEnvironmentResult(draft=order.draft, trouble=TROUBLE)


async def test_a_yes_adds_the_package_before_the_conversation_goes_on(env: WorkflowEnvironment) -> None:
    steps = Steps(write_code=[tools(asks=(ASKED,))], change_environment=[unchanged, changed])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "Yes")
        question = await waits(handle, QuestionKind.DEPENDENCY)
        (asked,) = (await view(handle)).questions
        assert asked.text.startswith(TROUBLE.what) and asked.options == ("try again", "go on without", "abandon")
        await say(handle, question, "try again")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert any("Add redis>=5" in warning for warning in (await view(handle)).warnings)
    first, second = steps.orders["change_environment"]
    assert (first.packages, first.by) == (("redis>=5",), "ada") and second.packages == first.packages
    order = next(o for o in steps.orders["use_tools"] if o.answers)
    assert order.draft.commit == "e" * 40 and order.answers[0].outcome == "Add redis>=5: pyproject.toml changed"


@pytest.mark.parametrize(
    ("made", "said"),
    [(changed, "Add redis>=5: pyproject.toml changed"), (unchanged, f"Not added: {TROUBLE.what}. Go on without it.")],
)
async def test_a_package_that_the_context_check_asks_for_is_there_before_it_goes_on(
    env: WorkflowEnvironment, made: Callable[[ChangeEnvironmentInput], ChangeEnvironmentResult], said: str
) -> None:
    steps = Steps(check_context=[result(questions=(ASKED.question,)), result()], change_environment=[made])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "yes")
        if made is unchanged:
            await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    (order,) = steps.orders["change_environment"]
    assert (order.packages, order.by) == (("redis>=5",), "ada")
    first, second = steps.orders["check_context"]
    assert (first.nudge, second.nudge) == ("", said)
    assert (second.draft.commit == "e" * 40) == (made is changed)


@pytest.mark.parametrize("words", ["no", "a dict will do", "yes, but from our index"])
async def test_any_other_answer_adds_nothing(env: WorkflowEnvironment, words: str) -> None:
    steps = Steps(write_code=[tools(asks=(ASKED,))])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), words)
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert not steps.orders["change_environment"]
    assert next(o for o in steps.orders["use_tools"] if o.answers).answers[0].outcome == ""


async def test_gone_on_without_a_package_the_model_hears_that_it_is_not_there(env: WorkflowEnvironment) -> None:
    steps = Steps(write_code=[tools(asks=(ASKED,))], change_environment=[unchanged])
    async with started(env, steps) as handle:
        first = await waits(handle, QuestionKind.DEPENDENCY)
        await say(handle, first, "yes")
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    order = next(o for o in steps.orders["use_tools"] if o.answers)
    assert order.answers[0].outcome == f"Not added: {TROUBLE.what}. Go on without it."


# ── settings in the middle of a task ─────────────────────────────────────────────────────────────────────────────


def reports(order: ToolsInput) -> ToolsResult:
    report = EnvironmentReport.of("environment", "DATABASE_URL", "settings.py reads it")
    return ToolsResult(draft=order.draft, conversation=D, environment=report, same_key=f"{order.step} {order.turn}")


def unbuilt(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    return ChangeEnvironmentResult(draft=order.draft, trouble=EnvironmentProblem(what="it does not build"))


def built(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
    return ChangeEnvironmentResult(draft=order.draft, said="built again")


def sets(order: ReadSettingsInput) -> ReadSettingsResult:
    asked = order.exchange.question
    shown = order.exchange.text
    return ReadSettingsResult(override=SettingsOverride(block=D, shown=shown, question=asked.id if asked else ""))


async def test_try_again_after_a_change_that_failed_makes_the_change_again(env: WorkflowEnvironment) -> None:
    steps = Steps(use_tools=[reports], read_settings=[sets], change_environment=[unbuilt, built])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "test_env: {A: b}")
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "try again")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    first, second = steps.orders["change_environment"]
    assert first.overrides == second.overrides and len(first.overrides) == 1


async def test_what_could_not_be_applied_and_is_gone_on_without_is_not_set_any_more(env: WorkflowEnvironment) -> None:
    steps = Steps(use_tools=[reports, reports], read_settings=[sets, sets], change_environment=[unbuilt, built])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "test_env: {A: b}")
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "go on without")
        await say(handle, await waits(handle, QuestionKind.STUCK), "test_env: {C: d}")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    _, second = steps.orders["change_environment"]
    assert [one.shown for one in second.overrides] == ["test_env: {C: d}"]
    assert any(said.startswith("not applied, the task goes on without") for said in warnings)


async def test_a_setting_given_for_a_package_that_can_not_be_added_is_applied(env: WorkflowEnvironment) -> None:
    turns = [tools(asks=(ASKED,))]
    steps = Steps(write_code=turns, read_settings=[sets], change_environment=[unchanged, built, changed])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "yes")
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "python: '3.12'")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    orders = steps.orders["change_environment"]
    assert [bool(one.packages) for one in orders] == [True, False, True] and orders[1].overrides
