"""A task that is continued as new at any point does what it would have done in one history: no more, no less."""

import asyncio
import json
from typing import Any

import pytest
from temporalio.client import Client

from activities.wire import Asked, Delivered, Opening, Seen, ToolsResult
from aurora.domain import (
    Delivery,
    Exchange,
    Finding,
    OutcomeKind,
    Question,
    QuestionDraft,
    QuestionKind,
    Report,
    ReportStatus,
    Step,
)
from aurora.view import Clarification, Control
from tests.workflows.played import say, started, view
from tests.workflows.scripted_steps import BASE, D, Steps, green, red, result, task, tools
from workflows.architect import Architect
from workflows.backend_task import BackendTask
from workflows.state import MOST_BYTES, State

pytestmark = pytest.mark.server

LONG = "a long answer " * 1_000

QUESTION = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?", options=("this", "that"))
ANSWERS = {
    QuestionKind.MISSING_SPEC: LONG,
    QuestionKind.DEPENDENCY: "try again",
    QuestionKind.PLAN: ["smaller", "approve"],
    QuestionKind.DECISION: ["stricter", "soft", "try again"],
    QuestionKind.STUCK: ["advice", "advice", "the specification holds", "go on", "go on", "go on", "go on"],
}


def _mechanical(order: Any) -> Report:
    finding = Finding(check="ruff", message="unused import", mechanical=True)
    return Report(checker="lint", status=ReportStatus.FAILED, findings=(finding,), total=1, whole=D)


def _done(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("b" * 40, D), conversation=D, finished=True, same_key="y")


def _more(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft, conversation=D, same_key=f"{order.step} {order.turn}")


def _blocked(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft, conversation=D, blocked="201, not 200", same_key="x")


def _all_green(order: Any) -> Seen:
    return Seen(draft=order.draft, report=red("green at once", checker="red"), all_green=True, summary="3 passed")


def eventful() -> Steps:
    """A task to which everything happens that can."""
    asked = Asked(tool_use_id="toolu_1", question=QuestionDraft(kind=QuestionKind.DECISION, text="Soft delete?"))
    plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))
    build = Opening(opened=None, questions=(QuestionDraft(kind=QuestionKind.DEPENDENCY, text="It does not build"),))
    refused = Delivery(state="refused", branch="aurora/t", commit=BASE, why="the branch is not ours")
    return Steps(
        open_workspace=[build],
        check_context=[result(questions=(QUESTION, QUESTION)), result(questions=(QUESTION,)), result()],
        draft_plan=[result(questions=(plan,)), result(2, questions=(plan,))],
        check_interfaces=[red("no import", checker="imports"), green()],
        run_linter=[_mechanical, green(), _mechanical, green()],
        red=[_all_green],
        write_code=[tools(asks=(asked,)), tools(), tools()],
        use_tools=[_done, _done, _done, _done, _more, _more, _blocked],
        run_tests=[red("a", "b"), red("a"), red("a"), green()],
        reflect=[result(7), result(8, contradiction="204, not 200"), result(9)],
        deliver=[Delivered(delivery=refused)],
    )


async def played(server: Client, most_events: int | None) -> tuple[Steps, Any, int]:
    """The eventful task to its end: its steps, its outcome, the number of its runs."""
    steps = eventful()
    scripted = {kind: list(a) if isinstance(a, list) else None for kind, a in ANSWERS.items()}
    async with started(server, steps, most_events=most_events) as handle:
        said: set[str] = set()
        while True:
            seen = await view(handle)
            if seen.outcome is not None:
                break
            for question in seen.questions:
                if question.id not in said:
                    said.add(question.id)
                    queue = scripted[question.kind]
                    await say(handle, question.id, queue.pop(0) if queue else str(ANSWERS[question.kind]))
            await asyncio.sleep(0.01)
        outcome = await asyncio.wait_for(handle.result(), 60)
        return steps, outcome, (await view(handle)).run


