"""Which toolchain a repository takes, and what works for it then: one line a language in each of the tables."""

from collections.abc import Callable, Mapping, Sequence

from aurora.errors import Refusal
from aurora.ports import ToolchainProbe, ToolchainTools
from aurora.settings import Commands
from aurora.toolchains import python, python_twin
from aurora.toolchains.python_chain import PythonTools
from aurora.toolchains.twins import Maker
from aurora.wording import PYTHON, Wording
from aurora.workspace import Toolchain, Workspace

_TOOLS: Mapping[tuple[str, str], Callable[[Workspace], ToolchainTools]] = {
    ("python", "pytest"): PythonTools,
}
"""By language and runner."""
_TWINS: Mapping[str, Maker] = {"pytest": python_twin.twin}
"""By runner."""
_WORDING: Mapping[str, Wording] = {"python": PYTHON}


def tools(workspace: Workspace) -> ToolchainTools:
    return _TOOLS[workspace.toolchain.language, workspace.toolchain.runner](workspace)


def twin_maker(toolchain: Toolchain) -> Maker | None:
    """What makes twins of the runner's test modules; none for a runner whose results are accepted without."""
    return _TWINS.get(toolchain.runner)


def wording(toolchain: Toolchain) -> Wording:
    """What the steps call things; known without a workspace's tools."""
    return _WORDING[toolchain.language]


async def detect(probe: ToolchainProbe, commands: Commands, tests: Sequence[str] = ()) -> Toolchain:
    """Raises `Refusal` for a repository of a language that has no toolchain here."""
    paths = await probe.paths()
    names = {path.rpartition("/")[2] for path in paths}
    if any(p.endswith(".py") for p in paths) or names & {"pyproject.toml", "setup.cfg", "setup.py", "requirements.txt"}:
        return await python.detect(probe, commands, tests)
    if "package.json" in names:
        raise Refusal(
            "This repository is a Node.js project (package.json, no Python); Aurora works on Python projects so far.",
            "A Node toolchain is planned; until then run Aurora on a Python backend.",
        )
    if not paths:
        raise Refusal("The base commit holds no files.", "Commit the project, or name another base with --base.")
    raise Refusal(
        f"No Python code and no Python manifest among the {len(paths)} files of the base commit.",
        "Add a pyproject.toml or requirements.txt, or name another base with --base.",
    )
