"""open_workspace: the base as an artifact, aurora.yaml at that commit, the dependency image, the baseline."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio import activity

from activities.keeping import keep
from activities.project_tools import ProjectTools, policy_for
from activities.wire import Bounds, Opened, Opening
from aurora import contract_document, settings_file
from aurora.asking import QuestionDraft, QuestionKind
from aurora.domain import Census, Draft, Step, Task, Uploaded, fit
from aurora.errors import ImageBuildFailed, Refusal, ToolRefusal
from aurora.model_lifecycle import settle
from aurora.ports import ArtifactStore, Box, Repositories, Sandbox, TaskArtifacts
from aurora.settings import BackendSettings, seconds
from aurora.toolchains import registry
from aurora.worker_policy import Policy, cap
from aurora.workspace import Baseline, Contract, DependencyImage, Toolchain, Workspace

SETTINGS_FILE = "aurora.yaml"
CONVENTIONS = ("AGENTS.md", "CONTRIBUTING.md", "CONTRIBUTING.rst", "STYLE.md", "CLAUDE.md", "docs/CONTRIBUTING.md")
LISTED = 400
MOST_WARNINGS = 30


@dataclass(frozen=True)
class WorkspaceOpener:
    artifacts: ArtifactStore
    sandbox: Sandbox
    repositories: Repositories
    policy: Policy

    @activity.defn
    async def open_workspace(self, task: Task) -> Opening:
        """Raises `Refusal` for a repository or settings that can't be worked with; asks where somebody can help."""
        artifacts = self.artifacts.of(task.ref)
        base, pack = await self._base(artifacts, task)
        draft = Draft(task=task.ref, workspace=pack, base=base, base_pack=pack, commit=base)

        async with self.sandbox.look(draft, BackendSettings().sandbox, None, task.submitted_at) as box:
            settings, warnings = await self._settings(box)
            toolchain = await registry.detect(_Tree(box), settings.commands, settings.tests)
            contract, contract_question = await _contract(artifacts, box, task, settings)
            paths = [entry.path for entry in await box.files()]
        try:
            services = settings.sandbox.services
            image = await self.sandbox.build(task.ref, toolchain.dependencies, toolchain.project, services)
        except ImageBuildFailed as failure:
            return Opening(
                opened=None,
                questions=(_build_question(failure),),
                architect=settings.architect,
                summary="dependencies do not install",
            )
        warnings += image.notes

        workspace = Workspace(
            task=task,
            base=base,
            settings=settings,
            toolchain=toolchain,
            image=image,
            baseline=Baseline(census=Census(), red=(), lint=()),
            contract=contract,
            files=len(paths),
            listing=pack,
            conventions=tuple(path for path in CONVENTIONS if path in paths),
            warnings=tuple(warnings),
        )
        visible, hidden = policy_for(workspace, None, None, Step.CHECK_CONTEXT).visible(paths)
        workspace = workspace.model_copy(
            update={"listing": await artifacts.put(_listing(visible, hidden).encode()), "warnings": tuple(warnings)}
        )
        draft = draft.model_copy(update={"workspace": await keep(artifacts, workspace)})
        async with self.sandbox.open(draft, workspace) as box:
            baseline = await ProjectTools(artifacts, workspace, Step.OPEN_WORKSPACE).baseline(box)
        workspace = workspace.model_copy(update={"baseline": baseline})
        draft = draft.model_copy(update={"workspace": await keep(artifacts, workspace)})
        return Opening(
            opened=Opened(
                draft=draft,
                bounds=_bounds(settings, self.policy),
                repository=fit(task.source.label, 120),
                questions=(contract_question,) if contract_question else (),
                warnings=tuple(fit(w, 400) for w in warnings[:MOST_WARNINGS]),
                summary=_summary(workspace, image),
            ),
            summary=_summary(workspace, image),
        )

    async def _base(self, artifacts: TaskArtifacts, task: Task) -> tuple[str, str]:
        if isinstance(task.source, Uploaded):
            return task.source.base, task.source.pack
        commit, pack = await self.repositories.fetch_base(task.source.url, task.source.ref)
        return commit, await artifacts.put(pack)

    async def _settings(self, box: Box) -> tuple[BackendSettings, list[str]]:
        text = await _Tree(box).text(SETTINGS_FILE)
        loaded = settings_file.defaults() if text is None else settings_file.load(text, SETTINGS_FILE)
        # successors first: the operator's list of models is about what will be called
        settings, replaced = settle(loaded.settings, datetime.now(UTC).date())
        settings, lowered = cap(settings, self.policy)
        warnings = [*loaded.warnings, *replaced, *lowered]
        if settings.temperature is not None:
            warnings.append(
                f"temperature {settings.temperature} is kept, and sent only to a provider that takes it; "
                "the Messages API's own service refuses it"
            )
        return settings, warnings


class _Tree:
    """A box's tree as the toolchains' detection reads it."""

    def __init__(self, box: Box) -> None:
        self.box = box

    async def paths(self) -> Sequence[str]:
        return [entry.path for entry in await self.box.files()]

    async def text(self, path: str) -> str | None:
        try:
            return (await self.box.read(path)).decode("utf-8")
        except (ToolRefusal, UnicodeDecodeError):
            return None


async def _contract(
    artifacts: TaskArtifacts, box: Box, task: Task, settings: BackendSettings
) -> tuple[Contract | None, QuestionDraft | None]:
    """The contract document, or the question its absence is. Raises `Refusal` for an invalid one."""
    tree = _Tree(box)
    named = task.spec_path or settings.contract
    path = named or next(iter(contract_document.find(await tree.paths())), None)
    if path is None:
        return None, QuestionDraft(
            kind=QuestionKind.MISSING_SPEC,
            text="There is no contract document (OpenAPI) in the repository. Say which operations, fields and status "
            "codes bind this task, or that it goes on without a contract.",
            options=("go on without a contract",),
            assumed="the task's text and the existing code are the contract",
        )
    text = await tree.text(path)
    if text is None:
        raise Refusal(f"The contract document {path!r} is not in the base commit.", "Commit it, or name another path.")
    # seconds of pure computation for a large document: the heartbeat must go on meanwhile
    document = await asyncio.to_thread(contract_document.load, text, path)
    return Contract(path=path, digest=await artifacts.put(text.encode()), operations=document.operations), None


def _build_question(failure: ImageBuildFailed) -> QuestionDraft:
    return QuestionDraft(
        kind=QuestionKind.DEPENDENCY,
        text=fit(f"{fit(str(failure), 1_000)}\n\nThe log ends:\n{failure.log_tail[-2500:]}", 4_000),
        options=("try again", "abandon"),
        assumed="nothing: without its dependencies the project can't be tested",
    )


def _listing(visible: Sequence[str], hidden: int) -> str:
    lines = list(visible[:LISTED])
    if len(visible) > LISTED:
        lines.append(f"[… {len(visible) - LISTED} more files: list_files shows them …]")
    if hidden:
        lines.append(f"({hidden} files are hidden by the context_window policy)")
    return "\n".join(lines)


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
        f"{len(image.distributions)} packages, baseline {workspace.baseline.census}",
        300,
    )
