"""The folder of a stranger's repository that is the project, and the one where its tests run: shapes of public bug
reports."""

import pytest

from tests.support.projects import detected

TESTED = '[dependency-groups]\ndev = ["pytest"]\n'
LIBRARY = '[project]\nname = "{}"\nversion = "1"\ndependencies = []\n'
DJANGO = "from django.core.management import execute_from_command_line\n"


def service(name: str, folder: str, *, tests: int = 1) -> dict[str, str]:
    """A package with a manifest and tests."""
    files = {f"{folder}/pyproject.toml": LIBRARY.format(name) + TESTED, f"{folder}/{name}/__init__.py": ""}
    return files | {f"{folder}/tests/test_{n}.py": f"import {name}\n" for n in range(tests)}


SERVICE = service("app", "backend")


@pytest.mark.parametrize(
    ("files", "root"),
    [
        pytest.param({"setup.cfg": "[flake8]\nmax-line-length = 120\n", **SERVICE}, "backend",
            id="setup.cfg of flake8"),
        pytest.param(
            {"setup.cfg": "[mypy]\nstrict = true\n[isort]\nprofile = black\n", "backend/requirements.txt": "six\n"},
            "backend",
            id="setup.cfg of mypy and isort",
        ),
        pytest.param({"requirements-dev.txt": "pre-commit\nblack==24.1\n", **SERVICE}, "backend", id="linters only"),
        pytest.param({"requirements.txt": "mkdocs-material\nmike\n", **SERVICE}, "",
            id="a requirement that is no tool"),
        pytest.param({"requirements.txt": "mkdocs-material\n", **SERVICE}, "backend", id="documentation only"),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("repo") + '[dependency-groups]\nlint = ["ruff"]\n', **SERVICE},
            "backend",
            id="a project of linters only",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.poetry]\nname = "repo"\npackage-mode = false\n[tool.poetry.dependencies]\n'
                'python = "^3.11"\n[tool.poetry.group.dev.dependencies]\npre-commit = "*"\n',
                **SERVICE,
            },
            "backend",
            id="Poetry for pre-commit",
        ),
        pytest.param({"Pipfile": '[dev-packages]\nblack = "*"\n', **SERVICE}, "backend", id="Pipfile of linters"),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("repo") + TESTED, "repo/__init__.py": "", **SERVICE}, "", id="with code"
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("repo") + '[dependency-groups]\ndev = ["ruff"]\n', "repo/a.py": ""},
            "",
            id="linters only, and nothing below",
        ),
        pytest.param({"requirements.txt": "-r backend/requirements.txt\n", "backend/requirements.txt": "flask\n"}, "",
            id="-r"),
        pytest.param({"setup.py": "from setuptools import setup\nsetup(install_requires=read())\n", **SERVICE}, "",
            id="setup.py"),
        pytest.param({"website/requirements.txt": "mkdocs\n", "svc/a.py": "", "svc/b.py": ""}, "", id="a website's"),
        pytest.param({"scripts/requirements.txt": "requests\n", "svc/a.py": "", "svc/b.py": ""}, "",
            id="a folder of scripts"),
        pytest.param({**service("extra", "tools"), **service("svc", "svc")}, "svc", id="a service before tools"),
    ],
)  # fmt: skip
async def test_the_folder_is_the_one_that_declares_a_project(files, root):
    assert (await detected({**files, "x/y.txt": ""})).root == root


@pytest.mark.parametrize(
    ("files", "root"),
    [
        pytest.param({"libs/core/pyproject.toml": LIBRARY.format("core"), "libs/core/core/__init__.py": "",
                      **service("api", "services/api")}, "services/api", id="tests before alphabet"),
        pytest.param({**service("aaa", "aaa"), **service("zzz", "zzz", tests=5)}, "zzz", id="more tests"),
        pytest.param({**service("aaa", "aaa"), **service("api", "api")}, "api", id="the usual name"),
        pytest.param({**service("svc", "svc"), **service("plugin", "svc/plugins/one", tests=9)}, "svc", id="the outer"),
        pytest.param(
            {**service("core", "a/core"), **{path: text.replace("dependencies = []", 'dependencies = ["core"]')
             for path, text in service("web", "z/web").items()}}, "z/web", id="what needs the other",
        ),
    ],
)  # fmt: skip
async def test_of_several_projects_code_and_tests_decide_and_the_choice_is_said(files, root):
    chain = await detected(files)
    assert chain.root == root
    assert "also hold manifests and were not taken" in chain.why[0]


