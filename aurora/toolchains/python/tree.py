"""Which folder holds the project, and what its manifests declare there, read through a probe."""

import posixpath
import re
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.python import pyproject as python_pyproject
from aurora.toolchains.python import requirements
from aurora.toolchains.python.declared import Declared, attempted
from aurora.toolchains.python.locks import LOCKS, WHOLE, pins
from aurora.toolchains.python.pipfile import pipfile
from aurora.toolchains.python.setup_files import setup_cfg, setup_py
from aurora.toolchains.python.tox import tox_group

MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
_ASIDE = re.compile(
    r"(^|/)(\.[^/]*|docs?|examples?|samples?|tests?|node_modules|vendor|third_party|fixtures|templates?|build|dist|site-packages)(/|$)"
)
_LIKELY = ("src/backend", "backend", "server", "api", "app", "src")


class PythonTree(Value):
    root: str
    paths: tuple[str, ...]
    """Every path of the repository."""
    files: dict[str, str] = Field(default_factory=dict)
    """Manifests and locks that were read, path -> text."""
    pyproject: dict[str, Any] = Field(default_factory=dict)
    declared: Declared = Declared()
    why: tuple[str, ...] = ()

    def at(self, name: str) -> str:
        """A path below the project's folder, from the repository's root."""
        return posixpath.normpath(posixpath.join(self.root, name)) if name not in ("", ".") else self.root

    def has(self, name: str) -> bool:
        return self.at(name) in self.paths


async def read(probe: ToolchainProbe) -> PythonTree:
    paths = tuple(await probe.paths())
    root, why = await _root(probe, paths)
    tree = PythonTree(root=root, paths=paths)
    files: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    for name in (*MANIFESTS, *LOCKS, "PKG-INFO"):
        text = await probe.text(tree.at(name)) if tree.has(name) else None
        if text is not None:
            files[tree.at(name)] = text
    document: dict[str, Any] = {}
    if tree.at("pyproject.toml") in files:
        document, notes = python_pyproject.parse(files[tree.at("pyproject.toml")], tree.at("pyproject.toml"))
    declared = Declared(notes=notes).over(attempted(lambda: python_pyproject.declared(document), "pyproject.toml"))
    if tree.at("setup.cfg") in files:
        declared = declared.over(attempted(lambda: setup_cfg(files[tree.at("setup.cfg")]), "setup.cfg"))
    if tree.at("setup.py") in files:
        declared = declared.over(attempted(lambda: setup_py(files[tree.at("setup.py")]), "setup.py"))
    if tree.at("Pipfile") in files:
        declared = declared.over(attempted(lambda: pipfile(files[tree.at("Pipfile")]), "Pipfile"))
    declared, read = await _with_requirements(probe, tree, document, declared)
    tox = await probe.text(tree.at("tox.ini")) if tree.has("tox.ini") else None
    declared = declared.over(attempted(lambda: tox_group(tox or ""), "tox.ini"))
    locks = [name for name in LOCKS if tree.at(name) in files]
    if locks:
        pinned, said = pins(locks[0], files[tree.at(locks[0])])
        declared = declared.model_copy(update={"constraints": pinned, "notes": declared.notes + said})
        if declared.runtime is None and locks[0] in WHOLE:
            noted = (*declared.notes, f"runtime dependencies: all that {locks[0]} pins")
            declared = declared.model_copy(update={"runtime": pinned, "notes": noted})
    declared = _reported_by_sdist(files.pop(tree.at("PKG-INFO"), ""), declared)
    for other in locks[1:]:
        files.pop(tree.at(other))
    return tree.model_copy(update={"files": {**files, **read}, "pyproject": document, "declared": declared, "why": why})


