"""A project registered in an environment without its build: its commands, "
"and the modules that the build would write."""

import json
import subprocess
import venv
from pathlib import Path

import pytest

from aurora.drivers.in_box import register_project
from aurora.toolchains.python import scm

PROGRAM = Path(register_project.__file__)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "deps", with_pip=False)
    project = folder / "tree" / "src" / "meter"
    project.mkdir(parents=True)
    (project / "__init__.py").write_text("from meter._version import version as __version__\n")
    (project / "cli.py").write_text(
        "class App:\n    @staticmethod\n    def run():\n        print('run')\n        return 3\n"
    )
    (project / "_there.py").write_text("version = 'from the file'\n")
    (folder / "deps" / "bin" / "taken").write_text("#!/bin/sh\necho of a package\n")
    given = {
        "name": "meter",
        "version": "1.2.dev3+g1",
        "entry_points": {
            "console_scripts": {
                "meter": "meter.cli:App.run",
                "taken": "meter.cli:App.run",
                "../escape": "meter.cli:App.run",
                "odd": "meter.cli:App; import os",
                "extra": "meter.cli:App.run [fast]",
            }
        },
        "roots": [str(folder / "tree" / "src")],
        "generated": {str(project / name): scm.text("1.2.dev3+g1") for name in ("_version.py", "_there.py")},
    }
    python = folder / "deps" / "bin" / "python"
    subprocess.run([python, "-I", PROGRAM], input=json.dumps(given), text=True, check=True)
    return folder


def reported(environment: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    program = environment / "deps" / "bin" / argv[0]
    return subprocess.run([program, *argv[1:]], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["meter", "extra"])
def test_a_command_of_the_project_runs_and_its_exit_code_is_its_own(environment, name):
    done = reported(environment, name)
    assert (done.stdout, done.returncode) == ("run\n", 3)


def test_a_command_that_a_package_brought_stays_and_an_odd_one_is_left_out(environment):
    assert "of a package" in (environment / "deps" / "bin" / "taken").read_text()
    assert not (environment / "deps" / "escape").exists()
    assert not (environment / "deps" / "bin" / "odd").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param("import meter; print(meter.__version__)", "1.2.dev3+g1", id="the version"),
        pytest.param(
            "from meter._version import version_tuple, __version__; print(version_tuple, __version__)",
            "(1, 2, 'dev3') 1.2.dev3+g1",
            id="all names that builds write",
        ),
        pytest.param("from meter import _there; print(_there.version)", "from the file", id="a file comes first"),
        pytest.param(
            "import importlib.util as u; print(u.find_spec('meter.nothing'), u.find_spec('_version'))",
            "None None",
            id="nothing else is found",
        ),
    ],
)
def test_a_module_that_the_build_writes_is_found_where_it_would_be(environment, code, said):
    done = reported(environment, "python", "-c", code)
    assert (done.stdout.strip(), done.stderr) == (said, "")
