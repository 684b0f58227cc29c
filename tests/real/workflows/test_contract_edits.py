"""A check that asks whether a change of the contract is meant waits for the answer and judges again with it."""

from temporalio.testing import WorkflowEnvironment

from activities.messages import CheckInput, CheckResult
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from tests.support.played import say, started, waits
from tests.support.scripted_steps import Steps, green, red

QUESTION = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="It breaks.", options=("keep the old one", "abandon"))


def asks(order: CheckInput) -> CheckResult:
    return CheckResult(draft=order.draft, report=green(), question=QUESTION)


async def test_the_gates_are_asked_again_with_what_was_said_and_the_answer_stays_in_the_draft(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(run_gates=[asks, red("keep it", checker="gates"), green("gates")])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.MISSING_SPEC), "keep the old one")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.answers() == ["keep the old one"]
    assert len(steps.orders["run_gates"]) == 3 and len(steps.orders["reflect"]) == 1
    assert [order.draft.answers is None for order in steps.orders["run_gates"]] == [True, False, False]


async def test_interfaces_that_change_the_contract_are_asked_about_before_any_test_is_written(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(check_interfaces=[asks])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.MISSING_SPEC)
        assert "write_tests" not in steps.ran
        await say(handle, question, "accept the changes")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert len(steps.orders["check_interfaces"]) == 2


async def test_a_task_may_be_abandoned_over_it(env: WorkflowEnvironment) -> None:
    steps = Steps(run_gates=[asks])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.MISSING_SPEC), "abandon")
        assert (await handle.result()).kind is OutcomeKind.ABANDONED
