"""Names that a repository maps to its own folders never come from an index: shapes of public bug reports."""

import pytest

from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from tests.support.projects import detected
from tests.support.workspaces import workspace

ROOT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["core-zz"]\n'
TESTED = '[dependency-groups]\ndev = ["pytest"]\n'
CORE = {
    "libs/core/pyproject.toml": '[project]\nname = "core-zz"\nversion = "1"\ndependencies = ["six"]\n'
    '[project.optional-dependencies]\nredis = ["redis"]\n',
    "libs/core/src/core/__init__.py": "",
}
MEMBER = "[tool.uv.sources]\ncore-zz = { workspace = true }\n"
WORKSPACE = '[tool.uv.workspace]\nmembers = ["libs/*"]\n'


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        pytest.param({"pyproject.toml": ROOT + MEMBER + WORKSPACE}, {"six"}, id="a member of uv's workspace"),
        pytest.param({"pyproject.toml": ROOT + WORKSPACE}, {"six"}, id="a member that no source names"),
        pytest.param(
            {"pyproject.toml": ROOT.replace("core-zz", "core-zz[redis]>=1") + MEMBER + WORKSPACE},
            {"six", "redis"},
            id="a member's extra",
        ),
        pytest.param(
            {"pyproject.toml": ROOT + '[tool.uv.sources]\nCore_ZZ = { path = "libs/core", editable = true }\n'},
            {"six"},
            id="uv's path, its name spelled otherwise",
        ),
        pytest.param(
            {
                "pyproject.toml": ROOT + "[tool.uv.sources]\n"
                "core-zz = [{ path = 'libs/core', marker = \"sys_platform == 'linux'\" }, { git = 'https://x/y' }]\n"
            },
            {"six"},
            id="the first of several sources",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "shop"\ndependencies = ["core-zz @ {root:uri}/libs/core"]\n'},
            {"six"},
            id="hatch's root:uri",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\n'
                'core-zz = { path = "libs/core", develop = true }\n'
            },
            {"six"},
            id="Poetry's path",
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = []\n[tool.pdm.dev-dependencies]\n'
                'dev = ["-e file:///${PROJECT_ROOT}/libs/core#egg=core-zz"]\n'
            },
            {"six"},
            id="PDM's editable",
        ),
        pytest.param(
            {"Pipfile": '[packages]\ncore-zz = {path = "./libs/core", editable = true}\n'}, {"six"}, id="Pipfile's path"
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "shop"\n[dependency-groups]\ndev = ["pytest"]\n'
                '[tool.hatch.envs.default]\nworkspace.members = ["libs/core"]\n[tool.poetry]\nname = "shop"\n'
            },
            {"pytest", "six"},
            id="a member of hatch's environment, beside a group dev",
        ),
        pytest.param({"requirements.txt": "-e ./libs/core\n"}, {"six"}, id="-e of a requirements file"),
        pytest.param({"requirements.txt": "./libs/core[redis]\n"}, {"six", "redis"}, id="a path with an extra"),
        pytest.param({"requirements.txt": "core-zz @ file:libs/core\n"}, {"six"}, id="a direct reference"),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["core-zz"]\n[tool.rye.workspace]\n'
                'members = ["libs/*"]\n'
            },
            {"six"},
            id="rye's workspace",
        ),
    ],
)
async def test_a_folder_of_the_repository_is_installed_from_its_folder(files, taken):
    chain = await detected({"shop/__init__.py": "", **CORE, **files})
    names = {line.split("[")[0].split(">")[0] for line in chain.dependencies.requirements}
    assert names == taken
    assert "libs/core/src" in chain.project.import_roots
    assert (
        "'libs/core' is a package of this repository: from its folder, never from an index" in chain.dependencies.notes
    )
    assert "libs/core/pyproject.toml" in chain.manifests


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            ROOT + MEMBER, "core-zz comes from the workspace, which has no such member", id="a member that is not there"
        ),
        pytest.param(ROOT + '[tool.uv.sources]\ncore-zz = { path = "../core" }\n', "core-zz", id="outside"),
        pytest.param(ROOT + '[tool.uv.sources]\ncore-zz = { git = "https://x/y" }\n', "git 'https://x/y'", id="git"),
        pytest.param(ROOT + '[tool.uv.sources]\ncore-zz = { url = "https://x/y.whl" }\n', "url", id="an address"),
    ],
)
async def test_a_name_that_comes_from_elsewhere_is_left_out_and_said(text, said):
    dependencies = (await detected({"pyproject.toml": text, "shop/__init__.py": ""})).dependencies
    assert dependencies.requirements == ()
    assert any("core-zz" in note and said in note and "left out" in note for note in dependencies.notes)


async def test_a_public_index_of_another_address_serves_the_same_packages():
    text = '[project]\nname = "shop"\ndependencies = ["torch"]\n[[tool.uv.index]]\nname = "cpu"\n'
    text += 'url = "https://download.pytorch.org/whl/cpu"\n[tool.uv.sources]\ntorch = { index = "cpu" }\n'
    assert (await detected({"pyproject.toml": text, "shop/a.py": ""})).dependencies.requirements == ("torch",)


async def test_a_member_knows_its_workspace_its_siblings_and_its_lock():
    api = '[project]\nname = "api"\nversion = "1"\ndependencies = ["core-zz"]\n' + TESTED
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["services/*", "libs/*"]\n' + MEMBER,
        "uv.lock": '[[package]]\nname = "six"\nversion = "1.16"\nsource = {registry = "x"}\n',
        "services/api/pyproject.toml": api,
        "services/api/src/api/__init__.py": "",
        "services/api/tests/test_api.py": "import api\nimport core\n",
        **CORE,
    }
    chain = await detected(files)
    assert chain.root == "services/api"
    assert set(chain.dependencies.requirements) == {"six", "pytest"}
    assert chain.dependencies.constraints == ("six==1.16",)
    assert "libs/core/src" in chain.project.import_roots


