"""The type checker of a project that uses one: its argv on what the project checks, and why.

A configuration of mypy may name plugins, which are programs of the repository: it runs as the tests do.
"""

import posixpath
from collections.abc import Mapping

from aurora.ports import ToolchainProbe
from aurora.toolchains.python_declared import name_of, table
from aurora.toolchains.python_setup import ini
from aurora.toolchains.python_tree import PythonTree

MYPY = (
    "python", "-m", "mypy", "--cache-dir=/dev/null", "--no-pretty", "--no-color-output", "--no-error-summary",
    "--hide-error-context", "--show-error-codes",
)  # fmt: skip
CHECKERS = ("mypy", "basedpyright", "pyright")


def groups(declared: dict[str, tuple[str, ...]]) -> list[str]:
    """Extras and groups that bring mypy, the smallest first."""
    found = [(len(lines), name) for name, lines in declared.items() if any(name_of(line) == "mypy" for line in lines)]
    return [name for _, name in sorted(found)]


def types(
    tree: PythonTree, where: str, options: Mapping[str, object], requirements: tuple[str, ...]
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """(argv of checkers, why). `where`, `options`: as `configured` gives them; `requirements`: what the dependency
    image will hold."""
    installed = {name_of(line) for line in requirements}
    if "mypy" in installed and where:
        targets = () if {"files", "packages", "modules"} & set(options) else _packages(tree)
        on = " ".join(targets) or "the files it names"
        return ((*MYPY, *targets),), (f"types: mypy, configured by {where}, on {on}",)
    if where:
        return (), (f"types: {where} configures mypy, which no package that is installed brings: not run",)
    others = sorted(
        name
        for name in CHECKERS[1:]
        if name in installed or tree.has("pyrightconfig.json") or table(tree.pyproject, "tool", name)
    )
    if others:
        return (), (f"types: {others[0]} is used by the project and can't be run here",)
    return (), ()


async def configured(probe: ToolchainProbe, tree: PythonTree) -> tuple[str, dict[str, object]]:
    """(the file that configures mypy, its options), in mypy's own order; empty when none does."""
    for name in ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"):
        if name == "pyproject.toml":
            options = table(tree.pyproject, "tool", "mypy")
            if options:
                return tree.at(name), options
            continue
        text = await probe.text(tree.at(name)) if tree.has(name) else None
        parser = ini(text) if text else None
        if parser is not None and parser.has_section("mypy"):
            return tree.at(name), dict(parser.items("mypy"))
    return "", {}


def _packages(tree: PythonTree) -> tuple[str, ...]:
    """Top-level packages relative to the project's folder, tests left out; the folder itself when there are none."""
    found = set()
    for path in tree.paths:
        inside = posixpath.relpath(path, tree.root or ".")
        folder, _, name = inside.rpartition("/")
        parts = folder.removeprefix("src/").split("/") if folder else []
        if name == "__init__.py" and len(parts) == 1 and parts[0] not in ("tests", "test", "docs", "..", "src"):
            found.add(folder)
    return tuple(sorted(found)) or (".",)
