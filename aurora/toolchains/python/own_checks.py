"""The checks that a project's own commands run, where its configuration is silent: in CI, a Makefile, tox, a script."""

import re
from collections.abc import Iterator

from aurora.ports import ToolchainProbe
from aurora.toolchains.python.tree import PythonTree

MOST_FILES = 20
_PLACES = (
    re.compile(r"\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.circleci/config\.ya?ml"),
    re.compile(
        r"(.*/)?(GNUm|[Mm])akefile|(.*/)?\.?[Jj]ustfile|(.*/)?Taskfile\.ya?ml|(.*/)?(tox\.ini|noxfile\.py|tasks\.py)"
    ),
    re.compile(r"(.*/)?(scripts?|bin)/(lint|format|check|fmt)(\.sh)?|(.*/)?(pyproject|hatch)\.toml"),
)
_RUFF = re.compile(r"""\bruff["']?,?[ \t]+["']?format\b(?P<rest>[^\n;&|#]*)""")
_CHECKS = re.compile(r"--(check|diff)\b")
_OTHER_RULES = re.compile(r"--(isolated|config)\b")


async def formats_by_ruff(probe: ToolchainProbe, tree: PythonTree) -> str:
    """The file whose command has `ruff format` check the project by its own rules; empty where none does.

    A recipe that only formats is a convenience, and says nothing of the files as they are."""
    for path in _files(tree):
        lines = (await probe.text(path) or "").splitlines()
        reported = "\n".join(line for line in lines if not line.lstrip().startswith(("#", "//")))
        for command in _RUFF.finditer(reported):
            if _CHECKS.search(command["rest"]) and not _OTHER_RULES.search(command["rest"]):
                return path
    return ""


def _files(tree: PythonTree) -> Iterator[str]:
    prefixes = tuple(f"{folder}/" for folder in dict.fromkeys((tree.root, tree.home)) if folder)
    for place in _PLACES:
        listed = (path for path in tree.paths if place.fullmatch(path))
        near = [path for path in listed if path.count("/") < 2 or path.startswith((*prefixes, "."))]
        yield from sorted(near)[:MOST_FILES]
