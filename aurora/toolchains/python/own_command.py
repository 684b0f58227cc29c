"""The command by which the project's own people run its tests, from tox, a Makefile or a task runner's table.

Asked only where no file is named as a runner takes it unasked: then the command may say which files are tests."""

import posixpath
import re
import shlex
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from aurora.ports import ToolchainProbe
from aurora.toolchains.documents import table
from aurora.toolchains.python import command_words, tasks
from aurora.toolchains.python.declared import lines
from aurora.toolchains.python.tox import commands as tox_commands
from aurora.toolchains.python.tree import PythonTree

_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_RECIPES = ("justfile", "Justfile", ".justfile")


async def find(probe: ToolchainProbe, tree: PythonTree) -> tuple[tuple[str, ...], str]:
    """(argv without wrappers, the file that says it); empty where nothing says how."""
    async for text, where in _texts(probe, tree):
        try:
            words = shlex.split(text.strip().lstrip("@-"), comments=True)
        except ValueError:
            continue
        argv = command_words.unwrapped([word for word in words if not re.search(r"[{}$]", word)]) if words else ()
        one_command = not re.search(r"[&;|<>`]", text)
        if argv and one_command and _names_tests(argv):
            return argv, where
    return (), ""


async def _texts(probe: ToolchainProbe, tree: PythonTree) -> AsyncIterator[tuple[str, str]]:
    for name in ("tox.ini", "setup.cfg"):
        path = tree.started_at(name)
        text = await probe.text(path) if path in tree.paths else None
        for line in tox_commands(text or "", "tox:" if name == "setup.cfg" else ""):
            yield line, path
    envs = table(tree.pyproject, "tool", "hatch", "envs")
    held = [(table(tree.pyproject, *keys), "pyproject.toml") for keys in tasks.TABLES]
    held += [(table(env, "scripts"), "pyproject.toml or hatch.toml") for env in envs.values()]
    for listed, where in held:
        for _, task in tasks.named(listed):
            for line in _commands(task):
                yield line, where
    for name in (*_MAKEFILES, *_RECIPES):
        path = tree.started_at(name)
        if path in tree.paths:
            for line in _recipes(await probe.text(path) or ""):
                yield line, path


def _commands(task: Any) -> list[str]:
    if isinstance(task, str):
        return [task]
    if isinstance(task, Mapping):
        said = task.get("cmd") or task.get("shell")
        return [shlex.join(lines(said))] if isinstance(said, list) else _commands(said)
    return list(lines(task))


def _recipes(text: str) -> Iterator[str]:
    """Lines of the targets that run tests, in a Makefile or a justfile."""
    inside = False
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if target := re.match(r"([\w.-]+)[^:=]*:(?!=)", line):
            inside = target[1] in tasks.NAMES
        elif inside and line[:1] in ("\t", " ") and line.strip():
            yield line.strip()


def _names_tests(argv: tuple[str, ...]) -> bool:
    """Return whether it starts a runner and says which files are tests."""
    started, rest = command_words.program(command_words.split(argv)[1])
    if started and rest[:2] == ("-m", "unittest"):
        return len(rest) > 2
    words = command_words.split(argv)[1]
    runs = bool(words) and posixpath.basename(words[0]) in ("pytest", "py.test")
    runs = runs or (bool(started) and rest[:2] == ("-m", "pytest"))
    return runs and any(word.endswith(".py") or "python_files" in word for word in rest or words)
