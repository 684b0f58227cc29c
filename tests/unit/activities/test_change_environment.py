"""The environment changed in the middle of a task: what was set is measured, what was allowed is added, and no more."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from temporalio.testing import ActivityEnvironment

from activities.change_environment import ChangeEnvironmentActivity
from activities.messages import ChangeEnvironmentInput, ChangeEnvironmentResult
from aurora.domain.task import Draft, SettingsOverride, TaskRef
from aurora.domain.workspace import Dependencies, DependencyImage, Distribution, ProjectIdentity
from aurora.errors import ImageBuildFailed
from aurora.settings import override
from aurora.settings.policy import Policy
from aurora.settings.repository import ServiceName
from aurora.stored_values import keep, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import SEALED, MemoryBox, MemorySandbox
from tests.support.projects import detected
from tests.support.workspaces import DIGEST, SHA, workspace

MANIFEST = '[project]\nname = "shop"\nversion = "1"\ndependencies = [\n    "idna",\n]\n[tool.pytest.ini_options]\n'


class Managed(MemorySandbox):
    """Its package manager adds what it is asked for, and `besides`; its image has what the manifest names."""

    def __init__(self, besides: str = "", broken: bool = False) -> None:
        super().__init__(tests__test_a="def test_it(): ...\n")
        self.tree["pyproject.toml"] = MANIFEST.encode()
        self.besides, self.broken = besides, broken

    async def lock(
        self, task: TaskRef, language: str, inputs: Mapping[str, bytes], argv: Sequence[str], results: Sequence[str]
    ) -> Mapping[str, str]:
        if self.broken:
            raise ImageBuildFailed("the packages can't be added: no such version", "No solution found")
        texts = {path: inputs[path].decode() for path in results}
        return {path: self._with(text, (*argv[6:], *self.besides.split())) for path, text in texts.items()}

    def _with(self, text: str, names: Sequence[str]) -> str:
        lines = "".join(f'    "{name}",\n' for name in names if f'"{name}"' not in text)
        return text.replace('    "idna",\n', f'    "idna",\n{lines}')

    async def build(
        self,
        task: TaskRef,
        dependencies: Dependencies,
        project: ProjectIdentity | None,
        services: Sequence[ServiceName] = (),
    ) -> DependencyImage:
        there = tuple(Distribution(name=n.split(">")[0], version="1", modules=()) for n in dependencies.requirements)
        return workspace().image.model_copy(update={"distributions": there})


async def changed(
    sandbox: Managed, known: Mapping[str, bytes] | None = None, **order: object
) -> tuple[ChangeEnvironmentResult, MemoryArtifacts, Draft]:
    artifacts = MemoryArtifacts()
    space = workspace()
    kept = artifacts.of(space.task.ref)
    chain = await detected({path: text.decode() for path, text in (known or sandbox.tree).items()})
    digest = await keep(kept, space.model_copy(update={"toolchain": chain, "listing": await kept.put(b"a")}))
    draft = Draft(task=space.task.ref, workspace=digest, base=SHA, base_pack=DIGEST, commit=SHA)
    if block := order.pop("sets", None):
        put = await kept.put(override.read(str(block)).encode())
        order["overrides"] = (SettingsOverride(block=put, shown=str(block), by="ada", question="q1"),)
    changer = ChangeEnvironmentActivity(artifacts, sandbox, Policy())
    given = ChangeEnvironmentInput.model_validate({"draft": draft, **order})
    result: ChangeEnvironmentResult = await ActivityEnvironment().run(changer.change_environment, given)
    return result, artifacts, draft


async def test_a_package_that_was_allowed_is_in_manifest_draft_and_image() -> None:
    sandbox = Managed()
    result, artifacts, draft = await changed(sandbox, packages=("redis>=5",), by="ada")
    assert result.trouble is None and result.changed == ("pyproject.toml",) and result.draft.commit == SEALED
    assert b'    "idna",\n    "redis>=5",\n' in sandbox.tree["pyproject.toml"]
    space = await workspace_of(artifacts.of(draft.task), result.draft)
    assert space.toolchain.dependencies.requirements[:2] == ("idna", "redis>=5")
    assert "redis" in [one.name for one in space.image.distributions]


@pytest.mark.parametrize(
    ("sandbox", "packages", "why"),
    [
        pytest.param(Managed(besides="evil"), ("redis>=5",), "was allowed: evil", id="something else comes in"),
        pytest.param(Managed(broken=True), ("redis==0.0.1",), "no such version", id="it does not resolve"),
        pytest.param(Managed(), ("redis @ https://x/y.whl",), "names a place", id="a place"),
    ],
)
async def test_what_can_not_be_added_is_told_and_leaves_the_draft(
    sandbox: Managed, packages: tuple[str, ...], why: str
) -> None:
    result, _, draft = await changed(sandbox, packages=packages)
    assert result.draft == draft and result.trouble is not None
    assert why in result.trouble.what and result.trouble.without


async def test_what_was_set_is_applied_and_measured_again() -> None:
    result, artifacts, draft = await changed(Managed(), sets="test_env: {MODE: 'x'}")
    space = await workspace_of(artifacts.of(draft.task), result.draft)
    assert space.settings.project.test_env == {"MODE": "x"} and space.task.overrides[0].by == "ada"
    assert result.draft.commit == draft.commit and result.draft.workspace != draft.workspace
    # the runner in memory prints nothing: still no baseline, which is told so that it is asked about again
    assert result.trouble is not None and "no baseline" in result.trouble.what


async def test_a_setting_that_the_files_speak_against_is_trouble_and_no_error() -> None:
    result, _, draft = await changed(Managed(), sets="project: {root: nowhere}")
    assert result.draft == draft and result.trouble is not None and "nowhere" in result.trouble.what


class Grown(Managed):
    """The draft's manifest asks for more than the base commit's: `added` is allowed, `besides` is the model's."""

    def __init__(self, added: str, besides: str = "") -> None:
        super().__init__()
        self.base = dict(self.tree)
        more = "".join(f'    "{name}",\n' for name in (added, *besides.split()))
        self.tree["pyproject.toml"] = MANIFEST.replace('    "idna",\n', f'    "idna",\n{more}').encode()

    @asynccontextmanager
    async def look(self, *_: object, **__: object) -> AsyncIterator[MemoryBox]:
        at_base = MemorySandbox()
        at_base.tree = self.base
        yield MemoryBox(at_base, None)  # type: ignore[arg-type]  # nothing is sealed


