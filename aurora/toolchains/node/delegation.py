"""The place where a script of package.json hands the tests on: to a folder, to packages of a workspace, or to all of
them.

`cd server && npm test`, `pnpm -r test`, `turbo run test`, `yarn workspaces foreach -A run test`, `npm test -w api`.
"""

import fnmatch
import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aurora.toolchains.node import scripts

_FOLDER = ("--prefix", "--cwd", "--dir", "-C")
_PACKAGE = (
    "--filter",
    "-F",
    "--scope",
    "--workspace",
    "--include",
    "--from",
    "-p",
    "--projects",
    "--project",
    "--only",
)
_EVERY = ("-r", "--recursive", "--workspaces", "-ws", "--all", "-A")
_TASK = ("-t", "--target", "--targets")
_WITH_VALUE = (
    "--concurrency",
    "--workspace-concurrency",
    "--parallel",
    "--exclude",
    "--stage",
    "--log-level",
    "-j",
    "--base",
)
_RUNNERS_OF_TASKS = frozenset(
    {"turbo", "nx", "lerna", "wsrun", "ultra", "moon", "lage", "rush", "rushx", "bolt", "preconstruct"}
)
"""Programs that run a script of many packages."""
_VERBS = frozenset({"run", "run-script", "run-many", "affected", "exec", "workspaces", "workspace", "foreach"})


class Delegation(NamedTuple):
    command: str
    """The command that runs the tests there, as a script of that package could say it: `npm run test`."""
    folder: str = ""
    """Relative to the manifest's own; empty where packages are named or all are meant."""
    packages: tuple[str, ...] = ()
    """Names, folders or globs of packages; empty where all are meant."""


def of(script: str, named: Mapping[str, str], depth: int = 0) -> Delegation | None:
    """None for a script that hands nothing on. `named`: the scripts of its package.json."""
    commands = scripts.of_shell(script)
    for at, words in enumerate(commands):
        if words[0] in ("cd", "pushd") and len(words) > 1:
            after = [shlex.join(other) for other in commands[at + 1 :] if other[0] != "cd"]
            return Delegation(" && ".join(after), posixpath.normpath(words[1])) if after else None
        if found := _of_words(words, named, depth):
            return found
    return None


def _of_words(words: Sequence[str], named: Mapping[str, str], depth: int) -> Delegation | None:
    for at, word in enumerate(words):
        name = posixpath.basename(word)
        if name in _RUNNERS_OF_TASKS:
            return _of_tasks(name, list(words[at + 1 :]))
        if name in scripts.MANAGERS:
            found = _of_manager(name, list(words[at + 1 :]))
            if found or depth >= scripts.MAX_DEPTH:
                return found
            rest = [one for one in words[at + 1 :] if one not in _VERBS]
            if rest and rest[0] in _RUNNERS_OF_TASKS:
                return _of_tasks(rest[0], rest[1:])
            inner = "test" if rest[:1] == ["t"] else next(iter(rest), "")
            return of(named[inner], _without(named, inner), depth + 1) if inner in named else None
        if name in ("run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently") and depth < scripts.MAX_DEPTH:
            for one in (inner for other in words[at + 1 :] for inner in scripts.named_scripts(other, named)):
                if found := of(named[one], _without(named, one), depth + 1):
                    return found
            return next((f for other in words[at + 1 :] if " " in other and (f := of(other, named, depth + 1))), None)
    return None


def _without(named: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in named.items() if key != name}


class _Read:
    """The words behind a manager or a runner of tasks, told apart."""

    def __init__(self, manager: str, words: Sequence[str]) -> None:
        self.folder, self.every = "", False
        self.packages: list[str] = []
        self.tasks: list[str] = []
        self.rest: list[str] = []
        waiting = list(words)
        while waiting:
            word = waiting.pop(0)
            option, equals, value = word.partition("=")
            if option == "-w" and manager == "npm":
                option = "--workspace"
            if word == "--":
                break
            if option in _EVERY:
                self.every = True
            elif option in (*_FOLDER, *_PACKAGE, *_TASK, *_WITH_VALUE) and (equals or waiting):
                value = value if equals else waiting.pop(0)
                if option in _FOLDER:
                    self.folder = value
                elif option in _TASK:
                    self.tasks += value.split(",")
                elif option in _PACKAGE:
                    self.packages += value.split(",")
            elif not word.startswith("-"):
                self.rest.append(word)

    def found(self, task: str) -> Delegation:
        command = f"npm run {shlex.quote(task)}"
        if self.folder:
            return Delegation(command, posixpath.normpath(self.folder))
        return Delegation(command, packages=tuple(self.packages))


def _of_manager(manager: str, words: list[str]) -> Delegation | None:
    read = _Read(manager, words)
    rest = list(read.rest)
    if manager in ("yarn", "pnpm", "bun") and rest[:1] == ["workspace"] and len(rest) > 1:
        read.packages.append(rest[1])
        rest = rest[2:]
    elif rest[:1] == ["workspaces"]:
        read.every = True
        rest = rest[1:]
    if not (read.every or read.packages or read.folder):
        return None
    if "exec" in rest:
        after = words[words.index("exec") + 1 :]
        return read.found("")._replace(command=shlex.join(word for word in after if word != "--")) if after else None
    rest = [word for word in rest if word not in _VERBS]
    task = "test" if rest[:1] in ([], ["t"]) else rest[0]
    if task in ("install", "ci", "i", "build", "lint"):
        return None
    return read.found(task)


def _of_tasks(program: str, words: list[str]) -> Delegation | None:
    read = _Read(program, words)
    rest = [word for word in read.rest if word not in _VERBS]
    tasks = read.tasks or rest[:1]
    if program == "nx" and not read.tasks and len(rest) > 1 and ":" not in rest[0]:
        read.packages.append(rest[1])  # `nx test api`
    task = next((one for one in (*tasks, *rest) if "test" in one), "")
    package, colon, named = task.rpartition(":")
    if colon and program in ("nx", "moon") and (program == "moon" or not read.tasks):
        read.packages += [package] if package else []
        task = named
    return read.found(task) if task else None


def meant(delegation: Delegation, root: str, manifests: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Folders of `manifests` that it hands the tests to."""
    if delegation.folder:
        folder = posixpath.normpath(posixpath.join(root, delegation.folder))
        return [folder] if folder in manifests and folder != root else []
    others = [folder for folder in manifests if folder != root and (not root or folder.startswith(f"{root}/"))]
    wanted = [_plain(one) for one in delegation.packages if not one.startswith("!")]
    refused = [_plain(one.removeprefix("!")) for one in delegation.packages if one.startswith("!")]
    return [
        folder
        for folder in others
        if (not wanted or any(_is(one, folder, root, manifests[folder]) for one in wanted))
        and not any(_is(one, folder, root, manifests[folder]) for one in refused)
    ]


def _plain(name: str) -> str:
    """The package name without the marks that ask for its dependencies or dependents."""
    return re.sub(r"^\.\.\.\^?|\^?\.\.\.$|\[.*\]$", "", name).strip("{}")


def _is(wanted: str, folder: str, root: str, manifest: Mapping[str, Any]) -> bool:
    below = folder.removeprefix(f"{root}/") if root else folder
    name = str(manifest.get("name", ""))
    pattern = wanted.removeprefix("./").rstrip("/")
    spellings = (name, name.rpartition("/")[2], below, posixpath.basename(below))
    return any(fnmatch.fnmatchcase(spelling, pattern) for spelling in spellings if spelling)
