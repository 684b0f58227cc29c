"""Test commands and requirement lines as people write them: wrappers, variables, options behind a requirement."""

import pytest

from aurora.settings.repository import BackendSettings, Commands
from aurora.toolchains.python import pytest_runs, unittest_runs
from aurora.toolchains.python.command_words import unwrapped
from tests.support.projects import detected

DJANGO = "from django.core.management import execute_from_command_line\n"


@pytest.mark.parametrize(
    ("written", "run"),
    [
        pytest.param("uv run pytest -q", "pytest -q", id="uv"),
        pytest.param("uv run --group test --frozen -- pytest", "pytest", id="uv with options"),
        pytest.param("poetry run python -m pytest", "python -m pytest", id="Poetry"),
        pytest.param("pipenv run pytest", "pytest", id="Pipenv"),
        pytest.param("hatch run unit:pytest -x", "pytest -x", id="hatch, an environment named"),
        pytest.param("hatch -e unit run pytest", "pytest", id="hatch, an option before"),
        pytest.param("dotenv -f .env.test run -- pytest", "pytest", id="dotenv"),
        pytest.param("coverage run --source shop -m pytest", "python -m pytest", id="coverage of a module"),
        pytest.param("coverage run manage.py test", "python manage.py test", id="coverage of a script"),
        pytest.param("env A=1 B=2 uv run pytest", "env A=1 B=2 pytest", id="variables before a wrapper"),
        pytest.param("uv run env A=1 pytest", "env A=1 pytest", id="variables behind it"),
        pytest.param("A=1 pytest", "env A=1 pytest", id="variables as a shell has them"),
        pytest.param("conda run -n shop pytest", "pytest", id="conda"),
        pytest.param("uv run -m pytest -q", "python -m pytest -q", id="uv, a module"),
        pytest.param("uvx --with pytest-cov pytest", "pytest", id="uvx"),
        pytest.param("pipx run pytest", "pytest", id="pipx"),
        pytest.param("poetry run coverage run -m pytest", "python -m pytest", id="two wrappers"),
        pytest.param("make test", "make test", id="no wrapper"),
        pytest.param("uv sync", "uv sync", id="nothing is run"),
        pytest.param("tox -e py311", "tox -e py311", id="a runner of its own"),
    ],
)
def test_wrappers_that_enter_an_environment_are_cut_off(written, run):
    assert " ".join(unwrapped(written.split())) == run


@pytest.mark.parametrize(
    ("written", "runner", "started"),
    [
        pytest.param("env SECRET=x python manage.py test", "django",
         "env SECRET=x python -m aurora_django_events manage.py",
                     id="variables"),
        pytest.param("uv run python manage.py test --keepdb", "django", "python -m aurora_django_events manage.py test",
                     id="a wrapper"),
        pytest.param("python -W error manage.py test", "django", "python -W error -m aurora_django_events manage.py",
                     id="options of Python"),
        pytest.param("poetry run python -X dev -m unittest discover", "unittest",
                     "python -X dev -m aurora_unittest_events discover", id="unittest"),
        pytest.param("python3 -m pytest -q", "pytest", "python3 -m pytest -q -p", id="pytest"),
    ],
)  # fmt: skip
async def test_the_runner_is_known_behind_wrappers_and_variables(written, runner, started):
    files = {"requirements.txt": "Django\n", "manage.py": DJANGO, "site/tests.py": "import unittest\n"}
    chain = await detected(files, Commands(test=tuple(written.split())))
    assert chain.runner == runner
    runs = pytest_runs if runner == "pytest" else unittest_runs
    assert " ".join(runs.command(chain, BackendSettings()).argv).startswith(started)


@pytest.mark.parametrize("command", ["tox -e py311", "nox -s tests", "hatch test", "python -m tox", "env A=1 tox"])
async def test_a_command_that_makes_an_environment_gives_way_to_what_is_detected(command):
    chain = await detected({"requirements.txt": "pytest\n", "a.py": ""}, Commands(test=tuple(command.split())))
    assert chain.test[:3] == ("python", "-m", "pytest")
    assert any(f"`{command}`, makes an environment" in line for line in chain.why)


