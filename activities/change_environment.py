"""change_environment: the dependency image made anew in the middle of a task, because a person allowed it."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import ChangeEnvironmentInput, ChangeEnvironmentResult
from aurora.domain.environment_problem import EnvironmentProblem
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.errors import ImageBuildFailed, Refusal
from aurora.ports import ArtifactStore, Sandbox, TaskArtifacts
from aurora.settings.policy import Policy
from aurora.stored_values import fetch, keep
from aurora.survey import environment_problems, package_adding
from aurora.survey.survey import Survey
from aurora.text import fit


@dataclass(frozen=True)
class ChangeEnvironmentActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox
    policy: Policy

    @activity.defn
    async def change_environment(self, order: ChangeEnvironmentInput) -> ChangeEnvironmentResult:
        artifacts = self.artifacts.of(order.draft.task)
        before = await fetch(artifacts, order.draft.workspace, Workspace)
        task = before.task.model_copy(update={"overrides": order.overrides or before.task.overrides})
        base = Draft(
            task=order.draft.task,
            workspace=order.draft.workspace,
            base=order.draft.base,
            base_pack=order.draft.base_pack,
            commit=order.draft.base,
        )
        survey = Survey(task, base, artifacts, self.sandbox, self.policy)
        if order.packages:
            return await self._added(artifacts, survey, order, before)
        return await self._measured(artifacts, survey, order.draft, before)

    async def _added(
        self, artifacts: TaskArtifacts, survey: Survey, order: ChangeEnvironmentInput, workspace: Workspace
    ) -> ChangeEnvironmentResult:
        what = f"Add {', '.join(order.packages)}"
        message = f"{what}\n\nAllowed by {order.by}." if order.by else what
        try:
            made = await package_adding.added(self.sandbox, survey, order.draft, workspace, order.packages, message)
        except Refusal as refusal:
            return _unchanged(
                order.draft, environment_problems.of_packages(order.packages, f"{refusal.what} {refusal.hint}")
            )
        except ImageBuildFailed as failure:
            return _unchanged(
                order.draft, environment_problems.of_packages(order.packages, str(failure), failure.log_tail)
            )
        draft = made.draft.model_copy(update={"workspace": await keep(artifacts, made.workspace)})
        return ChangeEnvironmentResult(
            draft=draft, changed=made.changed, said=fit(f"{what}: {made.said}", 380), summary=fit(what, 300)
        )

    async def _measured(
        self, artifacts: TaskArtifacts, survey: Survey, draft: Draft, before: Workspace
    ) -> ChangeEnvironmentResult:
        """The base commit surveyed again with what was set: its baseline is what the draft is held against."""
        try:
            found = await package_adding.with_added(self.sandbox, survey, draft, before, await survey.look())
            image = await survey.build(found)
            workspace = await survey.measure(found, image)
        except Refusal as refusal:
            return _unchanged(draft, environment_problems.of_files(refusal))
        except ImageBuildFailed as failure:
            return _unchanged(draft, environment_problems.of_build(failure))
        draft = draft.model_copy(update={"workspace": await keep(artifacts, workspace)})
        said = f"the environment was built again: {image.reference}, baseline {workspace.baseline.counts}"
        return ChangeEnvironmentResult(
            draft=draft,
            trouble=environment_problems.of_baseline(workspace.baseline),
            said=fit(said, 300),
            summary=fit(said, 300),
        )


def _unchanged(draft: Draft, trouble: EnvironmentProblem) -> ChangeEnvironmentResult:
    return ChangeEnvironmentResult(draft=draft, trouble=trouble, summary=fit(trouble.what, 300))
