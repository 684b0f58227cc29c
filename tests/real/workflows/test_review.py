"""The review before the commit: once a task, its findings the way of a failing gate, and never in a task's way."""

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.messages import ToolsInput, ToolsResult
from aurora.domain.findings import Report, ReportStatus
from aurora.domain.mutants import CHECKER, MutantCounts
from aurora.domain.outcome import OutcomeKind
from tests.support.played import started, view
from tests.support.scripted_steps import D, Steps, digest, green, red, result, tools
from tests.support.seeds import BOUNDS
from workflows.review import MOST_TURNS


def reviewing(mode: str = "on", microdollars: int = BOUNDS.microdollars, **script: object) -> Steps:
    steps = Steps(**script)  # type: ignore[arg-type]
    steps.bounds = BOUNDS.model_copy(update={"review": mode, "microdollars": microdollars})
    return steps


async def test_its_findings_go_back_to_the_coder_once(env: WorkflowEnvironment) -> None:
    found = red("Nobody asked for notify.", checker="review")
    steps = reviewing(review=[result(report=found)])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [name for name in steps.ran if name in ("review", "reflect", "fix_code")] == [
        "review",
        "reflect",
        "fix_code",
    ]
    (reflecting,) = steps.orders["reflect"]
    assert reflecting.reports == (found.whole,)
    (commit,) = steps.orders["create_commit"]
    (reported,) = [report for report in commit.reports if report.checker == "review"]
    assert (reported.status, reported.summary) == (ReportStatus.PASSED, "red; sent back to the coder once")


async def test_it_sees_the_reports_of_the_checks_and_its_own_is_evidence(env: WorkflowEnvironment) -> None:
    steps = reviewing(review=[result(report=green("review"))])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("reflect") == 0
    (commit,) = steps.orders["create_commit"]
    assert [report.checker for report in commit.reports].count("review") == 1


@pytest.mark.parametrize(
    ("mode", "microdollars"), [("off", 10_000_000), ("auto", 1_900_000)], ids=["turned off", "a small budget"]
)
async def test_it_is_left_out(env: WorkflowEnvironment, mode: str, microdollars: int) -> None:
    steps = reviewing(mode, microdollars)
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).warnings == ()
    assert "review" not in steps.ran


async def test_it_is_on_where_the_budget_is_an_ordinary_one(env: WorkflowEnvironment) -> None:
    steps = reviewing("auto", review=[result(report=green("review"))])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert steps.ran.count("review") == 1


async def test_a_review_that_comes_to_no_end_asks_nobody(env: WorkflowEnvironment) -> None:
    def read(order: ToolsInput) -> ToolsResult:
        finished = order.step != "review"
        return ToolsResult(draft=order.draft, conversation=D, finished=finished, same_key=f"{order.step}{order.turn}")

    steps = reviewing(review=[tools()] * (MOST_TURNS + 1), use_tools=[read] * 20)
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        assert (await view(handle)).warnings == (
            f"no review before the commit: no result: {MOST_TURNS} turns are used",
        )
    assert steps.ran.count("review") == MOST_TURNS


async def test_a_bound_that_is_reached_in_the_review_asks_nobody(env: WorkflowEnvironment) -> None:
    full = tools().model_copy(update={"stop": "out_of_budget", "summary": "the next call would not fit"})
    steps = reviewing(review=[full])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
        (warning,) = (await view(handle)).warnings
    assert "the next call would not fit" in warning


def survivors() -> Report:
    counts = MutantCounts(made=5, killed=4, survived=1, untried=0, result=D, survivors=digest(5))
    return Report(checker=CHECKER, status=ReportStatus.PASSED, whole=D, mutants=counts)


async def test_it_comes_after_the_tests_were_sent_back_for_what_they_do_not_notice(env: WorkflowEnvironment) -> None:
    steps = reviewing(review=[result(report=green("review"))], check_mutants=[survivors(), green(CHECKER), survivors()])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [name for name in steps.ran if name in ("check_mutants", "review")] == ["check_mutants"] * 3 + ["review"]
    (commit,) = steps.orders["create_commit"]
    (reviewed,) = steps.orders["review"]
    assert reviewed.draft == commit.draft, "the last tests are seen"


async def test_it_comes_where_no_further_test_was_kept(env: WorkflowEnvironment) -> None:
    refused = Report(checker=CHECKER, status=ReportStatus.FAILED, summary="no test notices one of the changes")
    steps = reviewing(review=[result(report=green("review"))], check_mutants=[survivors(), refused])
    async with started(env, steps) as handle:
        assert (await handle.result()).kind is OutcomeKind.COMMITTED
    assert [name for name in steps.ran if name in ("check_mutants", "review")] == ["check_mutants"] * 2 + ["review"]
    (commit,) = steps.orders["create_commit"]
    assert [report.checker for report in commit.reports].count("review") == 1
