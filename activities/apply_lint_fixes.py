"""apply_lint_fixes: what the linter and the formatter can fix by themselves, without a model."""

from dataclasses import dataclass

from temporalio import activity

from activities.checks.project_tools import ProjectTools, changed_paths
from activities.messages import CheckInput, FixResult
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.steps import Step
from aurora.errors import ToolRefusal
from aurora.ports import ArtifactStore, Sandbox
from aurora.stored_values import fetch, workspace_of
from aurora.text import clip, counted


@dataclass(frozen=True)
class ApplyLintFixesActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def apply_lint_fixes(self, order: CheckInput) -> FixResult:
        """Frozen tests are left as they are: they were clean when they were frozen."""
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests) if order.draft.frozen else None
        tools = ProjectTools(artifacts, workspace, Step.APPLY_LINT_FIXES)
        async with self.sandbox.open(order.draft, workspace) as box:
            paths = await changed_paths(box, workspace.base)
            if order.mode == "new_tests":
                paths = [path for path in paths if tools.is_test(path)]
            paths = [path for path in paths if frozen is None or path not in frozen.protected]
            await tools.fix(box, paths)
            try:
                draft, foreign = await tools.sealed(box, "apply_lint_fixes", paths)
            except ToolRefusal as refusal:
                # the findings stand, and the next to see them is the model
                return FixResult(draft=order.draft, summary=clip(f"nothing could be kept: {refusal}"))
        changed = draft.commit != order.draft.commit
        said = f"{'fixed' if changed else 'nothing to fix in'} {counted(len(paths), 'file')}"
        if foreign:
            said += f"; undone what a formatter wrote beside them: {', '.join(foreign[:5])}"
        return FixResult(draft=draft, summary=clip(said))
