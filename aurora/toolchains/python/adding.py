"""Packages added to a Python project by uv, Poetry or its requirements file."""

import posixpath
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.toolchains.adding import AddingJob, AddingPlan, PackageAdding
from aurora.toolchains.documents import table
from aurora.toolchains.folders import above
from aurora.toolchains.python.declared import UNREADABLE, normalised

SCRIPT = Path(__file__).with_name("build") / "add_packages.py"
ELSEWHERE = {"pdm.lock": "PDM", "Pipfile.lock": "Pipenv", "Pipfile": "Pipenv", "pylock.toml": "its installer"}
_FILE = re.compile(r"requirements(?:[-_./](?:base|main|common|prod|production|app|runtime))?\.txt")
_PLACE = re.compile(r"://|@\s*file:")
_PLACE_OF_FILE = re.compile(
    r"(?m)^[ \t]*(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|^[^#\n]*://"
)
HINT = "Add it to the manifest and its lock in a commit, and hand the task in anew."


def name_of(package: str) -> str:
    try:
        found = Requirement(package)
    except (InvalidRequirement, RecursionError):
        raise Refusal(f"{package!r} is no requirement such as `redis>=5`", HINT) from None
    if found.url or package.lstrip().startswith("-"):
        raise Refusal(f"{package!r} names a place; packages come from the index only", HINT)
    return normalised(found.name)


def plan(toolchain: Toolchain) -> AddingPlan:
    files = toolchain.dependencies.files
    for folder in above(toolchain.root):
        here = {path.removeprefix(f"{folder}/") if folder else path for path in files}
        for name, manager in ELSEWHERE.items():
            if name in here:
                raise Refusal(f"{name} is {manager}'s to change, which is not installed in the builder", HINT)
        if "pyproject.toml" in here and (found := _by_pyproject(files, folder, here)) is not None:
            return found
        if listed := sorted((name for name in here if _FILE.fullmatch(name)), key=len):
            path = _at(folder, listed[0])
            source = path.removesuffix(".txt") + ".in"
            changes = (source, path) if _compiled(files[path]) else (path,)
            return AddingPlan("requirements", folder, changes)
    raise Refusal("No pyproject.toml or requirements.txt declares what this project depends on", HINT)


def _by_pyproject(files: Mapping[str, str], folder: str, here: set[str]) -> AddingPlan | None:
    path = _at(folder, "pyproject.toml")
    try:
        document = tomllib.loads(files[path])
    except UNREADABLE:
        raise Refusal(f"{path} can't be read", HINT) from None
    project, poetry = document.get("project"), table(document, "tool", "poetry")
    if not isinstance(project, dict) and not poetry:
        return None
    _refuse_places(document, path)
    if poetry or "poetry.lock" in here:
        lock = (_at(folder, "poetry.lock"),) if "poetry.lock" in here else ()
        return AddingPlan("poetry", folder, (path, *lock))
    if "dependencies" in (project.get("dynamic") or ()):  # type: ignore[union-attr]  # a dict: asked above
        return None
    top = next((one for one in above(folder) if _at(one, "uv.lock") in files), None)
    if top is None:
        return AddingPlan("uv", folder, (path,))
    lock_path = _at(top, "uv.lock")
    return AddingPlan("uv", folder, (path, lock_path), members=top)


def job(_: Toolchain, how: AddingPlan, packages: Sequence[str], texts: Mapping[str, str]) -> AddingJob:
    for path, text in texts.items():
        if posixpath.basename(path) == "pyproject.toml":
            _refuse_places(tomllib.loads(text), path)
        elif path.endswith(".in") and _PLACE_OF_FILE.search(text):  # what is compiled anew
            raise Refusal(f"{path} takes packages from an index, a repository or an address of its own", HINT)
    inputs = {f"project/{path}": text.encode() for path, text in texts.items()}
    name = posixpath.relpath(how.changes[-1], how.folder or ".")
    argv = ("python3", "-I", "/opt/build/add_packages.py", how.manager, how.folder or ".", name, *packages)
    results = tuple(f"project/{path}" for path in how.changes)
    return AddingJob({"add_packages.py": SCRIPT.read_bytes(), **inputs}, argv, results)


def finish(how: AddingPlan, _: Sequence[str], __: Mapping[str, str], made: Mapping[str, str]) -> Mapping[str, str]:
    return {path: made[f"project/{path}"] for path in how.changes if f"project/{path}" in made}


def _refuse_places(document: Mapping[str, Any], path: str) -> None:
    """A manager would fetch from there, where the worker's credentials are: of folders of the project alone it takes
    nothing."""
    sources = table(document, "tool", "uv", "sources")
    listed = [one for said in sources.values() for one in (said if isinstance(said, list) else [said])]
    elsewhere = any(isinstance(one, dict) and not {"git", "url", "index"}.isdisjoint(one) for one in listed)
    indexes = [
        table(document, "tool", "uv").get(key) for key in ("index", "index-url", "extra-index-url", "find-links")
    ]
    if elsewhere or any(indexes) or table(document, "tool", "poetry").get("source") or _addressed(document):
        raise Refusal(f"{path} takes packages from an index, a repository or an address of its own", HINT)


def _addressed(document: Mapping[str, Any]) -> bool:
    """Return whether some requirement names a place: `a @ https://…`, or one of Poetry's tables with `git` or `url`."""
    uv, poetry = table(document, "tool", "uv"), table(document, "tool", "poetry")
    lines = [
        table(document, "project").get("dependencies"),
        *table(document, "project", "optional-dependencies").values(),
        *table(document, "dependency-groups").values(),
        table(document, "build-system").get("requires"),
        *(uv.get(f"{kind}-dependencies") for kind in ("dev", "constraint", "override", "build-constraint")),
    ]
    said = [line for some in lines if isinstance(some, list) for line in some if isinstance(line, str)]
    groups = [table(group, "dependencies") for group in table(poetry, "group").values() if isinstance(group, dict)]
    tables = [table(poetry, "dependencies"), table(poetry, "dev-dependencies"), *groups]
    specs = [
        one for some in tables for value in some.values() for one in (value if isinstance(value, list) else [value])
    ]
    fetched = (isinstance(one, dict) and not {"git", "url"}.isdisjoint(one) for one in specs)
    return any(_PLACE.search(line) for line in said) or any(fetched)


def _compiled(text: str) -> bool:
    return re.search(r"(?m)^#.*autogenerated by (?:pip-compile|uv)", text) is not None


def _at(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


ADDING = PackageAdding(name_of=name_of, plan=plan, job=job, finish=finish)
