"""The meaning of `project.install` of aurora.yaml in a Node project: a manager, and what changes its choice."""

import posixpath
from collections.abc import Sequence
from typing import Literal

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.settings.project import ProjectSettings
from aurora.toolchains import install_commands
from aurora.toolchains.install_commands import refused

_VERBS = {"npm": ("ci", "install", "i", "clean-install"), "pnpm": ("install", "i"), "yarn": ("install",)}
_FLAGS = frozenset(
    {"--frozen-lockfile", "--no-frozen-lockfile", "--immutable", "--prefer-offline", "--no-audit", "--no-fund",
     "--ignore-scripts", "--silent", "--quiet", "--no-progress", "--network-timeout", "--include=dev", "-D",
     "--check-cache",
     "--ignore-engines", "--production=false", "--non-interactive", "--no-optional"}
)  # fmt: skip
"""Options that change nothing in a new environment, or what the builder does anyway."""
LEGACY_PEERS = "--legacy-peer-deps"
_HINT = "Possible are npm ci, npm install, pnpm install, yarn install and apt-get install."


class Plan(Value):
    manager: Literal["npm", "pnpm", "yarn"] | None = None
    legacy_peers: bool = False
    debian: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def plan(stated: ProjectSettings) -> Plan:
    """Raises `Refusal` for what the builder can't do, and for what only other languages have."""
    for key, names in (("groups", stated.groups), ("extras", stated.extras)):
        if names:
            raise Refusal(
                f"project.{key} of aurora.yaml names {', '.join(names)}, and a Node project has none.",
                "Everything that package.json declares is installed, devDependencies too: leave it out.",
            )
    found = Plan()
    for line, words in install_commands.commands(stated.install or ()):
        install_commands.check_plain(line, words)
        packages = install_commands.debian(line, words)
        if packages is not None:
            found = found.model_copy(update={"debian": (*found.debian, *packages)})
        elif posixpath.basename(words[0]) != "corepack":
            found = _of_manager(found, line, words)
    if stated.install:
        said = f"installed by project.install of aurora.yaml: {'; '.join(stated.install)}"
        found = found.model_copy(update={"notes": (*found.notes, said)})
    return found


def _of_manager(found: Plan, line: str, words: Sequence[str]) -> Plan:
    name, rest = posixpath.basename(words[0]), list(words[1:])
    verb = next((word for word in rest if not word.startswith("-")), "install" if name == "yarn" else "")
    if verb not in _VERBS.get(name, ()):
        raise refused(line, "is no command that installs what package.json declares", _HINT)
    rest = [word for word in rest if word != verb]
    odd = next((word for word in rest if word not in _FLAGS and word not in (LEGACY_PEERS, "--force")), "")
    if odd.startswith("-"):
        raise refused(line, f"has the option {odd!r}, which is not known here", _HINT)
    if odd:
        raise refused(line, f"names the package {odd!r}", "Declare it in package.json: the builder installs that.")
    legacy = bool({LEGACY_PEERS, "--force"} & set(rest))
    return found.model_copy(update={"manager": name, "legacy_peers": found.legacy_peers or legacy})
