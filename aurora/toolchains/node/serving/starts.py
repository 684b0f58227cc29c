"""The command in a script of package.json that serves the application: its words without a watcher or a manager."""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aurora.toolchains.node import scripts as script_words

NAMES = (
    "start",
    "serve",
    "server",
    "start:prod",
    "start:production",
    "prod",
    "start:server",
    "dev",
    "start:dev",
    "develop",
    "start:local",
    "dev:server",
    "watch",
)
"""Scripts by which applications are served, in the order of trust."""
RUNNERS = frozenset(
    {
        "tsx",
        "ts-node",
        "ts-node-esm",
        "ts-node-dev",
        "tsnd",
        "babel-node",
        "swc-node",
        "esno",
        "vite-node",
        "esr",
        "jiti",
    }
)
"""Programs that run TypeScript as it stands, or what Babel reads."""
_ONCE = {"ts-node-dev": "ts-node", "tsnd": "ts-node", "esno": "tsx"}
_WRAPPERS = frozenset(
    {
        "nodemon",
        "npx",
        "dotenv",
        "env-cmd",
        "dotenvx",
        "dotenv-cli",
        "cross-env",
        "cross-env-shell",
        "concurrently",
        "run-s",
        "run-p",
        "npm-run-all",
        "env",
        "exec",
        "pm2-runtime",
        "pm2-dev",
        "pm2",
        "forever",
        "sh",
        "wait-port",
        "tsc-watch",
    }
)
_VALUED = frozenset(
    {
        "-r",
        "--require",
        "--import",
        "--loader",
        "--experimental-loader",
        "-P",
        "--project",
        "-C",
        "--conditions",
        "--env-file",
        "--env-file-if-exists",
        "--tsconfig",
        "-O",
        "--compiler-options",
        "--compilerOptions",
        "--presets",
        "--extensions",
        "-x",
    }
)
_WATCHING = re.compile(
    r"watch|-w|--watch(-path=.*|-preserve-output)?|--respawn|--transpile-only-watch|--exit-child|--clear|--rs|--poll|--debug|--inspect(-brk)?(=.*)?"
    r"|--clear-screen=.*|--ignore(-watch)?(=.*)?|--notify(=.*)?|--cls"
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_ENV_FILES = re.compile(
    r"--env-file(-if-exists)?[= ]\S+\s+|\benv-cmd(\s+-(f|e|r)\s+\S+)*\s+(--\s+)?"
    r"|\bdotenvx? (run )?((-e|-f|-c)\s+\S+\s+)*--\s+"
)
"""Calls that load files of variables that are nobody's but a developer's: without them it would end the command."""
_RUN = re.compile(
    r"\b(npm run(?:-script)?|pnpm(?: run)?|yarn(?: run)?|bun run)\s+(?:-s\s+|--silent\s+)?([\w:.-]+)(?:\s+--(?=\s|$))?"
)
MOST_DEPTH = 5


class Start(NamedTuple):
    program: str
    """`node`, a runner of TypeScript, `nest`, `fastify`."""
    options: tuple[str, ...]
    file: str
    """File as it is written; empty of `nest`."""
    env: dict[str, str]
    rest: tuple[str, ...] = ()
    """The words after the file."""

    @property
    def argv(self) -> tuple[str, ...]:
        return (self.program, *self.options, *((self.file,) if self.file else ()), *self.rest)


def find(script: str, scripts: Mapping[str, str], depth: int = 0) -> Iterator[Start]:
    """The program that a script starts, others that it runs followed; the last command first: what stands before
    builds."""
    if depth > MOST_DEPTH:
        return
    for words in reversed(script_words.of_shell(script)):
        yield from _of_words(words, scripts, {}, depth)


def _of_words(words: Sequence[str], scripts: Mapping[str, str], env: dict[str, str], depth: int) -> Iterator[Start]:
    env, rest = dict(env), list(words)
    while rest and _ASSIGNMENT.fullmatch(rest[0]):
        name, _, value = rest.pop(0).partition("=")
        env[name] = value
    if not rest:
        return
    program = posixpath.basename(rest[0])
    if program in script_words.MANAGERS:
        name = next((word for word in rest[1:] if word not in ("run", "run-script") and not word.startswith("-")), "")
        if name in scripts:
            yield from _with(find(scripts[name], scripts, depth + 1), env)
        elif program == "bun" and name:
            yield Start("tsx", (), name, env)
        elif program in ("npm", "pnpm", "yarn") and rest[1:2] in (["exec"], ["dlx"]):
            yield from _of_words(rest[2:], scripts, env, depth + 1)
        elif program == "yarn" and len(rest) > 1 and depth < MOST_DEPTH:
            yield from _of_words(rest[1:], scripts, env, depth + 1)
        return
    if program in _WRAPPERS:
        yield from _wrapped(program, rest[1:], scripts, env, depth)
        return
    if program == "node" or program in RUNNERS:
        yield from _started(_ONCE.get(program, program), rest[1:], env)
    elif program == "nest" and rest[1:2] == ["start"]:
        name = next((word for word in rest[2:] if not word.startswith("-")), "")
        yield Start("nest", (), name, env)
    elif program in ("fastify", "fastify-cli") and rest[1:2] == ["start"]:
        yield from _fastify(rest[2:], env)


def _with(found: Iterator[Start], env: dict[str, str]) -> Iterator[Start]:
    for one in found:
        yield one._replace(env={**env, **one.env})


def _wrapped(
    program: str, words: Sequence[str], scripts: Mapping[str, str], env: dict[str, str], depth: int
) -> Iterator[Start]:
    """The command behind a program that loads variables, watches or runs several: the command in it, as words or as one
    text."""
    if depth >= MOST_DEPTH:
        return
    at = 0
    while at < len(words):
        word = words[at]
        if _ASSIGNMENT.fullmatch(word):
            name, _, value = word.partition("=")
            env[name] = value
        elif " " in word or (program in ("run-s", "run-p", "npm-run-all", "concurrently") and word in scripts):
            text = re.sub(r"^(npm|pnpm|yarn):", r"\1 run ", scripts.get(word, word))
            yield from _with(find(text, scripts, depth + 1), env)
        elif program == "concurrently" and (said := re.fullmatch(r"(?:npm|pnpm|yarn):([\w:.-]+)", word)):
            yield from _with(find(scripts.get(said[1], ""), scripts, depth + 1), env)
        elif word in ("--onSuccess", "--exec", "--script"):
            pass
        elif not word.startswith("-") and word not in ("start", "run"):
            if posixpath.basename(word) in {"node", "nest", "fastify", *RUNNERS, *_WRAPPERS, *script_words.MANAGERS}:
                behind = list(words[at:])
                if (program == "nodemon" and behind[0] == "node") or len(behind) > 1 or behind[0] in _WRAPPERS:
                    yield from _of_words(behind, scripts, env, depth + 1)
                elif len(behind) == 1 and (file := _file(words[:at])):  # `nodemon src/index.ts --exec ts-node`
                    yield from _of_words([*behind, file], scripts, env, depth + 1)
                return
            if program in ("nodemon", "pm2-runtime", "pm2-dev", "pm2", "forever") and re.search(
                r"\.[cm]?[jt]s$|/www$|^\.$", word
            ):
                runner = next((one for one in words[at + 1 :] if one in RUNNERS), "")
                yield from _of_words([runner or _by_suffix(word), word], scripts, env, depth + 1)
                return
        at += 1
    if program == "nodemon" and depth < MOST_DEPTH and not any(re.search(r"\s", word) for word in words):
        yield Start("node", (), ".", env)


def _by_suffix(file: str) -> str:
    return "ts-node" if file.endswith((".ts", ".mts", ".cts")) else "node"


def _file(words: Sequence[str]) -> str:
    return next((word for word in reversed(words) if re.search(r"\.[cm]?[jt]sx?$", word)), "")


def _started(program: str, words: Sequence[str], env: dict[str, str]) -> Iterator[Start]:
    options: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in _VALUED and at + 1 < len(words):
            if not word.startswith("--env-file"):
                options += [word, words[at + 1]]
            at += 2
            continue
        if word.startswith("--env-file"):
            pass
        elif not _WATCHING.fullmatch(word):
            if not word.startswith("-"):
                yield Start(program, tuple(options), word, env, tuple(words[at + 1 :]))
                return
            options.append(word)
        at += 1


def _fastify(words: Sequence[str], env: dict[str, str]) -> Iterator[Start]:
    options: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in (
            "-p",
            "--port",
            "-a",
            "--address",
            "-l",
            "--log-level",
            "-r",
            "--require",
            "-T",
            "--plugin-timeout",
            "-x",
            "--prefix",
            "--import",
        ):
            options += [] if word in ("-p", "--port", "-a", "--address") else list(words[at : at + 2])
            at += 2
            continue
        if word.startswith("-"):
            options += [] if word in ("-w", "--watch", "-P", "--pretty-logs", "-d", "--debug", "-L") else [word]
        else:
            yield Start("fastify", ("start", "-p", "{port}", "-a", "127.0.0.1", *options), word, env, ())
            return
        at += 1


def build(names: Sequence[str], scripts: Mapping[str, str]) -> tuple[str, ...]:
    """argv of the first of these scripts, what npm runs around it included; empty where there is none."""
    name = next((one for one in names if scripts.get(one)), "")
    if not name:
        return ()
    parts = [scripts[one] for one in (f"pre{name}", name, f"post{name}") if scripts.get(one)]
    text = " && ".join(expanded(part, scripts) for part in parts)
    text = _ENV_FILES.sub("", text)
    text = re.sub(r"\b(npx|pnpm exec|yarn exec|pnpm dlx)\s+(--no-install\s+|--yes\s+|-y\s+)?", "", text)
    plain = re.fullmatch(r"[\w@./:,=-]+( [\w@./:,=-]+)*", text) is not None
    return tuple(shlex.split(text)) if plain and "=" not in text.split()[0] else ("sh", "-c", text)


def expanded(text: str, scripts: Mapping[str, str], depth: int = 0) -> str:
    """`npm run x` as what it runs: the sandbox has no other manager, and npm would be one process more."""

    def said(found: re.Match[str]) -> str:
        name = found[2]
        if name not in scripts or depth > MOST_DEPTH:
            return found[0]
        inner = expanded(scripts[name], scripts, depth + 1)
        return f"({inner})" if re.search(r"[&;|]", inner) else inner

    return _RUN.sub(said, text)
