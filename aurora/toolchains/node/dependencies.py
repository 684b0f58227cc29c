"""What a Node project's dependency image is made from: its manifests and its lock, with nothing else of the repository.

A manifest's scripts, `.pnpmfile.cjs`, plugins and registries stay out: see `node_dependency_files`.
"""

import json
import posixpath
from collections.abc import Sequence
from typing import Any, Literal

from aurora.domain.workspace import Dependencies
from aurora.ports import ToolchainProbe
from aurora.toolchains.documents import table, texts
from aurora.toolchains.node import dependency_files as clean

Manager = Literal["npm", "pnpm", "yarn"]
LOCKS: dict[str, Manager] = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
}
"""In the order they are believed where several lie side by side and `packageManager` does not say."""
OTHER_LOCKS = ("bun.lock", "bun.lockb")
DECLARING = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
PATCHES = ("patches/", ".yarn/patches/")
MAX_MANIFESTS = 300


async def dependencies(probe: ToolchainProbe, root: str = "") -> Dependencies:
    """`root`: folder of the project's package.json. A member of a workspace is installed from the workspace's root."""
    paths = tuple(await probe.paths())
    folder = await _installed_from(probe, paths, root)
    notes: list[str] = []
    manifest = await _manifest(probe, _at(folder, "package.json"), notes)
    manager, lock = _lock(paths, folder, manifest, notes)
    files = {_at(folder, "package.json"): clean.manifest(manifest)}
    manifests = [manifest]
    lock_text = await probe.text(_at(folder, lock)) if lock else None
    if lock and lock_text is None:
        notes.append(f"{_at(folder, lock)} is too large or not text: npm chooses the versions anew")
        manager = "npm"
    elif lock and lock_text is not None:
        files[_at(folder, lock)] = clean.lock(lock, lock_text)
    if _workspace(paths, folder, manifest):
        for path in _members(paths, folder, notes):
            member = await _manifest(probe, path, notes)
            files[path] = clean.manifest(member)
            manifests.append(member)
    files |= await _settings(probe, paths, folder, manager, manifest, notes)
    own = {str(one.get("name", "")) for one in manifests}
    named = {n: s for one in manifests for key in DECLARING for n, s in texts(table(one, key)).items()}
    engine = table(manifest, "engines").get("node")
    return Dependencies(
        language="node",
        manager=manager,
        files=files,
        root=folder,
        requirements=tuple(sorted(f"{name}@{spec}" for name, spec in named.items() if name not in own)),
        interpreter=engine if isinstance(engine, str) else None,
        notes=tuple(dict.fromkeys(notes)),
    )


def _at(folder: str, name: str) -> str:
    return posixpath.join(folder, name) if folder else name


async def _installed_from(probe: ToolchainProbe, paths: Sequence[str], root: str) -> str:
    """The nearest folder upwards with a lock; above the project's own only one that declares a workspace."""
    folder = root
    while True:
        if any(_at(folder, name) in paths for name in LOCKS) and _at(folder, "package.json") in paths:
            manifest = await _manifest(probe, _at(folder, "package.json"), [])
            if folder == root or _workspace(paths, folder, manifest):
                return folder
        if not folder:
            return root
        folder = posixpath.dirname(folder)


def _workspace(paths: Sequence[str], folder: str, manifest: dict[str, Any]) -> bool:
    return bool(manifest.get("workspaces")) or _at(folder, "pnpm-workspace.yaml") in paths


def _lock(paths: Sequence[str], folder: str, manifest: dict[str, Any], notes: list[str]) -> tuple[Manager, str]:
    """(manager, its lock's name; empty: none)"""
    found = [name for name in LOCKS if _at(folder, name) in paths]
    named = str(manifest.get("packageManager", "")).partition("@")[0]
    if len(found) > 1:
        found.sort(key=lambda name: LOCKS[name] != named)
        notes.append(f"of {', '.join(sorted(found))} the first to be believed is {found[0]}")
    if found:
        notes.append(f"installed by {LOCKS[found[0]]} from {_at(folder, found[0])}")
        return LOCKS[found[0]], found[0]
    other = [name for name in OTHER_LOCKS if _at(folder, name) in paths]
    if other:
        notes.append(f"{other[0]} can't be read here")
    notes.append("there is no lock file: npm chooses the versions that package.json allows")
    return "npm", ""


def _members(paths: Sequence[str], folder: str, notes: list[str]) -> list[str]:
    """Every other manifest below: which of them belong to the workspace its manager decides."""
    prefix = f"{folder}/" if folder else ""
    found = [
        path
        for path in sorted(paths)
        if path.startswith(prefix)
        and path.endswith("/package.json")
        and path != _at(folder, "package.json")
        and "node_modules" not in path.split("/")
    ]
    if len(found) > MAX_MANIFESTS:
        notes.append(f"of {len(found)} manifests of the workspace {MAX_MANIFESTS} are read")
    return found[:MAX_MANIFESTS]


async def _manifest(probe: ToolchainProbe, path: str, notes: list[str]) -> dict[str, Any]:
    text = await probe.text(path)
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        notes.append(f"{path} is not JSON ({str(error)[:80]}) and is read as empty")
        return {}
    return found if isinstance(found, dict) else {}


async def _settings(
    probe: ToolchainProbe,
    paths: Sequence[str],
    folder: str,
    manager: Manager,
    manifest: dict[str, Any],
    notes: list[str],
) -> dict[str, str]:
    """The manager's own settings files, cleaned, and the patches they may name."""
    npmrc, left_out = clean.npmrc(await probe.text(_at(folder, ".npmrc")) or "")
    files = {".npmrc": npmrc} if npmrc else {}
    if manager == "pnpm":
        text = await probe.text(_at(folder, "pnpm-workspace.yaml")) or ""
        workspace, more = clean.pnpm_workspace(text, table(manifest, "pnpm"), npmrc)
        files["pnpm-workspace.yaml"] = workspace
        left_out += more
    elif manager == "yarn":
        files[".yarnrc.yml"], more = clean.yarnrc(await probe.text(_at(folder, ".yarnrc.yml")) or "")
        left_out += more
    if left_out:
        notes.append(f"not taken from the repository's settings of {manager}: {', '.join(sorted(set(left_out)))}")
    if _at(folder, ".pnp.cjs") in paths:
        notes.append("Plug'n'Play is not used: packages are installed into node_modules")
    for path in paths:
        name = path.removeprefix(f"{folder}/") if folder else path
        if manager != "npm" and name.startswith(PATCHES) and name.endswith(".patch"):
            files[name] = await probe.text(path) or ""
    return {_at(folder, name): text for name, text in files.items()}
