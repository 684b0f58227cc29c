"""The choice of the folder that holds the project, and the declarations of its manifests there, read through a
probe."""

import posixpath
import re
from typing import Any

from pydantic import Field

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.python import (
    conda,
    environments,
    install_plan,
    local_packages,
    manifests,
    project_folder,
    requirements,
)
from aurora.toolchains.python import pyproject as python_pyproject
from aurora.toolchains.python.declared import Declared, attempted, name_of
from aurora.toolchains.python.install_plan import Plan
from aurora.toolchains.python.locks import LOCKS, WHOLE, pins
from aurora.toolchains.stated import Stated


class PythonTree(Value):
    root: str
    """The place where tests and tools run: the manifests' folder, unless the tests are started elsewhere."""
    home: str
    """The place where the manifests lie."""
    paths: tuple[str, ...]
    """Every path of the repository."""
    files: dict[str, str] = Field(default_factory=dict)
    """Manifests and locks that were read, path -> text."""
    pyproject: dict[str, Any] = Field(default_factory=dict)
    declared: Declared = Declared()
    packages: tuple[tuple[str, Declared], ...] = ()
    """Folders of the repository that are installed beside the project's own, and what they declare."""
    stated: bool = False
    """True if `root` is said, not found: then nothing moves it."""
    plan: Plan | None = None
    """Of `project.install`; its lines are the group `install_plan.KEY`."""
    why: tuple[str, ...] = ()

    def at(self, name: str) -> str:
        """A path below the manifests' folder, from the repository's root."""
        return _joined(self.home, name)

    def has(self, name: str) -> bool:
        return self.at(name) in self.paths

    def started_at(self, name: str) -> str:
        """A path below the folder that tests and tools run in."""
        return _joined(self.root, name)


def _joined(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name)) if name not in ("", ".") else folder


async def read(probe: ToolchainProbe, stated: Stated) -> PythonTree:
    """Raises `Refusal` for what is stated to be installed and can't be."""
    paths = tuple(await probe.paths())
    if stated.root is None:
        chosen = await project_folder.choose(probe, paths, stated.folder)
    else:
        chosen = project_folder.of_stated(paths, stated.root)
    home = chosen.root
    plan = None if stated.project.install is None else install_plan.plan(stated.project.install)
    tree = PythonTree(root=home, home=home, paths=paths, plan=plan)
    if stated.root is not None:
        tree = tree.model_copy(update={"root": stated.root, "stated": True})
    own = await manifests.read(probe, home, frozenset(paths))
    files = dict(own.files)
    for name in (*LOCKS, "PKG-INFO"):
        text = await probe.text(tree.at(name)) if tree.has(name) else None
        if text is not None:
            files[tree.at(name)] = text
    declared, read = await _with_requirements(probe, tree, own.pyproject, own.declared)
    declared = declared.over(await environments.read(probe, home, frozenset(paths), own.pyproject))
    declared, read = await _with_groups_above(probe, tree, declared, read)
    if plan is not None and plan.replaces:
        declared, read = await _with_stated(probe, tree, plan, declared, read)
    local = await local_packages.resolved(probe, paths, home, own, declared)
    declared, files = local.declared, {**files, **local.files}
    if plan is None or plan.locked or not plan.replaces:
        declared, files = await _locked(probe, tree, local.workspace, declared, files)
    declared = _reported_by_sdist(files.pop(tree.at("PKG-INFO"), ""), declared)
    update = {
        "files": {**files, **read},
        "pyproject": own.pyproject,
        "declared": declared,
        "packages": local.packages,
        "why": chosen.why,
    }
    return tree.model_copy(update=update)


async def _with_groups_above(
    probe: ToolchainProbe, tree: PythonTree, declared: Declared, files: dict[str, str]
) -> tuple[Declared, dict[str, str]]:
    """Groups that bring what runs tests, declared in folders above: of a workspace, or beside the tests."""
    for folder in above(tree.home)[1:]:
        own = await manifests.read(probe, folder, frozenset(tree.paths))
        there = tree.model_copy(update={"home": folder})
        found, read = await _with_requirements(probe, there, own.pyproject, own.declared)
        groups = {
            name: lines
            for name, lines in found.optional.items()
            if name not in declared.optional and any(_runs_tests(line) for line in lines)
        }
        if groups:
            notes = (*declared.notes, f"groups of {folder or '.'!r}, above: {', '.join(groups)}")
            declared = declared.model_copy(update={"optional": {**declared.optional, **groups}, "notes": notes})
            files = {**own.files, **read, **files}
    return declared, files


async def _with_stated(
    probe: ToolchainProbe, tree: PythonTree, plan: Plan, declared: Declared, files: dict[str, str]
) -> tuple[Declared, dict[str, str]]:
    """The lines of `project.install` as one more group, their files read. Paths are from where tests run, else from the
    manifests' folder, else from the repository's root. Raises `Refusal` for a file that is not there."""
    constraints = () if not plan.locked else declared.constraints
    lines: list[str] = []
    for line in plan.lines:
        option, blank, name = line.partition(" ")
        if option not in ("-r", "-c") or not blank:
            lines.append(line)
            continue
        places = (posixpath.normpath(posixpath.join(folder, name)) for folder in (tree.root, tree.home, ""))
        path = next((place for place in places if place in tree.paths), "")
        if not path:
            raise install_plan.missing(line, name, tree.paths)
        found = await requirements.read(probe, path)
        files = {**files, **found.files}
        constraints += found.constraints
        if option == "-r":
            lines += found.requirements
        else:
            constraints += found.requirements
        declared = declared.model_copy(update={"notes": declared.notes + found.notes})
    optional = {**declared.optional, install_plan.KEY: tuple(dict.fromkeys(lines))}
    return declared.model_copy(update={"optional": optional, "constraints": constraints}), files