async def test_a_wrapper_that_is_cut_off_is_said():
    chain = await detected({"requirements.txt": "six\n", "a.py": ""}, Commands(test=("uv", "run", "pytest")))
    assert any("it runs `pytest`: the sandbox is the environment already" in line for line in chain.why)


@pytest.mark.parametrize(
    ("text", "requirements"),
    [
        pytest.param("itsdangerous==2.2.0 --no-binary itsdangerous\n", ("itsdangerous==2.2.0",), id="--no-binary"),
        pytest.param('six==1.16 --config-settings="--global-option=x"\n', ("six==1.16",), id="--config-settings"),
        pytest.param(
            "six==1.16 --global-option=build_ext --install-option='-O2'\n", ("six==1.16",), id="options of old pip"
        ),
        pytest.param(
            "six==1.16 ; python_version > '3' \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n",
            ('six==1.16; python_version > "3"',),
            id="hashes behind a marker",
        ),
        pytest.param('-r "more.txt"\n', ("attrs",), id="a quoted include"),
        pytest.param("--requirement=more.txt\n", ("attrs",), id="a long include"),
    ],
)
async def test_options_behind_a_requirement_do_not_lose_it(text, requirements):
    files = {"requirements.txt": text, "more.txt": "attrs\n", "a.py": ""}
    assert (await detected(files)).dependencies.requirements == requirements


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"setup.cfg": "[metadata]\nname = shop\n[options]\ninstall_requires = file: deps/all.in\n"
             "[options.extras_require]\ntest = file: deps/a.list, deps/b.list\n"},
            id="setup.cfg names files",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "shop"\ndynamic = ["dependencies", "optional-dependencies"]\n'
             '[tool.setuptools.dynamic]\ndependencies = {file = "deps/all.in"}\n'
             'optional-dependencies.test = {file = ["deps/a.list", "deps/b.list"]}\n'},
            id="setuptools' dynamic tables",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "shop"\ndynamic = ["dependencies", "optional-dependencies"]\n'
             '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["deps/all.in"]\n'
             '[tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]\ntest = ["deps/a.list", '
             '"deps/b.list"]\n'},
            id="hatch-requirements-txt",
        ),
    ],
)  # fmt: skip
async def test_requirements_files_that_a_manifest_names_are_read(files):
    held = {"deps/all.in": "six\n", "deps/a.list": "pytest\n", "deps/b.list": "respx\n", "shop/a.py": ""}
    assert set((await detected({**files, **held})).dependencies.requirements) == {"six", "pytest", "respx"}


CASE = "from {} import {}\n\nclass TestShop({}):\n    def test_a(self): ...\n"
OF_DJANGO = CASE.format("django.test", "TestCase", "TestCase")
OF_REST = CASE.format("rest_framework.test", "APITestCase", "APITestCase")


@pytest.mark.parametrize(
    ("declares", "files", "runner"),
    [
        pytest.param("pytest-cov", {"shop/tests.py": OF_DJANGO}, "django", id="a plugin of another purpose"),
        pytest.param("pytest", {"shop/tests/test_a.py": OF_REST}, "django", id="pytest, cases of REST framework"),
        pytest.param("pytest\npytest-django", {"shop/tests.py": OF_DJANGO}, "pytest", id="with pytest-django"),
        pytest.param("pytest", {"a/test_a.py": OF_DJANGO + "def test_b(): ...\n"}, "pytest", id="a plain function"),
        pytest.param("pytest", {"a/test_a.py": "import pytest\n" + OF_DJANGO}, "pytest", id="tests import it"),
        pytest.param("pytest", {"shop/tests.py": OF_DJANGO, "conftest.py": ""}, "pytest", id="a conftest"),
        pytest.param("pytest", {"shop/tests.py": OF_DJANGO, "pytest.ini": "[pytest]\n"}, "pytest", id="configured"),
        pytest.param("pytest", {"shop/tests.py": CASE.format("unittest", "TestCase", "TestCase")}, "pytest",
                     id="no case of Django's"),
    ],
)  # fmt: skip
async def test_django_runs_its_own_tests_where_pytest_is_declared_and_could_not(declares, files, runner):
    chain = await detected({"requirements.txt": f"Django\n{declares}\n", "manage.py": DJANGO, **files})
    assert chain.runner == runner


