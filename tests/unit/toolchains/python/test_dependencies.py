"""The packages installed for a project, from every form of manifest."""

import pytest
from packaging.requirements import Requirement

from tests.support.projects import detected

PYPROJECT = '[project]\nname = "shop"\nversion = "1.2"\ndependencies = ["flask>=2"]\n'
SETUP_PY = """
from setuptools import setup, find_packages
REQUIRES = ["flask>=2"]
TESTS = ["pytest>=7"]
def read(name): return open(name).read()
setup(name="shop", version="1.2", install_requires=REQUIRES + ["six"], packages=find_packages(),
      extras_require={"test": TESTS, "docs": ["sphinx"]}, python_requires=">=3.9",
      entry_points={"console_scripts": ["shop=shop.cli:main"]}, long_description=read("README"))
"""
SHORT_SETUP = "from setuptools import setup\nsetup(name='shop', install_requires=['web[server]'])\n"


@pytest.mark.parametrize(
    ("files", "requirements"),
    [
        pytest.param({"pyproject.toml": PYPROJECT}, ("flask>=2",), id="PEP 621"),
        pytest.param(
            {
                "pyproject.toml": PYPROJECT
                + '[project.optional-dependencies]\ntest = ["pytest"]\ndocs = ["sphinx"]\n'
                + '[dependency-groups]\nlint = ["ruff"]\ndev = ["mypy", {include-group = "lint"}]\n'
            },
            ("flask>=2", "mypy", "ruff", "pytest"),
            id="extras and PEP 735 groups",
        ),
        pytest.param(
            {
                "pyproject.toml": PYPROJECT
                + '[project.optional-dependencies]\ntest = ["pytest"]\ndev = ["shop[test]", "mypy"]\n'
            },
            ("flask>=2", "pytest", "mypy"),
            id="an extra that names another",
        ),
        pytest.param({"requirements.txt": "flask>=2\n"}, ("flask>=2",), id="requirements.txt"),
        pytest.param(
            {
                "requirements.txt": "-r requirements/base.txt\nsix ; python_version < '4' # why\n",
                "requirements/base.txt": "flask==2.0 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\n--index-url x\n",
            },
            ('six; python_version < "4"', "flask==2.0"),
            id="includes, markers, hashes",
        ),
        pytest.param(
            {"requirements/base.txt": "flask\n", "requirements/test.txt": "-r base.txt\npytest\n"},
            ("flask", "pytest"),
            id="a requirements folder",
        ),
        pytest.param(
            {"requirements.txt": "flask\n", "requirements-dev.txt": "pytest\n", "docs/requirements.txt": "sphinx\n"},
            ("flask", "pytest"),
            id="requirements-dev.txt",
        ),
        pytest.param(
            {"requirements.in": "flask\n", "requirements.txt": "flask==3.0\n"},
            ("flask==3.0",),
            id="compiled before source",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.black]\nline-length = 99\n", "requirements.txt": "flask\n"},
            ("flask",),
            id="pyproject.toml with tools only",
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "shop"\ndynamic = ["dependencies"]\n'
                '[tool.setuptools.dynamic]\ndependencies = {file = ["deps/all.txt"]}\n',
                "deps/all.txt": "flask\n",
            },
            ("flask",),
            id="dynamic dependencies in a file",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\n'
                'python = "^3.9"\nflask = "^2.1.3"\nsix = "~1.2"\nzope = "^0.3"\nfixed = "1.0"\nany = "*"\n'
                'wild = "1.*"\n'
                'uvicorn = {version = ">=0.2 <1", extras = ["standard"], python = "^3.8"}\n'
                'mysql = {version = "1", optional = true}\n[tool.poetry.group.dev.dependencies]\npytest = ">=7,<9"\n'
            },
            (
                "flask<3,>=2.1.3",
                "six<1.3,>=1.2",
                "zope<0.4,>=0.3",
                "fixed==1.0",
                "any",
                "wild==1.*",
                'uvicorn[standard]<1,>=0.2; python_version < "4" and python_version >= "3.8"',
                "pytest<9,>=7",
            ),
            id="Poetry",
        ),
        pytest.param(
            {
                "setup.cfg": "[metadata]\nname = shop\nversion = 1\n[options]\ninstall_requires =\n  flask>=2\n  six\n"
                "[options.extras_require]\ntesting =\n  pytest\ndocs = sphinx\n"
            },
            ("flask>=2", "six", "pytest"),
            id="setup.cfg",
        ),
        pytest.param({"setup.py": SETUP_PY}, ("flask>=2", "six", "pytest>=7"), id="setup.py"),
        pytest.param(
            {"Pipfile": '[packages]\nflask = "*"\nsix = ">=1"\n[dev-packages]\npytest = {version = "==7.0"}\n'},
            ("flask", "six>=1", "pytest==7.0"),
            id="Pipfile",
        ),
    ],
)
async def test_requirements_are_found_in_every_form_of_manifest(files, requirements):
    toolchain = await detected({"shop/__init__.py": "", **files})
    assert set(toolchain.dependencies.requirements) == set(requirements)
    assert toolchain.dependencies.manager == "uv"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "uv.lock",
            '[[package]]\nname = "Flask"\nversion = "2.1"\nsource = {registry = "x"}\n[[package]]\nname = "shop"\n'
            'version = "1"\nsource = {editable = "."}\n[[package]]\nname = "two"\n'
            'version = "1"\nsource = {registry = "x"}\n'
            '[[package]]\nname = "two"\nversion = "2"\nsource = {registry = "x"}\n',
            id="uv",
        ),
        pytest.param(
            "poetry.lock",
            '[[package]]\nname = "flask"\nversion = "2.1"\n[[package]]\nname = "fork"\nversion = "1"\n'
            '[package.source]\ntype = "git"\nurl = "x"\n',
            id="Poetry",
        ),
        pytest.param("Pipfile.lock", '{"default": {"flask": {"version": "==2.1"}, "g": {"git": "x"}}}', id="Pipenv"),
        pytest.param("pylock.toml", '[[packages]]\nname = "flask"\nversion = "2.1"\n', id="PEP 751"),
    ],
)
async def test_a_lock_gives_pins_and_no_addresses(name, text):
    toolchain = await detected({"pyproject.toml": PYPROJECT, name: text})
    assert toolchain.dependencies.constraints == ("flask==2.1",)
    assert name in toolchain.dependencies.files


