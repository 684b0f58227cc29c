"""The settings module that a project's own commands give to Django's test runner: in CI, a Makefile, tox, a README."""

import re
from collections.abc import Iterator

from aurora.ports import ToolchainProbe
from aurora.toolchains.python.tree import PythonTree

MOST_FILES = 12
_PLACES = (
    re.compile(r"(\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.circleci/config\.ya?ml)"),
    re.compile(r"(.*/)?(Makefile|justfile|tox\.ini|noxfile\.py)"),
    re.compile(r"README(\.\w+)?", re.IGNORECASE),
)
"""The first that says something is believed."""
_COMMAND = re.compile(r"manage\.py['\"]?,?\s+['\"]?test\b(?P<rest>[^\n;&|]*)")
_SETTINGS = re.compile(r"--settings(?:=|['\"]?,?\s+['\"]?)(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")


async def given(probe: ToolchainProbe, tree: PythonTree) -> tuple[str, str]:
    """(module, the file that says so), of a module that the repository holds; empty where nothing says one."""
    for path in _files(tree):
        for command in _COMMAND.finditer(await probe.text(path) or ""):
            found = _SETTINGS.search(command["rest"])
            if found and _holds(tree, found["module"]):
                return found["module"], path
    return "", ""


def _files(tree: PythonTree) -> Iterator[str]:
    prefix = f"{tree.root}/" if tree.root else ""
    for place in _PLACES:
        listed = [path for path in tree.paths if place.fullmatch(path)]
        near = [path for path in listed if "/" not in path or path.startswith((prefix or "\n", "."))]
        yield from sorted(near)[:MOST_FILES]


def _holds(tree: PythonTree, module: str) -> bool:
    path = tree.started_at(module.replace(".", "/"))
    return f"{path}.py" in tree.paths or f"{path}/__init__.py" in tree.paths
