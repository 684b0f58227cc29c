"""The needs of a stranger's tests where rye, pixi, nox or hatch state them, and files that a build writes with the
version in it."""

import pytest

from tests.support.projects import detected

PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["six"]\n'
UNVERSIONED = '[project]\nname = "shop"\ndynamic = ["version"]\n'
SESSION = "import nox\n\n\n@nox.session\ndef tests(session):\n"


@pytest.mark.parametrize(
    ("files", "needed", "left"),
    [
        pytest.param(
            {"pyproject.toml": PROJECT + '[tool.rye]\ndev-dependencies = ["pytest>=7", "respx"]\n'},
            {"pytest>=7", "respx"}, set(), id="rye",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT + '[tool.pixi.feature.test.dependencies]\npytest = ">=7"\n'
             '[tool.pixi.feature.test.pypi-dependencies]\nrespx = "*"\nhttpx = {version = ">=1", extras = ["http2"]}\n'
             '[tool.pixi.feature.docs.dependencies]\nsphinx = "*"\n'},
            {"pytest>=7", "respx", "httpx[http2]>=1"}, {"sphinx"}, id="pixi's features",
        ),
        pytest.param(
            {"pixi.toml": '[workspace]\nchannels = []\n[dependencies]\npython = "3.11.*"\nattrs = "23.2.*"\n'
             'nodejs = "*"\npytest = "8"\n'},
            {"attrs==23.2.*", "pytest==8.*"}, {"nodejs", "python"}, id="pixi.toml alone",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT, "noxfile.py": SESSION
             + "    for one in ('pytest', 'respx'):\n        session.install(one)\n    session.run('pytest')\n"},
            {"pytest", "respx"}, set(), id="a loop over packages in nox",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "tests/requirements.txt": "-r ../requirements.txt\npytest\nrespx\n"},
            {"pytest", "respx"}, set(), id="requirements in the folder of the tests",
        ),
    ],
)  # fmt: skip
async def test_packages_are_found_where_the_tool_keeps_them(files, needed, left):
    found = set((await detected({**files, "shop/__init__.py": ""})).dependencies.requirements)
    assert needed <= found
    assert not left & found


async def test_a_member_of_hatchs_workspace_is_installed_from_its_folder():
    hatch = '[tool.hatch.envs.default]\ndependencies = ["pytest"]\nworkspace.members = ["libs/kit"]\n'
    kit = '[project]\nname = "shop-kit"\nversion = "1"\ndependencies = ["attrs"]\n'
    files = {"pyproject.toml": PROJECT + hatch, "libs/kit/pyproject.toml": kit, "libs/kit/src/kit/__init__.py": ""}
    chain = await detected(files)
    assert "libs/kit/src" in chain.project.import_roots
    assert set(chain.dependencies.requirements) == {"six", "pytest", "attrs"}


SCM = "[tool.setuptools_scm]\nfallback_version = '2.1'\nversion_file = 'shop/_version.py'\n"


@pytest.mark.parametrize(
    ("files", "defined"),
    [
        pytest.param({"pyproject.toml": UNVERSIONED + SCM}, {"version": "2.1", "version_tuple": (2, 1)}, id="usual"),
        pytest.param(
            {"pyproject.toml": UNVERSIONED + SCM + 'version_file_template = """\nrelease = "{version}"\nparts = '
             '{version_tuple}\n"""\n'},
            {"release": "2.1", "parts": (2, 1)}, id="a template",
        ),
        pytest.param(
            {"pyproject.toml": UNVERSIONED + "[tool.pdm.version]\nsource = 'scm'\nfallback_version = '3'\nwrite_to = "
             "'shop/_version.py'\nwrite_template = \"V = '{}'\"\n"},
            {"V": "3"}, id="a template of PDM",
        ),
        pytest.param(
            {"pyproject.toml": UNVERSIONED + SCM + "version_file_template = 'no ( python {version}'\n"},
            {"version": "2.1"}, id="a template that is no Python",
        ),
        pytest.param(
            {"setup.py": "import os\nfrom setuptools import setup\nHERE = os.path.dirname(__file__)\nSCM = dict("
             "write_to=os.path.join(HERE, 'shop', '_version.py'))\nsetup(name='shop', use_scm_version=SCM)\n"},
            {"version": "0.0.0+unknown"}, id="a path that setup.py joins",
        ),
    ],
)  # fmt: skip
async def test_the_module_that_a_build_writes_defines_what_its_template_says(files, defined):
    chain = await detected({**files, "shop/__init__.py": "from shop._version import version\n"})
    module: dict[str, object] = {}
    exec(chain.project.generated["shop/_version.py"], module)
    assert {name: module.get(name) for name in defined} == defined


async def test_a_file_of_another_kind_that_a_build_writes_is_said_to_be_lacking():
    scm = SCM.replace("_version.py", "VERSION")
    chain = await detected({"pyproject.toml": UNVERSIONED + scm, "shop/__init__.py": ""})
    assert not chain.project.generated
    assert any("shop/VERSION, which the sandbox lacks" in line for line in chain.why)