async def test_constraint_files_constrain_and_install_nothing():
    toolchain = await detected({"requirements.txt": "-c pins.txt\nflask\n", "pins.txt": "flask==2.0\nsix==1\n"})
    assert toolchain.dependencies.requirements == ("flask",)
    assert toolchain.dependencies.constraints == ("flask==2.0", "six==1")


async def test_what_the_index_cant_serve_is_left_out_and_said():
    text = "flask\n-e .\n./local\ngit+https://example.org/x.git\nfork @ https://example.org/fork.whl\n= nonsense\n"
    dependencies = (await detected({"requirements.txt": text})).dependencies
    assert dependencies.requirements == ("flask",)
    said = "\n".join(dependencies.notes)
    assert all(word in said for word in ("'-e .'", "./local", "git+https", "fork.whl", "nonsense"))


async def test_an_extra_that_the_tests_import_is_installed_and_the_reason_said():
    files = {
        "pyproject.toml": PYPROJECT + '[project.optional-dependencies]\nasyncdb = ["sqlalchemy"]\nyml = ["PyYAML"]\n'
        'all = ["sqlalchemy", "x", "y"]\n',
        "tests/test_it.py": "import yaml\nimport shop, flask, os\nfrom sqlalchemy import orm\nfrom . import other\n",
        "shop/__init__.py": "",
    }
    dependencies = (await detected(files)).dependencies
    assert set(dependencies.requirements) == {"flask>=2", "sqlalchemy", "PyYAML"}
    assert "installed for the tests, 'yml': they import yaml" in dependencies.notes
    assert any(note.startswith("declared and not installed: all") for note in dependencies.notes)


