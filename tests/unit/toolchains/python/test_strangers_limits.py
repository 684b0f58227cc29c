"""The things that the sandbox does not have, noted when a stranger's repository is looked at: a Python, a build,
conda."""

import pytest

from tests.support.projects import detected

LIBRARY = '[project]\nname = "{}"\nversion = "1"\ndependencies = []\n'


@pytest.mark.parametrize(
    ("requires", "loud"),
    [
        pytest.param(">=3.12", True, id="newer"),
        pytest.param("<3.10", True, id="older"),
        pytest.param(">=3.11.4", False, id="a patch release"),
        pytest.param(">=3.9,<4", False, id="a range"),
    ],
)
async def test_a_python_that_the_sandbox_has_not_is_said_at_detection(requires, loud):
    text = LIBRARY.format("b") + f'requires-python = "{requires}"\n'
    why = (await detected({"pyproject.toml": text, "b/a.py": ""})).why
    assert any(line.startswith("python:") and "AURORA_BASE_IMAGE" in line for line in why) == loud


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"requirements.txt": "psycopg2==2.9.10\n"}, "psycopg2-binary", id="psycopg2"),
        pytest.param({"requirements.txt": "mysqlclient\n"}, "pymysql", id="mysqlclient"),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(name='f', ext_modules=[Extension('f._c', ['f/_c.c'])])\n",
             "f/_c.c": ""},
            "extension modules are built by setup.py", id="C of a setup.py",
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("f") + '[build-system]\nrequires = ["maturin>=1"]\n', "src/lib.rs": ""},
            "extension modules are built by maturin", id="Rust",
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("f") + '[build-system]\nrequires = ["Cython"]\n', "f/a.pyx": ""},
            "extension modules are built by cython", id="Cython",
        ),
    ],
)  # fmt: skip
async def test_what_needs_a_build_is_said_at_detection(files, said):
    chain = await detected({"f/__init__.py": "", **files})
    assert any(said in line for line in chain.why)


CONDA = """
name: svc
channels: [conda-forge]
dependencies:
  - python=3.11
  - conda-forge::itsdangerous=2.1  # signing
  - "numpy>=1.26"
  - attrs==23.1.0=pyh_0
  - libpq
  - pip
  - pip:
      - pytest-timeout
      - -e ./libs/kit
variables:
  A: b
"""


async def test_condas_environment_is_read_where_nothing_else_declares():
    files = {"environment.yml": CONDA, "svc/__init__.py": "", "libs/kit/setup.py": "", "libs/kit/kit.py": ""}
    chain = await detected(files)
    assert set(chain.dependencies.requirements) == {
        "itsdangerous==2.1.*",
        "numpy>=1.26",
        "attrs==23.1.0",
        "pytest-timeout",
    }
    assert chain.dependencies.interpreter == "==3.11.*"
    assert any("packages of conda are taken from the package index" in note for note in chain.dependencies.notes)
    both = await detected({**files, "requirements.txt": "six\n"})
    assert both.dependencies.requirements == ("six",)
