"""Files that a build writes from the tags of version control: no commit holds them, and the package imports them."""

import ast
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from aurora.toolchains.documents import table
from aurora.toolchains.python.declared import UNREADABLE

_TEMPLATES = ("version_file_template", "write_to_template", "template", "write_template")
_PLACES = (
    (("tool", "setuptools_scm"), ("version_file", "write_to")),
    (("tool", "setuptools-scm"), ("version_file", "write_to")),
    (("tool", "vcs-versioning"), ("version_file", "write_to")),
    (("tool", "hatch", "build", "hooks", "vcs"), ("version-file",)),
    (("tool", "hatch", "build", "targets", "wheel", "hooks", "vcs"), ("version-file",)),
    (("tool", "pdm", "version"), ("write_to",)),
    (("tool", "versioningit", "write"), ("file",)),
)


def version_files(document: Mapping[str, Any]) -> dict[str, str]:
    """Path relative to the manifest's folder -> what is written there with the version in it, as its template says;
    empty where it is the tool's own."""
    found: dict[str, str] = {}
    for keys, names in _PLACES:
        said = table(document, *keys)
        for name in names:
            found |= written(said.get(name), said)
    return found


def written(path: Any, said: Mapping[str, Any]) -> dict[str, str]:
    """The file of one tool's table, and its template."""
    if not isinstance(path, str) or not path.strip("/"):
        return {}
    template = next((said[name] for name in _TEMPLATES if isinstance(said.get(name), str)), "")
    return {posixpath.normpath(path.strip("/")): template}


def fallback(document: Mapping[str, Any]) -> str:
    """The version where no tag says one, which no commit alone has."""
    for keys in (("tool", "setuptools_scm"), ("tool", "hatch", "version"), ("tool", "pdm", "version")):
        said = table(document, *keys)
        for name in ("fallback_version", "fallback-version"):
            if isinstance(said.get(name), str):
                return str(said[name])
    return ""


def text(version: str, template: str = "") -> str:
    """The module as setuptools-scm and its kin write it, with each name that one defines, or as a template says."""
    release = version.partition("+")[0]
    parts = f"({', '.join(part if part.isdigit() else repr(part) for part in release.split('.'))},)"
    usual = (
        f"__version__ = version = {version!r}\n__version_tuple__ = version_tuple = {parts}\n"
        "__commit_id__ = commit_id = None\n"
    )
    if not template:
        return usual
    values = {"version": version, "version!r": repr(version), "version_tuple": parts, "version_tuple!r": parts}
    values |= {"": version, "!r": repr(version)}
    found = re.sub(r"\{([\w!]*)\}", lambda match: values.get(match[1], version), template)
    try:
        ast.parse(found)
    except (SyntaxError, *UNREADABLE):
        return usual
    return found
