"""Which folder holds a Node project, and what its package.json says, read through a probe."""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above

MANIFEST = "package.json"
SOURCES = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")
DECLARING = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_ASIDE = re.compile(
    r"(^|/)(\.[^/]*|docs?|website|examples?|samples?|tests?|__tests__|node_modules|vendor|third_party|fixtures|templates?"
    r"|build|dist|frontend|client|ui|web|www)(/|$)"
)
_LIKELY = (
    "src/backend",
    "backend",
    "server",
    "api",
    "apps/api",
    "apps/server",
    "packages/api",
    "packages/server",
    "app",
)


class NodeTree(Value):
    root: str
    paths: tuple[str, ...]
    """Every path of the repository."""
    manifest: dict[str, Any] = Field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    """Names the manifest declares, in whatever group, and those of the manifests above it (a workspace's tools)."""
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
        return {k: v for k, v in _table(self.manifest, "scripts").items() if isinstance(v, str)}


def candidates(paths: Sequence[str]) -> list[str]:
    """Folders with a manifest of their own that may hold the backend, the likeliest first."""
    folders = [posixpath.dirname(path) for path in paths if posixpath.basename(path) == MANIFEST]
    folders = [folder for folder in folders if not folder or not _ASIDE.search(folder)]
    return sorted(folders, key=lambda f: (f not in ("", *_LIKELY), f.count("/") + bool(f), f))


async def read(probe: ToolchainProbe) -> NodeTree:
    """Raises `Refusal` for a manifest that is not JSON."""
    paths = tuple(await probe.paths())
    found = candidates(paths) or sorted(posixpath.dirname(p) for p in paths if posixpath.basename(p) == MANIFEST)
    manifests = {folder: await _manifest(probe, folder) for folder in found[:50]}
    root = next((folder for folder in found if folder in manifests and says_something(manifests[folder])), found[0])
    others = [folder or "." for folder in found if folder != root]
    doubt = f"; {', '.join(others[:4])} also hold manifests and were not taken" if others else ""
    declared: set[str] = set()
    for folder in above(root):
        if posixpath.join(folder, MANIFEST) in paths:
            manifest = manifests.get(folder) or await _manifest(probe, folder)
            declared |= {name for key in DECLARING for name in _table(manifest, key)}
    return NodeTree(
        root=root,
        paths=paths,
        manifest=manifests[root],
        declared=frozenset(declared),
        why=(f"root: {root!r}, by {MANIFEST}{doubt}" if root else f"root: the repository's own, by {MANIFEST}{doubt}",),
    )


def says_something(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is a project's, not only a workspace's or a folder of tools."""
    test = _table(manifest, "scripts").get("test")
    return bool(_table(manifest, "dependencies")) or (isinstance(test, str) and "no test specified" not in test)


async def _manifest(probe: ToolchainProbe, folder: str) -> dict[str, Any]:
    path = posixpath.join(folder, MANIFEST)
    try:
        found = json.loads(await probe.text(path) or "{}")
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path} is not JSON: {str(error)[:200]}.", "Correct it in the base commit.") from error
    return found if isinstance(found, dict) else {}


def _table(manifest: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}