def _runs_tests(line: str) -> bool:
    return name_of(line) == "pytest" or name_of(line).startswith("pytest-")


async def _locked(
    probe: ToolchainProbe, tree: PythonTree, workspace: str | None, declared: Declared, files: dict[str, str]
) -> tuple[Declared, dict[str, str]]:
    """The pins of the first lock, and the files without the others; a member of a workspace has the workspace's."""
    locks = [tree.at(name) for name in LOCKS if tree.at(name) in files]
    if not locks and workspace is not None:
        path = posixpath.join(workspace, LOCKS[0])
        text = await probe.text(path) if path in tree.paths else None
        if text is not None:
            locks, files = [path], {**files, path: text}
    if not locks:
        return declared, files
    name = posixpath.basename(locks[0])
    pinned, said = pins(name, files[locks[0]])
    declared = declared.model_copy(update={"constraints": pinned, "notes": declared.notes + said})
    if declared.runtime is None and name in WHOLE:
        noted = (*declared.notes, f"runtime dependencies: all that {name} pins")
        declared = declared.model_copy(update={"runtime": pinned, "notes": noted})
    return declared, {path: text for path, text in files.items() if path not in locks[1:]}


async def _with_requirements(
    probe: ToolchainProbe, tree: PythonTree, document: dict[str, Any], declared: Declared
) -> tuple[Declared, dict[str, str]]:
    """Requirements files laid under what the manifests say. The runtime's file is the runtime where no manifest says
    one, and where it holds all that the manifest names and more: an application's list beside a short setup.py."""
    files: dict[str, str] = {}
    notes = list(declared.notes)
    requires_python = declared.requires_python
    runtime, optional, constraints = declared.runtime, dict(declared.optional), list(declared.constraints)

    async def take(path: str) -> tuple[str, ...]:
        found = await requirements.read(probe, path)
        files.update(found.files)
        notes.extend(found.notes)
        constraints.extend(found.constraints)
        return found.requirements

    async def included(lines: tuple[str, ...]) -> tuple[str, ...]:
        found = await requirements.expanded(probe, tree.home, lines)
        files.update(found.files)
        notes.extend(found.notes)
        constraints.extend(found.constraints)
        return found.requirements

    runtime = None if runtime is None else await included(runtime)
    optional = {name: await included(lines) for name, lines in optional.items()}
    pointed, pointed_extras = python_pyproject.dynamic_files(document)
    for name, named in pointed_extras.items():
        optional[name] = tuple([line for path in named for line in await take(tree.at(path))])
    if pointed and runtime is None:
        runtime = tuple([line for path in pointed for line in await take(tree.at(path))])
    by_group: dict[str, list[str]] = {}
    prefix = f"{tree.home}/" if tree.home else ""
    for path in sorted(p for p in tree.paths if p.startswith(prefix) and p.removeprefix(prefix).count("/") <= 1):
        inside = path.removeprefix(prefix)
        group = requirements.group_of(inside)
        folder = inside.rpartition("/")[0]
        if group == "" and folder in ("tests", "test"):
            group = "tests"
        if group is not None and folder in ("", "requirements", "reqs", "tests", "test"):
            by_group.setdefault(group, []).append(path)
    if runtime is None and by_group.get(""):
        chosen = _preferred(by_group[""])
        runtime = await take(chosen)
        notes.append(f"runtime dependencies: {chosen}")
    elif runtime is not None and by_group.get("") and not _locks_at_or_above(tree):
        chosen = _preferred(by_group[""])
        listed = (await requirements.read(probe, chosen)).requirements
        if requirements.lists_more(listed, runtime):
            # the file's version of a package is the one that people run; extras that only the manifest asks for stay
            runtime = (*(line for line in runtime if "[" in line.partition(";")[0]), *await take(chosen))
            notes.append(f"runtime dependencies: the manifest's, and {chosen}, which names them and more")
        elif listed and chosen not in pointed and "requirements" not in optional:
            optional["requirements"] = await take(chosen)
    environment = next((tree.at(name) for name in conda.FILES if tree.has(name)), "")
    if runtime is None and environment:
        text = await probe.text(environment) or ""
        said = attempted(lambda: conda.conda(text), environment)
        runtime, files[environment] = said.runtime, text
        notes.extend(said.notes)
        requires_python = requires_python or said.requires_python
    for group, candidates in by_group.items():
        if group and group not in optional:
            optional[group] = await take(_preferred(candidates))
    update = {
        "requires_python": requires_python,
        "runtime": runtime,
        "optional": optional,
        "constraints": tuple(constraints),
        "notes": tuple(notes),
    }
    return declared.model_copy(update=update), files


def _locks_at_or_above(tree: PythonTree) -> bool:
    return any(_joined(folder, name) in tree.paths for folder in above(tree.home) for name in LOCKS)


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
