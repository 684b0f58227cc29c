"""The judgement where the Architect said to go on without a baseline, and the last attempt's report to the next."""

from typing import Any

from temporalio.testing import ActivityEnvironment

from activities import run_tests, write_tests
from activities.messages import CheckInput, CheckResult, ToolsInput, ToolsResult, TurnReply
from activities.turns.conversation import append, load
from activities.use_tools import SAID_BYTES, UseToolsActivity
from aurora import ports
from aurora.domain.findings import ReportStatus, TestCounts
from aurora.domain.runs import ExecEnd
from aurora.domain.step_notes import StepNotes
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.domain.workspace import Baseline
from aurora.labelled import unlabelled
from aurora.stored_values import fetch, keep
from tests.support.desk_of_one import Table, table
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import workspace


class Watched(MemorySandbox):
    """Keeps the commands of its tests."""

    def __init__(self, **tree: str) -> None:
        super().__init__(**tree)
        self.commands: list[ports.TestCommand] = []
        reported = [{"t": "begin"}, {"t": "collected", "node": "tests/test_new.py::test_it"}]
        reported += [{"t": "result", "node": "tests/test_new.py::test_it", "when": "whole", "outcome": "passed"}]
        reported += [{"t": "no_sentinels", "message": "none here"}, {"t": "session", "exit": 0}]
        events = tuple({**event, "seq": seq} for seq, event in enumerate(reported))
        self.tests = ports.TestExecution(end=ExecEnd.EXITED, exit_code=0, stdout="", stderr="", events=events)
        self.changed = set(self.tree)

    def open(self, draft: Draft, workspace: Any) -> Any:
        return _Opened(self, draft)


class _Opened:
    def __init__(self, sandbox: Watched, draft: Draft) -> None:
        self.box = _WatchedBox(sandbox, draft)

    async def __aenter__(self) -> MemoryBox:
        return self.box

    async def __aexit__(self, *_: object) -> None: ...


class _WatchedBox(MemoryBox):
    async def run_tests(self, command: ports.TestCommand) -> ports.TestExecution:
        assert isinstance(self.sandbox, Watched)
        self.sandbox.commands.append(command)
        return await super().run_tests(command)


async def with_baseline(at: Table, baseline: Baseline) -> Draft:
    draft = await at.draft()
    space = workspace().model_copy(update={"baseline": baseline, "listing": await at.kept().put(b"app.py")})
    return draft.model_copy(update={"workspace": await keep(at.kept(), space)})


async def judged(at: Table, baseline: Baseline) -> tuple[CheckResult, tuple[str, ...]]:
    sandbox = Watched(tests__test_new="def test_it(): ...\n", tests__test_old="import os\nos._exit(3)\n")
    sandbox.changed = {"tests/test_new.py"}
    order = CheckInput(draft=await with_baseline(at, baseline), mode="whole")
    seen: CheckResult = await ActivityEnvironment().run(
        run_tests.RunTestsActivity(at.artifacts, sandbox).run_tests, order
    )  # type: ignore[arg-type]
    return seen, sandbox.commands[0].argv


async def test_a_suite_that_could_not_be_judged_at_the_base_is_left_out_and_that_is_said() -> None:
    async with table() as at:
        broken = Baseline(
            counts=TestCounts(), red=(), green=("tests/test_old.py::test_a",), lint=(), why_invalid="it died"
        )
        seen, argv = await judged(at, broken)
        assert argv[-1] == "tests/test_new.py"
        assert seen.report.status is ReportStatus.PASSED and run_tests.LEFT_OUT in seen.report.summary


async def test_a_suite_that_was_judged_runs_whole_whatever_was_red_in_it() -> None:
    async with table() as at:
        red = Baseline(
            counts=TestCounts(errors=1), red=("tests/test_old.py",), lint=(), error="1 test file can't be loaded"
        )
        seen, argv = await judged(at, red)
        assert "tests/test_new.py" not in argv
        assert run_tests.LEFT_OUT not in seen.report.summary


# ── what was said with `finish` ──────────────────────────────────────────────────────────────────────────────────


async def finished(at: Table, **given: Any) -> ToolsResult:
    use = {"type": "tool_use", "id": "toolu_1", "name": "finish", "input": given}
    conversation = await append(at.kept(), None, {"role": "assistant", "content": [use]})
    order = ToolsInput(draft=await at.draft(), step=Step.WRITE_TESTS, turn=1, conversation=conversation)
    used: ToolsResult = await ActivityEnvironment().run(
        UseToolsActivity(at.artifacts, MemorySandbox()).use_tools, order
    )
    return used


async def test_what_the_model_says_when_it_finishes_travels_as_its_head() -> None:
    async with table() as at:
        assert (await finished(at, summary="The stubs stand.")).said == "The stubs stand."
        long = (await finished(at, summary="é\x01" * 5_000)).said
        assert long.endswith("…") and len(long.encode()) <= SAID_BYTES and "\x01" not in long
        for odd in (None, 3, ["a"], {"a": 1}):
            assert isinstance((await finished(at, summary=odd)).said, str)


async def test_the_next_attempt_is_told_what_the_last_one_said_as_its_own_words() -> None:
    async with table() as at:
        order = await at.order(step=Step.WRITE_TESTS, last="The clock can't be set.")
        reply: TurnReply = await ActivityEnvironment().run(write_tests.WriteTestsActivity(at.turns).write_tests, order)
        first, *_ = await load(at.kept(), reply.conversation)
        opening = "\n".join(block["text"] for block in first["content"])
        said = "## The last attempt's closing message (its own words, not verified)\n\nThe clock can't be set."
        assert said in unlabelled(opening) and "The Architect's advice" not in opening


async def test_what_a_step_said_when_it_finished_is_kept_for_the_steps_after_it() -> None:
    async with table() as at:
        used = await finished(at, summary="The clock can't be set.")
        assert used.finished and used.draft.notes is not None
        (note,) = (await fetch(at.kept(), used.draft.notes, StepNotes)).notes
        assert (note.step, note.said) == (Step.WRITE_TESTS, "The clock can't be set.")
        assert (await finished(at, summary=" ")).draft.notes is None
