"""The argv of a project's test runner, linter and formatter, and the files that configure them."""

import re
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.settings.repository import Commands
from aurora.toolchains.documents import table
from aurora.toolchains.python import own_checks
from aurora.toolchains.python.declared import name_of
from aurora.toolchains.python.tree import PythonTree

OUR_RULES = "E4,E7,E9,F,B,ASYNC"
"""Errors, unused and undefined names, likely bugs, blocking calls in async code: no taste, so no order of imports."""
NOT_OURS = "B008"
"""A call in a default is how FastAPI declares a dependency."""
_PYTHONS = tuple((3, minor) for minor in range(8, 15))
_ALWAYS_PROTECTED = (
    "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg", ".coveragerc", "ruff.toml",
    ".ruff.toml", ".flake8", "mypy.ini", ".mypy.ini", "noxfile.py", ".pre-commit-config.yaml", "sitecustomize.py",
    "usercustomize.py",
)  # fmt: skip
"""True if they are there or not: creating one would change how tests and linters judge."""
_JUDGES = ("pytest", "ruff", "black", "coverage", "mypy", "isort", "pyright", "basedpyright")
"""The tools whose table protects a pyproject.toml."""


class Tools(Value):
    lint: tuple[tuple[str, ...], ...]
    fix: tuple[tuple[str, ...], ...]
    why: tuple[str, ...]


async def tools(probe: ToolchainProbe, tree: PythonTree, commands: Commands) -> Tools:
    why: list[str] = []
    lint: list[tuple[str, ...]] = []
    fix: list[tuple[str, ...]] = []
    ruff = await _ruff_config(probe, tree)
    if commands.lint:
        lint.append(commands.lint)
        why.append("lint: commands.lint of aurora.yaml")
    elif ruff is not None:
        lint.append(("ruff", "check", "--force-exclude"))
        fix.append(("ruff", "check", "--fix-only", "--no-unsafe-fixes", "--force-exclude"))
        why.append("lint: ruff with the project's rules")
    else:
        ours = ("--isolated", "--select", OUR_RULES, "--ignore", NOT_OURS, *_target(tree.declared.requires_python))
        lint.append(("ruff", "check", *ours))
        fix.append(("ruff", "check", "--fix-only", "--no-unsafe-fixes", *ours))
        why.append(f"lint: the project configures no ruff; ours select {OUR_RULES}")
    formatter, said = await _formatter(probe, tree, ruff)
    if commands.format:
        fix.append(commands.format)
        why.append("format: commands.format of aurora.yaml")
    else:
        why.append(said)
        if formatter:
            # a linter's fix may leave lines to format, so formatting is last
            fix.append((*formatter, "--quiet"))
            if not commands.lint:
                lint.append((*formatter, "--check"))
    return Tools(lint=tuple(lint), fix=tuple(fix), why=tuple(why))


def protected(tree: PythonTree) -> tuple[str, ...]:
    """Relative to the repository's root, for the project's folder and the repository's."""
    found = set(_ALWAYS_PROTECTED) | {at(name) for name in _ALWAYS_PROTECTED for at in (tree.at, tree.started_at)}
    if any(table(tree.pyproject, "tool", name) for name in _JUDGES):
        found.add(tree.at("pyproject.toml"))
    return tuple(sorted(found))


async def _ruff_config(probe: ToolchainProbe, tree: PythonTree) -> dict[str, Any] | None:
    """The project's ruff tables; an empty one for a ruff.toml; none when ruff is not configured."""
    own = table(tree.pyproject, "tool", "ruff")
    if own:
        return own
    for folder in dict.fromkeys((tree.home, tree.root, "")):
        prefix = f"{folder}/" if folder else ""
        for name in ("ruff.toml", ".ruff.toml"):
            if prefix + name in tree.paths:
                text = await probe.text(prefix + name) or ""
                return {"format": {"of": name}} if re.search(r"(?m)^\s*\[format\]", text) else {}
        if prefix + "pyproject.toml" in tree.paths and folder != tree.home:
            text = await probe.text(prefix + "pyproject.toml") or ""
            if re.search(r"(?m)^\s*\[tool\.ruff(\.|\])", text):
                return {"format": {"of": "pyproject.toml"}} if "[tool.ruff.format" in text else {}
    return None


async def _formatter(
    probe: ToolchainProbe, tree: PythonTree, ruff: dict[str, Any] | None
) -> tuple[tuple[str, ...] | None, str]:
    black = table(tree.pyproject, "tool", "black")
    named = [line for lines in ((tree.declared.runtime or ()), *tree.declared.optional.values()) for line in lines]
    declared = any(name_of(line) == "black" for line in named)
    if declared:
        return ("black",), "format: black, which the project declares"
    if black:
        length = black.get("line-length", 88)
        isolated = ("ruff", "format", "--isolated", "--line-length", str(length if isinstance(length, int) else 88))
        return isolated, "format: [tool.black] without black among the dependencies; ruff formats alike"
    if ruff and "format" in ruff:
        return ("ruff", "format", "--force-exclude"), "format: ruff, which the project configures"
    hooks = await probe.text(".pre-commit-config.yaml") if ".pre-commit-config.yaml" in tree.paths else None
    if hooks and re.search(r"id:\s*ruff-format\b", hooks):
        return ("ruff", "format", "--force-exclude"), "format: ruff, a pre-commit hook of the project"
    if hooks and re.search(r"id:\s*black\b", hooks):
        return ("ruff", "format", "--isolated", "--line-length", "88"), "format: black as a pre-commit hook; ruff alike"
    if path := await own_checks.formats_by_ruff(probe, tree):
        return ("ruff", "format", "--force-exclude"), f"format: ruff, as {path} has it checked"
    return None, "format: the project configures no formatter; only new files are formatted"


def _target(requires_python: str | None) -> tuple[str, ...]:
    """`--target-version` of the oldest Python the project takes."""
    try:
        allowed = SpecifierSet(requires_python or "")
    except InvalidSpecifier:
        return ()
    if not requires_python:
        return ()
    oldest = next((v for v in _PYTHONS if allowed.contains(f"{v[0]}.{v[1]}.99")), None)
    return ("--target-version", f"py{oldest[0]}{oldest[1]}") if oldest else ()
