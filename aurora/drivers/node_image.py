"""What the builder of a Node project's image is given, and how it is told to begin."""

import posixpath
import re

from aurora.drivers import npm_network
from aurora.errors import ImageBuildFailed
from aurora.workspace import Dependencies

MANAGERS = ("npm", "pnpm", "yarn")
DESCRIBE = "import sys; sys.path.insert(0, '/opt/aurora'); from in_box import node_packages as n; n.main(*sys.argv[1:])"
GIT = re.compile(r"(git[+:@]|github:|gitlab:|bitbucket:|\.git\b|#commit=|(?<![\w@.:/-])[\w.-]+/[\w.-]+(#|$))")
"""How a package is named that lies in a git repository, `user/repo` included."""


def inputs(dependencies: Dependencies) -> dict[str, bytes]:
    """Paths below the build folder. Raises `ImageBuildFailed` for what can't be installed safely."""
    _refuse_git_with_yarn(dependencies)
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


def _refuse_git_with_yarn(dependencies: Dependencies) -> None:
    """Yarn 2 and later runs a git dependency's own build while it fetches, where the registries' credentials are."""
    locks = [text for path, text in dependencies.files.items() if path.endswith("yarn.lock")]
    if not any("__metadata:" in text for text in locks):
        return
    told = [line for line in dependencies.requirements if GIT.search(line[line.index("@", 1) + 1 :])]
    if told or any("#commit=" in text for text in locks):
        why = f"{(told or ['yarn.lock'])[0]}: a dependency from git is not installed with Yarn 2 or later"
        raise ImageBuildFailed(why, why)
