"""Running a Python project's tests: the command, what its events mean together, and what that says of a draft.

`parse` trusts no single witness: the runner's exit code, the tests it collected, their results and the session's end
must agree, else the run is invalid and never a pass.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from aurora.domain.runs import TestRun
from aurora.domain.workspace import Toolchain
from aurora.ports import TestCommand, TestExecution
from aurora.settings.repository import BackendSettings
from aurora.toolchains.python import parallel, plugins
from aurora.toolchains.python.usage_errors import conftest_error, usage_error
from aurora.toolchains.runs import command as runs_command
from aurora.toolchains.runs.counts import last_line
from aurora.toolchains.runs.report import report
from aurora.toolchains.runs.reported_run import ReportedRun
from aurora.toolchains.runs.trust import deceived

__all__ = ["command", "parse", "report"]

# a project's addopts may stop early or lengthen tracebacks; these come after them and win. One line a failure: what a
# finding shows (message, last frame, kind) is told by the plugin, and pytest reads every frame's source file anew to
# print a traceback, which took longer than the tests did
OPTIONS = ("-p", plugins.PYTEST, "--tb=line", "--color=no", "--maxfail=0", "--continue-on-collection-errors")


def command(toolchain: Toolchain, settings: BackendSettings, selection: Sequence[str] = ()) -> TestCommand:
    """`selection`: paths or test ids relative to the repository's root; empty runs the whole suite.

    A test command that is not pytest itself (`make test`) gets our options by PYTEST_ADDOPTS and runs whole."""
    workers = str(max(1, int(settings.sandbox.cpus)))
    env = {"PY_COLORS": "0", "PYTHONDONTWRITEBYTECODE": "1", parallel.WORKERS: workers}
    argv = toolchain.test
    if any(posixpath.basename(part) in ("pytest", "py.test") for part in argv):
        # a few files start sooner in one process, where sentinels stand at their end
        alone = ("-n0",) if selection and parallel.spreads(argv) else ()
        argv = (*argv, *OPTIONS, *alone, *(_from_root(toolchain, test_id) for test_id in selection))
    else:
        env["PYTEST_ADDOPTS"] = " ".join(OPTIONS)
    return runs_command.command(toolchain, settings, argv, env, judge=plugins.NAMES)


def stopping(command: TestCommand) -> TestCommand:
    """The command, ended at the first red test."""
    given = command.env.get("PYTEST_ADDOPTS", "")
    env = {**command.env, "PYTEST_ADDOPTS": given.replace("--maxfail=0", "--maxfail=1")} if given else command.env
    argv = tuple("--maxfail=1" if word == "--maxfail=0" else word for word in command.argv)
    return command.model_copy(update={"argv": argv, "env": env})


def _from_root(toolchain: Toolchain, test_id: str) -> str:
    path, mark, rest = test_id.partition("::")
    path = posixpath.relpath(path, toolchain.root or ".")
    return (f"./{path}" if path.startswith("-") else path) + mark + rest


def parse(execution: TestExecution, toolchain: Toolchain) -> TestRun:
    reported = ReportedRun.of(execution, "pytest")
    stopped = None
    if execution.exit_code and not reported.cases and not reported.errors:
        stopped = conftest_error(reported.output, toolchain)
    if stopped is not None:
        reported = replace(reported, errors=(stopped,))
    why = "" if stopped is not None else _why_invalid(reported)
    return reported.result(why)


def _why_invalid(reported: ReportedRun) -> str:
    """Empty when every witness agrees."""
    events, code = reported.events, reported.execution.exit_code
    if why := reported.stopped():
        return why
    if code == 4 or not events.begun:
        return usage_error(reported.output, code)
    if why := reported.unread():
        return why
    if events.internal_error:
        return f"pytest failed internally: {events.internal_error.strip().splitlines()[-1]}"
    if why := reported.unended():
        return why
    if events.exit != code:
        return f"pytest ended its session with exit code {events.exit}, the process with {code}"
    if doubt := deceived(events):
        return doubt
    if code == 5 and not reported.cases:
        return ""
    if why := reported.hidden() or reported.unexplained():
        return why
    if code not in (0, 1, 5):
        return f"pytest was interrupted (exit code {code}): {last_line(reported.output)}"
    return ""
