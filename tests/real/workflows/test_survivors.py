"""Changes of the new code that no test notices: the tests are gone back to once."""

from temporalio.testing import WorkflowEnvironment

from activities.messages import ToolsInput, ToolsResult
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.mutants import CHECKER, MutantCounts
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from tests.support.played import say, started, view, waits
from tests.support.scripted_steps import D, Steps, digest, green

UNNOTICED = digest(5)


def seen(survived: int, *, needed: bool = False) -> Report:
    counts = MutantCounts(
        made=5, killed=5 - survived, survived=survived, untried=0, result=D, survivors=UNNOTICED if survived else None
    )
    findings = (Finding(check=CHECKER, path="a.py", line=1, message="untold returns a constant"),) if needed else ()
    status = ReportStatus.FAILED if needed else ReportStatus.PASSED
    return Report(checker=CHECKER, status=status, findings=findings, total=len(findings), whole=D, mutants=counts)


def unchanged(order: ToolsInput) -> ToolsResult:
    return ToolsResult(draft=order.draft, conversation=D, finished=True, said="they alter nothing", same_key="k")


async def test_survivors_send_the_tests_back_once_and_everything_is_checked_again(env: WorkflowEnvironment) -> None:
    steps = Steps(check_mutants=[seen(2), green(CHECKER), seen(1)])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [order.reports for order in steps.orders["write_tests"]] == [(), (UNNOTICED,)]
    assert [order.mode for order in steps.orders["check_mutants"]] == ["changed", "survivors", "changed"]
    assert steps.orders["check_mutants"][1].before == D
    assert [order.mode for order in steps.orders["run_tests"]] == ["focused", "whole", "focused", "whole"]
    (order,) = steps.orders["create_commit"]
    assert next(report.mutants for report in order.reports if report.mutants).survived == 1
    assert "reflect" not in steps.ran


async def test_where_no_test_is_written_nothing_is_checked_again_and_a_warning_says_why(
    env: WorkflowEnvironment,
) -> None:
    steps = Steps(check_mutants=[seen(2)])
    made = steps.script.setdefault("use_tools", [])

    def written(order: ToolsInput) -> ToolsResult:
        if any(one == UNNOTICED for one in order.reports):
            return unchanged(order)
        steps.script["use_tools"].append(written)
        draft = steps._moved(order.draft)
        return ToolsResult(draft=draft, conversation=D, finished=True, same_key=draft.commit)

    made.append(written)
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    assert [order.mode for order in steps.orders["check_mutants"]] == ["changed"]
    assert any("no test notices 2 deliberate changes" in text and "they alter nothing" in text for text in warnings)


async def test_tests_that_notice_nothing_are_left_out_of_the_draft(env: WorkflowEnvironment) -> None:
    refused = Report(checker=CHECKER, status=ReportStatus.FAILED, summary="no test notices one of the changes")
    steps = Steps(check_mutants=[seen(2), refused])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        warnings = (await view(handle)).warnings
    assert any("dropped: no test notices one of the changes" in text for text in warnings)
    (order,) = steps.orders["create_commit"]
    assert order.draft == steps.orders["check_mutants"][0].draft


async def test_a_function_that_nothing_needs_goes_the_way_of_a_failing_gate(env: WorkflowEnvironment) -> None:
    steps = Steps(check_mutants=[seen(2, needed=True), green(CHECKER), seen(1, needed=True), seen(0)])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("reflect") == steps.ran.count("fix_code") == 1
    assert len(steps.orders["write_tests"]) == 2


async def test_where_it_stays_so_the_architect_is_asked(env: WorkflowEnvironment) -> None:
    steps = Steps(check_mutants=[seen(2, needed=True), green(CHECKER), *(seen(1, needed=True) for _ in range(3))])
    async with started(env, steps) as handle:
        question = await waits(handle, QuestionKind.STUCK)
        await say(handle, question, "abandon")
        assert (await handle.result()).kind is OutcomeKind.EXHAUSTED