async def test_no_manifest_installs_nothing_and_says_so():
    dependencies = (await detected({"app.py": "x = 1\n"})).dependencies
    assert (dependencies.requirements, dependencies.manager) == ((), "none")
    assert any("no manifest" in note for note in dependencies.notes)


async def test_what_a_setup_py_computes_is_said_and_never_run():
    text = (
        "import os\nos.abort()\nfrom setuptools import setup\nsetup(name='shop', install_requires=open('r').read())\n"
    )
    toolchain = await detected({"setup.py": text, "shop/__init__.py": ""})
    assert "setup.py: install_requires is computed, not literal: not read" in toolchain.dependencies.notes
    assert toolchain.project.name == "shop"


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "setup.py", "uv.lock", "Pipfile", "Pipfile.lock"])
async def test_a_broken_manifest_is_a_note_and_not_an_error(name):
    toolchain = await detected({name: "[[[ = (\n", "requirements.txt": "flask\n", "app.py": ""})
    assert "flask" in toolchain.dependencies.requirements


@pytest.mark.parametrize(
    "text",
    [
        'project = "x"\n', "[project]\ndependencies = {a = 1}\noptional-dependencies = []\n", "[tool]\npoetry = 3\n",
        '[tool.poetry.dependencies]\nx = 3\ny = [1]\nz = {version = "||"}\n[tool.poetry]\npackages = [3]\n',
        '[dependency-groups]\na = [{include-group = "a"}, {include-group = "b"}, 3]\n', "tool.setuptools = []\n",
        '[project]\nentry-points = "x"\nscripts = 3\n[tool.pytest]\nini_options = 3\n[tool.ruff]\n',
    ],
)  # fmt: skip
async def test_a_manifest_of_an_unexpected_shape_is_read_without_an_error(text):
    await detected({"pyproject.toml": text, "app.py": ""})


async def test_the_python_it_requires_is_taken_from_the_manifest():
    assert (await detected({"setup.py": SETUP_PY})).dependencies.interpreter == ">=3.9"


async def test_an_extra_whose_package_only_resembles_the_import_is_installed_too():
    extras = (
        '[project.optional-dependencies]\ntortoise = ["tortoise-orm"]\ngcs = ["google-cloud-storage"]\nx = ["six"]\n'
    )
    files = {
        "pyproject.toml": PYPROJECT + extras,
        "tests/test_it.py": "import tortoise\nfrom google.cloud import storage\n",
    }
    assert set((await detected(files)).dependencies.requirements) == {
        "flask>=2",
        "tortoise-orm",
        "google-cloud-storage",
    }


async def test_an_import_of_the_tests_that_nothing_provides_is_said():
    files = {"requirements.txt": "flask\n", "tests/test_it.py": "import flask\nimport nowhere\n"}
    notes = (await detected(files)).dependencies.notes
    assert "the tests import nowhere, which no declared package is named after" in notes


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "uv.lock",
            '[[package]]\nname = "two"\nversion = "1"\nsource = {registry = "x"}\n'
            "resolution-markers = [\"python_version < '3.8'\", \"python_version == '3.8'\"]\n"
            '[[package]]\nname = "two"\nversion = "2"\nsource = {registry = "x"}\n'
            "resolution-markers = [\"python_version > '3.8'\"]\n",
            id="uv",
        ),
        pytest.param(
            "poetry.lock",
            '[[package]]\nname = "two"\nversion = "1"\nmarkers = "python_version <= \'3.8\'"\n'
            '[[package]]\nname = "two"\nversion = "2"\n[package.markers]\n'
            'main = "python_version > \'3.8\' and extra == \\"x\\""\n',
            id="Poetry",
        ),
    ],
)
async def test_of_several_locked_versions_the_markers_choose(name, text):
    constraints = (await detected({"pyproject.toml": PYPROJECT, name: text})).dependencies.constraints
    lines = [Requirement(line) for line in constraints]
    chosen = {
        python: [
            str(line.specifier) for line in lines if line.marker and line.marker.evaluate({"python_version": python})
        ]
        for python in ("3.8", "3.11")
    }
    assert chosen == {"3.8": ["==1"], "3.11": ["==2"]}


