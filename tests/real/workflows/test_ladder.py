"""A question's way from person to person, on the time-skipping server: days pass in milliseconds."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from aurora import names
from aurora.domain.notices import Notice
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import Question, QuestionDraft, QuestionKind
from aurora.domain.view import Control
from aurora.settings.repository import ArchitectSettings
from tests.support.played import Handle, say, started, view, waits
from tests.support.scripted_steps import Steps, opened, result, task
from tests.support.seeds import waiting
from workflows.backend_task import BackendTask

HOUR = 3_600
DAY = 24 * HOUR
ASSUMED = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?", options=("this", "that"), assumed="this one")


def asking(*drafts: QuestionDraft, **architect: Any) -> Steps:
    steps = Steps(check_context=[result(questions=drafts or (ASSUMED,)), result()])
    settings = ArchitectSettings(**architect)
    steps.bounds = steps.bounds.model_copy(update={"architect": settings, "remind_seconds": DAY})
    return steps


def reported(steps: Steps) -> list[tuple[str, str, int]]:
    """(event, to, rung) of every message that was sent."""
    notices: list[Notice] = steps.orders["notify"]
    return [(n.event, n.to, n.questions[0].rung if n.questions else -1) for n in notices]


async def only(handle: Handle) -> Question:
    (question,) = (await view(handle)).questions
    return question


async def until_notified(steps: Steps, count: int) -> None:
    while len(steps.orders["notify"]) < count:
        await asyncio.sleep(0.01)


async def test_a_question_is_asked_reminded_and_passed_on_a_rung_a_day_and_then_keeps_waiting(
    env: WorkflowEnvironment,
) -> None:
    steps = asking(escalation=("bob", "carol"))
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        for days in range(1, 5):
            await env.sleep(DAY + 60)
            await until_notified(steps, min(days + 1, 4))
        assert reported(steps) == [
            ("on_question", "ada", 0), ("on_reminder", "ada", 1),
            ("on_question", "bob", 2), ("on_question", "carol", 3),
        ]  # fmt: skip
        question = await only(handle)
        assert question.asked == ("ada", "bob", "carol") and question.rung == 3
        assert (question.next_step, question.next_person) == ("", "")
        await env.sleep(30 * DAY)
        assert len(steps.orders["notify"]) == 4 and (await view(handle)).phase == "waiting"
        assert (await only(handle)).deadline == 0
        await say(handle, "q1", "that", by="carol")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    keys = [n.key for n in steps.orders["notify"]]
    assert len(set(keys)) == 4
    whats = [(e.what, e.who) for e in steps.orders["close_task"][0].view.audit]
    assert whats == [
        ("asked", "ada"), ("told", "ada"), ("reminded", "ada"), ("told", "ada"), ("escalated", "bob"), ("told", "bob"),
        ("escalated", "carol"), ("told", "carol"), ("answered", "carol"),
    ]  # fmt: skip


async def test_silence_decides_only_where_it_was_so_settled_and_the_record_says_so(env: WorkflowEnvironment) -> None:
    steps = asking(on_silence="default")
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        outcome = await handle.result()  # time is skipped: asked, reminded, assumed
    assert outcome.kind is OutcomeKind.COMMITTED
    assert reported(steps) == [("on_question", "ada", 0), ("on_reminder", "ada", 1)]
    (exchange,) = steps.orders["record_answers"][0].exchanges
    assert exchange.silent and exchange.text == "this one" and exchange.by == ""
    assert "defaulted" in [e.what for e in steps.orders["close_task"][0].view.audit]


async def test_a_question_says_what_comes_next_and_whom_it_goes_to(env: WorkflowEnvironment) -> None:
    steps = asking(escalation=("bob",), on_silence="default")
    said = []
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        for rung in range(3):
            await until_notified(steps, rung + 1)
            while not (question := await only(handle)).deadline:
                await asyncio.sleep(0.01)
            said.append((question.next_step, question.next_person, question.silence_decides))
            await env.sleep(DAY + 60)
        await handle.result()
    assert said == [("remind", "", True), ("pass_on", "bob", True), ("assume", "", True)]


@pytest.mark.server
async def test_whoever_a_question_is_passed_on_to_finds_it_at_once(server: Client) -> None:
    """Nobody says anything: the search attribute alone leads there."""
    steps = asking(escalation=("bob",))
    steps.bounds = steps.bounds.model_copy(update={"remind_seconds": 1})
    async with started(server, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        await until_notified(steps, 3)
        assert (await only(handle)).asked == ("ada", "bob")
        seen = await handle.describe()
        assert seen.typed_search_attributes.get(SearchAttributeKey.for_keyword_list(names.ASKS)) == ["bob"]
        await say(handle, "q1", "this", by="bob")
        await handle.result()


async def test_silence_never_approves_a_plan_raises_a_budget_or_fills_in_what_assumed_nothing(
    env: WorkflowEnvironment,
) -> None:
    plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve",), assumed="approve")
    bare = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?")
    for steps, kind in (
        (asking(plan, on_silence="default"), QuestionKind.PLAN),
        (asking(bare, on_silence="default"), QuestionKind.MISSING_SPEC),
    ):
        async with started(env, steps) as handle:
            await waits(handle, kind)
            await env.sleep(60 * DAY)
            assert (await view(handle)).phase == "waiting"
            await handle.execute_update(BackendTask.control, Control(verb="cancel"))
            await handle.result()


async def test_no_rung_is_taken_before_people_were_told_of_the_last_one(env: WorkflowEnvironment) -> None:
    out = ApplicationError("503", type="NoticeError")
    steps = asking(escalation=("bob",))
    steps.script["notify"] = [out] * 6
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        while len(steps.orders["notify"]) < 7:  # six tries in vain, one that is taken
            assert not (await only(handle)).deadline
            await env.sleep(30)
        assert {n.key for n in steps.orders["notify"]} == {steps.orders["notify"][0].key}
        while not (await only(handle)).deadline:
            await asyncio.sleep(0.01)
        assert (await only(handle)).rung == 0
        await say(handle, "q1", "this")
        await handle.result()


async def test_after_days_without_a_worker_one_rung_is_taken_and_not_all_of_them(env: WorkflowEnvironment) -> None:
    steps = asking(escalation=("bob", "carol", "dora"))
    ago = int((await env.get_current_time()).timestamp()) - 20 * DAY
    begun = opened(task(), steps.bounds)
    steps.script["check_context"] = []
    async with started(env, steps, state=waiting(task(), begun, deadline=ago)) as handle:
        await until_notified(steps, 1)
        while not (question := await only(handle)).deadline:
            await asyncio.sleep(0.01)
        assert reported(steps) == [("on_reminder", "ada", 1)] and question.rung == 1
        assert question.deadline > ago + 20 * DAY
        await say(handle, "q1", "this")
        await handle.result()


async def test_several_questions_to_one_person_are_one_message_and_what_is_settled_is_not_sent(
    env: WorkflowEnvironment,
) -> None:
    other = ASSUMED.model_copy(update={"text": "Unique?"})
    steps = asking(ASSUMED, other)
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        await until_notified(steps, 1)
        await say(handle, "q1", "this")
        await env.sleep(DAY + 60)
        await until_notified(steps, 2)
        await say(handle, "q2", "yes")
        await handle.result()
    first, second = steps.orders["notify"][:2]
    assert [q.text for q in first.questions] == ["Which?", "Unique?"]
    assert [q.text for q in second.questions] == ["Unique?"] and second.event == "on_reminder"


async def test_a_task_that_waits_longer_than_its_idle_bound_ends_and_keeps_its_work(env: WorkflowEnvironment) -> None:
    steps = asking()
    steps.bounds = steps.bounds.model_copy(update={"idle_seconds": 7 * DAY})
    async with started(env, steps) as handle:
        await waits(handle, QuestionKind.MISSING_SPEC)
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.ABANDONED and "7.0 days" in outcome.summary
    assert outcome.draft is not None


async def test_an_outcome_is_told_after_the_task_has_ended_however_long_that_takes(env: WorkflowEnvironment) -> None:
    steps = Steps(notify=[ApplicationError("503", type="NoticeError")])
    steps.tells = True
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        await until_notified(steps, 2)
        shown = env.client.get_workflow_handle(handle.id.replace(names.workflow_id(""), names.notice_id("")))
        await shown.result()  # what is left open would hold up time for the next test
    notice = steps.orders["notify"][-1]
    assert notice.event == "on_outcome" and notice.outcome is OutcomeKind.COMMITTED and notice.to == "ada"
