"""The needs of a stranger's tests, wherever the project states them: groups, hatch, tox, nox, pytest's own
configuration."""

import pytest

from tests.support.projects import detected

PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["six"]\n'
TIMEOUT = '[tool.pytest.ini_options]\naddopts = "--timeout=30"\n'
SETUP = "from setuptools import setup\nsetup(name='shop', version='1', install_requires=['six'])\n"
CLI = '[project.optional-dependencies]\ncli = ["itsdangerous"]\n'


def names(requirements) -> set[str]:
    return {line.split(";")[0].split("[")[0].split(">")[0].split("<")[0].split("=")[0].strip() for line in requirements}


@pytest.mark.parametrize(
    ("text", "needed", "left"),
    [
        pytest.param('[dependency-groups]\nqa = ["pytest", "pytest-mock"]\n', {"pytest-mock"}, set(), id="PEP 735"),
        pytest.param(
            '[dependency-groups]\nunit-tests = ["pytest"]\nintegration = ["pytest", "httpx"]\nlint = ["ruff"]\n',
            {"pytest", "httpx"}, {"ruff"}, id="two groups named for tests",
        ),
        pytest.param(
            '[dependency-groups]\ndev = ["ruff"]\nqa = ["pytest", "pytest-mock"]\n', {"ruff", "pytest-mock"}, set(),
            id="dev without pytest",
        ),
        pytest.param(
            '[dependency-groups]\nrobots = ["pytest-django"]\n[tool.uv]\ndefault-groups = ["robots"]\n',
            {"pytest-django"}, set(), id="uv's default-groups",
        ),
        pytest.param(
            '[dependency-groups]\nrobots = ["time-machine"]\ndocs = ["sphinx"]\n[tool.uv]\ndefault-groups = "all"\n',
            {"time-machine"}, {"sphinx"}, id="all of them, documentation left out",
        ),
        pytest.param('[tool.pdm.dev-dependencies]\nfoo = ["pytest", "respx"]\n', {"respx"}, set(), id="PDM's"),
        pytest.param(
            '[project.optional-dependencies]\nall = ["pytest", "boto3", "redis"]\nchecks = ["pytest", "pytest-cov"]\n',
            {"pytest-cov"}, {"boto3"}, id="an extra before `all`",
        ),
        pytest.param(
            '[dependency-groups]\ndev = ["pytest"]\nslow = ["pytest-timeout", "a"]\nfull = ["pytest-timeout", "a", '
            '"b"]\n'
            + TIMEOUT,
            {"pytest-timeout", "a"}, {"b"}, id="the group of a plugin that addopts need",
        ),
        pytest.param(
            '[dependency-groups]\ndev = ["pytest"]\nio = ["pytest-asyncio"]\n[tool.pytest]\nasyncio_mode = "auto"\n',
            {"pytest-asyncio"}, set(), id="the group of a plugin that a setting needs",
        ),
        pytest.param(
            '[dependency-groups]\ndev = ["pytest"]\n[tool.pytest.ini_options]\n'
            'required_plugins = ["pytest-timeout>=2"]\n',
            {"pytest-timeout"}, set(), id="required_plugins that nothing declares",
        ),
        pytest.param(
            '[dependency-groups]\ndev = ["pytest"]\nx = ["pytest-mock"]\ny = ["pytest-httpx"]\nz = ["pytest-qt"]\n',
            {"pytest-mock", "pytest-httpx"}, {"pytest-qt"}, id="groups of fixtures and marks that the tests use",
        ),
    ],
)  # fmt: skip
async def test_groups_are_taken_for_what_they_bring_and_not_for_their_names(text, needed, left):
    test = "import pytest\n\n\n@pytest.mark.httpx_mock\ndef test_a(mocker):\n    pass\n"
    files = {"pyproject.toml": PROJECT + text, "shop/__init__.py": "", "tests/test_a.py": test}
    found = names((await detected(files)).dependencies.requirements)
    assert needed | {"six"} <= found
    assert not left & found


@pytest.mark.parametrize(
    ("group", "optional", "taken"),
    [
        pytest.param("qa", "optional = true", True, id="an optional group that brings pytest"),
        pytest.param("extras", "", True, id="any group that is not optional"),
        pytest.param("extras", "optional = true", True, id="the only one with pytest"),
    ],
)
async def test_poetrys_groups_are_installed_as_poetry_installs_them(group, optional, taken):
    text = '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.11"\nsix = "*"\n'
    text += (
        f'[tool.poetry.group.{group}]\n{optional}\n[tool.poetry.group.{group}.dependencies]\npytest = "*"\nx = "^1"\n'
    )
    found = names((await detected({"pyproject.toml": text, "shop/a.py": ""})).dependencies.requirements)
    assert ("x" in found) == taken


