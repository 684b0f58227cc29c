"""Which toolchain a repository takes, and what works for it then: one line a language in each of the tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aurora.domain.findings import Finding
from aurora.domain.workspace import Toolchain, Workspace
from aurora.errors import Reason, Refusal
from aurora.ports import TestCommand, ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.language import Edit
from aurora.toolchains.node import (
    command as node_command,
)
from aurora.toolchains.node import (
    detection as node_detection,
)
from aurora.toolchains.node import edits as node_edits
from aurora.toolchains.node import (
    mutants as node_mutants,
)
from aurora.toolchains.node import (
    single_test as node_single_test,
)
from aurora.toolchains.node import (
    tree,
)
from aurora.toolchains.node.tools import NodeTools
from aurora.toolchains.python import (
    detection as python_detection,
)
from aurora.toolchains.python import edits as python_edits
from aurora.toolchains.python import (
    mutants as python_mutants,
)
from aurora.toolchains.python import (
    single_test as python_single_test,
)
from aurora.toolchains.python.stubs import stubs_left
from aurora.toolchains.python.tools import PythonTools, UnittestTools
from aurora.toolchains.runs.mutants import Maker
from aurora.toolchains.runs.single_test import Finder
from aurora.toolchains.tools import ToolchainTools
from aurora.toolchains.wording import NODE, PYTHON, UNITTEST, Wording

_TOOLS: Mapping[tuple[str, str], Callable[[Workspace], ToolchainTools]] = {
    ("python", "pytest"): PythonTools,
    ("python", "unittest"): UnittestTools,
    ("python", "django"): UnittestTools,
    ("node", "vitest"): NodeTools,
    ("node", "jest"): NodeTools,
    ("node", "node:test"): NodeTools,
    ("node", "mocha"): NodeTools,
}
"""By language and runner."""
_MUTANTS: Mapping[str, Maker] = {"python": python_mutants.mutant, "node": node_mutants.mutant}
"""By language."""
_RANGES: Mapping[str, Finder] = {"python": python_single_test.find, "node": node_single_test.find}
"""By language."""
_WORDING: Mapping[str, Wording] = {"python": PYTHON, "node": NODE}
_OF_RUNNER: Mapping[str, Wording] = {"unittest": UNITTEST, "django": UNITTEST}
"""Where a language has more than one way to write a test."""
PYTHON_MANIFESTS = frozenset({"pyproject.toml", "setup.cfg", "setup.py", "requirements.txt", "Pipfile"})


def _tools(workspace: Workspace) -> ToolchainTools:
    return _TOOLS[workspace.toolchain.language, workspace.toolchain.runner](workspace)


def _no_paths(_: Toolchain) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class EditServices:
    """What the gates ask of a language: fields of `Language`, until `LANGUAGES` lists those."""

    name: str
    tools: Callable[[Workspace], ToolchainTools]
    configuration: Callable[[Toolchain], tuple[str, ...]]
    syntax: Callable[[Workspace, Edit], Sequence[Finding]]
    undeclared: Callable[[Workspace, Edit], Sequence[Finding]]
    stubs: Callable[[str, str], Iterable[Finding]]
    find_test: Finder


_EDITS: Mapping[str, EditServices] = {
    "python": EditServices(
        "python", _tools, _no_paths, python_edits.syntax, python_edits.undeclared, stubs_left, python_single_test.find
    ),
    "node": EditServices(
        "node",
        _tools,
        node_edits.configuration,
        node_edits.syntax,
        node_edits.undeclared,
        node_edits.stubs,
        node_single_test.find,
    ),
}


def language(toolchain: Toolchain) -> EditServices:
    return _EDITS[toolchain.language]


def tools(workspace: Workspace) -> ToolchainTools:
    return _tools(workspace)


def mutant_maker(toolchain: Toolchain) -> Maker:
    """What makes twins of the project's test modules."""
    return _MUTANTS[toolchain.language]


def range_finder(toolchain: Toolchain) -> Finder:
    """What finds one test in its module."""
    return _RANGES[toolchain.language]


def of_failing_tests(toolchain: Toolchain, command: TestCommand) -> TestCommand:
    """The command for tests that are made to fail."""
    return node_command.of_failing_tests(command) if toolchain.runner == "node:test" else command


def wording(toolchain: Toolchain) -> Wording:
    """What the steps call things; known without a workspace's tools."""
    return _OF_RUNNER.get(toolchain.runner) or _WORDING[toolchain.language]


async def detect(probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = ()) -> Toolchain:
    """Raises `Refusal` for a repository of a language that has no toolchain here."""
    paths = await probe.paths()
    if _is_node(paths):
        return await node_detection.detect(probe, commands, tests)
    names = {path.rpartition("/")[2] for path in paths}
    if any(p.endswith(".py") for p in paths) or names & PYTHON_MANIFESTS:
        return await python_detection.detect(probe, commands, tests)
    if not paths:
        raise Refusal(
            "The base commit holds no files.", "Commit the project, or name another base commit.", reason=Reason.BASE
        )
    raise Refusal(
        f"Neither Python nor Node.js: no code or manifest of theirs among the {len(paths)} files of the base commit.",
        "Add a pyproject.toml, requirements.txt or package.json, or name another base commit.",
        reason=Reason.BASE,
    )


def _is_node(paths: Sequence[str]) -> bool:
    """Where both languages have manifests, the backend's is the one nearer to the root; Python's at the same depth:
    a package.json beside it holds the tools of its web pages."""
    folders = tree.candidates(paths)
    if not folders:
        return any(path.rpartition("/")[2] == tree.MANIFEST for path in paths) and not any(
            path.endswith(".py") or path.rpartition("/")[2] in PYTHON_MANIFESTS for path in paths
        )
    python_depths = [path.count("/") for path in paths if path.rpartition("/")[2] in PYTHON_MANIFESTS]
    if python_depths:
        return min(python_depths) > folders[0].count("/") + bool(folders[0])
    own = sum(path.endswith(tree.SOURCES) for path in paths)
    return own >= sum(path.endswith(".py") for path in paths)
