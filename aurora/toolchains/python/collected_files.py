"""The files that a Python project's runner collects and loads by its configuration: names of test files, plugins.

A plugin decides how tests run and what they report, wherever it lies: one that the project's own entry points name is
its code, each other one belongs to the tests.
"""

import ast
import posixpath
from collections.abc import Iterator, Sequence

from aurora.domain.workspace import ProjectIdentity
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.python.layout import TEST_NAMES, PytestConfig
from aurora.toolchains.python.tree import PythonTree

MAX_READ = 200
MAX_NAMED = 60


def collected(runner: str, config: PytestConfig, argv: Sequence[str]) -> tuple[str, ...]:
    """Globs from the repository's root; empty where nothing but the runner's defaults holds."""
    if runner != "pytest":
        found = [pattern for pattern in _values(argv, "-p", "--pattern") if pattern != "test*.py"]
    else:
        found = list(config.python_files)
        if files := [word for word in argv if word.endswith(".py") and not word.startswith("-") and "/" in word]:
            found = [*(found or TEST_NAMES), *files]
        for said in _values((*config.addopts, *argv), "-o", "--override-ini"):
            key, _, value = said.partition("=")
            if key.strip() == "python_files":
                found = value.split()
    # a pattern without a folder is of names; pytest matches one with a folder against the end of the whole path
    return tuple(pattern if "/" not in pattern else f"**/{pattern.lstrip('/')}" for pattern in found)


async def plugins(
    probe: ToolchainProbe, tree: PythonTree, config: PytestConfig, argv: Sequence[str], project: ProjectIdentity
) -> tuple[str, ...]:
    """Paths of modules that pytest is told to load as plugins, there or not: by its options, by conftests, and by
    those plugins themselves."""
    own = {entry.partition(":")[0].strip() for entry in project.entry_points.get("pytest11", {}).values()}
    folders = list(
        dict.fromkeys(
            (
                *project.import_roots,
                *above(tree.root),
                *(posixpath.normpath(posixpath.join(config.folder, path)) for path in config.pythonpath),
            )
        )
    )
    folders = ["" if folder == "." else folder for folder in folders]
    env = [word.partition("=")[2] for word in argv if word.startswith("PYTEST_PLUGINS=")]
    waiting = [(name, "") for name in _values((*config.addopts, *argv), "-p") if not name.startswith("no:")]
    waiting += [(name, "") for value in env for name in value.split(",") if name]
    conftests = [path for path in tree.paths if posixpath.basename(path) == "conftest.py"]
    for path in conftests[:MAX_READ]:
        waiting += [(name, posixpath.dirname(path)) for name in _named(await probe.text(path) or "")]
    found: dict[str, None] = {}
    seen: set[str] = set()
    while waiting and len(seen) < MAX_NAMED:
        name, beside = waiting.pop(0)
        if name in seen or name in own or not all(part.isidentifier() for part in name.split(".")):
            continue
        seen.add(name)
        for folder in dict.fromkeys((*folders, beside)):
            stem = posixpath.join(folder, name.replace(".", "/"))
            for path in (f"{stem}.py", f"{stem}/__init__.py"):
                found[f"/{path}"] = None  # as a glob: there, and at no other depth
                if path in tree.paths:
                    waiting += [(inner, "") for inner in _named(await probe.text(path) or "")]
    return tuple(found)


def _values(argv: Sequence[str], *options: str) -> Iterator[str]:
    """Values of an option in a command line: `-p x`, `-px`, `--pattern=x`."""
    for at, word in enumerate(argv):
        if word in options:
            yield from argv[at + 1 : at + 2]
            continue
        for option in options:
            if option.startswith("--") and word.startswith(option + "="):
                yield word[len(option) + 1 :]
            elif not option.startswith("--") and word.startswith(option) and not word.startswith("--"):
                yield word[len(option) :]


def _named(text: str) -> list[str]:
    """Modules in a literal `pytest_plugins` of a module."""
    if "pytest_plugins" not in text:
        return []
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[str] = []
    for statement in body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(one, ast.Name) and one.id == "pytest_plugins" for one in targets):
            value = getattr(statement, "value", None)
            found += [
                node.value
                for node in ast.walk(value or ast.Pass())
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
    return found