@pytest.mark.parametrize(
    "backend", [pytest.param("poetry.core.masonry.api", id="Poetry"), pytest.param("pdm.backend", id="PDM")]
)
async def test_groups_of_pep_735_are_installed_where_the_projects_tool_does_so(backend):
    text = PROJECT + f'[build-system]\nbuild-backend = "{backend}"\n[dependency-groups]\nspam = ["time-machine"]\n'
    text += 'test = ["pytest"]\ndocs = ["sphinx"]\n'
    found = names((await detected({"pyproject.toml": text, "shop/a.py": ""})).dependencies.requirements)
    assert found == {"six", "time-machine", "pytest"}


async def test_a_group_of_poetry_includes_others():
    text = '[tool.poetry]\nname = "shop"\n[tool.poetry.group.dev]\ninclude-groups = ["spam"]\n'
    text += '[tool.poetry.group.dev.dependencies]\npytest = "*"\n[tool.poetry.group.spam]\noptional = true\n'
    text += '[tool.poetry.group.spam.dependencies]\nrespx = "*"\n'
    found = names((await detected({"pyproject.toml": text, "shop/a.py": ""})).dependencies.requirements)
    assert found == {"pytest", "respx"}


async def test_a_plugin_that_pytest_is_configured_for_and_nothing_declares_is_installed_and_said():
    found = (await detected({"pyproject.toml": PROJECT + TIMEOUT, "shop/a.py": ""})).dependencies
    assert "pytest-timeout" in found.requirements
    assert any("pytest-timeout, which pytest is configured for and nobody declares" in note for note in found.notes)


async def test_a_plugin_that_only_the_configuration_names_is_not_asked_of_an_index():
    text = PROJECT + '[tool.pytest.ini_options]\naddopts = "-p pytest_inhouse"\n'
    found = (await detected({"pyproject.toml": text, "shop/a.py": ""})).dependencies
    assert "pytest-inhouse" not in names(found.requirements)
    assert any("pytest is configured for pytest-inhouse, which no manifest declares" in note for note in found.notes)


async def test_plugins_of_settings_alone_are_installed():
    files = {"requirements.txt": "flask\n", "setup.cfg": "[tool:pytest]\nasyncio_mode = auto\n", "app.py": ""}
    found = (await detected({**files, "tests/test_a.py": "async def test_a(): ...\n"})).dependencies
    assert "pytest-asyncio" in found.requirements


@pytest.mark.parametrize(
    ("files", "needed"),
    [
        pytest.param(
            {"hatch.toml": '[envs.hatch-test]\nextra-dependencies = ["pytest-timeout"]\n'},
            {"pytest-timeout", "pytest", "pytest-mock"}, id="hatch.toml, with what hatch test brings itself",
        ),
        pytest.param(
            {"hatch.toml": '[envs.default]\ndependencies = ["pytest"]\n[envs.cov]\n'
                           'extra-dependencies = ["pytest-timeout"]\n'},
            {"pytest", "pytest-timeout"}, id="an environment that inherits from default",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT + CLI + TIMEOUT + '[tool.hatch.envs.unit]\nfeatures = ["cli"]\n'
             'dependencies = ["pytest", "pytest-timeout"]\n'},
            {"pytest-timeout", "itsdangerous"}, id="an environment by any name, with features",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT + TIMEOUT + '[tool.hatch.envs.x]\ndependency-groups = ["spam"]\n'
             '[dependency-groups]\nspam = ["pytest", {include-group = "eggs"}]\neggs = ["pytest-timeout"]\n'},
            {"pytest", "pytest-timeout"}, id="an environment of dependency groups",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT + TIMEOUT + '[tool.hatch.envs.base]\ndependencies = ["pytest-timeout"]\n'
             '[tool.hatch.envs.e2e]\ntemplate = "base"\nextra-dependencies = ["pytest"]\n'},
            {"pytest", "pytest-timeout"}, id="an environment with a template of its own",
        ),
    ],
)  # fmt: skip
async def test_hatchs_environments_are_read_wherever_they_stand(files, needed):
    chain = await detected({"pyproject.toml": PROJECT + TIMEOUT, "shop/a.py": "", "tests/test_a.py": "", **files})
    assert needed | {"six"} <= names(chain.dependencies.requirements)
    assert not any("which no manifest declares" in note for note in chain.dependencies.notes)


