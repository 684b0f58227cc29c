"""Linters and formatters of a Python project: their argv on some paths, and what they print as findings."""

import posixpath
from collections.abc import Collection, Sequence

from aurora.domain.findings import Finding
from aurora.domain.workspace import Toolchain
from aurora.ports import Execution
from aurora.toolchains.python.lint_output import findings_of, tool_of
from aurora.toolchains.runs.lint_report import read, report

__all__ = ["commands", "parse", "report"]

OURS = ("ruff",)
"""Tools that run nothing of the project."""
FORMATTERS = ("ruff format", "black")
NEW_FILES_FORMAT = ("ruff", "format", "--isolated", "--line-length", "100")
"""The format of new files where the project has no formatter: for files it does not have yet."""
NEW_FILES_OWN_FORMAT = ("ruff", "format", "--force-exclude")
"""The same where it configures ruff: its own length of lines."""


def commands(
    toolchain: Toolchain,
    paths: Sequence[str],
    fix: bool,
    created: Sequence[str] = (),
    unformatted: Collection[str] = (),
) -> tuple[tuple[str, ...], ...]:
    """argv to be run from the toolchain's root; `paths` are relative to the repository's. None without paths.

    `created`: those of the paths that the base commit does not have; with `fix` they are formatted in any case.
    `unformatted`: those that no formatter is to change."""
    if not paths:
        return ()
    found = []
    for argv in toolchain.fix if fix else toolchain.lint:
        left = [path for path in paths if not (fix and tool_of(argv) in FORMATTERS and path in unformatted)]
        if left:
            found.append((*_prepared(argv), *(_from_root(toolchain, path) for path in left)))
    if fix and created and not any(tool_of(argv) in FORMATTERS for argv in toolchain.fix):
        own = any(tool_of(argv) == "ruff check" and "--isolated" not in argv for argv in toolchain.lint)
        argv = NEW_FILES_OWN_FORMAT if own else NEW_FILES_FORMAT
        found.append((*_prepared(argv), *(_from_root(toolchain, path) for path in created)))
    return tuple(found)


def _from_root(toolchain: Toolchain, path: str) -> str:
    if path == ".":
        return path
    path = posixpath.relpath(path, toolchain.root or ".")
    return f"./{path}" if path.startswith("-") else path


def _prepared(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Ruff's options that make its output readable here; its JSON names files absolutely, `concise` from the cwd."""
    tool = tool_of(argv)
    if not tool.startswith("ruff "):
        return argv
    options = ["--no-cache"] if not {"--no-cache", "-n"} & set(argv) else []
    reads = tool == "ruff check" and not any(a.startswith(("--output-format", "--fix-only")) for a in argv)
    if reads:
        options.append("--output-format=concise")
    return (*argv, *options)


def parse(argv: Sequence[str], execution: Execution) -> tuple[Finding, ...]:
    """Findings with paths relative to the folder the tool ran in; a tool that broke is one finding with its words."""
    tool = tool_of(argv)
    return read(tool, execution, lambda: findings_of(tool, argv, execution))