async def test_a_package_that_was_added_stays_when_something_is_set_later() -> None:
    result, artifacts, draft = await changed(Grown("redis>=5"), sets="test_env: {MODE: 'x'}")
    space = await workspace_of(artifacts.of(draft.task), result.draft)
    assert "redis>=5" in space.toolchain.dependencies.requirements and space.settings.project.test_env
    assert "redis" in [one.name for one in space.image.distributions]


async def test_what_else_a_manifest_of_the_draft_says_is_not_installed_with_it() -> None:
    sandbox = Grown("redis>=5", besides="evil")
    result, _, draft = await changed(sandbox, Grown("redis>=5").tree, sets="test_env: {MODE: 'x'}")
    assert result.draft == draft and result.trouble is not None
    assert "asks for more than was allowed: evil" in result.trouble.what


async def test_a_package_that_the_drafts_manifest_names_is_installed_when_it_is_allowed() -> None:
    sandbox = Grown("redis>=5")
    result, artifacts, draft = await changed(sandbox, Managed().tree, packages=("redis>=5",), by="ada")
    space = await workspace_of(artifacts.of(draft.task), result.draft)
    assert result.trouble is None and result.draft.commit == draft.commit, "there is nothing to change"
    assert "redis" in [one.name for one in space.image.distributions]


async def test_what_a_model_wrote_into_the_manifest_does_not_come_with_a_package_that_was_allowed() -> None:
    sandbox = Grown("evil")
    result, _, draft = await changed(sandbox, Managed().tree, packages=("redis>=5",), by="ada")
    assert result.draft == draft and result.trouble is not None
    assert "asks for more than was allowed: evil" in result.trouble.what
