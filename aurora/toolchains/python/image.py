"""The way a Python project's packages get into its image: by uv, from what its manifests declare."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from aurora.domain.workspace import Dependencies, ProjectIdentity
from aurora.errors import ImageBuildFailed
from aurora.toolchains.folders import COPY
from aurora.toolchains.image_recipe import ImageRecipe
from aurora.toolchains.python import requires_python, system_libraries

_UNBUILT = re.compile(r"Failed to (?:download and )?build:? `?([^`\s]+)`?")
_UNSOLVED = re.compile(r"\bBecause (.+?)(?:, we can conclude\b|$)")
_WHY = re.compile(r"(?:[\w.]*Error|error)\b:? \S")
VERSION = ("python3", "-c", "import platform; print(platform.python_version())")


def made_of(dependencies: Dependencies, project: ProjectIdentity | None) -> tuple[object, ...]:
    identity = project.model_dump_json() if project else ""
    return dependencies.requirements, dependencies.constraints, dependencies.interpreter, identity


def inputs(dependencies: Dependencies, project: ProjectIdentity | None) -> dict[str, bytes]:
    identity: dict[str, Any] | None = None
    if project:
        roots = [f"{COPY}/{root}".rstrip("/") for root in project.import_roots]
        identity = {
            "name": project.name,
            "version": project.version,
            "entry_points": project.entry_points,
            "roots": roots,
            "generated": {f"{COPY}/{path}": source for path, source in project.generated.items()},
        }
    return {
        "requirements.txt": _lines(dependencies.requirements),
        "constraints.txt": _lines(dependencies.constraints),
        "headers.txt": " ".join(
            system_libraries.to_build((*dependencies.requirements, *dependencies.constraints))
        ).encode(),
        "project.json": json.dumps(identity).encode() if identity else b"",
    }


def install(_: Dependencies) -> list[str]:
    return ["sh", "/opt/aurora/in_box/install_dependencies.sh"]


def describe(_: Dependencies) -> list[str]:
    return ["/opt/deps/bin/python", "-I", "/opt/aurora/in_box/describe_environment.py"]


def declared(dependencies: Dependencies) -> tuple[str, ...]:
    """Normalised names of PEP 508 lines, sorted; a line that is none is the installer's to refuse."""
    names = set()
    for line in dependencies.requirements:
        try:
            names.add(canonicalize_name(Requirement(line).name))
        except (InvalidRequirement, RecursionError):
            continue
    return tuple(sorted(names))


def unmet(dependencies: Dependencies, version: str) -> str:
    return requires_python.unmet(dependencies.interpreter, version)


def _lines(lines: Iterable[str]) -> bytes:
    """One requirement a line: an option of the installer (`-e`, `--index-url`) or a local path is none of these."""
    kept = [" ".join(line.split()) for line in lines]
    for line in kept:
        if line.startswith(("-", ".", "/")):
            raise ImageBuildFailed(f"{line!r} is not a requirement that can be installed in a sandbox", line)
    return "".join(f"{line}\n" for line in kept).encode()


def error(said: Sequence[str]) -> str:
    """The package that could not be built, and the reason: the last line of a compiler names neither. Else why no
    versions fit."""
    built = next((found for line in said if (found := _UNBUILT.search(line))), None)
    if built is None:
        unsolved = [found[1] for line in said if (found := _UNSOLVED.search(line))]
        return f"no versions fit each other and this image: {unsolved[-1]}" if unsolved else ""
    why = [line for line in said if _WHY.match(line)]
    return f"{built[1]} can't be built from its source" + (f": {why[-1][:200]}" if why else "")


RECIPE = ImageRecipe(
    made_of=made_of,
    inputs=inputs,
    install=install,
    describe=describe,
    declared=declared,
    version=VERSION,
    unmet=unmet,
    error=error,
)
