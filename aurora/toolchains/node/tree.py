"""The choice of the folder that holds a Node project, and the content of its package.json, read through a probe."""

import posixpath
import re
from typing import Any

from pydantic import Field

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.node import root as node_root
from aurora.toolchains.node.root import DECLARING, MANIFEST, SOURCES, candidates
from aurora.toolchains.stated import Stated

__all__ = ["MANIFEST", "SOURCES", "NodeTree", "candidates", "read"]


_STAGED = (".lintstagedrc", ".lintstagedrc.json")


class NodeTree(Value):
    root: str
    paths: tuple[str, ...]
    """Every path of the repository."""
    manifest: dict[str, Any] = Field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    """Names the manifest declares, in whatever group, and those of the manifests above it (a workspace's tools)."""
    versions: dict[str, str] = Field(default_factory=dict)
    """Versions of what is declared, as the nearest manifest asks for it."""
    commands: tuple[str, ...] = ()
    """Every script of the manifest and of those above it, and what they run before a commit."""
    command: str = ""
    """The command that runs the tests here, where a manifest above hands them on."""
    why: tuple[str, ...] = ()

    def at(self, name: str) -> str:
        """A path below the project's folder, from the repository's root."""
        return posixpath.normpath(posixpath.join(self.root, name))

    def has(self, name: str) -> bool:
        return self.at(name) in self.paths

    def nearest(self, pattern: str) -> str:
        """A file of this name in the project's folder or the nearest above it; empty when there is none."""
        for folder in above(self.root):
            prefix = f"{folder}/" if folder else ""
            for path in self.paths:
                name = path.removeprefix(prefix)
                if path.startswith(prefix) and "/" not in name and re.fullmatch(pattern, name):
                    return path
        return ""

    @property
    def scripts(self) -> dict[str, str]:
        return node_root.scripts_of(self.manifest)


async def read(probe: ToolchainProbe, stated: Stated) -> NodeTree:
    """Raises `Refusal` for a manifest that is not JSON, and for a stated root without one."""
    paths = tuple(await probe.paths())
    if stated.root is None:
        found = await node_root.find(probe, paths, stated.folder)
    else:
        found = await node_root.stated(probe, paths, stated.root)
    versions: dict[str, str] = {}
    commands: list[str] = []
    for folder in reversed(above(found.folder)):
        if posixpath.join(folder, MANIFEST) not in paths:
            continue
        try:
            manifest = found.manifest if folder == found.folder else await node_root.manifest(probe, folder)
        except Refusal:
            continue  # said where the root was chosen
        commands += node_root.commands_of(manifest)
        for name in _STAGED:
            path = posixpath.join(folder, name)
            commands += _staged(await probe.text(path) or "") if path in paths else ()
        for table in (manifest.get(key) for key in DECLARING):
            versions |= {name: str(spec) for name, spec in table.items()} if isinstance(table, dict) else {}
    return NodeTree(
        root=found.folder,
        paths=paths,
        manifest=found.manifest,
        declared=frozenset(versions),
        versions=versions,
        commands=tuple(commands),
        command=found.command,
        why=found.why,
    )


def _staged(text: str) -> list[str]:
    """The commands that a configuration of lint-staged runs; nothing of one that is not JSON."""
    try:
        return node_root.commands_of({"lint-staged": node_root.parsed(text)})
    except (ValueError, RecursionError):
        return []