@pytest.mark.parametrize("most_events", [14, 17, 23, 31, 47, 80])
async def test_a_task_that_is_continued_anywhere_does_each_thing_once_and_in_order(
    server: Client, most_events: int
) -> None:
    whole, expected, one = await played(server, None)
    parts, outcome, runs = await played(server, most_events)
    assert one == 1 and runs > 2
    assert _work(parts) == _work(whole)
    assert outcome.kind is expected.kind is OutcomeKind.COMMITTED
    assert outcome.usage == expected.usage
    for name in ("write_code", "reflect", "write_tests", "check_context"):
        assert [_told(o) for o in parts.orders[name]] == [_told(o) for o in whole.orders[name]], name
    # the answers reached the draft whole, although the state carried only their heads
    assert parts.answers() == whole.answers()
    assert len([text for text in parts.answers() if text == LONG]) == 3


def _work(steps: Steps) -> list[str]:
    """A message that was under way when its run was continued is sent again, under its key."""
    return [name for name in steps.ran if name != "notify"]


def _told(order: Any) -> tuple[Any, ...]:
    draft = order.draft.model_dump(exclude={"task"})
    return (order.step, order.visit, order.turn, draft, order.nudge, order.advice, order.about)


async def test_a_paused_task_with_an_open_question_is_continued_and_a_late_duplicate_is_known(
    server: Client,
) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=30) as handle:
        while not (await view(handle)).questions:
            await asyncio.sleep(0.01)
        await handle.execute_update(BackendTask.control, Control(verb="pause", id="p1"))
        for n in range(40):
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
        while (await view(handle)).run < 2:
            await asyncio.sleep(0.01)
        seen = await view(handle)
        assert [q.id for q in seen.questions] == ["q1"]
        receipt = await say(handle, "q1", "this")
        for n in range(40, 80):
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}", id=f"n{n}"))
        while (await view(handle)).run < 3:
            await asyncio.sleep(0.01)
        assert (await view(handle)).phase == "paused"
        assert await say(handle, "q1", "this") == receipt
        await handle.execute_update(BackendTask.control, Control(verb="resume", id="r1"))
        outcome = await handle.result()
    assert outcome.kind is OutcomeKind.COMMITTED
    heard = [t for t in steps.answers() if t.startswith("note ")]
    assert heard == [f"note {n}" for n in range(80)]


async def test_a_cancel_that_arrives_while_a_run_is_continued_is_not_lost(server: Client) -> None:
    held = asyncio.Event()

    async def hold(_: Any) -> Any:
        held.set()
        await asyncio.sleep(3_600)

    steps = Steps(record_task=[hold])
    async with started(server, steps, most_events=30) as handle:
        await asyncio.wait_for(held.wait(), 60)
        await handle.execute_update(BackendTask.control, Control(verb="cancel", id="c1"))
        outcome = await asyncio.wait_for(handle.result(), 60)
    assert outcome.kind is OutcomeKind.CANCELLED
    assert "write_code" not in steps.ran


async def test_a_raise_sent_again_by_its_sender_after_a_continuation_counts_once(server: Client) -> None:
    steps = Steps(check_context=[result(questions=(QUESTION,)), result()])
    async with started(server, steps, most_events=24) as handle:
        while not (await view(handle)).questions:
            await asyncio.sleep(0.01)
        raised = Control(verb="raise_budget", amount=5, id="once")
        await handle.execute_update(BackendTask.control, raised)
        for n in range(30):
            await handle.signal(BackendTask.clarify, Clarification(text=f"note {n}"))
        while (await view(handle)).run < 2:
            await asyncio.sleep(0.01)
        await handle.execute_update(BackendTask.control, raised)
        assert (await view(handle)).budget_microdollars == 15_000_000
        await handle.execute_update(BackendTask.control, Control(verb="cancel"))
        await handle.result()


def test_the_largest_state_there_can_be_is_within_its_bound() -> None:
    """Everything at its longest at once: eight open questions, eight answers, all receipts, all warnings."""
    state = State.of(task(text="x" * 20_000).model_copy(update={"submitted_by": "ü" * 400}))
    architect = state.architect
    wide = "\x00\N{GRINNING FACE}" * 2_000
    for n in range(70):
        question = Question(id=f"q{n}", step=Step.WRITE_CODE, kind=QuestionKind.DECISION, text="x", asked_at=1)
        architect.exchanges[question.id] = Exchange(question=question, text=wide[:300], by="ü" * 60, whole=D)
    architect = Architect.model_validate(architect.model_dump())
    assert State.model_validate(state.model_dump()).size() > 0
    for n in range(100):
        state.warn(f"{n} {wide}")
    assert state.fitted().size() <= MOST_BYTES
    assert json.loads(state.model_dump_json())["version"] == 1
