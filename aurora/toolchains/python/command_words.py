"""A test command as people write it: wrappers that only choose the environment are cut off, `env A=b` is kept."""

import posixpath
import re
from collections.abc import Sequence

_RUNNERS = ("uv", "poetry", "pipenv", "pdm", "hatch", "rye", "pixi", "conda", "mamba", "micromamba")
_VALUED = (
    "--with", "--group", "--extra", "--python", "-p", "--package", "--project", "--directory", "--env-file",
    "--only-group",
    "--with-requirements", "--index-url", "-n", "--name", "-e", "--env", "-C", "-P", "-f", "--file", "--prefix",
    "--no-group", "--index", "--with-editable", "-E", "--from", "--spec",
)  # fmt: skip
"""Options of those that take a word of their own."""
_COVERAGE_VALUED = ("--source", "--include", "--omit", "--rcfile", "--data-file", "--context", "--concurrency")
_SET = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_PYTHON = re.compile(r"(python|pypy)[\d.]*$")


def unwrapped(command: Sequence[str]) -> tuple[str, ...]:
    """The command without what enters an environment: the sandbox has one. Variables come first, with `env`."""
    words, variables = list(command), list[str]()
    while words:
        name = posixpath.basename(words[0])
        if name == "env" or _SET.fullmatch(words[0]):
            words = words[1:] if name == "env" else words
            while words and _SET.fullmatch(words[0]):
                variables.append(words.pop(0))
            continue
        inner = _inside(name, words[1:])
        if inner is None:
            break
        words = inner
    return (*(("env", *variables) if variables else ()), *words) if words else tuple(command)


def makes_environments(command: Sequence[str]) -> bool:
    """Return whether it makes an environment for the tests, from what the repository declares, and runs them there."""
    words = list(split(command)[1])
    name = posixpath.basename(words[0]) if words else ""
    if _PYTHON.match(name) and words[1:2] == ["-m"]:
        name, words = (words[2] if len(words) > 2 else ""), words[2:]
    return name in ("tox", "nox") or (name == "hatch" and "test" in words[1:2])


def split(command: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`env A=b ...` or nothing, the words of the command itself)"""
    if not command or command[0] != "env":
        return (), tuple(command)
    end = next((at for at, word in enumerate(command[1:], 1) if not _SET.fullmatch(word)), len(command))
    return tuple(command[:end]), tuple(command[end:])


def program(command: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(interpreter with its options, the module or script and its arguments) of a command of Python's."""
    words = list(command)
    if not words or not _PYTHON.match(posixpath.basename(words[0])):
        return (), tuple(words)
    at = 1
    while at < len(words) and words[at].startswith("-") and words[at] not in ("-m", "-c"):
        at += 2 if words[at] in ("-W", "-X") else 1
    return tuple(words[:at]), tuple(words[at:])


def with_variables(command: Sequence[str], variables: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return ("env", *(f"{key}={value}" for key, value in variables), *command) if variables else tuple(command)


def _inside(name: str, rest: list[str]) -> list[str] | None:
    """The command in a wrapper; none for what is none."""
    if name in _RUNNERS:
        at = _after_options(rest, _VALUED)
        if at >= len(rest) or rest[at] != "run":
            return None
        inner = rest[at + 1 :]
        at = _after_options(inner, _VALUED)
        if at < len(inner) and inner[at] in ("-m", "--module"):
            return ["python", "-m", *inner[at + 1 :]]
        inner = inner[at:]
        # `hatch run unit:pytest` names an environment
        found = re.fullmatch(r"[\w.+-]*:(.+)", inner[0]) if name == "hatch" and inner else None
        inner = [found[1], *inner[1:]] if found else inner
        return inner or None
    if name in ("uvx", "pipx"):
        at = _after_options(rest, _VALUED)
        inner = rest[at + 1 :] if name == "pipx" and rest[at : at + 1] == ["run"] else rest[at:]
        return inner or None
    if name == "dotenv":
        at = _after_options(rest, _VALUED)
        inner = rest[at + 1 :] if at < len(rest) and rest[at] == "run" else rest[at:]
        return inner[1:] if inner[:1] == ["--"] else inner or None
    if name in ("time", "nice", "xvfb-run", "exec"):
        return rest or None
    if name == "coverage" and rest[:1] == ["run"]:
        inner = rest[1:]
        while inner and inner[0].startswith("-") and inner[0] != "-m":
            inner = inner[2:] if inner[0] in _COVERAGE_VALUED else inner[1:]
        return ["python", *inner] if inner else None
    return None


def _after_options(words: Sequence[str], valued: Sequence[str]) -> int:
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] not in ("-m", "--module"):
        if words[at] == "--":
            return at + 1
        at += 2 if words[at] in valued else 1
    return at
