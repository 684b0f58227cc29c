"""Packages that a person allowed, added to a draft: manifest and lock changed, the image built from them."""

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from aurora.domain.task import Draft
from aurora.domain.workspace import Dependencies, DependencyImage, Workspace
from aurora.errors import ImageBuildFailed, Refusal
from aurora.ports import Box, Sandbox
from aurora.survey.survey import Found, Survey
from aurora.text import clip
from aurora.toolchains import registry
from aurora.toolchains.adding import AddingPlan, PackageAdding
from aurora.toolchains.language import Language


@dataclass(frozen=True)
class Added:
    draft: Draft
    """Draft with the changed files sealed."""
    workspace: Workspace
    changed: tuple[str, ...]

    @property
    def said(self) -> str:
        """The change, in a sentence for the model and the Architect."""
        manifest = f"{', '.join(self.changed)} changed" if self.changed else "the manifest names it already"
        return f"{manifest}, and the image was built anew: {self.workspace.image.reference}"


async def added(
    sandbox: Sandbox, survey: Survey, draft: Draft, workspace: Workspace, packages: Sequence[str], message: str
) -> Added:
    """Raises `Refusal` for what can't be done and `ImageBuildFailed` for what does not install; the draft given stays.

    Toolchain and baseline stay those of the base commit: only what is installed changes."""
    language = registry.language(workspace.toolchain)
    adding = language.adding
    if adding is None:
        raise Refusal(f"Packages of {language.title} projects can't be added here.", "Add them in a commit.")
    async with sandbox.open(draft, workspace) as box:
        there = (await survey.detected(box, workspace.settings)).dependencies
        chain = workspace.toolchain.model_copy(update={"dependencies": there})
        plan = adding.plan(chain)
        paths = [entry.path for entry in await box.files()]
        wanted = [path for path in paths if path in plan.changes or _is_member(path, plan, language)]
        before = {path: (await box.read(path)).decode("utf-8") for path in wanted}
    job = adding.job(chain, plan, packages, before)
    made = await sandbox.lock(draft.task, chain.language, job.inputs, job.argv, job.results)
    finished = adding.finish(plan, packages, before, made)
    files = {path: text for path, text in finished.items() if before.get(path) != text}
    sealed, dependencies = draft, there
    if files:
        async with sandbox.open(draft, workspace) as box:
            sealed = await _written(box, files, message)
            dependencies = (await survey.detected(box, workspace.settings)).dependencies
    elif not _absent(workspace.image, adding, packages):
        raise Refusal(f"The manifest declares {', '.join(packages)} already.", "Use it as it is.")
    # not against the draft's manifest: what a model wrote there is no more allowed for being there before
    _check_only(workspace.toolchain.dependencies, dependencies, adding, packages)
    services = workspace.settings.sandbox.services
    image = await sandbox.build(draft.task, dependencies, chain.project, services)
    _check_there(image, adding, packages)
    update = {"toolchain": chain.model_copy(update={"dependencies": dependencies}), "image": image}
    return Added(draft=sealed, workspace=workspace.model_copy(update=update), changed=tuple(sorted(files)))


async def with_added(sandbox: Sandbox, survey: Survey, draft: Draft, before: Workspace, found: Found) -> Found:
    """The survey of the base commit, with the packages that were added to the draft since: nothing else that its
    manifests say by now is installed. Raises `Refusal` where the two can't be told apart."""
    async with sandbox.open(draft, before) as box:
        there = (await survey.detected(box, found.settings)).dependencies
    new = [line for line in there.requirements if line not in found.toolchain.dependencies.requirements]
    allowed = [line for line in new if line in before.toolchain.dependencies.requirements]
    if not allowed:
        return found
    if foreign := [line for line in new if line not in allowed]:
        said = clip(", ".join(foreign), 200)
        raise Refusal(f"The draft's manifest asks for more than was allowed: {said}.", "Add it in a commit.")
    chain = found.toolchain.model_copy(update={"dependencies": there})
    return found.model_copy(update={"toolchain": chain})


def _is_member(path: str, plan: AddingPlan, language: Language) -> bool:
    """Return whether it is a manifest that the manager reads beside those that it changes."""
    prefix = f"{plan.members}/" if plan.members else ""
    named = path.rpartition("/")[2] == language.manifests[0]
    return plan.members is not None and named and path.startswith(prefix)


async def _written(box: Box, files: dict[str, str], message: str) -> Draft:
    for path, text in files.items():
        await box.write(path, text.encode())
    return await box.seal(message)


def _check_only(before: Dependencies, after: Dependencies, adding: PackageAdding, packages: Sequence[str]) -> None:
    """Nothing is installed that nobody allowed, whatever else the draft's manifest says by now."""
    allowed = {canonicalize_name(adding.name_of(one)) for one in packages}
    more = [line for line in after.requirements if line not in before.requirements]
    foreign = [line for line in more if not any(canonicalize_name(_bare(line)) == name for name in allowed)]
    if foreign:
        said = clip(", ".join(foreign), 200)
        raise Refusal(f"The changed manifest asks for more than was allowed: {said}.", "Add it in a commit.")


def _check_there(image: DependencyImage, adding: PackageAdding, packages: Sequence[str]) -> None:
    if missing := _absent(image, adding, packages):
        raise ImageBuildFailed(f"{', '.join(missing)} was added and is not in the image that was built", "")


def _absent(image: DependencyImage, adding: PackageAdding, packages: Sequence[str]) -> list[str]:
    installed = {canonicalize_name(one.name) for one in image.distributions}
    return [one for one in packages if canonicalize_name(adding.name_of(one)) not in installed]


def _bare(line: str) -> str:
    """The name in `redis[hiredis]>=5; marker`, and in `@scope/name@^1`."""
    scoped = line.startswith("@")
    name = line.removeprefix("@")
    for mark in "[@=<>~!; (":
        name = name.partition(mark)[0]
    return f"@{name}" if scoped else name
