"""Which toolchain a repository takes: one line a language."""

from collections.abc import Sequence

from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings import Commands
from aurora.toolchains import python
from aurora.workspace import Toolchain


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
