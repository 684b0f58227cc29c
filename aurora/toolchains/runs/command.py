"""The common part of every runner's test command."""

import posixpath
from collections.abc import Mapping, Sequence

from aurora.domain.workspace import Toolchain
from aurora.ports import TestCommand
from aurora.settings.repository import BackendSettings
from aurora.toolchains import project_tests


def command(
    toolchain: Toolchain,
    settings: BackendSettings,
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    judge: Sequence[str],
) -> TestCommand:
    """`env`: beside what every reporter is told. `judge`: names of the modules that seal the events of this language's
    runners, which no file of the project may have."""
    argv, path = _without_path(argv)
    return TestCommand(
        argv=argv,
        cwd=toolchain.root,
        env={
            "AURORA_REPOSITORY": posixpath.relpath(".", toolchain.root or "."),
            "AURORA_TEST_FILES": project_tests.expressions(toolchain),
            "NO_COLOR": "1",
            "TERM": "dumb",
            **env,
            **path,
        },
        seconds=settings.budget.test_seconds,
        sealed=True,
        reserved=tuple(judge),
    )


def _without_path(argv: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """(the command without a PYTHONPATH that `env` sets in it, that variable): set in the command it would hide the
    reporters, which are found by it; as a variable of the run it comes behind them."""
    words = list(argv)
    at = 1
    while words[:1] == ["env"] and at < len(words) and "=" in words[at]:
        if words[at].startswith("PYTHONPATH="):
            value = words.pop(at).partition("=")[2]
            words = words[1:] if at == len(words) or (at == 1 and "=" not in words[1]) else words
            return tuple(words), {"PYTHONPATH": value}
        at += 1
    return tuple(words), {}
