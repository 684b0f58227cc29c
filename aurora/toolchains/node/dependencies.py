"""The inputs of a Node project's dependency image: its manifests and its lock, with nothing else of the repository.

A manifest's scripts, `.pnpmfile.cjs`, plugins and registries stay out: see `node_dependency_files`.
"""

import posixpath
import re
from collections.abc import Sequence
from typing import Any, Literal

from aurora.domain.workspace import Dependencies
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings import yaml_document
from aurora.settings.project import ProjectSettings
from aurora.toolchains.documents import table, texts
from aurora.toolchains.folders import above
from aurora.toolchains.node import dependency_files as clean
from aurora.toolchains.node import install_plan, missing_builds, old_locks, unsupported_versions
from aurora.toolchains.node import root as node_root

Manager = Literal["npm", "pnpm", "yarn"]
LOCKS: dict[str, Manager] = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
}
"""Locks in the order they are believed where several lie side by side and `packageManager` does not say."""
OTHER_LOCKS = ("bun.lock", "bun.lockb")
DECLARING = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
PATCHES = ("patches/", ".yarn/patches/")
MAX_MANIFESTS = 300


async def dependencies(probe: ToolchainProbe, root: str = "", stated: ProjectSettings | None = None) -> Dependencies:
    """`root`: folder of the project's package.json. A member of a workspace is installed from the workspace's root.

    Raises `Refusal` for what is stated and can't be installed."""
    plan = install_plan.plan(stated or ProjectSettings())
    paths = tuple(await probe.paths())
    folder = await _installed_from(probe, paths, root)
    notes: list[str] = []
    manifest = await _manifest(probe, _at(folder, "package.json"), notes) or {}
    manager, lock = _lock(paths, folder, manifest, notes, plan.manager)
    if not lock:
        manager = plan.manager or await _without_lock(probe, paths, folder, manifest, notes)
    files = {_at(folder, "package.json"): clean.manifest(manifest)}
    manifests = [manifest]
    members: dict[str, dict[str, Any]] = {}
    lock_text = await probe.text(_at(folder, lock)) if lock else None
    pins: dict[str, dict[str, str]] = {}
    if lock == "pnpm-lock.yaml" and lock_text is not None and old_locks.is_old(lock_text):
        pins = old_locks.pinned(lock_text)
        files[_at(folder, "package.json")] = clean.manifest(old_locks.with_pins(manifest, pins.get(".", {})))
        notes.append(
            f"{_at(folder, lock)} is of pnpm 8 or older: what package.json names is installed as it pins it, what that "
            "depends on is chosen anew"
        )
    elif lock and lock_text is None:
        notes.append(f"{_at(folder, lock)} is too large or not text: npm chooses the versions anew")
        manager = "npm"
    elif lock and lock_text is not None:
        files[_at(folder, lock)] = clean.lock(lock, lock_text)
    if _workspace(paths, folder, manifest):
        for path in _members(paths, folder, notes):
            member = await _manifest(probe, path, notes)
            if member is None:
                continue
            below = posixpath.relpath(posixpath.dirname(path), folder or ".")
            files[path] = clean.manifest(old_locks.with_pins(member, pins.get(below, {})))
            manifests.append(member)
            members[posixpath.dirname(path)] = member
    files |= await _settings(probe, paths, folder, manager, manifest, notes)
    if plan.legacy_peers and manager == "npm":
        files[_at(folder, ".npmrc")] = files.get(_at(folder, ".npmrc"), "") + "legacy-peer-deps=true\n"
    own = {str(one.get("name", "")) for one in manifests}
    named = {n: s for one in manifests for key in DECLARING for n, s in texts(table(one, key)).items()}
    notes += (*missing_builds.notes(set(paths), members, named), *unsupported_versions.notes(named))
    engine = table(manifest, "engines").get("node")
    return Dependencies(
        language="node",
        manager=manager,
        files=files,
        root=folder,
        requirements=tuple(sorted(f"{name}@{spec}" for name, spec in named.items() if name not in own)),
        debian=plan.debian,
        interpreter=engine if isinstance(engine, str) else None,
        notes=tuple(dict.fromkeys((*plan.notes, *notes))),
    )


def _at(folder: str, name: str) -> str:
    return posixpath.join(folder, name) if folder else name


