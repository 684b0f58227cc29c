"""Files that a build writes from the tags of version control: no commit holds them, and the package imports them."""

from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import table

_PLACES = (
    (("tool", "setuptools_scm"), ("version_file", "write_to")),
    (("tool", "setuptools-scm"), ("version_file", "write_to")),
    (("tool", "vcs-versioning"), ("version_file", "write_to")),
    (("tool", "hatch", "build", "hooks", "vcs"), ("version-file",)),
    (("tool", "hatch", "build", "targets", "wheel", "hooks", "vcs"), ("version-file",)),
    (("tool", "pdm", "version"), ("write_to",)),
    (("tool", "versioningit", "write"), ("file",)),
)


def version_files(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Relative to the manifest's folder."""
    found = [table(document, *keys).get(name) for keys, names in _PLACES for name in names]
    return tuple(dict.fromkeys(path.strip("/") for path in found if isinstance(path, str) and path.endswith(".py")))


def fallback(document: Mapping[str, Any]) -> str:
    """The version where no tag says one, which no commit alone has."""
    for keys in (("tool", "setuptools_scm"), ("tool", "hatch", "version"), ("tool", "pdm", "version")):
        said = table(document, *keys)
        for name in ("fallback_version", "fallback-version"):
            if isinstance(said.get(name), str):
                return str(said[name])
    return ""


def text(version: str) -> str:
    """The module as setuptools-scm and its kin write it: each name that one of them defines."""
    release = version.partition("+")[0]
    parts = ", ".join(part if part.isdigit() else repr(part) for part in release.split("."))
    return (
        f"__version__ = version = {version!r}\n__version_tuple__ = version_tuple = ({parts},)\n"
        "__commit_id__ = commit_id = None\n"
    )
