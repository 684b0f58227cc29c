"""Tests that no runner takes unasked: how the project's own people run them is read from their tools."""

import pytest

from aurora.settings.repository import BackendSettings, Commands
from aurora.toolchains.project_tests import is_test
from aurora.toolchains.python import pytest_runs
from tests.support.projects import detected

PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n[dependency-groups]\ndev = ["pytest"]\n'
CASE = "import unittest\n\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        pass\n"
DISCOVER = "python -m unittest discover -s checks -p 'check_*.py'"
DISCOVERED = "python -m unittest discover -s checks -p check_*.py"


@pytest.mark.parametrize(
    ("files", "runner", "command", "where"),
    [
        pytest.param({"tox.ini": f"[tox]\nenvlist = py311\n[testenv]\ncommands = {DISCOVER} {{posargs}}\n"},
                     "unittest", DISCOVERED, "tox.ini", id="tox"),
        pytest.param({"Makefile": f".PHONY: test\nlint:\n\truff check\ntest: lint\n\t@{DISCOVER}\n"},
                     "unittest", DISCOVERED, "Makefile", id="a Makefile"),
        pytest.param({"justfile": "test *args:\n    uv run pytest -q checks/check_a.py {{args}}\n"},
                     "pytest", "pytest -q checks/check_a.py -p no:cacheprovider", "justfile", id="a justfile"),
        pytest.param({"pyproject.toml": PROJECT + f'[tool.taskipy.tasks]\ntest = "{DISCOVER}"\n'},
                     "unittest", DISCOVERED, "pyproject.toml", id="taskipy"),
        pytest.param({"pyproject.toml": PROJECT + '[tool.pdm.scripts]\ntest = {cmd = ["pytest", "-o", '
                      '"python_files=check_*.py"]}\n'},
                     "pytest", "pytest -o python_files=check_*.py -p no:cacheprovider", "pyproject.toml", id="PDM"),
        pytest.param({"hatch.toml": "[envs.default.scripts]\ntest = 'pytest checks/check_a.py'\n"}, "pytest",
                     "pytest checks/check_a.py -p no:cacheprovider", "pyproject.toml or hatch.toml", id="hatch"),
    ],
)  # fmt: skip
async def test_the_projects_own_command_says_which_files_are_tests(files, runner, command, where):
    chain = await detected({"pyproject.toml": PROJECT, "shop/__init__.py": "", "checks/check_a.py": CASE, **files})
    assert (chain.runner, " ".join(chain.test)) == (runner, command)
    assert chain.test_roots == ("checks",)
    assert (is_test(chain, "checks/check_a.py"), is_test(chain, "shop/__init__.py")) == (True, False)
    assert any(f"of {where}: no file is taken unasked" in line for line in chain.why)


@pytest.mark.parametrize(
    "makefile",
    [
        pytest.param("test:\n\tdocker compose run app pytest checks/check_a.py\n", id="elsewhere"),
        pytest.param("test:\n\tcd checks && pytest check_a.py\n", id="several commands"),
        pytest.param("test:\n\tpytest\n", id="no files"),
        pytest.param("bench:\n\tpytest checks/check_a.py\n", id="another target"),
        pytest.param("test:\n\tpytest 'checks\n", id="no command"),
    ],
)
async def test_a_command_that_says_nothing_of_files_is_not_taken(makefile):
    files = {"pyproject.toml": PROJECT, "Makefile": makefile, "shop/__init__.py": "", "checks/check_a.py": CASE}
    assert (await detected(files)).test == ("python", "-m", "pytest", "-p", "no:cacheprovider")


async def test_where_files_are_taken_unasked_a_makefile_changes_nothing():
    files = {"pyproject.toml": PROJECT, "Makefile": "test:\n\tpytest tests/test_a.py\n", "tests/test_a.py": CASE}
    assert (await detected(files)).test == ("python", "-m", "pytest", "-p", "no:cacheprovider")


@pytest.mark.parametrize(
    "tables",
    ['[tool.pdm.scripts]\ntest = {cmd = "pytest", env = {REGION = "eu"}}\n',
     '[tool.poe.tasks.test]\ncmd = "pytest"\nenv = {REGION = "eu"}\n'],
    ids=["PDM", "poe"],
)  # fmt: skip
async def test_variables_of_the_task_that_runs_the_tests_are_set(tables):
    chain = await detected({"pyproject.toml": PROJECT + tables, "shop/__init__.py": "", "tests/test_a.py": CASE})
    assert chain.test[:2] == ("env", "REGION=eu")


async def test_requirements_that_setup_py_adds_to_a_list_are_read():
    setup = (
        "from setuptools import setup\nREQUIRES = ['six']\nREQUIRES += ['attrs']\nREQUIRES.append('toolz')\n"
        "REQUIRES.extend(['respx'])\nREQUIRES.append(computed())\nsetup(name='shop', install_requires=REQUIRES)\n"
    )
    chain = await detected({"setup.py": setup, "shop/__init__.py": ""})
    assert set(chain.dependencies.requirements) == {"six", "attrs", "toolz", "respx"}


async def test_a_path_of_modules_in_the_command_hides_no_reporter():
    files = {"pyproject.toml": PROJECT, "lib/shop.py": "", "tests/test_a.py": CASE}
    named = Commands(test=("env", "REGION=eu", "PYTHONPATH=lib", "pytest", "-q"))
    command = pytest_runs.command(await detected(files, named), BackendSettings())
    assert command.argv[:4] == ("env", "REGION=eu", "pytest", "-q")
    assert command.env["PYTHONPATH"] == "lib"
    alone = pytest_runs.command(
        await detected(files, Commands(test=("env", "PYTHONPATH=lib", "pytest"))), BackendSettings()
    )
    assert (alone.argv[0], alone.env["PYTHONPATH"]) == ("pytest", "lib")
