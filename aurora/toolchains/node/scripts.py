"""The runner in a script of package.json: its words without a shell, a watcher, a reporter, or coverage.

The sandbox runs argv, never a shell string, so only one command of a script is taken; what it leaves out is said.
"""

import itertools
import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Runner = Literal["vitest", "jest", "node:test", "mocha"]
MAX_DEPTH = 5
_BINARIES: dict[str, Runner] = {
    "vitest": "vitest", "vitest.mjs": "vitest", "jest": "jest", "jest.js": "jest", "mocha": "mocha",
    "mocha.js": "mocha", "_mocha": "mocha", "ts-mocha": "mocha", "jest-cli": "jest", "mocha.cjs": "mocha",
}  # fmt: skip
UNSUPPORTED = ("ava", "tap", "uvu", "jasmine", "tape", "karma", "lab", "japa", "bun", "deno", "playwright", "cypress")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.S)
_OPERATORS = frozenset({"&&", "||", ";", "|", "&", ">", ">>", "<", "(", ")"})
_DROPPED = re.compile(
    r"-w|--watch(All|-all)?(=.*)?|--coverage(\..*)?(=.*)?|--collectCoverage(=.*)?|--ui|--silent|--verbose"
)
_DROPPED_WITH_VALUE = re.compile(
    r"(-R|--reporters?|--outputFile(\..*)?|--test-reporter(-destination)?|--reporter-options?|-O)(=.*)?"
)
_WORKERS = re.compile(r"^-w(?==|$)")
"""jest's own: to the other runners `-w` is a watcher."""
MANAGERS = ("npm", "pnpm", "yarn", "bun")
_ELSEWHERE = frozenset(
    {"-r", "--recursive", "--workspaces", "-ws", "--filter", "-F", "workspaces", "workspace", "--workspace", "-w",
     "--prefix", "--cwd", "--dir", "-C"}
)  # fmt: skip
"""Words by which a manager runs something in other packages than this."""
_SEVERAL = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently", "start-server-and-test", "nps"})
"""Programs whose words are scripts of package.json, or commands of their own."""
_OF_TEXT = frozenset({"cross-env-shell", "sh", "bash", "nodemon", *_SEVERAL})
"""Programs that take a whole command as one word."""
_NODE_WITH_VALUE = frozenset({"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"})
_ENV_FILES = frozenset({"dotenv", "dotenvx", "dotenv-cli", "env-cmd", "dotenv-flow"})
"""Programs that load files of variables before a command."""
_NODE_DROPPED = re.compile(r"--experimental-test-coverage|--watch|--test-(only|coverage-.*)(=.*)?")


class Found(NamedTuple):
    runner: Runner
    argv: tuple[str, ...]
    left_out: str = ""
    """Words of the script that do not run."""
    env_files: tuple[str, ...] = ()
    """Files of variables that the script loads before its runner, from the project's folder."""


def find(script: str, scripts: Mapping[str, str], depth: int = 0) -> Found | None:
    """The runner a script starts in the project's own folder, `npm run` of another script followed; none when it
    starts none that is known."""
    commands = of_shell(script)
    for words in commands:
        if words[0] in ("cd", "pushd"):
            return None  # what follows runs elsewhere: see `delegation`
        found = _of_words(words, scripts, depth)
        if found is not None:
            others = [shlex.join(other) for other in commands if other is not words]
            return found._replace(left_out="; ".join([*others, found.left_out] if found.left_out else others))
    return None


def of_argv(argv: Sequence[str], scripts: Mapping[str, str]) -> Found | None:
    """The same of `commands.test` in aurora.yaml."""
    return _of_words(list(argv), scripts, 0)


def unsupported(script: str) -> str:
    """The name of a runner that is known and has no reporter here."""
    for words in of_shell(script):
        for i, word in enumerate(words):
            name = posixpath.basename(word)
            # these two run scripts, too
            if name in UNSUPPORTED and (name not in ("bun", "deno") or words[i + 1 : i + 2] == ["test"]):
                return name
    return ""


