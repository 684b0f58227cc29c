"""A step that has nothing to do is not visited, and steps that share a conversation hand it on."""

from typing import Any

from temporalio.testing import WorkflowEnvironment

from activities.messages import CheckResult
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionDraft, QuestionKind
from tests.support.played import say, started, waits
from tests.support.scripted_steps import Steps, digest, red, result

PLAN = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))


async def test_a_plan_that_came_with_the_context_is_not_drafted_again(env: WorkflowEnvironment) -> None:
    steps = Steps(check_context=[result(ahead=digest(7))])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert "draft_plan" not in steps.ran
    assert steps.orders["define_interfaces"][0].draft.plan == digest(7)


async def test_a_plan_that_came_with_the_context_is_approved_and_sent_back_like_any_other(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(check_context=[result(ahead=digest(7), questions=(PLAN,))], draft_plan=[result(8)])
    async with started(env, steps) as handle:
        await say(handle, await waits(handle, QuestionKind.PLAN), "smaller")
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    (again,) = steps.orders["draft_plan"]
    assert again.advice == "The last plan was sent back: smaller" and again.draft.plan == digest(7)
    assert steps.orders["define_interfaces"][0].draft.plan == digest(8)


async def test_a_plan_that_gains_no_symbol_has_no_interfaces_to_define(env: WorkflowEnvironment) -> None:
    steps = Steps(draft_plan=[result(without_interfaces=True)])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert "define_interfaces" not in steps.ran and "check_interfaces" not in steps.ran
    (order,) = steps.orders["red"]
    assert order.stubs.commit == steps.orders["write_tests"][0].draft.commit


async def test_tests_that_lack_an_interface_after_all_have_it_defined(env: WorkflowEnvironment) -> None:
    def lacking(order: Any) -> CheckResult:
        return CheckResult(draft=order.draft, report=red("no module app.users", checker="red"), summary="1 wrong")

    steps = Steps(draft_plan=[result(without_interfaces=True)], red=[lacking])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    boxes = [name for name in steps.ran if name in ("write_tests", "define_interfaces", "check_interfaces", "red")]
    assert boxes == ["write_tests", "red", "define_interfaces", "check_interfaces", "write_tests", "red"]
    (defining,) = steps.orders["define_interfaces"]
    assert defining.reports == steps.orders["write_tests"][1].reports != ()
    assert steps.orders["red"][1].stubs.commit != steps.orders["red"][0].stubs.commit


async def test_each_step_goes_on_with_what_the_one_before_it_read_and_the_coder_begins_anew(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(run_tests=[red("test_a")])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    names = ("check_context", "draft_plan", "define_interfaces", "write_tests", "write_code", "reflect", "fix_code")
    before = {name: past.step.value if (past := steps.orders[name][0].before) else None for name in names}
    assert before == {
        "check_context": None, "draft_plan": "check_context", "define_interfaces": "draft_plan",
        "write_tests": "define_interfaces", "write_code": None, "reflect": None, "fix_code": "write_code",
    }  # fmt: skip
