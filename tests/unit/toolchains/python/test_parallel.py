"""How many processes a project's own command gives pytest, and where that is not taken over."""

from collections.abc import Mapping

import pytest

from aurora.settings.repository import BackendSettings, Commands, SandboxSettings
from aurora.toolchains.python import detection, parallel, pytest_runs
from tests.support.projects import DictProbe

PYPROJECT = """[project]
name = "a"
version = "1"
[dependency-groups]
speed = ["pytest-xdist"]
dev = ["pytest"]
"""
TREE = {"pyproject.toml": PYPROJECT, "tests/test_a.py": "def test_a(): ...\n"}


async def spread(files: Mapping[str, str], commands: Commands = Commands()) -> str:  # noqa: B008 - a frozen value
    chain = await detection.detect(DictProbe({**TREE, **files}), commands)
    if "-n" in chain.test:
        assert any(line.startswith("pytest-xdist") for line in chain.dependencies.requirements), "it has to be there"
    at = chain.test.index("-n") if "-n" in chain.test else len(chain.test)
    return " ".join(chain.test[at:])


NOX = """import nox
@nox.session
def tests(session):
    session.install("pytest", "pytest-xdist")
    session.run(
        "pytest",
        "-n", "auto",
        *session.posargs,
    )
"""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Makefile", "test:\n\tuv run pytest -n auto tests\n", "-n auto"),
        ("Makefile", "test:\n\tpython -m pytest -q \\\n\t  --numprocesses=4 --dist loadfile\n", "-n 4 --dist loadfile"),
        ("tox.ini", "[testenv]\ndeps = pytest\n  pytest-xdist\ncommands = pytest {posargs:-n auto}\n", "-n auto"),
        ("tox.ini", "[tox]\nenvlist = py\n[testenv]\ncommands =\n  coverage run -m pytest -nauto tests\n", "-n auto"),
        ("noxfile.py", NOX, "-n auto"),
        ("justfile", "test:\n  pytest --dist=worksteal -n logical\n", "-n logical --dist worksteal"),
        ("hatch.toml", '[envs.default.scripts]\ntest = "pytest -n auto {args:tests}"\n', "-n auto"),
    ],
)
async def test_the_project_s_own_command_says_it(name: str, text: str, said: str) -> None:
    assert await spread({name: text}) == said


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"Makefile": "test:\n\tpytest\nfast:\n\tpytest -n auto tests/unit\n"}, id="run both ways"),
        pytest.param({"Makefile": "test:\n\tpytest tests\n", "tox.ini": "[testenv]\ncommands = pytest\n"}, id="never"),
        pytest.param({"Makefile": "# pytest -n auto\ntest:\n\tpytest\n"}, id="in a comment"),
        pytest.param({"tox.ini": "[testenv]\ncommands =\n  xdist: pytest -n auto tests\n"}, id="one environment"),
        pytest.param({"README.md": "pytest -n auto\n"}, id="in words"),
        pytest.param({"pytest.ini": "[pytest]\naddopts = -n 3\n", "Makefile": "t:\n\tpytest -n 9\n"}, id="configured"),
        pytest.param(
            {"pyproject.toml": PYPROJECT.replace("pytest-xdist", "tox"), "Makefile": "t:\n\tpytest -n auto\n"},
            id="undeclared",
        ),
        pytest.param({"Makefile": "t:\n\tpytest -n '; rm -rf /'\n"}, id="no number"),
    ],
)
async def test_nothing_is_taken_over_where_it_is_not_said_once_and_clearly(files: Mapping[str, str]) -> None:
    assert await spread(files) == ""


async def test_a_command_of_aurora_yaml_is_taken_as_it_is() -> None:
    said = await spread({"Makefile": "test:\n\tpytest -n auto\n"}, Commands(test=("pytest", "-q")))
    assert said == ""


async def test_auto_is_the_sandbox_s_processors_and_a_few_files_run_in_one_process() -> None:
    chain = await detection.detect(DictProbe({**TREE, "Makefile": "test:\n\tpytest -n auto\n"}), Commands())
    settings = BackendSettings(sandbox=SandboxSettings(cpus=3.5))
    whole = pytest_runs.command(chain, settings)
    assert whole.env[parallel.WORKERS] == "3" and "-n0" not in whole.argv
    some = pytest_runs.command(chain, settings, ["tests/test_a.py"])
    assert some.argv[-2:] == ("-n0", "tests/test_a.py")