def of_shell(script: str) -> list[list[str]]:
    """The words of each command of a script; none of one that can't be read."""
    lexer = shlex.shlex(script, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word in _OPERATORS:
                commands.append([])
            else:
                commands[-1].append(word)
    except ValueError:  # a quotation that is not closed
        return []
    return [words for words in commands if words]


def _of_words(words: list[str], scripts: Mapping[str, str], depth: int) -> Found | None:
    env: list[str] = []
    program = posixpath.basename(words[0])
    if depth < MAX_DEPTH and (found := _of_text(program, words, scripts, depth)):
        return found
    files = env_files(words)
    for i, word in enumerate(words):
        name = posixpath.basename(word)
        if _ASSIGNMENT.fullmatch(word):
            env.append(word)
        elif name == "borp":
            # put into node's words by `borp`
            return Found("node:test", _with_env(env, [name, *words[i + 1 :]]), env_files=files)
        elif name in _BINARIES:
            found = _binary(env, _BINARIES[name], name, words[:i], words[i + 1 :])
            return found._replace(env_files=(*files, *found.env_files))
        elif name in ("node", "tsx") and "--test" in words[i + 1 :]:
            launcher = ("node", "--import", "tsx") if name == "tsx" else ("node",)
            argv = _with_env(env, [*launcher, *_kept(words[i + 1 :], _NODE_DROPPED)])
            return Found("node:test", argv, env_files=files)
        elif name in MANAGERS and _runs_elsewhere(words[i + 1 :]):
            return None
        elif name in MANAGERS and depth < MAX_DEPTH:
            rest = [word for word in words[i + 1 :] if word not in ("run", "run-script", "-s", "--silent", "--")]
            script = "test" if rest[:1] in (["test"], ["t"]) else next(iter(rest), "")
            if name == "bun" and script == "test" and "run" not in words[i + 1 :]:
                return None  # bun's own runner
            # what runs before is not followed: `pretest` may build what the tests do not need
            if script in scripts:
                found = find(scripts[script], {k: v for k, v in scripts.items() if k != script}, depth + 1)
                return found and found._replace(
                    argv=_with_env(env, [*found.argv, *rest[1:]]), env_files=(*files, *found.env_files)
                )
    return None


def _runs_elsewhere(words: Sequence[str]) -> bool:
    """Return whether a manager's options, those before a runner's own, name other packages: see `delegation`."""
    before = itertools.takewhile(lambda word: posixpath.basename(word) not in (*_BINARIES, "node", "tsx"), words)
    return any(word.partition("=")[0] in _ELSEWHERE for word in before)


def _of_text(program: str, words: list[str], scripts: Mapping[str, str], depth: int) -> Found | None:
    """The runner of a program that takes commands as words, or the names of scripts."""
    if program == "glob" and "-c" in words[:-1]:
        at = words.index("-c")
        found = find(words[at + 1], scripts, depth + 1)
        files = [word for word in (*words[1:at], *words[at + 2 :]) if not word.startswith("-")]
        return found and found._replace(argv=(*found.argv, *files))
    if program not in _OF_TEXT:
        return None
    for word in words[1:]:
        named = [word] if " " in word else []
        if program in _SEVERAL:
            named += [scripts[name] for name in named_scripts(word, scripts)]
        for text in named:
            if found := find(text, {k: v for k, v in scripts.items() if v != text}, depth + 1):
                return found
    return None


def named_scripts(word: str, scripts: Mapping[str, str]) -> list[str]:
    """Scripts that a word of npm-run-all or concurrently means: `test:*`, `npm:test:unit`."""
    name = re.sub(r"^(?:npm|pnpm|yarn|bun):", "", word)
    if "*" not in name:
        return [name] if name in scripts else []
    pattern = re.escape(name).replace(r"\*\*", ".*").replace(r"\*", "[^:]*")
    return [one for one in scripts if re.fullmatch(pattern, one)]


def env_files(words: Sequence[str]) -> tuple[str, ...]:
    """Files that `dotenv -e .env.test --`, `env-cmd -f .env.test` and their like load before a command."""
    programs = [i for i, word in enumerate(words) if posixpath.basename(word) in _ENV_FILES]
    if not programs:
        return ()
    program, rest = posixpath.basename(words[programs[0]]), list(words[programs[0] + 1 :])
    files: list[str] = []
    while rest:
        word, _, value = rest.pop(0).partition("=")
        if word in ("-e", "-f", "--env-file", "--file", "-p"):
            files += [value] if value else rest[:1]
            rest = rest if value else rest[1:]
        elif word == "-c" and program in ("dotenv", "dotenv-cli"):
            if rest and not rest[0].startswith("-"):  # `-c test`: the environment's file, then the usual one
                files.append(f".env.{rest.pop(0)}")
        elif word == "--" or not (word.startswith("-") or word == "run"):
            if program == "env-cmd" and not files and word.lstrip("./").startswith("env"):
                files.append(word)  # its older form
            break
    return tuple(files or ([] if program == "env-cmd" else [".env"]))


def _binary(env: list[str], runner: Runner, name: str, before: list[str], after: list[str]) -> Found:
    # `node --flag node_modules/jest/bin/jest.js`: the same program, its flags handed to node
    started_by = [word for word in before if not _ASSIGNMENT.fullmatch(word)]
    at = next((i for i, word in enumerate(started_by) if posixpath.basename(word) == "node"), None)
    if at is not None:
        flags, files = _flags(started_by[at + 1 :])
        named = next((word.partition("=")[2] for word in reversed(env) if word.startswith("NODE_OPTIONS=")), "")
        if flags:
            options = " ".join([*([named] if named else []), *flags])
            env = [*(word for word in env if not word.startswith("NODE_OPTIONS=")), f"NODE_OPTIONS={options}"]
        return _started(env, runner, name, after)._replace(env_files=tuple(files))
    return _started(env, runner, name, after)


def _flags(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """(options of node with their values, files of variables: node takes no such option from its environment)"""
    kept: list[str] = []
    files: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("--env-file"):
            files += [word.partition("=")[2]] if "=" in word else [rest.pop(0)] if rest else []
        elif word in _NODE_WITH_VALUE:
            kept += [word, *([rest.pop(0)] if rest else [])]
        elif word.startswith("-"):
            kept.append(word)
    return kept, files


def _started(env: Sequence[str], runner: Runner, name: str, after: Sequence[str]) -> Found:
    if runner == "jest":
        after = [_WORKERS.sub("--maxWorkers", word) for word in after]
    rest = [word for word in _kept(after, _DROPPED) if word != "--"]  # what comes after it would be files
    program = name if name == "ts-mocha" else runner
    if runner == "vitest":
        rest = ["run", *(word for i, word in enumerate(rest) if i or word not in ("run", "watch", "dev"))]
    return Found(runner, _with_env(env, [program, *rest]))


def _with_env(env: Sequence[str], argv: Sequence[str]) -> tuple[str, ...]:
    return ("env", *env, *argv) if env else tuple(argv)


def _kept(words: Sequence[str], dropped: re.Pattern[str]) -> list[str]:
    """The words without options that would watch, measure or report elsewhere."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif found := _DROPPED_WITH_VALUE.fullmatch(word):
            skip = "=" not in found.group()
        elif not dropped.fullmatch(word):
            kept.append(word)
    return kept
