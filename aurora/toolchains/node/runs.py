"""The result of a run of a Node project's tests, by the events of our reporters.

`parse` trusts no single witness: exit code, collected tests, their results and the session's end must agree, else the
run is invalid and never a pass.
"""

import re
from collections.abc import Iterable

from aurora.domain.runs import ExecEnd, TestRun
from aurora.domain.workspace import Distribution, Toolchain
from aurora.ports import TestExecution
from aurora.text import clip
from aurora.toolchains.runs.counts import last_line
from aurora.toolchains.runs.reported_run import ReportedRun
from aurora.toolchains.runs.trust import deceived

OLDEST = {"vitest": 3}
"""The first major version whose results can be read, of runners where older ones are in use."""
_NOTHING = re.compile(r"(?mi)^\W*(?:error: )?no tests? (?:files? )?found\b|^\W*could not find\b")


def parse(execution: TestExecution, toolchain: Toolchain) -> TestRun:
    reported = ReportedRun.of(execution, toolchain.runner)
    return reported.result(_why_invalid(reported))


def outdated(runner: str, installed: Iterable[Distribution]) -> str:
    """One sentence for a runner that is older than those whose results can be read; empty for any other."""
    oldest = OLDEST.get(runner, 0)
    for one in installed:
        major = one.version.partition(".")[0]
        if one.name == runner and major.isdecimal() and int(major) < oldest:
            return f"{runner} {one.version} is installed; results are read of {runner} {oldest} and later"
    return ""


def _why_invalid(reported: ReportedRun) -> str:
    """Empty when every witness agrees."""
    events, code, runner = reported.events, reported.execution.exit_code, reported.runner
    empty = not reported.cases and not reported.errors and _NOTHING.search(reported.output) is not None
    if empty and reported.execution.end is ExecEnd.EXITED and events.exit is None and not events.collected:
        return ""  # jest loads no reporter then, mocha ends before its session does
    if why := reported.unfinished(lambda: _not_started(runner, reported.output, code)):
        return why
    if bool(events.exit) != bool(code):
        said = "failures" if events.exit else "success"
        return f"{runner} ended its session with {said}, the process with exit code {code}"
    if doubt := deceived(events):
        return doubt
    # a runner that found no test file ends with an error, too: no failure, where it says so itself
    return reported.hidden() or ("" if empty else reported.unexplained())


def _not_started(runner: str, output: str, code: int) -> str:
    """One sentence for a run that ended before its reporter was loaded."""
    absent = re.search(r"Cannot find (?:module|package) '([^']+)'", output)
    if absent:
        return clip(f"{runner} did not start: {absent.group(1)!r} is not installed or does not exist", 400)
    if code == 127 or re.search(rf"{re.escape(runner)}['\"]?: (?:command )?not found|can't be started", output):
        return f"{runner} is not installed in the dependency image"
    said = re.search(r"(?m)^\s*(?:\w*Error:|[✖×]) *(.+)$", output)
    return (
        f"{runner} did not run (exit code {code}): {clip((said.group(1) if said else last_line(output)).strip(), 400)}"
    )
