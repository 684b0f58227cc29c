"""Packages added to a Node project by npm, pnpm or Yarn 2 and later.

The builder has cleaned manifests; what the manager wrote into them goes into the project's own.
"""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.toolchains.adding import AddingJob, AddingPlan, PackageAdding
from aurora.toolchains.documents import table, texts

SCRIPT = Path(__file__).with_name("build") / "add_packages.sh"
LOCKS = ("pnpm-lock.yaml", "yarn.lock", "npm-shrinkwrap.json", "package-lock.json")
PUBLIC = "https://registry.npmjs.org/"
HINT = "Add it to package.json and its lock in a commit, and hand the task in anew."
DECLARING = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
FETCHED_NOT = ("workspace:", "catalog:", "npm:", "file:", "link:", "portal:")
_PACKAGE = re.compile(r"((?:@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*)(?:@([\w.^~<>=|* -]+))?")


def name_of(package: str) -> str:
    found = _PACKAGE.fullmatch(package)
    if not found:
        raise Refusal(f"{package!r} is no package of a registry such as `zod@^4`", HINT)
    return found[1]


def plan(toolchain: Toolchain) -> AddingPlan:
    there = toolchain.dependencies
    manifest = _at(toolchain.root, "package.json")
    lock = next((path for name in LOCKS if (path := _at(there.root, name)) in there.files), None)
    if manifest not in there.files:
        raise Refusal(f"{manifest} is not read for the installation", HINT)
    if lock is not None and lock.endswith("yarn.lock") and "__metadata:" not in there.files[lock]:
        raise Refusal("yarn.lock is of Yarn 1, which changes a lock only with an installation", HINT)
    specs = [spec for key in DECLARING for spec in texts(table(json.loads(there.files[manifest]), key)).values()]
    if any(":" in spec and not spec.startswith(FETCHED_NOT) for spec in specs):
        raise Refusal("package.json names packages by their addresses, which are not fetched in the builder", HINT)
    return AddingPlan(there.manager, toolchain.root, (manifest, *([lock] if lock else [])))


def job(toolchain: Toolchain, how: AddingPlan, packages: Sequence[str], _: Mapping[str, str]) -> AddingJob:
    """The files are those that an installation is given: cleaned, settings of the manager among them."""
    prefix = f"{toolchain.dependencies.root}/" if toolchain.dependencies.root else ""
    inside = {path.removeprefix(prefix): text for path, text in toolchain.dependencies.files.items()}
    inputs = {f"project/{path}": text.encode() for path, text in inside.items()}
    folder = posixpath.relpath(how.folder or ".", toolchain.dependencies.root or ".")
    argv = ("sh", "add_packages.sh", how.manager, folder, *packages)
    results = tuple(f"project/{path.removeprefix(prefix)}" for path in how.changes)
    return AddingJob({"add_packages.sh": SCRIPT.read_bytes(), **inputs}, argv, (*results, "registry"))


def finish(
    how: AddingPlan, packages: Sequence[str], before: Mapping[str, str], made: Mapping[str, str]
) -> Mapping[str, str]:
    reported = [made[name] for name in made if name != "registry"]
    written = json.loads(reported[0])
    changed = {how.changes[0]: _with(before[how.changes[0]], written, [name_of(one) for one in packages])}
    if len(how.changes) > 1 and len(reported) > 1:
        lock = how.changes[1]
        npm = lock.endswith(".json")
        changed[lock] = _npm_lock(before[lock], reported[1], made["registry"].strip()) if npm else reported[1]
    return changed


def _with(text: str, written: Mapping[str, Any], names: Sequence[str]) -> str:
    """The project's own package.json, its indentation kept, with what the manager wrote for these packages."""
    document = json.loads(text)
    indent = re.search(r"\{\s*\n([ \t]+)", text)
    there = dict(table(document, "dependencies"))
    there |= {name: spec for name in names if (spec := table(written, "dependencies").get(name))}
    document["dependencies"] = dict(sorted(there.items()))
    made = json.dumps(document, indent=indent[1] if indent else 2, ensure_ascii=False)
    return made + ("\n" if text.endswith("\n") else "")


def _npm_lock(before: str, after: str, registry: str) -> str:
    """The unchanged entries as they stood: the builder was given no addresses, and has a registry of its own."""
    old, new = json.loads(before), json.loads(after)
    had = table(old, "packages")
    addressed = any("resolved" in entry for entry in had.values() if isinstance(entry, dict))
    for path, entry in table(new, "packages").items():
        was = had.get(path)
        if path and isinstance(was, dict) and was.get("version") == entry.get("version"):
            new["packages"][path] = was
        elif (place := str(entry.get("resolved", ""))) and registry:
            entry["resolved"] = place.replace(registry.rstrip("/") + "/", PUBLIC)
        if path and not addressed and was is None:
            entry.pop("resolved", None)
    indent = re.search(r"\{\s*\n([ \t]+)", before)
    return json.dumps(new, indent=indent[1] if indent else 2, ensure_ascii=False) + "\n"


def _at(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


ADDING = PackageAdding(name_of=name_of, plan=plan, job=job, finish=finish)
