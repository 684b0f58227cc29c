"""The type checkers of a project that uses any: their argv on what the project checks, and why.

A configuration of mypy may name plugins, which are programs of the repository: they run as the tests do.
"""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from aurora.ports import ToolchainProbe
from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import name_of
from aurora.toolchains.python.setup_files import ini
from aurora.toolchains.python.tree import PythonTree

MYPY = (
    "python", "-m", "mypy", "--cache-dir=/dev/null", "--no-pretty", "--no-color-output", "--no-error-summary",
    "--hide-error-context", "--show-error-codes",
)  # fmt: skip
PYRIGHT = ("python", "/opt/aurora/plugins/aurora_pyright.py")
WHOLE = Version("1.1.394")
"""The first pyright on PyPI that holds the checker itself; those before fetch it when they run, from npm."""


@dataclass(frozen=True)
class Configured:
    checkers: tuple[str, ...]
    """Packages that would do, the first before the others."""
    where: str
    """The file that configures it."""
    options: Mapping[str, object]


def groups(declared: Mapping[str, Sequence[str]], checkers: Collection[str]) -> list[str]:
    """Extras and groups that bring one of the checkers, the smallest first."""
    found = [(len(lines), name) for name, lines in declared.items() if any(name_of(line) in checkers for line in lines)]
    return [name for _, name in sorted(found)]


def types(
    tree: PythonTree, configured: Sequence[Configured], requirements: Sequence[str], constraints: Sequence[str] = ()
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """(argv of checkers, why). `requirements`: what the dependency image will hold, within the `constraints`."""
    installed = {name_of(line) for line in requirements}
    found: list[tuple[str, ...]] = []
    why: list[str] = []
    for one in configured:
        checker = next((name for name in one.checkers if name in installed), "")
        if not checker:
            why.append(f"types: {one.where} configures {one.checkers[0]}, which no installed package brings: not run")
        elif checker == "mypy":
            targets = () if {"files", "packages", "modules"} & set(one.options) else _packages(tree)
            found.append((*MYPY, *targets))
            why.append(f"types: mypy, configured by {one.where}, on {' '.join(targets) or 'the files it names'}")
        elif checker == "pyright" and (fetched := _fetched((*requirements, *constraints))):
            why.append(f"types: {fetched} would fetch itself from npm when it runs, {WHOLE} and later do not: not run")
        else:
            found.append((*PYRIGHT, checker))
            why.append(f"types: {checker}, configured by {one.where}")
    return tuple(found), tuple(why)


async def configured(probe: ToolchainProbe, tree: PythonTree) -> tuple[Configured, ...]:
    """The checkers that the project configures, each by the file that the checker itself takes."""
    return (*await _mypy(probe, tree), *_pyright(tree))


async def _mypy(probe: ToolchainProbe, tree: PythonTree) -> tuple[Configured, ...]:
    for name in ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"):
        if name == "pyproject.toml":
            options = table(tree.pyproject, "tool", "mypy")
            if options:
                return (Configured(("mypy",), tree.at(name), options),)
            continue
        text = await probe.text(tree.at(name)) if tree.has(name) else None
        parser = ini(text) if text else None
        if parser is not None and parser.has_section("mypy"):
            return (Configured(("mypy",), tree.at(name), dict(parser.items("mypy"))),)
    return ()


def _pyright(tree: PythonTree) -> tuple[Configured, ...]:
    """basedpyright reads the configuration of pyright; the other way round it does not."""
    if tree.has("pyrightconfig.json"):
        return (Configured(("pyright", "basedpyright"), tree.at("pyrightconfig.json"), {}),)
    for name, checkers in (("basedpyright", ("basedpyright",)), ("pyright", ("pyright", "basedpyright"))):
        options = table(tree.pyproject, "tool", name)
        if options:
            return (Configured(checkers, tree.at("pyproject.toml"), options),)
    return ()


def _fetched(lines: Sequence[str]) -> str:
    """The requirement that keeps pyright below the versions that hold all of it; empty when none does."""
    for line in lines:
        if name_of(line) != "pyright":
            continue
        try:
            bounds = Requirement(line).specifier
        except (InvalidRequirement, RecursionError):
            continue
        for bound in bounds:
            if bound.operator not in ("==", "<", "<=") or bound.version.endswith(".*"):
                continue
            most = Version(bound.version)
            if most < WHOLE or (bound.operator == "<" and most == WHOLE):
                return f"pyright{bound}"
    return ""


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
