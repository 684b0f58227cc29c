"""A plan in parts: red, code and clean part by part in one task, wherever its runs end."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.messages import CheckResult, ToolsResult
from aurora.domain.outcome import OutcomeKind
from aurora.domain.plan import PartShape, PlanShape
from aurora.domain.questions import QuestionKind
from tests.support.played import say, started, view, waits
from tests.support.replaying import replay, runs
from tests.support.scripted_steps import D, Steps, green, red, result
from workflows.state import MOST_BYTES

SHAPE = PlanShape(
    operations=5,
    parts=(
        PartShape(title="foundation", operations=0, has_tests=False),
        PartShape(title="users", operations=3),
        PartShape(title="orders", operations=2),
    ),
)


def in_parts(commits: str = "one", shape: PlanShape = SHAPE, **script: Any) -> Steps:
    steps = Steps(**{"draft_plan": [result(shape=shape)], **script})
    steps.bounds = steps.bounds.model_copy(update={"commits": commits})
    return steps


def parts_of(steps: Steps, name: str) -> list[int]:
    return [order.draft.part for order in steps.orders[name]]


@pytest.mark.parametrize("commits", ["one", "each"])
async def test_each_part_is_red_coded_and_clean_before_the_next_begins(env: WorkflowEnvironment, commits: str) -> None:
    steps = in_parts(commits)
    async with started(env, steps) as handle:
        outcome = await handle.result()
        seen = await view(handle)
    assert outcome.kind is OutcomeKind.COMMITTED
    order = [name for name in steps.ran if name in ("define_interfaces", "write_tests", "write_code", "next_part")]
    made = ["define_interfaces", "write_tests", "write_code"]
    assert order == ["define_interfaces", *made, "next_part", *made]
    assert parts_of(steps, "define_interfaces") == [1, 2, 3]
    assert parts_of(steps, "write_tests") == parts_of(steps, "write_code") == [2, 3]
    # the foundation is judged with the part that stands on it, which begins where the foundation began
    first, second = steps.orders["write_tests"]
    assert first.draft.since is None
    assert second.draft.since == steps.orders["next_part"][0].draft.commit
    assert parts_of(steps, "create_commit") == ([3] if commits == "one" else [2, 3])
    assert len(steps.orders["deliver"]) == 1
    assert str(seen.progress) == "part 3 of 3: orders; 5 of 5 operations done"


async def test_a_plan_without_parts_runs_as_it_did(env: WorkflowEnvironment) -> None:
    whole, bare = Steps(draft_plan=[result(shape=PlanShape(operations=2))]), Steps()
    reported: list[str] = []
    for steps in (whole, bare):
        async with started(env, steps) as handle:
            assert (await handle.result()).kind is OutcomeKind.COMMITTED
            reported.append(str((await view(handle)).progress))
    assert whole.ran == bare.ran
    assert parts_of(whole, "create_commit") == [0]
    assert reported == ["2 of 2 operations done", ""]


async def test_rounds_are_a_parts_own_and_the_commit_counts_those_of_all(env: WorkflowEnvironment) -> None:
    steps = in_parts(run_tests=[red("a"), green(), green(), red("b"), green()])
    steps.bounds = steps.bounds.model_copy(update={"max_rounds": 1})
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [order.attempt.number for order in steps.orders["reflect"]] == [1, 1]
    assert steps.orders["create_commit"][0].rounds == 2


async def test_a_question_says_which_part_it_is_about(env: WorkflowEnvironment) -> None:
    def all_green(order: Any) -> CheckResult:
        return CheckResult(draft=order.draft, report=red("green", checker="red"), all_green=True, summary="3 passed")

    steps = in_parts(red=[all_green])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.DECISION)
        (asked,) = (await view(handle)).questions
        await say(handle, question, "stricter")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert asked.text.startswith("Part 2 of 3 (users). Every new test passes")


async def test_operations_are_done_as_their_tests_are_seen_green(env: WorkflowEnvironment) -> None:
    gate = asyncio.Event()

    async def held(order: Any) -> Any:
        await gate.wait()
        return green("run_gates")

    steps = in_parts(run_gates=[green(), held])
    steps.operations_done = [1, 3, 2]
    async with started(env, steps) as handle:
        while (await view(handle)).progress.done < 5:
            await asyncio.sleep(0.01)
        seen = await view(handle)
        gate.set()
        await handle.result()
    assert str(seen.progress) == "part 3 of 3: orders; 5 of 5 operations done"


async def test_a_part_begins_new_conversations(env: WorkflowEnvironment) -> None:
    def done(order: Any) -> ToolsResult:
        return ToolsResult(draft=order.draft.at("c" * 40, D), conversation=D, finished=True, said=f"{order.step} of it")

    steps = in_parts(use_tools=[done] * 6)
    async with started(env, steps) as handle:
        await handle.result()
    # tests go on with what the same part's interfaces said; a part's interfaces with nothing
    assert [order.before for order in steps.orders["define_interfaces"]] == [None] * 3
    assert [order.before is not None for order in steps.orders["write_tests"]] == [True, True]
    assert steps.orders["next_part"][0].said == "write_code of it"


@pytest.mark.server
@pytest.mark.parametrize("commits", ["one", "each"])
@pytest.mark.parametrize("most_events", [14, 31])
async def test_parts_that_are_continued_anywhere_do_each_thing_once(
    server: Client, commits: str, most_events: int
) -> None:
    reported = []
    for limit in (None, most_events):
        steps = in_parts(commits, run_tests=[red("a"), green(), green(), red("b"), green()])
        async with started(server, steps, most_events=limit) as handle:
            outcome = await asyncio.wait_for(handle.result(), 60)
            seen = await view(handle)
            assert limit is None or seen.run > 4
            await replay(*await runs(server, handle))
        reported.append(
            (steps.ran, outcome.kind, str(seen.progress), [o.rounds for o in steps.orders["create_commit"]])
        )
    assert reported[0] == reported[1]


@pytest.mark.server
async def test_many_parts_travel_within_the_bound(server: Client) -> None:
    wide = "\N{GRINNING FACE}" * 15
    parts = tuple(PartShape(title=wide, operations=9) for _ in range(12))
    steps = in_parts(shape=PlanShape(operations=108, parts=parts))
    async with started(server, steps, most_events=60) as handle:
        outcome = await asyncio.wait_for(handle.result(), 120)
        histories = await runs(server, handle)
    assert outcome.kind is OutcomeKind.COMMITTED and len(steps.orders["next_part"]) == 11
    ends = [history["events"][-1].get("workflowExecutionContinuedAsNewEventAttributes") for history in histories]
    travelled = [3 * len(payload["data"]) // 4 for end in ends if end for payload in end["input"]["payloads"]]
    # a plan of forty parts, the most that there may be, adds 300 bytes for each
    assert len(travelled) > 4 and max(travelled) < MOST_BYTES - 28 * 300
