"""open_workspace: the base as an artifact, aurora.yaml at that commit, the dependency image, the baseline."""

from dataclasses import dataclass

from temporalio import activity

from activities.checks.contract_question import ContractQuestions
from activities.messages import Bounds, OpenedWorkspace, OpenWorkspaceResult
from aurora.domain.environment_problem import EnvironmentProblem, environment_question
from aurora.domain.task import Draft, Task, Uploaded
from aurora.domain.workspace import DependencyImage, Toolchain, Workspace
from aurora.errors import EndedBefore, ImageBuildFailed, Refusal
from aurora.ports import ArtifactStore, Repositories, Sandbox, TaskArtifacts
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings, seconds
from aurora.stored_values import keep, record_of
from aurora.survey import environment_problems
from aurora.survey.kept_baselines import KeptBaselines
from aurora.survey.survey import NoToolchain, Survey
from aurora.text import fit

MOST_WARNINGS = 30
DAY = 86_400


@dataclass(frozen=True)
class OpenWorkspaceActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox
    repositories: Repositories
    policy: Policy
    base_run_days: float = 0
    """The time for which the base run of an earlier task may be used; 0: not at all."""

    @activity.defn
    async def open_workspace(self, task: Task) -> OpenWorkspaceResult:
        """Raises `Refusal` for a repository or settings that can't be worked with; asks where somebody can help.

        Raises `EndedBefore` for a task that has its outcome: Temporal starts one again for whoever kept its start."""
        artifacts = self.artifacts.of(task.ref)
        recorded = await record_of(artifacts)
        if recorded is not None and recorded.outcome is not None:
            said = f"task {task.id!r} has ended ({recorded.outcome.kind}) and is not begun again"
            raise EndedBefore(said, "hand in a new task")
        base, pack = await self._base(artifacts, task)
        parent = task.source.parent if isinstance(task.source, Uploaded) else None
        draft = Draft(task=task.ref, workspace=pack, base=base, base_pack=pack, commit=base, parent=parent)

        kept = KeptBaselines(self.artifacts.shared(task.tenant), self.base_run_days * DAY)
        survey = Survey(task, draft, artifacts, self.sandbox, self.policy, kept)
        try:
            found = await survey.look()
        except NoToolchain as refusal:
            return _unopened(environment_problems.of_files(refusal), refusal.settings, "no toolchain")
        try:
            image = await survey.build(found)
        except ImageBuildFailed as failure:
            return _unopened(environment_problems.of_build(failure), found.settings, "dependencies do not install")
        try:
            workspace = await survey.measure(found, image)
        except Refusal as refusal:
            if not task.overrides:
                raise
            return _unopened(environment_problems.of_files(refusal), found.settings, "what was set can't be")
        draft = draft.model_copy(update={"workspace": await keep(artifacts, workspace)})
        trouble = environment_problems.of_baseline(workspace.baseline)
        shared, kept_for = self.artifacts.shared(task.tenant), self.base_run_days * DAY
        about = await ContractQuestions(artifacts, shared, self.sandbox, kept_for).about(workspace, draft)
        warnings = (*workspace.warnings[:MOST_WARNINGS], *([about.warning] if about.warning else []))
        return OpenWorkspaceResult(
            opened=OpenedWorkspace(
                draft=draft,
                bounds=_bounds(found.settings, self.policy),
                repository=fit(task.source.label, 120),
                warnings=tuple(fit(w, 400) for w in warnings),
                summary=_summary(workspace, image),
            ),
            questions=(environment_question(trouble),) if trouble is not None else (),
            about_contract=about.question,
            summary=_summary(workspace, image),
        )

    async def _base(self, artifacts: TaskArtifacts, task: Task) -> tuple[str, str]:
        if isinstance(task.source, Uploaded):
            return task.source.base, task.source.pack
        commit, pack = await self.repositories.fetch_base(task.source.url, task.source.ref)
        return commit, await artifacts.put(pack)


def _unopened(trouble: EnvironmentProblem, settings: BackendSettings, summary: str) -> OpenWorkspaceResult:
    return OpenWorkspaceResult(
        opened=None, questions=(environment_question(trouble),), architect=settings.architect, summary=summary
    )


def _bounds(settings: BackendSettings, policy: Policy) -> Bounds:
    return Bounds(
        max_rounds=settings.reflexion.max_rounds,
        max_turns=settings.budget.turns,
        turns_per_step=settings.budget.turns_per_step,
        microdollars=microdollars(settings.budget.dollars),
        max_tokens=settings.budget.tokens,
        wall_seconds=seconds(settings.budget.wall_clock),
        idle_seconds=None if settings.budget.idle is None else seconds(settings.budget.idle),
        remind_seconds=seconds(settings.architect.remind),
        most_microdollars=None if policy.max_dollars is None else microdollars(policy.max_dollars),
        architect=settings.architect,
        review=settings.review,
        commits=settings.commits,
    )


def microdollars(dollars: float) -> int:
    """Raises `ValueError` or `OverflowError` for what is no amount: NaN, infinity."""
    return round(dollars * 1_000_000)


def _summary(workspace: Workspace, image: DependencyImage) -> str:
    chain: Toolchain = workspace.toolchain
    return fit(
        f"{workspace.files} files, {chain.language} {image.version_of(chain.language)}, "
        f"{len(image.distributions)} packages, baseline {workspace.baseline.counts}"
        f"{' (' + workspace.baseline.run + ')' if workspace.baseline.kept else ''}",
        300,
    )
