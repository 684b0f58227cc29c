"""Where the project lies, what it is called, where its tests are, which tools judge it."""

import pytest

from aurora.errors import Refusal
from aurora.settings.project import ProjectSettings
from aurora.settings.repository import Commands
from aurora.toolchains import registry
from tests.support.projects import DictProbe, detected

NAMED = '[project]\nname = "shop"\n'


@pytest.mark.parametrize(
    ("files", "root"),
    [
        pytest.param({"pyproject.toml": NAMED, "sub/pyproject.toml": NAMED}, "", id="the repository's own first"),
        pytest.param({"src/backend/pyproject.toml": NAMED, "frontend/package.json": "{}"}, "src/backend", id="below"),
        pytest.param(
            {"src/backend/requirements.txt": "x", "src/backend/a.py": ""}, "src/backend", id="requirements below"
        ),
        pytest.param(
            {"pyproject.toml": "[tool.ruff]\n", "backend/pyproject.toml": NAMED},
            "backend",
            id="tools above, project below",
        ),
        pytest.param({"docs/requirements.txt": "x", "app.py": ""}, "", id="documentation is no project"),
        pytest.param({"api/setup.py": "", "web/setup.py": ""}, "api", id="the likelier of two"),
        pytest.param({"app/main.py": ""}, "", id="no manifest"),
    ],
)
async def test_the_project_lies_where_its_manifest_is(files, root):
    toolchain = await detected(files)
    assert toolchain.root == root
    assert toolchain.why[0].startswith("root:")


async def test_a_choice_between_two_projects_is_said():
    toolchain = await detected({"api/setup.py": "", "web/setup.py": ""})
    assert "web also hold manifests and were not taken" in toolchain.why[0]


@pytest.mark.parametrize(
    ("files", "version"),
    [
        pytest.param({"pyproject.toml": NAMED + 'version = "1.2"'}, "1.2", id="static"),
        pytest.param(
            {
                "pyproject.toml": NAMED
                + 'dynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {attr = "shop.v.V"}',
                "shop/v.py": "VERSION = '3.4'\n",
            },
            "3.4",
            id="attr",
        ),
        pytest.param(
            {
                "pyproject.toml": NAMED + 'dynamic = ["version"]\n[tool.hatch.version]\npath = "src/shop/about.py"',
                "src/shop/about.py": "__version__ = '5'\n",
            },
            "5",
            id="hatch path",
        ),
        pytest.param(
            {"setup.cfg": "[metadata]\nname = shop\nversion = file: VERSION\n", "VERSION": "7.1\n"}, "7.1", id="file"
        ),
        pytest.param({"pyproject.toml": NAMED, "shop/__init__.py": "__version__: str = '2'"}, "2", id="package"),
        pytest.param(
            {"pyproject.toml": NAMED, "shop/__init__.py": "__version__ = compute()"}, "0.0.0+unknown", id="computed"
        ),
        pytest.param({"pyproject.toml": NAMED, "PKG-INFO": "Name: shop\nVersion: 9\n\nText"}, "9", id="sdist"),
    ],
)
async def test_the_version_is_read_and_never_computed(files, version):
    project = (await detected(files)).project
    assert (project.name, project.version) == ("shop", version)


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        pytest.param({"pyproject.toml": NAMED, "shop/__init__.py": ""}, ("",), id="flat"),
        pytest.param({"pyproject.toml": NAMED, "src/shop/__init__.py": ""}, ("", "src"), id="src layout"),
        pytest.param({"requirements.txt": "x", "src/__init__.py": "", "src/a.py": ""}, ("",), id="src is the package"),
        pytest.param(
            {"src/backend/pyproject.toml": NAMED, "src/backend/src/shop/__init__.py": ""},
            ("src/backend", "src/backend/src"),
            id="from the repository's root",
        ),
        pytest.param(
            {
                "pyproject.toml": NAMED + '[tool.setuptools.packages.find]\nwhere = ["lib"]',
                "lib/shop/__init__.py": "",
            },
            ("", "lib"),
            id="where",
        ),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(package_dir={'': 'lib'})", "lib/shop/__init__.py": ""},
            ("", "lib"),
            id="package_dir",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.poetry]\nname = "shop"\npackages = [{include = "shop", from = "lib"}]',
                "lib/shop/__init__.py": "",
            },
            ("", "lib"),
            id="Poetry's from",
        ),
        pytest.param(
            {
                "pyproject.toml": NAMED + '[tool.hatch.build.targets.wheel]\npackages = ["lib/shop"]',
                "lib/shop/__init__.py": "",
            },
            ("", "lib"),
            id="hatch's packages",
        ),
    ],
)
async def test_import_roots_follow_the_layout(files, roots):
    assert (await detected(files)).project.import_roots == roots


