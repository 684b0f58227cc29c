"""What the builder of a Node project's image is given, and how it is told to begin."""

import posixpath
import re

from aurora.domain.workspace import Dependencies
from aurora.drivers.images import npm_network
from aurora.errors import ImageBuildFailed

MANAGERS = ("npm", "pnpm", "yarn")
DESCRIBE = "import sys; sys.path.insert(0, '/opt/aurora'); from in_box import node_packages as n; n.main(*sys.argv[1:])"
EXEC = re.compile(r"[\"@]exec:")


def inputs(dependencies: Dependencies) -> dict[str, bytes]:
    """Paths below the build folder. Raises `ImageBuildFailed` for what can't be installed safely."""
    _refuse_generators(dependencies)
    prefix = f"{dependencies.root}/" if dependencies.root else ""
    files = {}
    for path, text in dependencies.files.items():
        inside = path.removeprefix(prefix)
        if not path.startswith(prefix) or posixpath.normpath(inside) != inside or inside.startswith(("../", "/")):
            raise ImageBuildFailed(f"{path!r} does not lie in {dependencies.root!r}", path)
        files[f"project/{inside}"] = text.encode()
    return files | npm_network.files()


def install(dependencies: Dependencies) -> list[str]:
    return ["sh", "/opt/aurora/in_box/install_node_dependencies.sh", dependencies.manager]


def describe(dependencies: Dependencies) -> list[str]:
    return ["python3", "-I", "-c", DESCRIBE, dependencies.root, dependencies.requires_node or ""]


def declared(dependencies: Dependencies) -> tuple[str, ...]:
    """Names of `name@range`; a scope begins with the same sign."""
    return tuple(sorted({line[: line.index("@", 1)] for line in dependencies.requirements if "@" in line[1:]}))


def _refuse_generators(dependencies: Dependencies) -> None:
    """Yarn 2 and later makes an `exec:` package by a program of the repository, where the credentials still are."""
    for path, text in dependencies.files.items():
        if dependencies.manager == "yarn" and EXEC.search(text):
            why = f"{path} names a package by `exec:`, which would run a program of the repository"
            raise ImageBuildFailed(why, why)
