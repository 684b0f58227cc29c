"""What the command of a run of tests has in common, whatever the runner."""

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
    return TestCommand(
        argv=tuple(argv),
        cwd=toolchain.root,
        env={
            "AURORA_REPOSITORY": posixpath.relpath(".", toolchain.root or "."),
            "AURORA_TEST_FILES": project_tests.expressions(toolchain),
            "NO_COLOR": "1",
            "TERM": "dumb",
            **env,
        },
        seconds=settings.budget.test_seconds,
        sealed=True,
        reserved=tuple(judge),
    )
