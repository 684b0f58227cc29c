"""Requirements that stand for folders of the repository, replaced by what those folders' manifests declare.

The folders become import roots; the names are never asked of an index."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from pydantic import Field

from aurora.domain.value import Value
from aurora.ports import ToolchainProbe
from aurora.toolchains.folders import above
from aurora.toolchains.python import manifests, workspace
from aurora.toolchains.python.declared import Declared, name_of, normalised
from aurora.toolchains.python.manifests import Manifests
from aurora.toolchains.python.workspace import Source

MAX_PACKAGES = 100
_GROUPS = ("dev", "test", "tests", "testing")
_TESTS = ("tests", "test")


class Resolved(Value):
    declared: Declared
    """With the lines that an index has to serve only."""
    packages: tuple[tuple[str, Declared], ...] = ()
    """The folders that are installed beside the project's own, and what they declare."""
    files: dict[str, str] = Field(default_factory=dict)
    workspace: str | None = None
    """The folder of the workspace that the project is of."""


async def resolved(
    probe: ToolchainProbe, paths: Sequence[str], folder: str, own: Manifests, said: Declared
) -> Resolved:
    """`said`: what the project's manifests and requirements files declare together."""
    known = frozenset(paths)
    top, document = await _workspace(probe, known, paths, folder, own)
    read: dict[str, Manifests] = {folder: own}
    if top is not None:
        for one in (top, *workspace.members(document, top, paths))[:MAX_PACKAGES]:
            if one not in read:
                read[one] = await manifests.read(probe, one, known)
    by_name = workspace.names({f: one.declared for f, one in read.items()})
    inherited = workspace.sources(document, top, by_name) if top is not None else {}
    found = _Resolution(probe, known, folder, read, by_name, inherited)
    runtime = None if said.runtime is None else await found.expanded(said.runtime, folder, own, ())
    optional = {name: await found.expanded(lines, folder, own, ()) for name, lines in said.optional.items()}
    if top == folder:
        await _with_tested_members(found, read, paths, optional)
    update = {"runtime": runtime, "optional": optional, "notes": (*said.notes, *dict.fromkeys(found.notes))}
    return Resolved(
        declared=said.model_copy(update=update),
        packages=tuple((f, found.read[f].declared) for f in found.taken),
        files={path: text for f in found.taken for path, text in found.read[f].files.items()},
        workspace=top,
    )


async def _with_tested_members(
    found: "_Resolution", read: dict[str, Manifests], paths: Sequence[str], optional: dict[str, tuple[str, ...]]
) -> None:
    """Members whose tests lie with them: run from the workspace's folder, they need what they declare."""
    brought: list[str] = []
    for one in read:
        holds = any(p.startswith(f"{one}/") and p.endswith(".py") and set(p.split("/")[:-1]) & {*_TESTS} for p in paths)
        if one == found.home or not holds:
            continue
        brought += await found.included(one, ())
        for group in _GROUPS:
            brought += await found.expanded(read[one].declared.optional.get(group, ()), one, read[one], ())
    if brought:
        optional["dev"] = tuple(dict.fromkeys((*optional.get("dev", ()), *brought)))


async def _workspace(
    probe: ToolchainProbe, known: frozenset[str], paths: Sequence[str], folder: str, own: Manifests
) -> tuple[str | None, dict[str, object]]:
    if workspace.is_root(own.pyproject):
        return folder, own.pyproject
    for parent in above(folder)[1:]:
        read = await manifests.read(probe, parent, known)
        if workspace.is_root(read.pyproject) and folder in workspace.members(read.pyproject, parent, paths):
            return parent, read.pyproject
    return None, {}


@dataclass
class _Resolution:
    probe: ToolchainProbe
    known: frozenset[str]
    home: str
    read: dict[str, Manifests]
    by_name: dict[str, str]
    inherited: dict[str, Source]
    taken: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seen: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    async def expanded(
        self, lines: Sequence[str], folder: str, own: Manifests, above_it: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The lines of a manifest in `folder`, each that stands for a folder replaced by what is declared there."""
        sources = {**self.inherited, **workspace.sources(own.pyproject, folder, self.by_name)}
        found: list[str] = []
        for line in lines:
            found += await self._line(line, folder, own, sources, above_it)
        return tuple(dict.fromkeys(found))

    async def _line(
        self, line: str, folder: str, own: Manifests, sources: dict[str, Source], above_it: tuple[str, ...]
    ) -> tuple[str, ...]:
        local = workspace.local_folder(line, folder)
        if local is not None:
            target, extras = local
            if target is not None and not self._holds(target):
                # an installer resolves paths where it is started, often at the repository's root
                again = workspace.local_folder(line, "")
                target = again[0] if again and again[0] is not None and self._holds(again[0]) else target
            return await self._folder(line, target, extras, folder, own, above_it)
        name = name_of(line)
        if not name or name == normalised(own.declared.name or "-"):
            return (line,)
        source = sources.get(name)
        if source is None and name in self.by_name:
            source = Source(folder=self.by_name[name])
        if source is None:
            return (line,)
        if source.folder is None:
            self.notes.append(f"{name} comes from {source.elsewhere}, not from the package index: left out")
            return ()
        return await self._folder(line, source.folder, _extras(line), folder, own, above_it)

    async def _folder(
        self,
        line: str,
        target: str | None,
        extras: tuple[str, ...],
        folder: str,
        own: Manifests,
        above_it: tuple[str, ...],
    ) -> tuple[str, ...]:
        if target == folder:  # the project itself, with extras of its own
            self.notes.append(f"{line!r} is the package of this folder: it is found where it is")
            wanted = [line for e in extras if e not in above_it for line in own.declared.optional.get(e, ())]
            return await self.expanded(wanted, folder, own, (*above_it, *extras))
        if target is None or not self._holds(target):
            where = "outside the repository" if target is None else f"{target!r}, where no package is"
            self.notes.append(f"{line!r} is {where}: left out, and never asked of the package index")
            return ()
        return await self.included(target, extras)

    def _holds(self, folder: str) -> bool:
        if folder == self.home or folder in self.read:
            return True
        prefix = f"{folder}/" if folder else ""
        return any(path.startswith(prefix) and path.endswith((".py", *manifests.NAMES)) for path in self.known)

    async def included(self, folder: str, extras: tuple[str, ...]) -> tuple[str, ...]:
        """The requirements of a folder's package, with its extras; the folder becomes one of those that are
        installed."""
        if (folder, extras) in self.seen or len(self.taken) >= MAX_PACKAGES:
            return ()
        self.seen.add((folder, extras))
        if folder not in self.read:
            self.read[folder] = await manifests.read(self.probe, folder, self.known)
        if folder not in self.taken and folder != self.home:
            self.taken[folder] = None
            self.notes.append(
                f"{folder or '.'!r} is a package of this repository: from its folder, never from an index"
            )
        own = self.read[folder]
        wanted = [*(own.declared.runtime or ()), *(line for e in extras for line in own.declared.optional.get(e, ()))]
        return await self.expanded(wanted, folder, own, ())


def _extras(line: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(normalised(e) for e in Requirement(line).extras))
    except (InvalidRequirement, RecursionError):
        return ()