async def test_members_needed_by_members_are_taken_and_circles_end():
    files = {
        "pyproject.toml": ROOT + WORKSPACE,
        "libs/core/pyproject.toml": '[project]\nname = "core-zz"\ndependencies = ["base-zz"]\n',
        "libs/core/core.py": "",
        "libs/base/pyproject.toml": '[project]\nname = "base-zz"\ndependencies = ["core-zz", "attrs"]\n',
        "libs/base/base.py": "",
        "shop/__init__.py": "",
    }
    chain = await detected(files)
    assert chain.dependencies.requirements == ("attrs",)
    assert {"libs/core", "libs/base"} <= set(chain.project.import_roots)


@pytest.mark.parametrize(
    "virtual",
    [
        pytest.param('[dependency-groups]\ndev = ["pytest"]\n', id="pytest in its group"),
        pytest.param('[tool.pytest.ini_options]\ntestpaths = ["libs/*/tests"]\n', id="pytest configured"),
    ],
)
async def test_a_workspace_that_runs_its_members_tests_is_the_root(virtual):
    files = {
        "pyproject.toml": WORKSPACE + virtual,
        "libs/core/tests/test_core.py": "import core\n",
        "libs/other/pyproject.toml": '[project]\nname = "other"\ndependencies = ["attrs"]\n' + TESTED,
        "libs/other/src/other/__init__.py": "",
        "libs/other/tests/test_other.py": "import other\n",
        **CORE,
    }
    chain = await detected(files)
    assert chain.root == ""
    assert {"six", "attrs", "pytest"} <= set(chain.dependencies.requirements)
    assert {"libs/core/src", "libs/other/src"} <= set(chain.project.import_roots)


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        pytest.param("-e .[extra]\n", {"attrs", "pytest"}, id="editable"),
        pytest.param(".[extra,other]\n", {"attrs", "pytest", "redis"}, id="two extras"),
        pytest.param("-e file:.#egg=shop[extra]\n", {"attrs"}, id="an address of itself"),
    ],
)
async def test_extras_of_the_project_itself_are_its_own(line, taken):
    text = '[project]\nname = "shop"\ndependencies = ["attrs"]\n[project.optional-dependencies]\nextra = ["pytest"]\n'
    files = {"pyproject.toml": text + 'other = ["redis"]\n', "requirements-dev.txt": line, "shop/a.py": ""}
    assert taken <= set((await detected(files)).dependencies.requirements)


async def test_a_folder_that_an_installer_finds_from_the_repositorys_root_is_found():
    files = {"backend/requirements.txt": "-e ./libs/core\n", "backend/app.py": "", "backend/test_app.py": "", **CORE}
    chain = await detected(files)
    assert chain.dependencies.requirements == ("six",)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["six", "ours"]\n[[tool.uv.index]]\n'
                'name = "corp"\nurl = "https://pypi.example.com/simple"\n[tool.uv.sources]\nours = { index = "corp" }\n'
            },
            id="uv's index",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\n'
                'six = "*"\nours = {version = "*", source = "corp"}\n'
                '[[tool.poetry.source]]\nname = "corp"\nurl = "https://pypi.example.com/simple"\n'
            },
            id="Poetry's source",
        ),
        pytest.param(
            {
                "Pipfile": '[[source]]\nname = "corp"\nurl = "https://pypi.example.com/simple"\n[packages]\n'
                'six = "*"\nours = {version = "*", index = "corp"}\n'
            },
            id="Pipfile's index",
        ),
    ],
)
async def test_an_index_of_the_manifest_is_said_with_the_packages_that_name_it(files):
    dependencies = (await detected({"shop/__init__.py": "", **files})).dependencies
    assert dependencies.requirements == ("six", "ours")
    (note,) = (note for note in dependencies.notes if note.startswith("the index corp of the manifest is not asked"))
    assert "its packages, ours among them, come from the builder's own indexes" in note


async def test_the_public_index_under_another_name_is_asked():
    text = '[[source]]\nname = "mirror"\nurl = "https://pypi.org/simple"\n'
    text += '[packages]\nsix = {version = "*", index = "mirror"}\n'
    dependencies = (await detected({"Pipfile": text, "a.py": ""})).dependencies
    assert dependencies.requirements == ("six",)
    assert not any("is not asked" in note for note in dependencies.notes)


async def test_uvs_constraints_and_overrides_hold_where_no_lock_does():
    text = '[project]\nname = "shop"\ndependencies = ["six"]\n[tool.uv]\nconstraint-dependencies = ["six<1.16"]\n'
    text += 'override-dependencies = ["attrs==22"]\n'
    dependencies = (await detected({"pyproject.toml": text, "shop/a.py": ""})).dependencies
    assert dependencies.constraints == ("six<1.16", "attrs==22")


async def test_a_member_that_the_project_depends_on_is_its_own_to_import():
    files = {
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["money-kit"]\n' + WORKSPACE,
        "shop/__init__.py": "",
        "libs/money-kit/pyproject.toml": '[project]\nname = "money-kit"\n',
        "libs/money-kit/src/money/__init__.py": "",
    }
    chain = await detected(files)
    bill = BillOfMaterials.of(workspace().model_copy(update={"toolchain": chain}), files)
    assert bill.check("shop/cart.py", "import money\nfrom money.rates import rate\n", "") == ()
    assert bill.check("shop/cart.py", "import nonsense_zz\n", "")
