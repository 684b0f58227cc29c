"""The folder in which a project is looked for: the one that aurora.yaml says, or that the repository was named by."""

import pytest

from aurora.errors import Refusal
from aurora.settings.project import ProjectSettings
from tests.support.projects import detected

MANY = {
    "services/accounts/pyproject.toml": "[project]\nname = 'accounts'\ndependencies = ['pytest']",
    "services/accounts/accounts.py": "",
    "services/accounts/tests/test_accounts.py": "def test_it(): pass",
    "services/billing/requirements.txt": "pytest\nflask",
    "services/billing/billing/app.py": "",
    "services/billing/tests/requirements.txt": "pytest",
    "services/billing/tests/test_app.py": "def test_it(): pass",
    "web/package.json": '{"scripts": {"test": "vitest"}, "devDependencies": {"vitest": "^3"}}',
    "web/src/page.ts": "",
}
ONE = {
    "pyproject.toml": "[project]\nname = 'one'\ndependencies = ['pytest']",
    "src/one/app.py": "",
    "tests/test_app.py": "",
    "docs/requirements.txt": "sphinx",
}
BARE = {"api/app.py": "", "api/test_app.py": "", "jobs/run.py": "", "jobs/test_run.py": ""}
DJANGO = {
    "requirements.txt": "django\npytest",
    "site/manage.py": "import django",
    "site/shop/models.py": "",
    "site/shop/tests.py": "",
}


@pytest.mark.parametrize(
    ("files", "folder", "language", "root"),
    [
        pytest.param(MANY, "", "python", "services/accounts", id="nothing is named"),
        pytest.param(MANY, "services/billing", "python", "services/billing", id="a project"),
        pytest.param(MANY, "services/billing/billing", "python", "services/billing", id="a folder of one"),
        pytest.param(MANY, "services/billing/tests", "python", "services/billing", id="its tests, with a manifest"),
        pytest.param(MANY, "services", "python", "services/accounts", id="a folder of several"),
        pytest.param(MANY, "web/src", "node", "web", id="a folder of another language's"),
        pytest.param(MANY, "services/gone", "python", "services/accounts", id="a folder that is not committed"),
        pytest.param(ONE, "src", "python", "", id="the code of the one project"),
        pytest.param(ONE, "tests", "python", "", id="the tests of the one project"),
        pytest.param(ONE, "docs", "python", "", id="its documents, with a manifest"),
        pytest.param(BARE, "jobs", "python", "jobs", id="one of two without a manifest"),
    ],
)
async def test_the_folder_that_was_named_counts(files: dict[str, str], folder: str, language: str, root: str) -> None:
    chain = await detected(files, folder=folder)
    assert (chain.language, chain.root) == (language, root)


@pytest.mark.parametrize(
    ("files", "project", "folder", "language", "root"),
    [
        pytest.param(MANY, {"root": "services/billing/"}, "", "python", "services/billing", id="a project"),
        pytest.param(MANY, {"root": "./web"}, "", "node", "web", id="of another language"),
        pytest.param(MANY, {"language": "node"}, "", "node", "web", id="a language"),
        pytest.param(MANY, {"root": "services/billing"}, "services", "python", "services/billing", id="in the folder"),
        pytest.param(MANY, {"root": "web"}, "services/billing", "python", "services/billing", id="beside the folder"),
        pytest.param(DJANGO, {"root": "."}, "", "python", "", id="where detection moves it"),
        pytest.param(DJANGO, {"root": "site"}, "", "python", "site", id="below its manifest"),
    ],
)
async def test_what_aurora_yaml_says_of_the_project_counts(
    files: dict[str, str], project: dict[str, str], folder: str, language: str, root: str
) -> None:
    chain = await detected(files, project=ProjectSettings.model_validate(project), folder=folder)
    assert (chain.language, chain.root) == (language, root)


async def test_the_manifests_above_a_stated_root_are_installed() -> None:
    chain = await detected(DJANGO, project=ProjectSettings(root="site"))
    assert chain.dependencies.requirements == ("django", "pytest")


async def test_the_choice_is_told_with_its_reason() -> None:
    chain = await detected(MANY, project=ProjectSettings(root="web"), folder="services/billing/billing")
    said = "\n".join(chain.why)
    assert "the repository was named by the folder 'services/billing/billing'" in said
    assert "project.root of aurora.yaml is 'web', which is another" in said
    among = await detected(MANY, folder="services")
    assert any(line.startswith("root: 'services/accounts', by pyproject.toml; billing") for line in among.why)


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ({"root": "services/biling"}, "Did you mean 'services/billing'"),
        ({"language": "ruby"}, "Name one of python, node"),
        ({"root": "services/billing", "language": "node"}, "holds no package.json"),
    ],
)
async def test_what_can_not_be_is_refused_with_what_could(project: dict[str, str], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        await detected(MANY, project=ProjectSettings.model_validate(project))
