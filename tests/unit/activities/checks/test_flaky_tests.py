"""Red tests that turn green when they are run again: of the project, of the task, at the base, and too many of them."""

from collections.abc import Mapping
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.messages import CheckInput, CheckResult
from aurora.domain.findings import ReportStatus, TestCounts
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.workspace import Baseline
from aurora.settings.repository import BackendSettings, FlakySettings
from aurora.stored_values import keep
from aurora.toolchains import registry
from aurora.toolchains.runs import baseline
from tests.support.chancy_sandbox import ChancySandbox
from tests.support.desk_of_one import table
from tests.support.memory_box import MemoryBox
from tests.support.workspaces import workspace

OLD, NEW = "tests/test_old.py", "tests/test_new.py"
MANY = tuple(f"{OLD}::test_{n}" for n in range(40))


async def seen(
    outcomes: Mapping[str, str],
    *,
    mode: Any = "whole",
    base: Baseline | None = None,
    frozen: tuple[str, ...] = (),
    reruns: int = 1,
) -> tuple[CheckResult, ChancySandbox]:
    sandbox = ChancySandbox(outcomes, changed=[NEW])
    green = tuple(test_id for test_id in outcomes if test_id.startswith(OLD))
    known = base or Baseline(counts=TestCounts(), red=(), green=green, lint=())
    async with table() as at:
        settings = BackendSettings(flaky=FlakySettings(reruns=reruns))
        space = workspace(settings=settings).model_copy(update={"baseline": known, "listing": await at.kept().put(b"")})
        draft = (await at.draft()).model_copy(update={"workspace": await keep(at.kept(), space)})
        if frozen:
            record = FrozenTests(files={NEW: "0" * 64}, test_ids=frozen, red=frozen)
            draft = draft.frozen_as(await keep(at.kept(), record))
        tester = run_tests.RunTestsActivity(at.artifacts, sandbox)
        order = CheckInput(draft=draft, mode=mode)
        result: CheckResult = await ActivityEnvironment().run(tester.run_tests, order)
        return result, sandbox


async def test_a_test_of_the_project_that_is_red_by_chance_is_named_and_no_finding() -> None:
    result, sandbox = await seen({f"{OLD}::test_a": "FP", f"{OLD}::test_b": "P"})
    assert result.report.passed and not result.report.findings
    assert result.report.flaky == (f"{OLD}::test_a",) and "flaky" in result.report.summary
    assert (result.report.counts.passed, result.report.counts.failed, result.report.counts.flaky) == (1, 0, 1)
    assert sandbox.selections == [(), (f"{OLD}::test_a",)], "only the red one ran again"


async def test_a_test_that_the_change_broke_is_red_both_times_and_a_finding() -> None:
    result, sandbox = await seen({f"{OLD}::test_a": "F", f"{OLD}::test_b": "FP"})
    assert [f.test_id for f in result.report.findings] == [f"{OLD}::test_a"]
    assert result.report.status is ReportStatus.FAILED and len(sandbox.selections) == 2


@pytest.mark.parametrize(("reruns", "asked"), [(0, 1), (1, 2), (3, 4)])
async def test_the_setting_says_how_often_it_is_tried(reruns: int, asked: int) -> None:
    result, sandbox = await seen({f"{OLD}::test_a": "F"}, reruns=reruns)
    assert not result.report.passed and len(sandbox.selections) == asked


async def test_a_frozen_test_is_never_excused() -> None:
    mine = f"{NEW}::test_it"
    result, _ = await seen({mine: "FP", f"{OLD}::test_a": "P"}, frozen=(mine,))
    assert [f.test_id for f in result.report.findings] == [mine] and not result.report.flaky
    assert "not deterministic" in result.report.findings[0].message


async def test_a_frozen_test_that_is_red_while_code_is_written_is_not_run_again() -> None:
    mine = f"{NEW}::test_it"
    result, sandbox = await seen({mine: "FP"}, mode="focused", frozen=(mine,))
    assert not result.report.passed and len(sandbox.selections) == 1


async def test_many_tests_that_are_red_at_once_are_not_red_by_chance() -> None:
    result, sandbox = await seen(dict.fromkeys(MANY, "FP"))
    assert result.report.total == len(MANY) and len(sandbox.selections) == 1


async def test_a_test_that_the_base_commit_does_not_have_green_is_not_excused() -> None:
    base = Baseline(counts=TestCounts(), red=(), green=(f"{OLD}::test_b",), lint=())
    result, _ = await seen({f"{OLD}::test_a": "FP", f"{OLD}::test_b": "P"}, base=base)
    assert [f.test_id for f in result.report.findings] == [f"{OLD}::test_a"]


async def test_what_was_flaky_at_the_base_is_told_and_no_finding() -> None:
    base = Baseline(counts=TestCounts(), red=(), green=(f"{OLD}::test_b",), flaky=(f"{OLD}::test_a",), lint=())
    result, sandbox = await seen({f"{OLD}::test_a": "F", f"{OLD}::test_b": "P"}, base=base)
    assert result.report.passed and result.report.flaky == (f"{OLD}::test_a",) and len(sandbox.selections) == 1


async def test_the_base_run_tells_flaky_tests_from_red_and_green_ones() -> None:
    sandbox = ChancySandbox({f"{OLD}::test_a": "FP", f"{OLD}::test_b": "F", f"{OLD}::test_c": "P"})
    async with sandbox.open(None, workspace()) as box:  # type: ignore[arg-type]  # nothing of the draft is asked
        taken = await baseline.taken(registry.tools(workspace()), box, registry.languages(), 1)
    assert (taken.flaky, taken.red, taken.green) == ((f"{OLD}::test_a",), (f"{OLD}::test_b",), (f"{OLD}::test_c",))
    assert str(taken.counts) == "1 passed, 1 failed, 1 flaky"
    assert isinstance(box, MemoryBox) and sandbox.selections[1] == (f"{OLD}::test_a", f"{OLD}::test_b")


@pytest.mark.parametrize(("outcomes", "said"), [("FP", "red in one run and green"), ("PF", "green in one run and red")])
async def test_a_new_test_that_does_not_come_out_alike_is_not_frozen(outcomes: str, said: str) -> None:
    result, _ = await seen({f"{NEW}::test_a": outcomes, f"{NEW}::test_b": "F"}, mode="red")
    assert [f.test_id for f in result.report.findings] == [f"{NEW}::test_a"]
    assert said in result.report.findings[0].message and result.draft.frozen is None


async def test_new_tests_that_come_out_alike_are_frozen() -> None:
    result, sandbox = await seen({f"{NEW}::test_a": "F", f"{NEW}::test_b": "P"}, mode="red")
    assert result.report.passed and result.draft.frozen is not None and sandbox.selections == [(NEW,), (NEW,)]


async def test_a_base_commit_with_many_red_tests_is_not_run_again() -> None:
    sandbox = ChancySandbox({**dict.fromkeys(MANY, "FP"), f"{OLD}::test_green": "P"})
    async with sandbox.open(None, workspace()) as box:  # type: ignore[arg-type]  # nothing of the draft is asked
        taken = await baseline.taken(registry.tools(workspace()), box, registry.languages(), 1)
    assert not taken.flaky and set(taken.red) == set(MANY) and len(sandbox.selections) == 1
