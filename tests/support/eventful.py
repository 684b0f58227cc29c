"""A task to which everything happens that can, and an Architect who answers all of it."""

import asyncio
from typing import Any

from temporalio.client import Client

from activities.messages import Asked, CheckResult, DeliverResult, OpenWorkspaceResult, ReplayTestResult, ToolsResult
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.outcome import Delivery
from aurora.domain.questions import QuestionDraft, QuestionKind
from tests.support.played import Handle, say, started, view
from tests.support.scripted_steps import BASE, D, Steps, green, red, reported, result, tools

LONG = "a long answer " * 1_000

QUESTION = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?", options=("this", "that"))
ANSWERS = {
    QuestionKind.MISSING_SPEC: LONG,
    QuestionKind.DEPENDENCY: "try again",
    QuestionKind.PLAN: ["smaller", "approve"],
    QuestionKind.DECISION: ["stricter", "soft", "try again"],
    QuestionKind.STUCK: [
        "advice",
        "advice",
        "accept",
        "rewrite the test: 204 holds",
        "go on",
        "go on",
        "go on",
        "go on",
    ],
}


def _fixable(order: Any) -> Report:
    finding = Finding(check="ruff", message="unused import", fixable=True)
    return Report(checker="lint", status=ReportStatus.FAILED, findings=(finding,), total=1, whole=D)


def _done(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft.at("b" * 40, D), conversation=D, finished=True, same_key="y")


def _more(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft, conversation=D, same_key=f"{order.step} {order.turn}")


def _blocked(order: Any) -> ToolsResult:
    return ToolsResult(draft=order.draft, conversation=D, blocked=reported(), same_key="x")


def _doubtful(order: Any) -> ReplayTestResult:
    return ReplayTestResult(standing="asks", draft=order.draft, why="fewer assertions", after="assert True")


def _all_green(order: Any) -> CheckResult:
    return CheckResult(
        draft=order.draft, report=red("green at once", checker="red"), all_green=True, summary="3 passed"
    )


def eventful() -> Steps:
    """A task to which everything happens that can."""
    asked = Asked(tool_use_id="toolu_1", question=QuestionDraft(kind=QuestionKind.DECISION, text="Soft delete?"))
    plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))
    build = OpenWorkspaceResult(
        opened=None, questions=(QuestionDraft(kind=QuestionKind.DEPENDENCY, text="It does not build"),)
    )
    refused = Delivery(state="refused", branch="aurora/t", commit=BASE, why="the branch is not ours")
    return Steps(
        open_workspace=[build],
        check_context=[result(questions=(QUESTION, QUESTION)), result(questions=(QUESTION,)), result()],
        draft_plan=[result(questions=(plan,)), result(2, questions=(plan,))],
        check_interfaces=[red("no import", checker="imports"), green()],
        run_linter=[_fixable, green(), _fixable, green()],
        red=[_all_green],
        write_code=[tools(asks=(asked,)), tools(), tools()],
        use_tools=[_done, _done, _done, _done, _more, _more, _blocked],
        run_tests=[red("a", "b"), red("a"), red("a"), green()],
        reflect=[result(7), result(8, blocked=reported("204, not 200")), result(9)],
        replay_test=[_doubtful],
        deliver=[DeliverResult(delivery=refused)],
    )


async def played(server: Client, most_events: int | None) -> tuple[Steps, Any, int]:
    """The eventful task to its end: its steps, its outcome, the number of its runs."""
    steps = eventful()
    async with started(server, steps, most_events=most_events) as handle:
        await answering(handle)
        outcome = await asyncio.wait_for(handle.result(), 60)
        return steps, outcome, (await view(handle)).run


async def answering(handle: Handle) -> None:
    """Answer whatever the eventful task asks, to its end."""
    scripted = {kind: list(a) if isinstance(a, list) else None for kind, a in ANSWERS.items()}
    said: set[str] = set()
    while (seen := await view(handle)).outcome is None:
        for question in seen.questions:
            if question.id not in said:
                said.add(question.id)
                queue = scripted[question.kind]
                await say(handle, question.id, queue.pop(0) if queue else str(ANSWERS[question.kind]))
        await asyncio.sleep(0.01)