@pytest.mark.parametrize(
    ("files", "needed", "left"),
    [
        pytest.param(
            {"tox.ini": "[tox]\nenvlist = py311\n[testenv]\ndeps =\n    pytest>=7\n    py311: pytest-timeout\n"
             "    py27: mock\n    -rrequirements/ci.txt\n", "requirements/ci.txt": "pytest-mock\n"},
            {"pytest", "pytest-timeout", "pytest-mock"}, {"mock"}, id="factors and files",
        ),
        pytest.param(
            {"tox.ini": "[tox]\nenv_list = lint, py{310,311}-django{42,52}\n[testenv]\ncommands = pytest\ndeps =\n"
             "    pytest\n    django42: Django~=4.2\n    django52: Django~=5.2\n[testenv:lint]\ndeps = ruff\n"
             "commands = ruff check\n"},
            {"Django~"}, {"ruff"}, id="one combination of factors, the newest",
        ),
        pytest.param(
            {"tox.ini": "[base]\ndeps =\n    pytest\n    respx\n[testenv:unit]\ndeps =\n    {[base]deps}\n"
                        "    responses\n"
             "commands = pytest tests\n[testenv:docs]\ndeps = sphinx\ncommands = sphinx-build\n"},
            {"respx", "responses"}, {"sphinx"}, id="a section of its own, and another's lines",
        ),
        pytest.param(
            {"tox.ini": "[tox]\nenvlist = py{310,311}-unit\n[testenv:py{310,311}-unit]\ncommands = pytest\ndeps =\n"
             "    pytest\n    responses\n"},
            {"responses"}, set(), id="a section of several names",
        ),
        pytest.param(
            {"tox.ini": "[testenv]\nextras = cli\ncommands = pytest\ndeps = pytest\n", "pyproject.toml": PROJECT + CLI},
            {"itsdangerous"}, set(), id="extras",
        ),
        pytest.param(
            {"tox.ini": "[testenv]\ndependency_groups = spam\n"
             "commands = pytest\n", "pyproject.toml": PROJECT + '[dependency-groups]\nspam = ["respx"]\n'},
            {"respx"}, set(), id="dependency groups",
        ),
        pytest.param(
            {"setup.cfg": "[tox:tox]\nenvlist = py3\n[testenv]\ndeps = pytest-timeout\ncommands = pytest\n"},
            {"pytest-timeout"}, set(), id="in setup.cfg",
        ),
        pytest.param(
            {"tox.toml": 'env_list = ["3.11"]\n[env_run_base]\ndeps = ["pytest", "pytest-timeout"]\n'
             'commands = [["pytest"]]\n'},
            {"pytest-timeout"}, set(), id="tox.toml",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT + '[tool.tox.env_run_base]\ndeps = ["pytest>=8"]\n[tool.tox.env.unit]\n'
             'deps = ["pytest-timeout", "-r {tox_root}/more.txt"]\ncommands = [["pytest"]]\n', "more.txt": "respx\n"},
            {"pytest-timeout", "respx"}, set(), id="[tool.tox], an environment of its own",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT + '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ndeps = pytest-timeout\n'
             'commands = pytest\n"""\n'},
            {"pytest-timeout"}, set(), id="legacy_tox_ini",
        ),
    ],
)  # fmt: skip
async def test_tox_says_what_its_test_environment_installs(files, needed, left):
    chain = await detected({"setup.py": SETUP, "shop/__init__.py": "", "tests/test_a.py": "", **files})
    found = names(chain.dependencies.requirements)
    assert needed <= found
    assert not left & found


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        pytest.param(
            "import nox\n@nox.session\ndef tests(session):\n    session.install('-e', '.', 'pytest', "
            "'pytest-timeout')\n"
            "    session.run('pytest')\n",
            {"pytest", "pytest-timeout"}, id="session.install",
        ),
        pytest.param(
            "import nox\nDEPS = ['pytest', 'respx']\n@nox.session(python=['3.10', '3.11'])\ndef unit(session):\n"
            "    session.install(*DEPS)\n    session.install('.[cli]')\n    session.run('python', '-m', 'pytest')\n",
            {"respx", "itsdangerous"}, id="a list of the module, and the project's extra",
        ),
        pytest.param(
            "from nox import session\n@session\ndef lint(session):\n    session.install('ruff')\n@session\n"
            "def check(session):\n    session.install('-r', 'ci.txt')\n    session.run('coverage', 'run', '-m', "
            "'pytest')\n",
            {"responses"}, id="a requirements file, in the session that runs tests",
        ),
        pytest.param(
            "import nox\n@nox.session\ndef tests(session):\n    session.run_install('uv', 'sync', '--extra=cli')\n"
            "    session.run('pytest')\n",
            {"itsdangerous"}, id="uv sync",
        ),
        pytest.param(
            "import nox\ndef _run(session):\n    session.install('pytest', 'respx')\n    session.run('pytest')\n"
            "@nox.session\ndef tests(session):\n    _run(session)\n",
            {"respx"}, id="a function that the session calls",
        ),
    ],
)  # fmt: skip
async def test_nox_says_what_its_test_session_installs(text, needed):
    files = {"pyproject.toml": PROJECT + CLI, "noxfile.py": text, "ci.txt": "responses\n", "shop/a.py": ""}
    found = names((await detected({**files, "tests/test_a.py": ""})).dependencies.requirements)
    assert needed <= found
    assert "ruff" not in found


