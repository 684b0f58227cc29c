"""A person's statement about a project instead of detection, and the folder that a repository was named by."""

import difflib
import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.ports import ToolchainProbe
from aurora.settings.project import ProjectSettings
from aurora.toolchains.folders import above

_ASIDE = re.compile(r"(^|/)(\.[^/]*|docs?|tests?|__tests__|spec|node_modules|fixtures|examples?|migrations)$")
"""Folders that somebody may stand in without meaning a project of that folder."""


class Stated(Value):
    project: ProjectSettings = ProjectSettings()
    """`project` of aurora.yaml, and what answers set over it."""
    folder: str = ""
    """The folder that the repository was named by, from its root; to a language the one to look in."""
    why: tuple[str, ...] = ()

    @property
    def root(self) -> str | None:
        """The project's own folder, where it is said."""
        return None if self.project.root is None else cleaned(self.project.root)


def cleaned(folder: str) -> str:
    path = posixpath.normpath(folder or ".").strip("/")
    return "" if path == "." else path


@dataclass(frozen=True)
class Inside:
    """A `ToolchainProbe` of one folder: paths are from there."""

    probe: ToolchainProbe
    folder: str

    async def paths(self) -> Sequence[str]:
        return below(await self.probe.paths(), self.folder)

    async def text(self, path: str) -> str | None:
        return await self.probe.text(posixpath.join(self.folder, path))


def below(paths: Sequence[str], folder: str) -> list[str]:
    """Paths in a folder, from there."""
    prefix = f"{folder}/" if folder else ""
    return [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]


def placed(stated: Stated, paths: Sequence[str], holds: Callable[[Sequence[str]], int | None]) -> Stated:
    """The statement with either the root that is said or the folder to look for it in, whichever counts, and the
    reason.

    `holds`: depth of the nearest manifest below a folder, of its paths. What is named on the command line is nearer
    than the file, unless one lies in the other. Raises `Refusal` for a root that does not exist."""
    root, folder = stated.root, cleaned(stated.folder)
    why: tuple[str, ...] = ()
    if root and not below(paths, root):
        raise _missing(root, paths)
    if folder and not below(paths, folder):
        why = (f"the folder {folder!r} that was named holds no file of this commit",)
        folder = ""
    if root is not None and (not folder or folder in above(root) or root in above(folder)):
        return stated.model_copy(update={"folder": "", "why": why})
    near = _project_of(folder, paths, holds) if folder else ""
    if not near:
        return stated.model_copy(update={"folder": "", "why": why})
    why = (f"the project is looked for in {near!r}: the repository was named by the folder {folder!r}",)
    if root is not None:
        why = (*why, f"project.root of aurora.yaml is {root or '.'!r}, which is another: it does not count here")
    project = stated.project.model_copy(update={"root": None})
    return stated.model_copy(update={"project": project, "folder": near, "why": why})


def _project_of(folder: str, paths: Sequence[str], holds: Callable[[Sequence[str]], int | None]) -> str:
    """The nearest folder upwards with a manifest, else the folder itself where one lies below; the root is none."""
    manifest = {one: holds(below(paths, one)) for one in above(folder)}
    near = [one for one in above(folder) if manifest[one] == 0]
    plain = [one for one in near if not _ASIDE.search(one)] or near
    if plain and (plain[0] or manifest[folder] is None):
        return plain[0]
    if manifest[folder] is not None and not _ASIDE.search(folder):
        return folder
    return "" if near or manifest[""] is not None else folder


def _missing(root: str, paths: Sequence[str]) -> Refusal:
    folders = sorted({one for path in paths for one in above(posixpath.dirname(path)) if one})
    close = difflib.get_close_matches(root, folders, n=1, cutoff=0.5)
    near = (
        f"Did you mean {close[0]!r}?" if close else "Only committed files count; paths are from the repository's root."
    )
    return Refusal(f"project.root of aurora.yaml is {root!r}, where no file of this commit lies.", near)