@pytest.mark.parametrize(
    ("files", "root", "imports", "tests"),
    [
        pytest.param(
            {"backend/requirements.txt": "pytest\n", "backend/main.py": "", "tests/test_main.py": "import main\n"},
            "", ("", "backend"), ("tests",), id="tests beside the manifest's folder",
        ),
        pytest.param(
            {"src/api/pyproject.toml": LIBRARY.format("api"), "src/api/api/__init__.py": "", "src/tests/test_a.py": ""},
            "src", ("src", "src/api"), ("src/tests",), id="beside it, one folder down",
        ),
        pytest.param(
            {"app/Pipfile": '[packages]\nsix = "*"\n', "app/m.py": "", "pytest.ini": "[pytest]\ntestpaths = checks\n",
             "checks/test_a.py": ""},
            "", ("", "app"), ("checks",), id="testpaths of a pytest.ini above",
        ),
        pytest.param(
            {"backend/requirements.txt": "pytest\n", "backend/main.py": "", "backend/tests/test_a.py": "",
             "tests/test_e2e.py": ""},
            "backend", ("backend",), ("backend/tests",), id="in both places: the nearer",
        ),
        pytest.param(
            {"requirements-dev.txt": "pytest\nruff\n", "backend/requirements.txt": "fastapi\n",
             "backend/app/main.py": "", "tests/test_a.py": "from app.main import x\n"},
            "", ("", "backend"), ("tests",), id="what tests need lies beside them",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["backend/checks"]\n', "backend/app/a.py": "",
             "backend/requirements.txt": "pytest\n", "backend/checks/test_a.py": ""},
            "", ("", "backend"), ("backend/checks",), id="named by a configuration above",
        ),
        pytest.param(
            {"pytest.ini": "[pytest]\ntestpaths = api/tests web/tests\n", **service("api", "api"), "web/setup.py": "",
             "web/tests/test_web.py": ""},
            "api", ("api",), ("api/tests",), id="named beside another project's",
        ),
        pytest.param(
            {"requirements.txt": "pytest\n", "app/m.py": "", "tests/pytest.ini": "[pytest]\npython_files = *_spec.py\n",
             "tests/a_spec.py": ""},
            "tests", ("tests", ""), ("tests",), id="pytest is configured beside its tests",
        ),
    ],
)  # fmt: skip
async def test_tests_outside_the_manifests_folder_are_run_from_above(files, root, imports, tests):
    chain = await detected(files)
    assert (chain.root, chain.project.import_roots, chain.test_roots) == (root, imports, tests)


@pytest.mark.parametrize(
    ("files", "root", "runner"),
    [
        pytest.param(
            {"requirements.txt": "Django\n", "mysite/manage.py": DJANGO, "mysite/polls/tests.py": "import unittest\n"},
            "mysite", "django", id="manage.py below the requirements",
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("site") + TESTED, "src/manage.py": DJANGO, "src/shop/tests.py": ""},
            "src", "pytest", id="manage.py below, pytest declared",
        ),
        pytest.param(
            {"requirements.txt": "Django\n", "web/site/manage.py": DJANGO,
             "web/site/a/tests/test_a.py": "import unittest"},
            "web/site", "django", id="two folders down",
        ),
        pytest.param(
            {"requirements.txt": "flask\npytest\n", "api/pytest.ini": "[pytest]\npythonpath = .\n", "api/app.py": "",
             "api/tests/test_app.py": ""},
            "api", "pytest", id="pytest.ini below the requirements",
        ),
        pytest.param(
            {"requirements.txt": "Django\n", "demo/manage.py": DJANGO, "app/a.py": "", "app/b.py": ""},
            "", "pytest", id="a demonstration beside code that has no tests",
        ),
        pytest.param(
            {"requirements.txt": "Django\n", "a/manage.py": DJANGO, "b/manage.py": DJANGO, "a/tests.py": ""},
            "", "pytest", id="two of them: no guess",
        ),
        pytest.param(
            {"requirements.txt": "Django\n", "pytest.ini": "[pytest]\n", "src/manage.py": DJANGO,
             "src/shop/tests.py": ""},
            "", "pytest", id="pytest is configured above: from there",
        ),
        pytest.param(
            {"requirements.txt": "Django\n", "web/manage.py": DJANGO, "tests/test_a.py": "import pytest\n"},
            "", "pytest", id="tests beside it: from above",
        ),
    ],
)  # fmt: skip
async def test_tests_run_where_the_project_starts_them(files, root, runner):
    chain = await detected(files)
    assert (chain.root, chain.runner) == (root, runner)
    assert not root or any(line.startswith(f"tests run in {root!r}, by") for line in chain.why)
    assert any(path.startswith(("requirements.txt", "pyproject.toml")) for path in chain.manifests)


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        pytest.param({"pyproject.toml": LIBRARY.format("b"), "src/b/money.py": ""}, ("", "src"), id="no __init__"),
        pytest.param({"pyproject.toml": LIBRARY.format("a-b"), "src/a_b.py": ""}, ("", "src"), id="one module"),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("a"), "src/acme/billing/__init__.py": ""}, ("", "src"), id="a namespace"
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("b") + '[tool.uv.build-backend]\nmodule-root = "python"\n',
             "python/b/a.py": ""},
            ("", "python"),
            id="uv_build's module-root",
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("b") + '[tool.maturin]\npython-source = "python"\n', "python/b/a.py": ""},
            ("", "python"),
            id="maturin's python-source",
        ),
        pytest.param(
            {"pyproject.toml": LIBRARY.format("b") + '[tool.setuptools.package-dir]\nb = "lib/b"\n', "lib/b/a.py": ""},
            ("", "lib"),
            id="package-dir of one package",
        ),
        pytest.param(
            {
                "pyproject.toml": LIBRARY.format("b") + '[tool.hatch.build.targets.wheel.sources]\n"lib" = ""\n',
                "lib/b/a.py": "",
            },
            ("", "lib"),
            id="hatch's sources, rewritten",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "pytest.ini": "[pytest]\npythonpath = services/api libs\n",
             "services/api/handlers/__init__.py": "", "libs/common/__init__.py": "",
              "tests/test_a.py": "import handlers"},
            ("", "services/api", "libs"),
            id="pythonpath of pytest",
        ),
        pytest.param({"requirements.txt": "six\n", "src/__init__.py": "", "src/app/a.py": ""}, ("",), id="src is it"),
        pytest.param(
            {"setup.cfg": "[metadata]\nname = x\n[options]\ninstall_requires =\n", "source/x/a.py": "",
             "tox.ini": "[testenv]\nsetenv = PYTHONPATH={toxinidir}/source\ncommands = pytest\n",
             "tests/test_a.py": "import x\n"},
            ("", "source"),
            id="PYTHONPATH of tox",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "src/main.py": "", "src/util.py": "", "tests/test_a.py": "import main, "
                "util\n"},
            ("", "src"),
            id="modules that lie in one folder only",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "a/util.py": "", "b/util.py": "", "six2/six.py": "",
             "tests/test_a.py": "import six\n"},
            ("",),
            id="what is declared is not looked for",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "manage.py": "import sys\nsys.path.append(str(current_path / 'shop'))\n",
             "shop/users/models.py": "", "shop/users/tests/test_a.py": "from users import models\n"},
            ("", "shop"),
            id="what manage.py adds",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "config/settings.py": "import sys\nsys.path.insert(0, "
                "str(BASE_DIR / 'apps'))\n",
             "apps/users/models.py": "", "tests/test_a.py": "import users\n"},
            ("", "apps"),
            id="what Django's settings add",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "service/api.py": "", "tests/unit/test_a.py": "import api\n",
             "tests/conftest.py": "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', "
                                  "'service'))\n"},
            ("", "service"),
            id="what a conftest adds",
        ),
        pytest.param(
            {"requirements.txt": "six\n", "a.py": "", "conftest.py": "import sys\nsys.path.insert(0, '/opt/other')\n"},
            ("",),
            id="a folder outside is none",
        ),
    ],
)  # fmt: skip
async def test_own_modules_are_found_where_the_project_finds_them(files, roots):
    chain = await detected(files)
    assert chain.project.import_roots == roots
    assert not any("which no declared package is named after" in note for note in chain.dependencies.notes)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"unit_tests/add_tests.py": "import unittest\n"}, "unit_tests/add_tests.py", id="nose's names"),
        pytest.param({"specs/add_spec.py": ""}, "specs/add_spec.py", id="specs"),
        pytest.param({"calc/TestAdd.py": ""}, "calc/TestAdd.py", id="as in Java"),
    ],
)
async def test_tests_under_names_that_the_runner_does_not_take_are_said(files, said):
    why = (await detected({"pyproject.toml": LIBRARY.format("calc"), "calc/__init__.py": "", **files})).why
    assert any(said in line and "python_files" in line for line in why)