async def test_entry_points_are_kept_for_plugins_to_be_found():
    text = NAMED + '[project.scripts]\nshop = "shop.cli:main"\n[project.entry-points.pytest11]\nshop = "shop.plugin"\n'
    project = (await detected({"pyproject.toml": text})).project
    assert project.entry_points == {
        "console_scripts": {"shop": "shop.cli:main"},
        "pytest11": {"shop": "shop.plugin"},
    }


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        pytest.param(
            {"pytest.ini": "[pytest]\ntestpaths = checks\n", "checks/test_a.py": ""}, ("checks",), id="testpaths"
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["t/*"]',
                "t/a/test_a.py": "",
                "t/b/test_b.py": "",
            },
            ("t/a", "t/b"),
            id="globs",
        ),
        pytest.param({"tests/unit/test_a.py": "", "tests/api/test_b.py": ""}, ("tests",), id="tests"),
        pytest.param({"shop/a.py": "", "shop/tests/test_a.py": ""}, ("shop/tests",), id="tests inside a package"),
        pytest.param(
            {"setup.cfg": "[tool:pytest]\ntestpaths = shop\n", "shop/a.py": "", "shop/tests/test_a.py": ""},
            ("shop/tests",),
            id="testpaths that hold code are narrowed",
        ),
        pytest.param({"checks/test_a.py": "", "shop/a.py": ""}, ("checks",), id="folders of test modules"),
        pytest.param({"app.py": "", "test_app.py": ""}, ("test_app.py", "tests"), id="beside the code"),
        pytest.param({"app.py": ""}, ("tests",), id="none yet"),
        pytest.param({"back/setup.py": "", "back/a.py": ""}, ("back/tests",), id="none yet, below"),
    ],
)
async def test_test_roots_hold_tests_and_never_the_code(files, roots):
    assert (await detected(files)).test_roots == roots


async def test_aurora_yaml_names_the_test_roots_when_it_wants():
    probe = DictProbe({"tests/test_a.py": "", "checks/test_b.py": ""})
    assert (await registry.detect(probe, Commands(), ["checks/"])).test_roots == ("checks",)


@pytest.mark.parametrize(
    ("files", "lint", "fix"),
    [
        pytest.param({"app.py": ""}, ["ruff check --isolated"], ["ruff check --fix-only"], id="nothing configured"),
        pytest.param({"ruff.toml": ""}, ["ruff check --force-exclude"], ["ruff check --fix-only"], id="ruff.toml"),
        pytest.param(
            {"pyproject.toml": "[tool.ruff.format]\nquote-style = 'single'\n"},
            ["ruff check --force-exclude", "ruff format --force-exclude --check"],
            ["ruff check --fix-only", "ruff format --force-exclude"],
            id="ruff with format",
        ),
        pytest.param(
            {"pyproject.toml": NAMED + '[dependency-groups]\ndev = ["black==24"]\n'},
            ["ruff check --isolated", "black --check"],
            ["ruff check --fix-only", "black --quiet"],
            id="black",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.black]\nline-length = 99\n"},
            ["ruff check --isolated", "ruff format --isolated --line-length 99 --check"],
            ["ruff check --fix-only", "ruff format --isolated --line-length 99"],
            id="black that is not installed",
        ),
        pytest.param(
            {"src/backend/setup.py": "", "ruff.toml": "[format]\n"},
            ["ruff check --force-exclude", "ruff format --force-exclude --check"],
            ["ruff check --fix-only", "ruff format --force-exclude"],
            id="configured above the project",
        ),
        pytest.param(
            {
                "pyproject.toml": "[tool.ruff]\nline-length = 120\n",
                "Makefile": "lint-check:\n\tuv run ruff check --no-fix && uv run ruff format --check\n",
            },
            ["ruff check --force-exclude", "ruff format --force-exclude --check"],
            ["ruff check --fix-only", "ruff format --force-exclude"],
            id="checked by a Makefile",
        ),
        pytest.param(
            {"ruff.toml": "", ".github/workflows/lint.yml": "steps:\n  - run: ruff format --diff .\n"},
            ["ruff check --force-exclude", "ruff format --force-exclude --check"],
            ["ruff check --fix-only", "ruff format --force-exclude"],
            id="checked by CI",
        ),
        pytest.param(
            {"ruff.toml": "", "noxfile.py": 'session.run("ruff", "format", "--check", ".")\n'},
            ["ruff check --force-exclude", "ruff format --force-exclude --check"],
            ["ruff check --fix-only", "ruff format --force-exclude"],
            id="checked by nox",
        ),
        pytest.param(
            {"ruff.toml": "", "Makefile": "fmt:\n\truff format .\n# ruff format --check\n"},
            ["ruff check --force-exclude"],
            ["ruff check --fix-only"],
            id="formatted by whoever wants to",
        ),
        pytest.param(
            {"ruff.toml": "", "Makefile": "lint:\n\truff format --isolated --check generated\n"},
            ["ruff check --force-exclude"],
            ["ruff check --fix-only"],
            id="checked by other rules",
        ),
    ],
)
async def test_the_projects_own_linter_and_formatter_are_taken(files, lint, fix):
    toolchain = await detected({**files, "a.py": ""})
    for argv, head in zip(toolchain.lint, lint, strict=True):
        assert " ".join(argv).startswith(head)
    for argv, head in zip(toolchain.fix, fix, strict=True):
        assert " ".join(argv).startswith(head)


