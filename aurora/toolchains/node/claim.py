"""Check whether a repository that may hold Python, too, is a Node project: by what its manifests declare and where the
code lies. A package.json that brings a Python service its tools makes no Node project of it, and requirements of a
folder of scripts no Python one."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any

from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.toolchains.node import root as node_root
from aurora.toolchains.node import scripts

_PYTHON_MANIFEST = re.compile(r"(^|/)(pyproject\.toml|setup\.cfg|setup\.py|Pipfile|requirements\.txt)$")
_HELPERS = re.compile(
    r"(^|/)(\.[^/]*|docs?|scripts?|tools?|tooling|hack|bin|ci|examples?|samples?|notebooks|benchmarks?|load[-_]?tests?"
    r"|e2e|infra|terraform|deploy(ment)?|ansible|migrations|node_modules|vendor|third_party|fixtures|templates?|lambda"
    r"-layers)/"
)
_BROWSERS = ("playwright", "cypress", "@playwright/test")
FEW = 3
"""A language with this many times fewer files than the other has helpers in the repository, not its backend."""


async def is_node(probe: ToolchainProbe, paths: Sequence[str]) -> bool:
    manifests = [path for path in paths if _PYTHON_MANIFEST.search(path) and not _HELPERS.search(path)]
    anywhere = any(path.endswith(".py") or _PYTHON_MANIFEST.search(path) for path in paths)
    if not node_root.candidates(paths):
        return not anywhere and any(posixpath.basename(path) == node_root.MANIFEST for path in paths)
    try:
        root = await node_root.find(probe, paths)
    except Refusal:
        return not anywhere
    python = sum(path.endswith(".py") and not _HELPERS.search(path) for path in paths)
    node = sum(root.weight)
    tested = bool(root.command) or (node_root.runs_tests(root.manifest) and not _of_pages(root.manifest))
    declares = tested or bool(root.manifest.get("dependencies"))
    if not manifests:
        own = sum(path.endswith(node_root.SOURCES) for path in paths)
        return own >= python if declares or not python else own > python
    depth = min(path.count("/") for path in manifests)
    own_depth = root.folder.count("/") + bool(root.folder)
    if not python:
        # nothing of Python's is there to work on; with no code at all the nearer manifest is the project's
        return declares and (node > 0 or own_depth < depth)
    if not declares:
        return False
    if own_depth < depth:
        return root.server or node * FEW >= python
    if own_depth == depth:
        return root.server and node > python
    return root.server and node > FEW * python


def _of_pages(manifest: Mapping[str, Any]) -> bool:
    """Return whether what runs its tests is a browser's: such a suite lies beside backends of any language."""
    script = node_root.scripts_of(manifest).get("test", "")
    runner = scripts.unsupported(script) or next((n for n in _BROWSERS if n in node_root.declared(manifest)), "")
    return runner in _BROWSERS and not node_root.declared(manifest) & node_root.SERVER