@pytest.mark.parametrize(
    ("files", "test"),
    [
        pytest.param(
            {"tox.ini": "[testenv]\nsetenv =\n    APP_ENV = test\n    PYTHONPATH = {toxinidir}\ndeps = pytest\n"
             "commands = pytest\n"},
            ("env", "APP_ENV=test"), id="tox's setenv",
        ),
        pytest.param(
            {"tox.toml": '[env_run_base]\ndeps = ["pytest"]\nset_env = {APP_ENV = "test"}\ncommands = [["pytest"]]\n'},
            ("env", "APP_ENV=test"), id="set_env in tox.toml",
        ),
        pytest.param(
            {"noxfile.py": "import nox\n@nox.session\ndef tests(session):\n    session.env['A'] = '1'\n"
             "    session.run('pytest', env={'B': '2'})\n"},
            ("env", "A=1", "B=2"), id="nox's",
        ),
        pytest.param(
            {"hatch.toml": '[envs.unit]\ndependencies = ["pytest"]\nenv-vars = {A = "1"}\nscripts = {t = "pytest"}\n'},
            ("env", "A=1"), id="hatch's env-vars",
        ),
        pytest.param(
            {"tox.ini": "[testenv]\nsetenv =\n    DATABASE_URL = postgres://localhost/x\n    PYTEST_ADDOPTS = -x\n"
             "    TOKEN = {env:TOKEN}\ndeps = pytest\ncommands = pytest\n"},
            (), id="a service's address, pytest's own, a substitution: not taken",
        ),
        pytest.param(
            {"tox.ini": "[testenv]\nsetenv = DATABASE_URL = sqlite:///x.db\ndeps = pytest\ncommands = pytest\n"},
            ("env", "DATABASE_URL=sqlite:///x.db"), id="an address that is a file",
        ),
    ],
)  # fmt: skip
async def test_variables_of_the_projects_test_environment_are_set(files, test):
    chain = await detected({"setup.py": SETUP, "shop/a.py": "", "tests/test_a.py": "def test_a(): pass\n", **files})
    assert chain.test[: len(test)] == test
    assert chain.test[len(test)] == "python"


FLIT = (
    '[build-system]\nrequires = ["flit_core >=2,<4"]\nbuild-backend = "flit_core.buildapi"\n[tool.flit.metadata]\n'
    'module = "shop"\ndist-name = "the-shop"\nauthor = "x"\nrequires = ["six", "attrs >=20"]\n'
    'requires-python = ">=3.8"\n'
    '[tool.flit.metadata.requires-extra]\ntest = ["pytest", "pytest-mock"]\ndoc = ["sphinx"]\n[tool.flit.scripts]\n'
    'shop = "shop:main"\n'
)


