"""Green runs of a tree, kept by all that decides them: what was seen to pass need not be run again at once.

The coder's last run is most often of the tree that is judged next, by the same judge in the same image. Only green runs
are taken from here, and only where a round looks at the touched tests: red ones run again, to tell chance from fact,
and the whole suite always runs.
"""

import hashlib
from collections.abc import Sequence

from activities.turns.conversation import canonical
from aurora.domain.runs import ExecEnd, TestRun
from aurora.domain.task import Draft
from aurora.ports import Box, TaskArtifacts

PREFIX = "judged/"
SEEN = "from an earlier run of the same code"


async def note(artifacts: TaskArtifacts, box: Box, draft: Draft, selection: Sequence[str], run: TestRun) -> None:
    """Keep what ran on the tree of `draft`, which the box holds unchanged."""
    if _is_green(run) and (tree := await _tree(box)):
        await artifacts.create(_name(draft, tree, selection), run.model_dump_json().encode())


async def green_run(artifacts: TaskArtifacts, box: Box, draft: Draft, selection: Sequence[str]) -> TestRun | None:
    """A green run of these tests, or of the whole suite, on the tree of `draft`; None where there was none."""
    tree = await _tree(box)
    for ran in (selection, ()):
        if tree and (kept := await artifacts.read(_name(draft, tree, ran))) is not None:
            return TestRun.model_validate_json(kept)
    return None


def _is_green(run: TestRun) -> bool:
    return run.valid and run.end is ExecEnd.EXITED and run.exit_code == 0 and bool(run.cases) and not run.red


async def _tree(box: Box) -> str:
    """The tree's own name, which its commit's message does not change."""
    run = await box.execute(["git", "rev-parse", "--verify", "HEAD^{tree}"])
    return run.stdout.strip() if run.exit_code == 0 else ""


def _name(draft: Draft, tree: str, selection: Sequence[str]) -> str:
    """The workspace names image, settings and baseline; the frozen tests name what no run may write to."""
    decides = [tree, draft.workspace, draft.frozen, sorted(selection)]
    return f"{PREFIX}{hashlib.sha256(canonical(decides)).hexdigest()}.json"