async def _root(probe: ToolchainProbe, paths: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name in (*MANIFESTS, *WHOLE) or (requirements.group_of(name) is not None and not _ASIDE.search(path)):
            folders.setdefault(folder, []).append(name)
        elif requirements.group_of(path) is not None and folder.rpartition("/")[2] in ("requirements", "reqs"):
            folders.setdefault(folder.rpartition("/")[0], []).append(name)
    folders = {f: names for f, names in folders.items() if not f or not _ASIDE.search(f + "/")}
    real = {f: names for f, names in folders.items() if names != ["pyproject.toml"] or await _declares(probe, f)}
    found = real or folders
    if "" in found:
        return "", (f"root: the repository's own, by {', '.join(sorted(found['']))}",)
    if not found:
        return "", ("root: the repository's own; there is no manifest",)
    depth = min(f.count("/") for f in found)
    nearest = sorted(f for f in found if f.count("/") == depth)
    chosen = next((f for f in _LIKELY if f in found), nearest[0])
    others = sorted(f for f in found if f != chosen)
    doubt = f"; {', '.join(others[:4])} also hold manifests and were not taken" if others else ""
    return chosen, (f"root: {chosen!r}, by {', '.join(sorted(found[chosen]))}{doubt}",)


async def _declares(probe: ToolchainProbe, folder: str) -> bool:
    path = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
    document, _ = python_pyproject.parse(await probe.text(path) or "", path)
    return python_pyproject.is_manifest(document)


async def _with_requirements(
    probe: ToolchainProbe, tree: PythonTree, document: dict[str, Any], declared: Declared
) -> tuple[Declared, dict[str, str]]:
    """Requirements files laid under what the manifests say: they are the runtime only where no manifest is."""
    files: dict[str, str] = {}
    notes = list(declared.notes)
    runtime, optional, constraints = declared.runtime, dict(declared.optional), list(declared.constraints)

    async def take(path: str) -> tuple[str, ...]:
        found = await requirements.read(probe, path)
        files.update(found.files)
        notes.extend(found.notes)
        constraints.extend(found.constraints)
        return found.requirements

    pointed, pointed_extras = python_pyproject.dynamic_files(document)
    for name, named in pointed_extras.items():
        optional[name] = tuple([line for path in named for line in await take(tree.at(path))])
    if pointed and runtime is None:
        runtime = tuple([line for path in pointed for line in await take(tree.at(path))])
    by_group: dict[str, list[str]] = {}
    prefix = f"{tree.root}/" if tree.root else ""
    for path in sorted(p for p in tree.paths if p.startswith(prefix) and p.removeprefix(prefix).count("/") <= 1):
        inside = path.removeprefix(prefix)
        group = requirements.group_of(inside)
        folder = inside.rpartition("/")[0]
        if group is not None and (not folder or folder in ("requirements", "reqs")):
            by_group.setdefault(group, []).append(path)
    if runtime is None and by_group.get(""):
        chosen = _preferred(by_group[""])
        runtime = await take(chosen)
        notes.append(f"runtime dependencies: {chosen}")
    for group, candidates in by_group.items():
        if group and group not in optional:
            optional[group] = await take(_preferred(candidates))
    update = {"runtime": runtime, "optional": optional, "constraints": tuple(constraints), "notes": tuple(notes)}
    return declared.model_copy(update=update), files


def _preferred(candidates: list[str]) -> str:
    """One file a group: the compiled one before its source, the plainest name before the others."""
    order = ("requirements", "base", "common", "main", "core", "runtime", "prod", "production")

    def rank(path: str) -> tuple[bool, int, int]:
        stem, ext = posixpath.splitext(posixpath.basename(path))
        plain = next((i for i, word in enumerate(order) if stem.lower() == word), len(order))
        return ext == ".in", plain, len(path)

    return min(candidates, key=rank)


def _reported_by_sdist(text: str, declared: Declared) -> Declared:
    """PKG-INFO, which a source distribution carries and a repository does not: name and version as built."""
    head = dict(re.findall(r"(?m)^(Name|Version): (.+)$", text.split("\n\n", 1)[0]))
    return declared.over(Declared(name=head.get("Name", "").strip(), version=head.get("Version", "").strip()))
