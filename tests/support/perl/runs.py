"""Running a Perl project's tests, and what their events mean together.

`parse` trusts no single witness: exit code, collected tests, their results and the session's end must agree, else the
run is invalid and never a pass.
"""

import posixpath
from collections.abc import Sequence

from aurora.domain.runs import TestRun
from aurora.domain.workspace import Toolchain
from aurora.ports import TestCommand, TestExecution
from aurora.settings.repository import BackendSettings
from aurora.text import clip
from aurora.toolchains.runs import command as runs_command
from aurora.toolchains.runs.counts import last_line
from aurora.toolchains.runs.ids import path_of
from aurora.toolchains.runs.reported_run import ReportedRun
from aurora.toolchains.runs.trust import deceived
from tests.support.perl import plugins
from tests.support.perl.detection import split


def command(toolchain: Toolchain, settings: BackendSettings, selection: Sequence[str] = ()) -> TestCommand:
    """A test of TAP can't be run alone: its file runs whole. The variables that the project's command sets are set
    once the plugin has loaded, which none of them may lead to other modules."""
    variables, arguments = split(toolchain.test) or ((), toolchain.test[1:])
    files = dict.fromkeys(from_root(toolchain, path_of(test_id)) for test_id in selection)
    options = [word for path in files for word in ("--only", path)]
    options += [word for variable in variables for word in ("--env", variable)]
    argv = ("perl", plugins.EVENTS, *options, *arguments)
    return runs_command.command(toolchain, settings, argv, {}, judge=plugins.NAMES)


def parse(execution: TestExecution, toolchain: Toolchain) -> TestRun:
    reported = ReportedRun.of(execution, toolchain.runner)
    return reported.result(_why_invalid(reported))


def from_root(toolchain: Toolchain, path: str) -> str:
    path = posixpath.relpath(path, toolchain.root or ".")
    return f"./{path}" if path.startswith("-") else path


def _why_invalid(reported: ReportedRun) -> str:
    """Empty when every witness agrees."""
    events, code = reported.events, reported.execution.exit_code
    if why := reported.unfinished(lambda: _not_started(reported.output, code)):
        return why
    if events.exit != code:
        return f"prove ended its session with exit code {events.exit}, the process with {code}"
    return deceived(events) or reported.hidden() or reported.unexplained()


def _not_started(output: str, code: int) -> str:
    return f"prove did not run (exit code {code}): {clip(last_line(output).strip(), 400)}"