async def test_aurora_yaml_decides_over_detection():
    commands = Commands(test=("make", "test"), lint=("make", "lint"), format=("make", "format"))
    toolchain = await detected({"pyproject.toml": "[tool.ruff.format]\n", "a.py": ""}, commands)
    assert (toolchain.test, toolchain.lint) == (("make", "test"), (("make", "lint"),))
    assert toolchain.fix[-1] == ("make", "format")
    assert sum("aurora.yaml" in line for line in toolchain.why) == 3


async def test_coverage_and_the_cache_stay_out_of_the_run_unless_the_project_needs_the_cache():
    covered = await detected({"pytest.ini": "[pytest]\naddopts = --cov=shop --cov-fail-under=90\n", "a.py": ""})
    cached = await detected({"pytest.ini": "[pytest]\naddopts = --ff\n", "a.py": ""})
    assert covered.test == ("python", "-m", "pytest", "-p", "no:cacheprovider", "--no-cov")
    assert cached.test == ("python", "-m", "pytest")


async def test_configuration_of_tests_and_linters_is_protected_even_before_it_exists():
    plain = (await detected({"back/pyproject.toml": NAMED, "back/a.py": ""})).protected
    assert {"pytest.ini", "back/pytest.ini", "tox.ini", "back/ruff.toml", "noxfile.py"} <= set(plain)
    assert "back/pyproject.toml" not in plain
    configured = (
        await detected({"pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-q'\n", "a.py": ""})
    ).protected
    assert "pyproject.toml" in configured
    assert not any(path.endswith("conftest.py") for path in configured)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"main.go": "", "go.mod": ""}, "Neither Python nor Node.js", id="another language"),
        pytest.param({}, "no files", id="empty"),
    ],
)
async def test_a_language_without_a_toolchain_is_refused_with_what_to_do(files, said):
    with pytest.raises(Refusal) as refusal:
        await detected(files)
    assert said in refusal.value.what and refusal.value.hint


async def test_variables_of_aurora_yaml_stand_over_those_that_tox_sets() -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='a', install_requires=['pytest'])",
        "tox.ini": "[testenv]\nsetenv =\n  MODE = tox\n  OTHER = tox\ncommands = pytest",
        "lib/a.py": "",
    }
    plain = await detected(files)
    assert plain.test[:3] == ("env", "MODE=tox", "OTHER=tox")
    chain = await detected(files, project=ProjectSettings(test_env={"MODE": "ours", "PYTHONPATH": "lib"}))
    assert chain.test[:3] == ("env", "OTHER=tox", "python")
    assert chain.project is not None and "lib" in chain.project.import_roots
