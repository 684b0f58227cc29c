"""A green run counts on for exactly its tree, its tests, its workspace and its frozen tests; nothing else does."""

from collections.abc import Sequence

import pytest

from activities.checks import judged_trees
from aurora.domain import runs
from aurora.domain.findings import TestCounts
from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft
from aurora.ports import Execution
from tests.support.memory_artifacts import MemoryArtifacts, MemoryTaskArtifacts
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

OTHER = "sha256:" + "9" * 64
MINE = ("tests/test_a.py", "tests/test_b.py")


class BoxOfATree(MemoryBox):
    """With a tree that git can name."""

    tree = "1" * 40

    async def execute(self, argv: Sequence[str], *, cwd: str = "", seconds: int = 120, stdin: bytes = b"") -> Execution:
        if argv[:2] == ["git", "rev-parse"]:
            return Execution(end=ExecEnd.EXITED, exit_code=0, stdout=f"{self.tree}\n", stderr="")
        return await super().execute(argv, cwd=cwd, seconds=seconds, stdin=stdin)


def draft(**more: str) -> Draft:
    given = Draft(task=workspace().task.ref, workspace=DIGEST, base=SHA, base_pack=DIGEST, commit=SHA)
    return given.model_copy(update=more)


def run(outcome: runs.TestOutcome = runs.TestOutcome.PASSED, **more: object) -> runs.TestRun:
    cases = (runs.TestCase(test_id="tests/test_a.py::test_a", outcome=outcome),)
    made = runs.TestRun(cases=cases, counts=TestCounts(passed=1), end=ExecEnd.EXITED, exit_code=0, output="")
    return made.model_copy(update=more)


@pytest.fixture
def kept() -> MemoryTaskArtifacts:
    return MemoryArtifacts().of(workspace().task.ref)


@pytest.fixture
def box() -> BoxOfATree:
    return BoxOfATree(MemorySandbox(), draft())


async def test_a_green_run_of_the_same_tests_is_found_whatever_their_order(
    kept: MemoryTaskArtifacts, box: BoxOfATree
) -> None:
    await judged_trees.note(kept, box, draft(), MINE, run())
    assert await judged_trees.green_run(kept, box, draft(commit="c" * 40), MINE[::-1]) == run()


async def test_a_green_run_of_the_whole_suite_speaks_for_a_part(kept: MemoryTaskArtifacts, box: BoxOfATree) -> None:
    await judged_trees.note(kept, box, draft(), (), run())
    assert await judged_trees.green_run(kept, box, draft(), MINE) == run()


@pytest.mark.parametrize("changed", [{"workspace": OTHER}, {"frozen": OTHER}])
async def test_another_workspace_or_other_frozen_tests_run_anew(
    kept: MemoryTaskArtifacts, box: BoxOfATree, changed: dict[str, str]
) -> None:
    await judged_trees.note(kept, box, draft(), MINE, run())
    assert await judged_trees.green_run(kept, box, draft(**changed), MINE) is None


async def test_another_tree_and_other_tests_run_anew(kept: MemoryTaskArtifacts, box: BoxOfATree) -> None:
    await judged_trees.note(kept, box, draft(), MINE, run())
    assert await judged_trees.green_run(kept, box, draft(), (*MINE, "tests/test_c.py")) is None
    box.tree = "2" * 40
    assert await judged_trees.green_run(kept, box, draft(), MINE) is None


@pytest.mark.parametrize(
    "red",
    [
        pytest.param(run(runs.TestOutcome.FAILED), id="red"),
        pytest.param(run(valid=False), id="not to be trusted"),
        pytest.param(run(cases=()), id="no test"),
        pytest.param(run(end=ExecEnd.OUT_OF_TIME), id="out of time"),
        pytest.param(run(exit_code=3), id="another exit code"),
    ],
)
async def test_what_is_not_green_is_never_kept(kept: MemoryTaskArtifacts, box: BoxOfATree, red: runs.TestRun) -> None:
    await judged_trees.note(kept, box, draft(), MINE, red)
    assert await judged_trees.green_run(kept, box, draft(), MINE) is None


async def test_a_tree_that_git_can_t_name_keeps_nothing(kept: MemoryTaskArtifacts, box: BoxOfATree) -> None:
    box.tree = ""
    await judged_trees.note(kept, box, draft(), MINE, run())
    assert await judged_trees.green_run(kept, box, draft(), MINE) is None
