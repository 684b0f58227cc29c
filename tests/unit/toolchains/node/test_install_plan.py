"""`project.install` of aurora.yaml in a Node project."""

import pytest

from aurora.errors import Refusal
from aurora.settings.project import ProjectSettings
from tests.support.projects import detected

FILES = {
    "package.json": '{"scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "^4"}}',
    "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    "src/a.js": "",
}


@pytest.mark.parametrize(
    ("lines", "manager"),
    [
        ([], "pnpm"),
        (["npm ci"], "npm"),
        (["corepack enable", "pnpm install --frozen-lockfile"], "pnpm"),
        (["yarn"], "yarn"),
        (["apt-get install -y libvips42"], "pnpm"),
    ],
)
async def test_the_manager_that_is_named_installs(lines: list[str], manager: str) -> None:
    chain = await detected(FILES, project=ProjectSettings(install=tuple(lines) or None))
    assert chain.dependencies.manager == manager
    assert chain.dependencies.debian == (("libvips42",) if "libvips42" in str(lines) else ())


async def test_peers_are_passed_over_where_the_projects_people_do() -> None:
    chain = await detected(FILES, project=ProjectSettings(install=("npm ci --legacy-peer-deps",)))
    assert "legacy-peer-deps=true" in chain.dependencies.files[".npmrc"]


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ({"install": ("npm run build",)}, "no command that installs what package.json declares"),
        ({"install": ("npm install left-pad",)}, "names the package 'left-pad'"),
        ({"install": ("bun install",)}, "no command that installs"),
        ({"install": ("npm ci --registry=https://host.invalid",)}, "option '--registry"),
        ({"groups": ("dev",)}, "a Node project has none"),
    ],
)
async def test_what_the_builder_can_not_do_is_refused(project: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        await detected(FILES, project=ProjectSettings.model_validate(project))