async def test_flits_tables_from_before_pep_621_are_a_manifest():
    files = {"pyproject.toml": FLIT, "shop/__init__.py": "__version__ = '3.1'\n", "docs/requirements.txt": "sphinx\n"}
    chain = await detected(files)
    assert chain.root == ""
    assert names(chain.dependencies.requirements) == {"six", "attrs", "pytest", "pytest-mock"}
    assert chain.dependencies.interpreter == ">=3.8"
    assert (chain.project.name, chain.project.version) == ("the-shop", "3.1")
    assert chain.project.entry_points == {"console_scripts": {"shop": "shop:main"}}


async def test_flits_tables_below_tools_at_the_top_are_the_project():
    chain = await detected({"pyproject.toml": "[tool.ruff]\n", "backend/pyproject.toml": FLIT, "backend/shop.py": ""})
    assert (chain.root, chain.project.name) == ("backend", "the-shop")


async def test_flits_dev_requires_are_for_development():
    text = '[tool.flit.metadata]\nmodule = "shop"\nrequires = ["six"]\ndev-requires = ["pytest", "respx"]\n'
    found = (await detected({"pyproject.toml": text, "shop.py": "__version__ = '2'\n"})).dependencies.requirements
    assert names(found) == {"six", "pytest", "respx"}


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        pytest.param(
            '{version = "*", markers = "python_version < \'3.8\'"}', 'x; python_version < "3.8"', id="markers"
        ),
        pytest.param('{version = ">=1", sys_platform = "== \'win32\'"}', 'x>=1; sys_platform == "win32"', id="a key"),
        pytest.param('{version = "==1.*"}', "x==1.*", id="a wildcard of a version"),
        pytest.param(
            '{extras = ["a", "b"], version = "~=1.0", index = "pypi"}', "x[a,b]~=1.0", id="extras and an index"
        ),
    ],
)
async def test_entries_of_a_pipfile_keep_their_markers(entry, line):
    files = {"Pipfile": f"[packages]\nx = {entry}\n[tests]\npytest = '*'\n", "a.py": ""}
    found = (await detected(files)).dependencies.requirements
    assert set(found) == {line, "pytest"}


SCM = '[project]\nname = "meter"\ndynamic = ["version"]\n'


@pytest.mark.parametrize(
    ("files", "path"),
    [
        pytest.param(
            {"pyproject.toml": SCM + '[tool.setuptools_scm]\nversion_file = "src/meter/_version.py"\n'},
            "src/meter/_version.py", id="setuptools_scm",
        ),
        pytest.param(
            {"pyproject.toml": SCM + '[tool.setuptools_scm]\nwrite_to = "src/meter/_version.py"\n'},
            "src/meter/_version.py", id="its older key",
        ),
        pytest.param(
            {"pyproject.toml": SCM + '[tool.hatch.build.hooks.vcs]\nversion-file = "src/meter/version.py"\n'},
            "src/meter/version.py", id="hatch-vcs",
        ),
        pytest.param(
            {"pyproject.toml": SCM, "hatch.toml": '[build.hooks.vcs]\nversion-file = "src/meter/_v.py"\n'},
            "src/meter/_v.py", id="hatch-vcs in hatch.toml",
        ),
        pytest.param(
            {"pyproject.toml": SCM + '[tool.pdm.version]\nsource = "scm"\nwrite_to = "src/meter/_version.py"\n'},
            "src/meter/_version.py", id="PDM",
        ),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(name='meter', "
                         "use_scm_version={'write_to': 'src/meter/_v.py'})\n"},
            "src/meter/_v.py", id="setup.py",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.ruff]\n", "back/pyproject.toml": SCM + "[tool.setuptools_scm]\n"
             'version_file = "meter/_version.py"\n', "back/meter/__init__.py": ""},
            "back/meter/_version.py", id="below the top",
        ),
    ],
)  # fmt: skip
async def test_a_module_with_the_version_that_the_build_writes_is_known_and_said(files, path):
    chain = await detected({"src/meter/__init__.py": "", **files})
    assert list(chain.project.generated) == [path]
    assert "version" in chain.project.generated[path]
    assert any(path in line for line in chain.why)
    held = await detected({"src/meter/__init__.py": "", **files, path: "version = '1'\n"})
    assert held.project.generated == {}


async def test_the_version_that_stands_in_for_a_tag_is_taken():
    text = SCM + '[tool.setuptools_scm]\nversion_file = "meter/_version.py"\nfallback_version = "7.1"\n'
    project = (await detected({"pyproject.toml": text, "meter/__init__.py": ""})).project
    assert project.version == "7.1"
    assert "'7.1'" in project.generated["meter/_version.py"]
