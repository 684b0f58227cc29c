"""Manifests, locks and settings of Node's package managers without what runs code, redirects or gives away.

Only known keys are kept. A registry, a credential or a plugin that the repository names is never used: the worker's
own settings say where packages come from.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from aurora.errors import Refusal
from aurora.settings import yaml_document

MANIFEST = (
    "name", "version", "private", "type", "bin", "dependencies", "devDependencies", "optionalDependencies",
    "peerDependencies", "peerDependenciesMeta", "dependenciesMeta", "bundleDependencies", "bundledDependencies",
    "overrides", "resolutions", "workspaces", "engines", "os", "cpu", "installConfig",
)  # fmt: skip
"""Not `scripts`: the project's own would run without the project. Not `packageManager`: no other version is fetched."""
NPMRC = (
    "engine-strict", "legacy-peer-deps", "strict-peer-deps", "install-strategy", "install-links", "node-linker",
    "hoist", "shamefully-hoist", "hoist-pattern", "public-hoist-pattern", "auto-install-peers",
    "strict-peer-dependencies", "resolution-mode", "link-workspace-packages", "prefer-workspace-packages",
    "dedupe-peer-dependents", "dedupe-direct-deps", "dedupe-injected-deps",
    "exclude-links-from-lockfile", "inject-workspace-packages", "minimum-release-age", "minimum-release-age-exclude",
)  # fmt: skip
PNPM = (
    "packages", "catalog", "catalogs", "overrides", "packageExtensions", "patchedDependencies", "allowBuilds",
    "onlyBuiltDependencies", "neverBuiltDependencies", "ignoredBuiltDependencies", "ignoredOptionalDependencies",
    "allowUnusedPatches", "allowNonAppliedPatches", "peerDependencyRules", "autoInstallPeers", "dedupePeerDependents",
    "dedupeDirectDeps", "dedupeInjectedDeps", "excludeLinksFromLockfile", "injectWorkspacePackages",
    "linkWorkspacePackages", "preferWorkspacePackages", "nodeLinker", "hoist", "hoistPattern", "publicHoistPattern",
    "shamefullyHoist", "strictPeerDependencies", "resolutionMode", "supportedArchitectures", "engineStrict",
    "minimumReleaseAge", "minimumReleaseAgeExclude", "minimumReleaseAgeStrict",
)  # fmt: skip
YARN = ("packageExtensions", "nmHoistingLimits", "supportedArchitectures", "catalog", "catalogs")
YARN_OURS: dict[str, Any] = {
    "nodeLinker": "node-modules",
    "enableScripts": False,
    "enableGlobalCache": True,
    "enableTelemetry": False,
    "approvedGitRepositories": [],
}
_TARBALL = re.compile(r"https?://[^\s\"'#]+/-/[^\s\"'#/]+\.tgz")
_PNPM_TARBALL = re.compile(r", tarball: https?://[^\s,}]+/-/[^\s,}]+\.tgz")


def manifest(found: Mapping[str, Any]) -> str:
    return json.dumps({key: found[key] for key in MANIFEST if key in found}, indent=1)


def lock(name: str, text: str) -> str:
    """The lock without addresses of registries; what is not loaded from one (a tarball elsewhere, git) keeps its
    own."""
    if name == "pnpm-lock.yaml":
        return _PNPM_TARBALL.sub("", text)
    if not name.endswith(".json"):
        return text  # Yarn's are rewritten in the builder, which knows its registry
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text  # npm's to refuse
    for entry in _entries(found):
        if _TARBALL.fullmatch(str(entry.get("resolved", ""))):
            del entry["resolved"]
    return json.dumps(found, indent=1)


def npmrc(text: str) -> tuple[str, list[str]]:
    """(lines kept, keys left out)"""
    kept, left_out = [], []
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.partition("="))
        if not key or key.startswith((";", "#")):
            continue
        if key.removesuffix("[]") in NPMRC and "${" not in value:
            kept.append(f"{key}={value}\n")
        else:
            left_out.append(_harmless(key))
    return "".join(kept), left_out


def pnpm_workspace(text: str, in_manifest: Mapping[str, Any], npmrc_text: str) -> tuple[str, list[str]]:
    """One file for what pnpm has read from three places; its own name wins, then package.json, then .npmrc."""
    found, left_out = _yaml(text, "pnpm-workspace.yaml")
    configured: dict[str, Any] = {}
    for line in npmrc_text.splitlines():
        key, _, value = line.partition("=")
        name = re.sub(r"-(\w)", lambda match: match[1].upper(), key.removesuffix("[]"))
        if key.endswith("[]"):
            configured.setdefault(name, []).append(value)
        else:
            configured[name] = {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)
    configured |= dict(in_manifest) | found
    left_out += [_harmless(key) for key in configured if key not in PNPM]
    kept = {key: configured[key] for key in PNPM if key in configured}
    # pnpm 11 reads the newer name only
    older = kept.pop("onlyBuiltDependencies", None)
    if isinstance(older, list):
        kept["allowBuilds"] = {str(name): True for name in older} | dict(kept.get("allowBuilds") or {})
    if "packages" in kept:
        kept["nodeLinker"] = "hoisted"  # a member's own node_modules would lie where no draft finds it
    return json.dumps(kept, indent=1), left_out


def yarnrc(text: str) -> tuple[str, list[str]]:
    found, left_out = _yaml(text, ".yarnrc.yml")
    left_out += [_harmless(key) for key in found if key not in (*YARN, *YARN_OURS)]
    return json.dumps({key: found[key] for key in YARN if key in found} | YARN_OURS, indent=1), left_out


def _harmless(key: str) -> str:
    """A key may hold a host's name; a value is never shown."""
    return re.sub(r"^//.*?:", "//…:", key)[:60]


def _yaml(text: str, name: str) -> tuple[dict[str, Any], list[str]]:
    try:
        value = yaml_document.parse(text, name).value
    except Refusal:
        return {}, [f"{name} (not YAML)"]
    return (value if isinstance(value, dict) else {}), []


def _entries(found: Any) -> list[dict[str, Any]]:
    """The entries of lock versions 2 and 3 `packages`, of 1 and 2 the nested `dependencies`."""
    entries: list[dict[str, Any]] = []
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        for key in ("packages", "dependencies"):
            inner = one.get(key)
            if isinstance(inner, dict):
                entries += [entry for entry in inner.values() if isinstance(entry, dict)]
                waiting += inner.values()
    return entries
