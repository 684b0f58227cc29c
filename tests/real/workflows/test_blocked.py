"""A model that lacks something where it works: the Architect is asked, and not without end, and the step goes on."""

import asyncio
from typing import Any

from temporalio.testing import WorkflowEnvironment

from activities.messages import (
    ChangeEnvironmentInput,
    ChangeEnvironmentResult,
    ReadSettingsInput,
    ReadSettingsResult,
    ToolsResult,
)
from aurora.domain.environment import EnvironmentReport
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.domain.task import SettingsOverride
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import D, Steps
from workflows.blocked import ASKED


def lacks(missing: str = "DATABASE_URL", kind: Any = "environment") -> Any:
    report = EnvironmentReport.of(kind, missing, "settings.py reads it", "The last run_pytest said:\n1 error: KeyError")
    return lambda order: ToolsResult(
        draft=order.draft, conversation=D, environment=report, same_key=f"{order.step} {order.turn}"
    )


async def test_the_architect_sees_the_report_with_the_facts_and_the_step_goes_on_with_the_answer(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(use_tools=[lacks()])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        (asked,) = (await view(handle)).questions
        assert asked.step == "define_interfaces" and asked.options == ("go on without", "try again", "abandon")
        assert "DATABASE_URL" in asked.text and '"settings.py reads it"' in asked.text
        assert "1 error: KeyError" in asked.text and "not verified" in asked.text
        await say(handle, question, "use sqlite:///t.db, it is in conftest")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    first, second = steps.orders["define_interfaces"]
    assert second.conversation == D and second.visit == first.visit
    assert [exchange.text for exchange in second.said] == ["use sqlite:///t.db, it is in conftest"]
    assert "the answer follows" in second.nudge and "use sqlite:///t.db, it is in conftest" in steps.answers()


async def test_what_was_to_be_gone_on_without_is_not_asked_about_again(env: WorkflowEnvironment) -> None:
    steps = Steps(use_tools=[lacks("Redis", "missing_tool"), lacks(" redis", "missing_tool")])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.DEPENDENCY), "go on without")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    nudges = [order.nudge for order in steps.orders["define_interfaces"]]
    assert "go on without it" in nudges[1] and "asked about redis before" in nudges[2]
    assert any("go on without Redis (reported by define_interfaces)" in said for said in warnings)


async def test_a_model_that_reports_without_end_is_answered_without_a_question_at_last(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(use_tools=[lacks(f"thing {n}") for n in range(ASKED + 1)])
    async with started(env, steps) as handle:
        known = set[str]()
        for _ in range(ASKED):
            while (question := await waits(handle, QuestionKind.STUCK)) in known:
                pass
            known.add(question)
            await say(handle, question, "try again")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    nudges = [order.nudge for order in steps.orders["define_interfaces"]]
    assert len(known) == ASKED and "try again" in nudges[ASKED]
    assert f"No further report of this kind is taken in this task ({ASKED} were)" in nudges[ASKED + 1]


async def test_an_abandoned_environment_ends_the_task_and_a_pass_in_many_runs_asks_once(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(use_tools=[lacks(), lacks("Redis")])
    async with started(env, steps, most_events=60) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "go on without")
        while "Redis" not in "".join(q.text for q in (await view(handle)).questions):
            await asyncio.sleep(0.2)
        await say(handle, await waits(handle, QuestionKind.STUCK), "abandon")
        assert (await handle.result()).kind is OutcomeKind.ABANDONED
        assert (await view(handle)).run > 1
    assert len(steps.orders["record_answers"]) == 1


async def test_a_setting_in_the_answer_is_applied_before_the_step_goes_on(env: WorkflowEnvironment) -> None:
    measured = "sha256:" + "1" * 64

    def read(order: ReadSettingsInput) -> ReadSettingsResult:
        return ReadSettingsResult(override=SettingsOverride(block=D, shown=order.exchange.text, by=order.exchange.by))

    def changed(order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
        return ChangeEnvironmentResult(draft=order.draft.model_copy(update={"workspace": measured}), said="built again")

    steps = Steps(use_tools=[lacks()], read_settings=[read], change_environment=[changed])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "test_env: {DATABASE_URL: x}")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    (order,) = steps.orders["change_environment"]
    assert [one.by for one in order.overrides] == ["ada"]
    second = steps.orders["define_interfaces"][1]
    assert second.draft.workspace == measured and "changed the environment" in second.nudge


async def test_words_with_a_colon_are_for_the_model(env: WorkflowEnvironment) -> None:
    steps = Steps(use_tools=[lacks()])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.STUCK), "note: use sqlite")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert not steps.orders["read_settings"] and not steps.orders["change_environment"]
    assert [exchange.text for exchange in steps.orders["define_interfaces"][1].said] == ["note: use sqlite"]