async def _installed_from(probe: ToolchainProbe, paths: Sequence[str], root: str) -> str:
    """The nearest folder upwards with a lock; above the project's own only one that declares a workspace."""
    folder = root
    while True:
        if any(_at(folder, name) in paths for name in LOCKS) and _at(folder, "package.json") in paths:
            manifest = await _manifest(probe, _at(folder, "package.json"), []) or {}
            if folder == root or _workspace(paths, folder, manifest):
                return folder
        if not folder:
            break
        folder = posixpath.dirname(folder)
    # without any lock the workspace that counts the project among its members
    for folder in above(root)[1:]:
        if _at(folder, "package.json") in paths:
            manifest = await _manifest(probe, _at(folder, "package.json"), []) or {}
            if _has_member(await _patterns(probe, folder, manifest), posixpath.relpath(root, folder or ".")):
                return folder
    return root


async def _patterns(probe: ToolchainProbe, folder: str, manifest: dict[str, Any]) -> list[str]:
    """Globs of a workspace's members, relative to its folder."""
    said = manifest.get("workspaces")
    found = said.get("packages") if isinstance(said, dict) else said
    if not found and (text := await probe.text(_at(folder, "pnpm-workspace.yaml"))):
        try:
            document = yaml_document.parse(text, "pnpm-workspace.yaml").value
        except Refusal:
            return []
        found = document.get("packages") if isinstance(document, dict) else None
    return [str(one) for one in found] if isinstance(found, list) else []


def _has_member(patterns: Sequence[str], below: str) -> bool:
    def matches(pattern: str) -> bool:
        plain = pattern.removeprefix("./").rstrip("/")
        parts = re.escape(plain).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        return re.fullmatch(parts, below) is not None

    excluded = any(matches(one[1:]) for one in patterns if one.startswith("!"))
    return not excluded and any(matches(one) for one in patterns if not one.startswith("!"))


def _workspace(paths: Sequence[str], folder: str, manifest: dict[str, Any]) -> bool:
    return bool(manifest.get("workspaces")) or _at(folder, "pnpm-workspace.yaml") in paths


def _lock(
    paths: Sequence[str], folder: str, manifest: dict[str, Any], notes: list[str], stated: Manager | None
) -> tuple[Manager, str]:
    """(manager, its lock's name; empty: none). `stated`: the manager that aurora.yaml names."""
    found = [name for name in LOCKS if _at(folder, name) in paths and stated in (None, LOCKS[name])]
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
    return stated or "npm", ""


async def _without_lock(
    probe: ToolchainProbe, paths: Sequence[str], folder: str, manifest: dict[str, Any], notes: list[str]
) -> Manager:
    """The manager that understands what the manifests ask for."""
    name, _, version = str(manifest.get("packageManager", "")).partition("@")
    manager: Manager = "npm"
    if name == "pnpm" or _at(folder, "pnpm-workspace.yaml") in paths:
        manager = "pnpm"
    elif (name == "yarn" and not version.startswith("1.")) or _at(folder, ".yarnrc.yml") in paths:
        manager = "yarn"
    elif _workspace(paths, folder, manifest):
        members = [await _manifest(probe, path, []) or {} for path in _members(paths, folder, [])]
        asked = [s for one in (manifest, *members) for key in DECLARING for s in texts(table(one, key)).values()]
        if any(spec.startswith(("workspace:", "catalog:")) for spec in asked):
            manager = "pnpm"  # npm knows neither; bun and Yarn write both
    notes.append(f"there is no lock file: {manager} chooses the versions that package.json allows")
    return manager


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


async def _manifest(probe: ToolchainProbe, path: str, notes: list[str]) -> dict[str, Any] | None:
    """None for one that is not JSON."""
    text = await probe.text(path)
    try:
        found = node_root.parsed(text or "{}")
    except (ValueError, RecursionError) as error:
        notes.append(f"{path} is not JSON ({str(error)[:80]}) and is read as empty")
        return None
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
        members = manifest.get("workspaces")
        named = members if isinstance(members, dict) else {"packages": members} if members else {}
        inside = {key: named[key] for key in ("packages", "catalog", "catalogs") if key in named and not text}
        workspace, more = clean.pnpm_workspace(text, {**inside, **table(manifest, "pnpm")}, npmrc)
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
