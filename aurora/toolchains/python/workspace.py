"""Folders of the repository that a manifest names as packages: members of a uv workspace, paths, editable installs.

A name that stands for a folder is never asked of an index: whoever registers it there would be installed.
"""

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aurora.domain.value import Value
from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import Declared, lines, name_of, normalised


class Source(Value):
    """The place where a manifest says that a package comes from."""

    folder: str | None = None
    """Folder of the repository, from its root; none for an address."""
    elsewhere: str = ""
    """The address or index, for the note."""


def is_root(document: Mapping[str, Any]) -> bool:
    return bool(_members(document)[0])


def runs_tests(document: Mapping[str, Any]) -> bool:
    """Return whether a workspace's own manifest has what runs tests: then they are run from its folder."""
    configured = table(document, "tool", "pytest")
    groups = table(document, "dependency-groups")
    listed = [line for one in groups.values() for line in lines(one)] + list(
        lines(table(document, "tool", "uv").get("dev-dependencies"))
    )
    return bool(configured) or any(name_of(line) == "pytest" for line in listed)


def members(document: Mapping[str, Any], folder: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Folders of a workspace's members, its own not among them."""
    named, excluded = _members(document)
    holding = {posixpath.dirname(p) for p in paths if posixpath.basename(p) == "pyproject.toml"}
    found = []
    for one in sorted(holding):
        inside = posixpath.relpath(one or ".", folder or ".")
        if inside == "." or inside.startswith(".."):
            continue
        if _matches(inside, named) and not _matches(inside, excluded):
            found.append(one)
    return tuple(found)


def sources(document: Mapping[str, Any], folder: str, by_name: Mapping[str, str]) -> dict[str, Source]:
    """The sources by normalised name. `by_name`: the workspace's members, name -> folder."""
    found: dict[str, Source] = {}
    for name, said in table(document, "tool", "uv", "sources").items():
        key = normalised(name)
        for entry in said if isinstance(said, list) else [said]:
            source = _source(table(entry), folder, key, by_name)
            if source is not None:
                found.setdefault(key, source)
    return found


def _source(entry: Mapping[str, Any], folder: str, name: str, by_name: Mapping[str, str]) -> Source | None:
    """None for an entry of another index: those are the builder's own to choose."""
    if entry.get("workspace"):
        return Source(folder=by_name.get(name), elsewhere="the workspace, which has no such member")
    if isinstance(entry.get("path"), str):
        return Source(folder=below(folder, entry["path"]), elsewhere=f"path {entry['path']!r}")
    for kind in ("git", "url"):
        if isinstance(entry.get(kind), str):
            return Source(elsewhere=f"{kind} {entry[kind]!r}")
    return None


def local_folder(line: str, folder: str) -> tuple[str | None, tuple[str, ...]] | None:
    """(the folder from the repository's root, extras) of a requirement that is a path; the folder is none where it lies
    outside. None for any other requirement."""
    text = re.sub(r"^(-e|--editable)[\s=]*", "", line.strip()).strip("'\"")
    named = re.match(r"([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*@\s*(\S+)", text)
    extras, place = (named[2] or "", named[3]) if named else ("", text.split(" ;")[0].strip())
    place = re.sub(r"^file:(//(localhost)?(?=/))?", "", place) if place.startswith("file:") else place
    place = re.sub(r"^/*(\$?\{(PROJECT_ROOT|root:uri|root|PWD|toxinidir|tox_root)\}|%\(here\)s)/?", "./", place)
    place = place.removeprefix("./") if place.startswith("././") else place
    tail = re.fullmatch(r"(.*?)(\[[^\]]*\])?(#.*)?", place)
    if tail is not None:
        place, extras = tail[1], extras or tail[2] or ""
    if not named and not place.startswith(".") and not line.lstrip().startswith(("-e", "--editable", "file:")):
        return None
    if "://" in place or re.match(r"(git|hg|svn|bzr)\+|https?:", place) or place.endswith((".whl", ".gz", ".zip")):
        return None
    found = None if place.startswith("/") else below(folder, place)
    wanted = tuple(sorted(normalised(e.strip()) for e in extras.strip("[]").split(",") if e.strip()))
    return found, wanted


def below(folder: str, path: str) -> str | None:
    """A path relative to a folder, from the repository's root; none where it lies outside."""
    found = posixpath.normpath(posixpath.join(folder, path))
    if found.startswith(("..", "/")):
        return None
    return "" if found == "." else found


def names(declared: Mapping[str, Declared]) -> dict[str, str]:
    """Normalised project name -> folder."""
    return {normalised(one.name): folder for folder, one in declared.items() if one.name}


def _members(document: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for tool in ("uv", "rye"):
        said = table(document, "tool", tool, "workspace")
        if said:
            return lines(said.get("members")), lines(said.get("exclude"))
    return (), ()


def _matches(folder: str, patterns: Iterable[str]) -> bool:
    for pattern in patterns:
        wanted = posixpath.normpath(pattern)
        if "**" in wanted:
            if fnmatch.fnmatch(folder, wanted.replace("**/", "*")) or fnmatch.fnmatch(folder, wanted):
                return True
        elif folder.count("/") == wanted.count("/") and fnmatch.fnmatch(folder, wanted):
            return True
    return False
