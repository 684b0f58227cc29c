"""Runs of test mutants that end out of time: a machine that got slower is no forgery, and code that hangs in a test
mutant is accepted by nobody."""

from typing import Any

from activities.checks.mutant_runs import with_mutants
from activities.checks.project_tools import ProjectTools
from aurora import ports
from aurora.domain import runs
from aurora.domain.findings import Report, ReportStatus, TestCounts
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

PATHS = ("tests/test_a.py", "tests/test_b.py", "tests/test_c.py")
TEXT = b"def test_one():\n    assert answer() == 4\n"


class SlowBox(MemoryBox):
    """A runner whose time is over after `bound` files, and after any that hangs."""

    def __init__(self, bound: int, hangs: str = "") -> None:
        sandbox = MemorySandbox()
        sandbox.tree = dict.fromkeys(PATHS, TEXT)
        task = workspace().task.ref
        super().__init__(sandbox, Draft(task=task, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA))
        self.bound, self.hangs = bound, hangs
        self.ran: list[tuple[str, ...]] = []

    async def run_tests(self, command: ports.TestCommand) -> ports.TestExecution:
        paths = tuple(word for word in command.argv if word.startswith("tests/"))
        self.ran.append(paths)
        reported: list[dict[str, object]] = [{"t": "begin"}]
        for path in paths[: self.bound]:
            passes = _passes(command.instead[path])
            facts = {"outcome": "passed"} if passes else {"outcome": "failed", "kind": "assertion"}
            node = f"{path}::test_one"
            reported += [{"t": "collected", "node": node}, {"t": "result", "node": node, "when": "whole", **facts}]
        late = len(paths) > self.bound or self.hangs in paths
        reported.append({"t": "no_sentinels", "message": "none here"})
        code = int(any(event.get("outcome") == "failed" for event in reported))
        reported += [] if late else [{"t": "session", "exit": code}]
        events = tuple({**event, "seq": seq} for seq, event in enumerate(reported))
        end = runs.ExecEnd.OUT_OF_TIME if late else runs.ExecEnd.EXITED
        return ports.TestExecution(end=end, exit_code=code, stdout="", stderr="", events=events)


def _passes(text: str) -> bool:
    """Return whether the test of a test mutant does, run for real."""
    module: dict[str, Any] = {"answer": lambda: 4}
    exec(text, module)
    try:
        module["test_one"]()
    except AssertionError:
        return False
    return True


async def judged(box: SlowBox) -> Report:
    tools = ProjectTools(MemoryArtifacts().of(box.draft.task), workspace(), Step.RUN_TESTS)
    ids = tuple(f"{path}::test_one" for path in PATHS)
    frozen = FrozenTests(files=dict.fromkeys(PATHS, "0" * 64), test_ids=ids, red=ids)
    cases = tuple(runs.TestCase(test_id=test_id, outcome=runs.TestOutcome.PASSED) for test_id in ids)
    run = runs.TestRun(cases=cases, counts=TestCounts(), end=runs.ExecEnd.EXITED, exit_code=0, output="")
    green = Report(checker="tests", status=ReportStatus.PASSED, summary="3 passed", total=0)
    return await with_mutants(tools, box, frozen, run, green)


async def test_halves_of_a_twin_run_that_was_late_prove_what_the_whole_could_not() -> None:
    box = SlowBox(bound=1)
    report = await judged(box)
    assert report.passed and "3 frozen tests shown to be able to fail" in report.summary
    a, b, c = PATHS
    assert box.ran[:5] == [(a, b, c), (a,), (b, c), (b,), (c,)]


async def test_a_machine_that_is_quick_enough_runs_each_twin_once() -> None:
    box = SlowBox(bound=3)
    assert (await judged(box)).passed and set(box.ran) == {PATHS}


async def test_a_file_that_is_late_by_itself_is_not_accepted_and_nobody_is_accused() -> None:
    box = SlowBox(bound=3, hangs=PATHS[1])
    report = await judged(box)
    assert report.status is ReportStatus.INVALID and "out of time" in report.summary
    assert box.ran[-1] == (PATHS[1],), "no more is tried once it is known"
    assert "budget.test_seconds" in report.findings[0].hint and "patched runner" not in report.findings[0].hint
