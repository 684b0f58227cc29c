"""open_workspace: the base as an artifact, aurora.yaml at that commit, the dependency image, the baseline."""

from dataclasses import dataclass

from temporalio import activity

from activities.messages import Bounds, OpenedWorkspace, OpenWorkspaceResult
from aurora.domain.questions import GO_ON_WITHOUT, TRY_AGAIN, QuestionDraft, QuestionKind
from aurora.domain.task import Draft, Task, Uploaded
from aurora.domain.workspace import Baseline, DependencyImage, Toolchain, Workspace
from aurora.errors import EndedBefore, ImageBuildFailed
from aurora.ports import ArtifactStore, Repositories, Sandbox, TaskArtifacts
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings, seconds
from aurora.stored_values import keep, record_of
from aurora.survey.kept_baselines import KeptBaselines
from aurora.survey.survey import Survey
from aurora.text import fit

MOST_WARNINGS = 30
DAY = 86_400


@dataclass(frozen=True)
class WorkspaceOpener:
    artifacts: ArtifactStore
    sandbox: Sandbox
    repositories: Repositories
    policy: Policy
    base_run_days: float = 0
    """How long the base run of an earlier task may be used; 0: not at all."""

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
        draft = Draft(task=task.ref, workspace=pack, base=base, base_pack=pack, commit=base)

        kept = KeptBaselines(self.artifacts.shared(task.tenant), self.base_run_days * DAY)
        survey = Survey(task, draft, artifacts, self.sandbox, self.policy, kept)
        found = await survey.look()
        try:
            image = await survey.build(found)
        except ImageBuildFailed as failure:
            return OpenWorkspaceResult(
                opened=None,
                questions=(_build_question(failure),),
                architect=found.settings.architect,
                summary="dependencies do not install",
            )
        workspace = await survey.measure(found, image)
        draft = draft.model_copy(update={"workspace": await keep(artifacts, workspace)})
        return OpenWorkspaceResult(
            opened=OpenedWorkspace(
                draft=draft,
                bounds=_bounds(found.settings, self.policy),
                repository=fit(task.source.label, 120),
                warnings=tuple(fit(w, 400) for w in workspace.warnings[:MOST_WARNINGS]),
                summary=_summary(workspace, image),
            ),
            questions=(_baseline_question(workspace.baseline),) if workspace.baseline.error else (),
            summary=_summary(workspace, image),
        )

    async def _base(self, artifacts: TaskArtifacts, task: Task) -> tuple[str, str]:
        if isinstance(task.source, Uploaded):
            return task.source.base, task.source.pack
        commit, pack = await self.repositories.fetch_base(task.source.url, task.source.ref)
        return commit, await artifacts.put(pack)


def _build_question(failure: ImageBuildFailed) -> QuestionDraft:
    return QuestionDraft(
        kind=QuestionKind.DEPENDENCY,
        text=fit(f"{fit(str(failure), 1_000)}\n\nThe log ends:\n{failure.log_tail[-2500:]}", 4_000),
        options=(TRY_AGAIN, "abandon"),
        assumed="nothing: without its dependencies the project can't be tested",
    )


def _baseline_question(baseline: Baseline) -> QuestionDraft:
    """Asked before a model is called: work that nothing is held against may not be worth its money.

    Where most of the suite works, whoever lets silence decide may let it decide this, too."""
    works = bool(baseline.green) and not baseline.why_invalid
    said = f"The runner's own words:\n{baseline.words}" if baseline.words else "The runner printed nothing."
    without = {
        True: f"{GO_ON_WITHOUT}: what does not load stays listed as red at the base commit, the rest judges the work",
        False: f"{GO_ON_WITHOUT}: the new tests judge the work, with whatever of the others runs",
    }[works]
    if baseline.why_invalid:
        without = f"{GO_ON_WITHOUT}: the new tests alone judge the work, the project's others are left out"
    head = (
        f"The tests of the base commit are {'only part of a' if works else 'no'} baseline: "
        f"{fit(baseline.error, 1_000)}\n\n"
        f"`{TRY_AGAIN}` once what they need is there; for another base commit or other settings `abandon`, and hand "
        f"the task in anew; or `{without.replace(':', '`:', 1)}."
    )
    return QuestionDraft(
        kind=QuestionKind.DECISION if works else QuestionKind.DEPENDENCY,
        text=fit(f"{head}\n\n{said}", 4_000),
        options=(GO_ON_WITHOUT, TRY_AGAIN, "abandon") if works else (TRY_AGAIN, GO_ON_WITHOUT, "abandon"),
        assumed=without if works else "nothing: no model is called before this is answered",
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
