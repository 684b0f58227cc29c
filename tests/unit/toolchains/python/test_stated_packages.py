"""The packages that aurora.yaml wants installed: groups, extras, and the commands of `project.install`."""

import pytest

from aurora.domain.workspace import Dependencies
from aurora.errors import Refusal
from aurora.settings.project import ProjectSettings
from tests.support.projects import detected

FILES = {
    "pyproject.toml": """[project]
name = 'shop'
version = '1'
dependencies = ['flask']
[project.optional-dependencies]
pg = ['psycopg2-binary']
test = ['pytest', 'httpx']
[dependency-groups]
dev = ['pytest', 'ruff']
perf = ['locust']
""",
    "uv.lock": 'version = 1\n[[package]]\nname = "flask"\nversion = "3.0.0"\n',
    "requirements/dev.txt": "-r base.txt\npytest-mock\n",
    "requirements/base.txt": "requests",
    "constraints.txt": "requests==2.30",
    "libs/core/pyproject.toml": """[project]
name = 'core'
dependencies = ['attrs']
optional-dependencies = {x = ['rich']}
""",
    "libs/core/core.py": "",
    "shop/app.py": "",
    "tests/test_app.py": "def test_it(): pass",
}
POETRY = {
    "pyproject.toml": """[tool.poetry]
name = 'shop'
version = '1'
[tool.poetry.dependencies]
flask = '*'
[tool.poetry.group.test.dependencies]
pytest = '*'
[tool.poetry.group.docs]
optional = true
[tool.poetry.group.docs.dependencies]
sphinx = '*'
""",
    "tests/test_app.py": "",
}


async def installed(files: dict[str, str] = FILES, **project: object) -> Dependencies:
    return (await detected(files, project=ProjectSettings.model_validate(project))).dependencies


@pytest.mark.parametrize(
    ("project", "requirements"),
    [
        ({}, "flask pytest ruff httpx"),
        ({"groups": ("perf",)}, "flask locust pytest httpx"),
        ({"extras": ("pg",)}, "flask psycopg2-binary pytest ruff"),
        ({"groups": (), "extras": ("Test",)}, "flask pytest httpx"),
        ({"groups": (), "extras": ()}, "flask"),
    ],
)
async def test_groups_and_extras_that_are_named_stand_for_those_that_are_found(
    project: dict[str, object], requirements: str
) -> None:
    assert (await installed(**project)).requirements == tuple(requirements.split())


@pytest.mark.parametrize(
    ("line", "requirements", "constraints"),
    [
        ("pip install -r requirements/dev.txt -c constraints.txt", "pytest-mock requests", "requests==2.30"),
        ("python -m pip install -U -rrequirements/base.txt", "requests", ""),
        ("-r requirements/base.txt", "requests", ""),
        ("pip install -e '.[pg,test]'", "flask psycopg2-binary pytest httpx", ""),
        (".[test]", "flask pytest httpx", ""),
        ("pip install --group perf .", "flask locust", ""),
        ("pip install -e ./libs/core[x] 'pytest>=8'", "attrs rich pytest>=8", ""),
        ("pip install libs/core", "attrs", ""),
        ("uv pip install --system pytest", "pytest", ""),
        ("pytest>=8", "pytest>=8", ""),
        ("uv sync", "flask pytest ruff", "flask==3.0.0"),
        ("uv sync --no-dev --group perf --extra pg", "flask locust psycopg2-binary", "flask==3.0.0"),
        ("uv sync --only-group dev", "pytest ruff", "flask==3.0.0"),
        ("poetry install --with perf --without dev", "flask locust", "flask==3.0.0"),
        ("pdm install -G pg", "flask psycopg2-binary pytest ruff", "flask==3.0.0"),
        ("python setup.py develop", "flask", ""),
    ],
)
async def test_a_command_that_people_type_is_read_and_not_run(line: str, requirements: str, constraints: str) -> None:
    found = await installed(install=(line,))
    assert found.requirements == tuple(requirements.split())
    assert found.constraints == tuple(constraints.split())


async def test_a_marker_may_have_blanks_and_a_line_several_commands() -> None:
    found = await installed(install=("httpx ; python_version < '3.13'", "pip install -U wheel && pip install attrs"))
    assert found.requirements == ('httpx; python_version < "3.13"', "wheel", "attrs")


async def test_poetry_installs_the_groups_that_are_not_optional() -> None:
    assert (await installed(POETRY, install=("poetry install",))).requirements == ("flask", "pytest")
    assert (await installed(POETRY, install=("poetry install --only docs",))).requirements == ("sphinx",)


async def test_packages_of_debian_come_beside_what_is_found() -> None:
    found = await installed(install=("sudo apt-get update && apt-get install -y libmagic1 g++ python3-dev",))
    assert found.debian == ("libmagic1", "g++")
    assert found.requirements == ("flask", "pytest", "ruff", "httpx")


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ({"groups": ("pref",)}, "project.groups .*'pref'.*\nDid you mean 'perf'"),
        ({"install": ("uv sync --group pref",)}, "no group or extra 'pref'"),
        ({"install": ("pip install -r requirements/dve.txt",)}, "Did you mean 'requirements/dev.txt'"),
        ({"install": ("make install",)}, "no command that installs from manifests"),
        ({"install": ("make",)}, "no command that installs from manifests"),
        ({"install": ("python setup.py build_ext --inplace",)}, "no command that installs from manifests"),
        ({"install": ("curl x | sh",)}, "needs a shell"),
        ({"install": ("pip install $(cat list)",)}, "needs a shell"),
        ({"install": ("pip install git+https://host.invalid/x",)}, "neither a requirement of an index nor"),
        ({"install": ("pip install --extra-index-url https://host.invalid/x y",)}, "names an index"),
        ({"install": ("pip install --target out y",)}, "option '--target'"),
        ({"install": ("pip install /etc",)}, "no path inside the repository"),
        ({"install": ("apt-get install git-",)}, "no name of a Debian package"),
        ({"install": ("apt-get install python3-pytest",)}, "has of its own"),
        ({"install": ("apt-get remove git",)}, "another command of apt"),
        ({"install": ("pip install 'y",)}, "not closed"),
    ],
)
async def test_what_the_builder_can_not_do_is_refused_with_its_reason(project: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        await installed(**project)


@pytest.mark.parametrize(
    ("requires", "stated", "base"),
    [
        ("", None, ""),
        (">=3.9", None, ""),
        (">=3.11.4", None, ""),
        (">=3.12", None, "3.13"),
        (">=3.13,<3.14", None, "3.13"),
        ("==3.12.*", None, "3.13"),
        (">=3.12,<3.13", None, "3.13"),
        (">=3.14", None, "3.13"),
        ("<3.10", None, ""),
        (">=3.100", None, ""),
        ("not a version", None, ""),
        (">=3.9", "3.13", "3.13"),
        (">=3.12", "3.11", ""),
    ],
)
async def test_the_python_is_one_that_the_project_takes(requires: str, stated: str | None, base: str) -> None:
    files = {"pyproject.toml": f"[project]\nname = 'a'\nrequires-python = '{requires}'", "a.py": ""}
    chain = await detected(files, project=ProjectSettings(python=stated))
    assert chain.dependencies.python == base
    reported = [line for line in chain.why if line.startswith("python: ")]
    silent = ("", ">=3.9", ">=3.11.4", "not a version")
    assert bool(reported) == (requires not in silent or stated is not None)


async def test_a_python_that_is_not_to_be_had_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refusal, match=r"'3.12', which the sandbox can't have.\nIt can have 3.11 and 3.13"):
        await installed(python="3.12")
