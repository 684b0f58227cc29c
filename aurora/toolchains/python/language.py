"""Python, as the rest of the program knows it."""

from collections.abc import Sequence

from aurora.domain.workspace import Toolchain, Workspace
from aurora.ports import TestCommand
from aurora.settings.project import ProjectSettings
from aurora.toolchains.language import Claim, Language, ProtectedPaths
from aurora.toolchains.python import (
    absent_packages,
    adding,
    code_checks,
    code_mutants,
    detection,
    edits,
    image,
    import_check,
    imports,
    layout,
    lint,
    migrations,
    mutants,
    plugins,
    pytest_runs,
    signatures,
    single_test,
    stubs,
    symbols,
    weak_tests,
)
from aurora.toolchains.python.bill_of_materials import BillOfMaterials
from aurora.toolchains.python.dependency_kinds import development_only
from aurora.toolchains.python.first_party import FirstParty
from aurora.toolchains.python.tools import PythonTools, UnittestTools
from aurora.toolchains.python.wording import PYTEST, UNITTEST
from aurora.toolchains.tools import ToolchainTools

MANIFESTS = ("pyproject.toml", "requirements.txt", "setup.cfg", "setup.py", "Pipfile")
PROJECT = {
    "pyproject.toml": "[project]\nname = 'a'\ndependencies = [\"a[b]>=1; python_version < '4'\"]\n"
    "[dependency-groups]\ndev = ['b']\n"
}
EDITED = "import a, c\n"
TOOLS = {"pytest": PythonTools, "unittest": UnittestTools, "django": UnittestTools}


def claim(paths: Sequence[str]) -> Claim | None:
    depths = [path.count("/") for path in paths if path.rpartition("/")[2] in MANIFESTS]
    files = sum(path.endswith(".py") for path in paths)
    return Claim(min(depths, default=None), files) if depths or files else None


def tools(workspace: Workspace) -> ToolchainTools:
    return TOOLS[workspace.toolchain.runner](workspace)


def measurable(workspace: Workspace) -> bool:
    return any(distribution.name == "coverage" for distribution in workspace.image.distributions)


def stopping(toolchain: Toolchain, of: TestCommand) -> TestCommand:
    if toolchain.runner == "pytest":
        return pytest_runs.stopping(of)
    # a script that starts Django's runner by itself may not know the option
    known = toolchain.runner == "unittest" or any(word.endswith("manage.py") for word in of.argv)
    return of.model_copy(update={"argv": (*of.argv, "--failfast")}) if known else of


def rehearse() -> None:
    """A bill of materials over a project of two files, and an import that it does not hold."""
    bill = BillOfMaterials((), frozenset({"a"}), FirstParty.of(["src/a.py"]), development_only(PROJECT))
    imports.parsed(EDITED, 11)
    bill.check("src/a.py", EDITED, "import os\n")


PYTHON = Language(
    name="python",
    title="Python",
    runners={"pytest": PYTEST, "unittest": UNITTEST, "django": UNITTEST},
    manifests=MANIFESTS,
    suffixes=(".py",),
    claim=claim,
    detect=detection.detect,
    project_settings=frozenset(ProjectSettings.model_fields),
    tools=tools,
    image=image.RECIPE,
    test_names=layout.TEST_NAMES,
    test_line=r"^\s*(async\s+)?def [tT]est|^\s*class .*\bTestCase\b",
    plugins=plugins.FILES,
    test_sign=r"^\s*class \w+\(.*\bTestCase\b",
    takes_files=("pytest",),
    absent=absent_packages.absent,
    installing=absent_packages.package_settings,
    adding=adding.ADDING,
    mutant=mutants.mutant,
    code_mutants=code_mutants.changes,
    find_test=single_test.find,
    stopping=stopping,
    weak_tests=weak_tests.weak_tests,
    measurable=measurable,
    configuration=edits.configuration,
    observed=True,
    syntax=edits.syntax,
    undeclared=edits.undeclared,
    stubs=stubs.stubs_left,
    code_checks=code_checks.CHECKS,
    signatures=signatures.signatures,
    project_checks=code_checks.OF_PROJECTS,
    offered=symbols.offered,
    draft_checks={"migrations": migrations.check},
    in_children=(lint.parse, import_check.read, migrations.concerned, migrations.read),
    rehearse=rehearse,
    never_written=(
        ProtectedPaths(
            kind="tests_configuration",
            names=r"\.?pytest\.(?:ini|toml)|tox\.(?:ini|toml)|noxfile\.py|\.coveragerc|\.testr\.conf|behave\.ini|pytest\.cfg",
            why="it decides how the tests are run",
        ),
        ProtectedPaths(
            kind="lint_configuration",
            names=r"\.?ruff\.toml|\.flake8|\.pylintrc|pylintrc|\.?mypy\.ini|pyrightconfig\.json|\.isort\.cfg|\.bandit",
            why="it decides how the code is linted; fix the code instead",
        ),
        ProtectedPaths(
            kind="interpreter",
            names=r"(?:sitecustomize|usercustomize)(?:\.[^/]+)?|[^/]+\.pth|[^/]+\.egg-link"
            r"|[^/]+\.(?:egg-info|dist-info|egg)(?:/.*)?|pyvenv\.cfg|entry_points\.txt|[^/]+\.py[co]",
            why="an interpreter runs it before any program; set things up where they are used",
        ),
        ProtectedPaths(
            kind="installed",
            names=r"(?:sitecustomize|usercustomize|__pycache__)/.*|\.venv/.*|site-packages/.*",
            why="it is what an installed package looks like, and would be loaded as a plugin",
        ),
        ProtectedPaths(
            kind="runner",
            names=r"(?:_?pytest|pluggy|iniconfig)(?:\.(?:pyi?|pyc|(?:[^/]+\.)?so)|/(?:.*/)?[^/]+\.(?:py|pyc|so))",
            why="it would shadow the test runner's own module of this name; choose another name",
        ),
    ),
)