CI = "jobs:\n  test:\n    steps:\n      - run: coverage run --branch manage.py test --settings=shop.test_settings\n"


@pytest.mark.parametrize(
    ("files", "given"),
    [
        pytest.param({".github/workflows/test.yml": CI}, ["--settings=shop.test_settings"], id="CI"),
        pytest.param({"Makefile": "test:\n\tpython manage.py test --settings shop.settings.test\n"},
                     ["--settings=shop.settings.test"], id="a Makefile, of a package"),
        pytest.param({"README.md": "    ./manage.py test --keepdb --settings=shop.test_settings && echo\n"},
                     ["--settings=shop.test_settings"], id="a README"),
        pytest.param({".gitlab-ci.yml": "script: python manage.py test --settings=shop.test_settings\n",
                      "README.md": "python manage.py test --settings=shop.settings.test\n"},
                     ["--settings=shop.test_settings"], id="CI before a README"),
        pytest.param({"README.md": "python manage.py runserver --settings=shop.test_settings\n"}, [],
                     id="another command"),
        pytest.param({"README.md": "python manage.py test --settings=project.settings\n"}, [], id="no such module"),
        pytest.param({"vendor/Makefile": "python manage.py test; echo --settings=shop.test_settings\n"}, [],
                     id="not the command's"),
    ],
)  # fmt: skip
async def test_djangos_runner_takes_the_settings_that_the_projects_own_command_gives(files, given):
    modules = {"shop/test_settings.py": "", "shop/settings/__init__.py": "", "shop/settings/test.py": ""}
    django = {"requirements.txt": "Django\n", "manage.py": DJANGO, "shop/tests.py": OF_DJANGO, **modules}
    chain = await detected({**django, **files})
    assert list(chain.test) == ["python", "manage.py", "test", *given]


@pytest.mark.parametrize(
    ("packages", "tests", "given"),
    [
        pytest.param(["apps/shop"], ["apps/shop/tests.py"], ["apps"], id="a folder of apps"),
        pytest.param(["src/a/shop", "src/a"], ["src/a/shop/tests/test_a.py"], [], id="a folder of tests in a package"),
        pytest.param(["src/a", "src/a/tests"], ["src/a/tests/test_a.py"], ["src"], id="a package below src"),
        pytest.param(
            ["apps/shop", "lib/x"], ["apps/shop/tests.py", "lib/x/tests.py"], ["apps", "lib"], id="two folders"
        ),
        pytest.param(["apps", "apps/shop"], ["apps/shop/tests.py"], [], id="a package of apps"),
        pytest.param(["apps/shop", "blog"], ["apps/shop/tests.py", "blog/tests.py"], [], id="some are reached"),
        pytest.param([], ["shop/tests.py"], [], id="no package at all"),
    ],
)
async def test_djangos_runner_is_given_the_folders_that_it_would_not_enter(packages, tests, given):
    files = {f"{folder}/__init__.py": "" for folder in packages} | dict.fromkeys(tests, OF_DJANGO)
    chain = await detected({"requirements.txt": "Django\n", "manage.py": DJANGO, **files})
    assert list(chain.test) == ["python", "manage.py", "test", *given]


async def test_the_settings_are_those_below_the_folder_that_manage_py_lies_in():
    django = {"requirements.txt": "Django\n", "manage.py": DJANGO, "shop/tests.py": OF_DJANGO, "shop/ci.py": ""}
    files = {f"server/{path}": text for path, text in django.items()}
    files["server/Makefile"] = "test:\n\tpython manage.py test --settings=shop.ci\n"
    chain = await detected(files)
    assert (chain.root, chain.test[-1]) == ("server", "--settings=shop.ci")
