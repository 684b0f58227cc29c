"""The facts that manifest and lock state about dependencies beyond their names: which are for development, which bring
which in."""

import contextlib
import functools
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from aurora.domain.workspace import Dependencies

UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
DEV_EXTRAS = frozenset(
    {"dev", "develop", "development", "test", "tests", "testing", "lint", "docs", "doc", "typing", "ci"}
)

RUNTIME_GROUPS = frozenset({"main", "prod", "production", "runtime", "server", "api", "web", "worker", "deploy", "app"})
"""Dependency groups that projects install where the product runs."""


def required(dependencies: Dependencies) -> frozenset[str]:
    """Normalised names of the requirement lines, those included whose marker kept them out of the image."""
    return _names(dependencies.requirements)


def development_only(files: Mapping[str, str]) -> frozenset[str]:
    """Names that only a development group or extra declares; empty where the manifest does not tell the two apart."""
    development: set[str] = set()
    runtime: set[str] = set()
    for path, text in files.items():
        name = path.rsplit("/", 1)[-1]
        if name == "pyproject.toml":
            # a table where a list is due: detection has noted it
            with contextlib.suppress(*UNREADABLE):
                dev, run = _of_pyproject(text)
                development |= dev
                runtime |= run
        elif name == "Pipfile":
            with contextlib.suppress(*UNREADABLE):
                document = toml(text)
                development |= {canonicalize_name(one) for one in document.get("dev-packages", {})}
                runtime |= {canonicalize_name(one) for one in document.get("packages", {})}
        elif name.startswith("requirements") and name.endswith((".txt", ".in")):
            is_dev = any(word in name for word in ("dev", "test", "lint", "doc"))
            (development if is_dev else runtime).update(_names(text.splitlines()))
    return frozenset(development - runtime)


def of_extras(files: Mapping[str, str]) -> frozenset[str]:
    """Names that the product may have: of its extras, whether or not they are installed here."""
    found: set[str] = set()
    for path, text in files.items():
        if path.rsplit("/", 1)[-1] == "pyproject.toml":
            with contextlib.suppress(*UNREADABLE):
                found |= _of_pyproject(text)[1]
    return frozenset(found)


def brought_in_by(files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Package -> the packages whose dependency it is, as a lock file knows."""
    parents: dict[str, set[str]] = {}
    for path, text in files.items():
        if path.rsplit("/", 1)[-1] in ("uv.lock", "poetry.lock"):
            with contextlib.suppress(*UNREADABLE):
                for child, parent in _edges(text):
                    parents.setdefault(child, set()).add(parent)
    return {child: tuple(sorted(found)) for child, found in parents.items()}


@functools.lru_cache(maxsize=8)
def _edges(lock: str) -> tuple[tuple[str, str], ...]:
    edges = []
    for package in toml(lock).get("package", []):
        dependencies = package.get("dependencies", [])
        names = [d.get("name", "") for d in dependencies] if isinstance(dependencies, list) else list(dependencies)
        edges += [(canonicalize_name(name), canonicalize_name(package.get("name", ""))) for name in names]
    return tuple(edges)


@functools.lru_cache(maxsize=8)
def _of_pyproject(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """(development, runtime)"""
    document = toml(text)
    project = document.get("project", {})
    development: set[str] = set()
    runtime = set(_names(project.get("dependencies", [])))
    for extra, lines in project.get("optional-dependencies", {}).items():
        (development if extra.lower() in DEV_EXTRAS else runtime).update(_names(lines))
    for group, lines in document.get("dependency-groups", {}).items():
        of_group = _names(line for line in lines if isinstance(line, str))
        (runtime if group.lower() in RUNTIME_GROUPS else development).update(of_group)
    tool = document.get("tool", {})
    development |= _names(tool.get("uv", {}).get("dev-dependencies", []))
    poetry = tool.get("poetry", {})
    runtime |= {canonicalize_name(name) for name in poetry.get("dependencies", {})}
    development |= {canonicalize_name(name) for name in poetry.get("dev-dependencies", {})}
    for name, group in poetry.get("group", {}).items():
        of_group = frozenset(canonicalize_name(one) for one in group.get("dependencies", {}))
        (runtime if name.lower() in RUNTIME_GROUPS else development).update(of_group)
    for lines in tool.get("pdm", {}).get("dev-dependencies", {}).values():
        development |= _names(lines)
    return frozenset(development), frozenset(runtime)


def _names(lines: Iterable[str]) -> frozenset[str]:
    names = set()
    for line in lines:
        try:
            names.add(canonicalize_name(Requirement(line.split(" #")[0].strip()).name))
        except (InvalidRequirement, RecursionError):  # an option, a path or a comment of a requirements file
            continue
    return frozenset(names)


@functools.lru_cache(maxsize=4)
def toml(text: str) -> dict[str, Any]:
    """The content of a TOML text, not to be changed; nothing where it is none."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
