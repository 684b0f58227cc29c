"""The tests and lint of a workspace's base commit: an earlier task's run where it is the same, else one made now."""

import time
from collections.abc import Iterator

from aurora.domain.workspace import Baseline, Workspace
from aurora.ports import Box
from aurora.survey import any_code
from aurora.survey.kept_baselines import KeptBaselines, key_of
from aurora.toolchains import registry
from aurora.toolchains.runs import baseline, baseline_errors
from aurora.tools.hidden_files import Hiding


async def found_or_taken(workspace: Workspace, box: Box, kept: KeptBaselines | None) -> Baseline:
    """`box`: at the base commit. No run with a service beside it is used again: it keeps state that nobody compares."""
    settings = workspace.settings
    if kept is None or settings.sandbox.services:
        return await _taken(workspace, box)
    key = await key_of(box, workspace.base, workspace.image, workspace.toolchain, settings)
    if found := await kept.find(key):
        return found
    taken = await _taken(workspace, box)
    await kept.keep(key, taken)
    return taken


def said(taken: Baseline) -> Iterator[str]:
    """The note for whoever handed the task in."""
    for doubt in (taken.error, taken.remark, baseline_errors.flaky(taken.flaky)):
        if doubt:
            yield f"the tests of the base commit: {doubt}"
    if taken.kept:
        yield f"the tests of the base commit were not run anew: {taken.run} from an earlier task"


async def _taken(workspace: Workspace, box: Box) -> Baseline:
    reruns = workspace.settings.flaky.reruns
    begun = await any_code.found(box, workspace.toolchain)
    taken = await baseline.taken(registry.tools(workspace), box, registry.languages(), reruns, workspace, begun)
    if hiding := await Hiding.of(box, workspace):
        words = {name: getattr(taken, name) for name in ("why_invalid", "error", "words", "remark")}
        masked = {name: await hiding.text(box, text) for name, text in words.items() if text}
        proposals = tuple([m for m in taken.proposals if await hiding.text(box, m.setting) == m.setting])
        taken = taken.model_copy(update={**masked, "mends": proposals})
    return taken.model_copy(update={"taken_at": int(time.time())})
