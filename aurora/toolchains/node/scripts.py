"""The runner in a script of package.json: its words without a shell, a watcher, a reporter, or coverage.

The sandbox runs argv, never a shell string, so only one command of a script is taken; what it leaves out is said.
"""

import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

Runner = Literal["vitest", "jest", "node:test", "mocha"]
MAX_DEPTH = 5
_BINARIES: dict[str, Runner] = {
    "vitest": "vitest", "vitest.mjs": "vitest", "jest": "jest", "jest.js": "jest", "mocha": "mocha",
    "mocha.js": "mocha", "_mocha": "mocha", "ts-mocha": "mocha",
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
_NODE_DROPPED = re.compile(r"--experimental-test-coverage|--watch|--test-(only|coverage-.*)(=.*)?")


class Found(NamedTuple):
    runner: Runner
    argv: tuple[str, ...]
    left_out: str = ""
    """Words of the script that do not run."""


def find(script: str, scripts: Mapping[str, str], depth: int = 0) -> Found | None:
    """The runner a script starts, `npm run` of another script followed; none when it starts none that is known."""
    commands = _commands(script)
    for words in commands:
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
    words = {posixpath.basename(word) for words in _commands(script) for word in words}
    return next((name for name in UNSUPPORTED if name in words), "")


def _commands(script: str) -> list[list[str]]:
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
    env = []
    for i, word in enumerate(words):
        name = posixpath.basename(word)
        if _ASSIGNMENT.fullmatch(word):
            env.append(word)
        elif name == "borp":
            return Found("node:test", _with_env(env, [name, *words[i + 1 :]]))  # put into node's words by `node_borp`
        elif name in _BINARIES:
            return _binary(env, _BINARIES[name], name, words[:i], words[i + 1 :])
        elif name in ("node", "tsx") and "--test" in words[i + 1 :]:
            launcher = ("node", "--import", "tsx") if name == "tsx" else ("node",)
            return Found("node:test", _with_env(env, [*launcher, *_kept(words[i + 1 :], _NODE_DROPPED)]))
        elif name in ("npm", "pnpm", "yarn") and depth < MAX_DEPTH:
            rest = [word for word in words[i + 1 :] if word not in ("run", "run-script", "-s", "--silent", "--")]
            script = "test" if rest[:1] in (["test"], ["t"]) else next(iter(rest), "")
            # what runs before is not followed: `pretest` may build what the tests do not need
            if script in scripts:
                found = find(scripts[script], {k: v for k, v in scripts.items() if k != script}, depth + 1)
                return found and found._replace(argv=_with_env(env, [*found.argv, *rest[1:]]))
    return None


def _binary(env: list[str], runner: Runner, name: str, before: list[str], after: list[str]) -> Found:
    # `node --flag node_modules/jest/bin/jest.js`: the same program, its flags handed to node
    started_by = [word for word in before if not _ASSIGNMENT.fullmatch(word)]
    if started_by and posixpath.basename(started_by[0]) == "node":
        flags = [word for word in started_by if word.startswith("-")]
        env = [*env, f"NODE_OPTIONS={' '.join(flags)}"] if flags else env
    rest = [word for word in _kept(after, _DROPPED) if word != "--"]  # what comes after it would be files
    program = name if name == "ts-mocha" else runner
    if runner == "vitest":
        rest = ["run", *(word for i, word in enumerate(rest) if i or word not in ("run", "watch", "dev"))]
    return Found(runner, _with_env(env, [program, *rest]))


def _with_env(env: Sequence[str], argv: Sequence[str]) -> tuple[str, ...]:
    return ("env", *env, *argv) if env else tuple(argv)


def _kept(words: Sequence[str], dropped: re.Pattern[str]) -> list[str]:
    """Without what would watch, measure or report elsewhere."""
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