async def test_a_lock_of_several_versions_without_markers_is_left_to_the_resolver():
    text = '[[package]]\nname = "two"\nversion = "1"\n[[package]]\nname = "two"\nversion = "2"\n'
    text += "markers = \"os_name == 'nt'\"\n"
    dependencies = (await detected({"pyproject.toml": PYPROJECT, "poetry.lock": text})).dependencies
    assert dependencies.constraints == ()
    assert "poetry.lock locks several versions of two: the resolver chooses" in dependencies.notes


async def test_a_project_table_without_dependencies_leaves_them_to_the_requirements_file():
    files = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n', "requirements.txt": "flask\n"}
    assert (await detected(files)).dependencies.requirements == ("flask",)


@pytest.mark.parametrize(
    ("files", "requirements"),
    [
        pytest.param(
            {"setup.py": SHORT_SETUP, "requirements.txt": "web[server]==3\nflask-cors==6\nsix\n"},
            ("web[server]", "web[server]==3", "flask-cors==6", "six"),
            id="setup.py, extras kept",
        ),
        pytest.param(
            {"setup.py": SHORT_SETUP.replace("[server]", ">=4"), "requirements.txt": "Web==3\nsix\n"},
            ("Web==3", "six"),
            id="the version that people run",
        ),
        pytest.param(
            {"setup.cfg": "[options]\ninstall_requires = web\n", "requirements.txt": "-e .\nsix\n"},
            ("six",),
            id="the project itself and more",
        ),
        pytest.param(
            {
                "Pipfile": '[packages]\nweb = "*"\n',
                "requirements.txt": "-r a.txt\n-c pins.txt\n",
                "a.txt": "web\nsix\n",
                "pins.txt": "web==3\n",
            },
            ("web", "six"),
            id="Pipfile",
        ),
        pytest.param(
            {"setup.py": SHORT_SETUP, "requirements.txt": "web==3\n"},
            ("web[server]",),
            id="nothing more",
        ),
        pytest.param(
            {"setup.py": SHORT_SETUP, "requirements.txt": "sphinx\n"},
            ("web[server]",),
            id="another list",
        ),
        pytest.param(
            {"setup.py": SHORT_SETUP, "requirements.txt": "pytest==7\nsix\n"},
            ("web[server]", "pytest==7", "six"),
            id="another list that brings pytest",
        ),
        pytest.param(
            {"pyproject.toml": PYPROJECT, "requirements.txt": "flask==2\nsix\n", "uv.lock": ""},
            ("flask>=2",),
            id="a lock is the project's list",
        ),
    ],
)
async def test_an_applications_requirements_beside_a_shorter_manifest(files, requirements):
    assert (await detected({"app.py": "", **files})).dependencies.requirements == requirements


async def test_what_tox_installs_counts_where_no_group_is_named_for_tests():
    tox = "[testenv]\ndeps =\n    six  # why\n    py27: mock\n    -r more.txt\n    {env:X}\n"
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='shop', install_requires=['flask'])\n",
        "tox.ini": tox,
    }
    assert (await detected(files)).dependencies.requirements == ("flask", "six")
    files["setup.cfg"] = "[options]\ntests_require = mock\n"
    assert (await detected(files)).dependencies.requirements == ("flask", "mock")
