"""The command that runs a Node project's tests: the project's own words, our reporter, and what was selected."""

import posixpath
import re
from collections.abc import Sequence

from aurora.domain.workspace import Toolchain
from aurora.ports import TestCommand
from aurora.settings.repository import BackendSettings
from aurora.toolchains.node import plugins
from aurora.toolchains.runs import command as runs_command
from aurora.toolchains.runs.ids import STEP, without_number

PLUGINS = "/opt/aurora/plugins"
"""The place where the sandbox keeps `in_box/`; a test holds it against the image's own place."""
_REPORTING = {
    # a threshold of coverage would end a green run with exit code 1, a bail would leave tests out
    # a type that is checked tells a test of its own name again, and needs a file where nothing can be written
    "vitest": (
        f"--reporter={PLUGINS}/aurora_vitest_events.mjs",
        "--coverage.enabled=false",
        "--typecheck.enabled=false",
        "--bail=0",
    ),
    "jest": (
        f"--reporters={PLUGINS}/aurora_jest_events.cjs",
        "--ci",
        "--coverage=false",
        "--bail=0",
        "--watchman=false",
    ),
    "mocha": ("--reporter", f"{PLUGINS}/aurora_mocha_events.cjs", "--no-parallel", "--no-bail"),
    "node:test": (f"--test-reporter={PLUGINS}/aurora_node_test_events.mjs", "--test-reporter-destination=stdout"),
}
_TAKES_A_VALUE = frozenset(
    {
        "-c", "--config", "-r", "--require", "--import", "--loader", "--experimental-loader", "--project", "--root",
        "--dir", "-u", "--ui", "-t", "--timeout", "--extension", "--ignore", "--file", "--env-file", "-g", "--grep",
        "--pool", "--environment", "--testTimeout", "--maxWorkers", "-w", "--test-timeout", "--test-concurrency",
        "--conditions", "-C", "--rootDir", "--selectProjects", "--testNamePattern", "--testPathPattern", "--retries",
    }
)  # fmt: skip


def command(toolchain: Toolchain, settings: BackendSettings, selection: Sequence[str] = ()) -> TestCommand:
    """`selection`: paths or test ids relative to the repository's root; empty runs the whole suite."""
    env = {
        "CI": "true",  # no watching, no snapshot written
        "FORCE_COLOR": "0",
    }
    argv, runner = toolchain.test, toolchain.runner
    options: tuple[str, ...] = _REPORTING[runner]
    paths = tuple(dict.fromkeys(_from_root(toolchain, test_id.partition(STEP)[0]) for test_id in selection))
    names = tuple(without_number(test_id.partition(STEP)[2]) for test_id in selection if STEP in test_id)
    if selection:
        argv = tuple(without_files(argv))
    if names and len(names) == len(selection):
        options += _by_name(runner, names)
    if runner == "node:test":
        at = argv.index("--test")
        argv = (*argv[:at], *options, *argv[at:], *paths)
        if argv[0] == "node":  # before what the project preloads
            argv = (argv[0], "--require", f"{PLUGINS}/aurora_node_test_sentinels.cjs", *argv[1:])
        if any(any(c in word for c in "*?{[") for word in argv[at + len(options) :]):
            # before node's options: what the project preloads has no business where the judge's key lies
            first = 1 if argv[0] == "node" else at
            argv = (*argv[:first], f"{PLUGINS}/aurora_node_globs.mjs", *argv[first:])
    elif runner == "jest" and paths:
        argv = (*argv, *options, "--runTestsByPath", *paths)
    else:
        argv = (*argv, *options, *paths)
    return runs_command.command(toolchain, settings, argv, env, judge=plugins.NAMES)


def measuring(command: TestCommand, paths: Sequence[str]) -> TestCommand:
    """jest drops what ran together with its test file: only its own coverage can tell. All others need nothing."""
    if not any(word.endswith("/aurora_jest_events.cjs") for word in command.argv):
        return command
    names = dict.fromkeys(f"**/{posixpath.basename(path)}" for path in paths)
    options = (
        "--coverage=true",
        "--coverageProvider=babel",
        "--coverageReporters=none",
        "--coverageThreshold={}",
        *(f"--collectCoverageFrom={name}" for name in names if not re.search(r"[\[\](){}!]", name)),
    )
    argv = tuple(word for one in command.argv for word in (options if one == "--coverage=false" else (one,)))
    return command.model_copy(update={"argv": argv})


def watching(command: TestCommand) -> TestCommand:
    """Whatever processes a runner starts: each loads what observes it before anything else."""
    name, ours = "NODE_OPTIONS", f"--require {PLUGINS}/aurora_node_watch.cjs"
    set_there = next((i for i, word in enumerate(command.argv) if word.startswith(f"{name}=")), None)
    if set_there is not None:  # by `env` of the project's own command, which has the last word
        argv = list(command.argv)
        argv[set_there] = f"{name}={ours} {argv[set_there].partition('=')[2]}".strip()
        return command.model_copy(update={"argv": tuple(argv)})
    options = f"{ours} {command.env.get(name, '')}".strip()
    return command.model_copy(update={"env": {**command.env, name: options}})


def of_failing_tests(command: TestCommand) -> TestCommand:
    """A test that is made to fail leaves open what it would have closed: node:test would wait for it. Ended so, a file
    plays no sentinels."""
    if "--test" not in command.argv:
        return command
    at = command.argv.index("--test")
    return command.model_copy(update={"argv": (*command.argv[:at], "--test-force-exit", *command.argv[at:])})


def stopping(command: TestCommand) -> TestCommand:
    """The command, ended at the first red test; node:test has no such option."""
    other = {"--bail=0": "--bail=1", "--no-bail": "--bail"}
    return command.model_copy(update={"argv": tuple(other.get(word, word) for word in command.argv)})


def names_files(argv: Sequence[str]) -> bool:
    """Return whether a command says itself which files it runs; another takes all that its runner finds."""
    return without_files(argv) != list(argv)


def without_files(argv: Sequence[str]) -> list[str]:
    """The command without the files and filters it names itself: a selection takes their place."""
    kept: list[str] = []
    begun = False
    for i, word in enumerate(argv):
        before = argv[i - 1] if i else ""
        value = before in _TAKES_A_VALUE
        positional = not word.startswith("-") and not value
        if positional and begun:
            continue
        kept.append(word)
        if posixpath.basename(word) in ("vitest", "jest", "mocha", "ts-mocha") or word == "--test":
            begun = True
            if word == "vitest" or word.endswith("/vitest"):
                continue
    # `vitest run`: its sub-command is no file
    if any(posixpath.basename(word) == "vitest" for word in kept) and "run" not in kept:
        at = next(i for i, word in enumerate(kept) if posixpath.basename(word) == "vitest")
        kept.insert(at + 1, "run")
    return kept


def _by_name(runner: str, names: Sequence[str]) -> tuple[str, ...]:
    patterns = "|".join(re.escape(name.replace(STEP, " ")) for name in names)
    match runner:
        case "mocha":
            return ("--grep", f"^({patterns})$")
        case "node:test":
            last = "|".join(re.escape(name.rpartition(STEP)[2]) for name in names)
            return (f"--test-name-pattern=/({last})$/",)
        case _:
            return ("-t", f"^\\s*({patterns})$")


def _from_root(toolchain: Toolchain, path: str) -> str:
    path = posixpath.relpath(path, toolchain.root or ".")
    return f"./{path}" if path.startswith("-") else path