async def test_a_project_without_tests_is_told_nothing_of_names():
    why = (await detected({"pyproject.toml": LIBRARY.format("calc"), "calc/a.py": "", "tests/__init__.py": ""})).why
    assert not any("look like tests" in line for line in why)


@pytest.mark.parametrize(
    ("config", "path"),
    [
        pytest.param({"pytest.ini": "[pytest]\npython_files = *_spec.py\n"}, "specs/a_spec.py", id="pytest.ini"),
        pytest.param({"pytest.toml": '[pytest]\npython_files = ["check_*.py"]\n'}, "checks/check_a.py",
            id="pytest.toml"),
        pytest.param(
            {"pyproject.toml": '[tool.pytest.ini_options]\npython_files = "*_case.py"\n'}, "cases/a_case.py",
                id="a string"
        ),
        pytest.param({"setup.cfg": "[tool:pytest]\npython_files =\n    t_*.py\n"}, "t/t_a.py", id="setup.cfg"),
        pytest.param({"tox.ini": "[pytest]\naddopts = -o python_files=verify_*.py\n"}, "v/verify_a.py",
            id="by addopts"),
    ],
)  # fmt: skip
async def test_pytests_configuration_says_what_a_test_file_is(config, path):
    chain = await detected({"requirements.txt": "pytest\n", "svc/__init__.py": "", path: "", **config})
    assert chain.test_roots == (path.split("/")[0],)
    assert chain.test_files


async def test_groups_of_a_folder_above_bring_what_runs_the_tests():
    files = {
        "pyproject.toml": '[dependency-groups]\ndev = ["pytest", "respx"]\nlint = ["ruff"]\n',
        "backend/requirements.txt": "fastapi\n",
        "backend/app/main.py": "",
        "backend/tests/test_a.py": "",
    }
    chain = await detected(files)
    assert (chain.root, set(chain.dependencies.requirements)) == ("backend", {"fastapi", "pytest", "respx"})
    assert "pyproject.toml" in chain.manifests
