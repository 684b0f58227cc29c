"""Running tests of unittest or Django's runner: the command, and what its events mean together.

`parse` trusts no single witness: exit code, collected tests, their results, the session's end and the two sentinel
tests must agree, else the run is invalid and never a pass.
"""

import re
from collections.abc import Sequence

from aurora.domain.runs import TestRun
from aurora.domain.workspace import Toolchain
from aurora.ports import TestCommand, TestExecution
from aurora.settings.repository import BackendSettings
from aurora.text import clip
from aurora.toolchains.python import command_words, plugins
from aurora.toolchains.runs import command as runs_command
from aurora.toolchains.runs.counts import last_line
from aurora.toolchains.runs.reported_run import ReportedRun
from aurora.toolchains.runs.trust import deceived

NO_TESTS_RAN = 5
"""unittest's exit code for a run without a test, from Python 3.12 on."""
MODULES = {"unittest": "aurora_unittest_events", "django": "aurora_django_events"}


def command(toolchain: Toolchain, settings: BackendSettings, selection: Sequence[str] = ()) -> TestCommand:
    """`selection`: paths or test ids relative to the repository's root; empty runs the whole suite."""
    variables, words = command_words.split(toolchain.test)
    started, rest = command_words.program(words)
    python = (*variables, *(started or ("python",)))
    only = tuple(word for test_id in selection for word in ("--only", test_id))
    if toolchain.runner == "unittest":
        argv = (*python, "-m", MODULES["unittest"], *rest[2:], *only)  # without -m unittest
    else:
        argv = (*python, "-m", MODULES["django"], *only, *rest)
    return runs_command.command(toolchain, settings, argv, {"PYTHONDONTWRITEBYTECODE": "1"}, judge=plugins.NAMES)


def parse(execution: TestExecution, toolchain: Toolchain) -> TestRun:
    reported = ReportedRun.of(execution, toolchain.runner)
    return reported.result(_why_invalid(reported))


def _why_invalid(reported: ReportedRun) -> str:
    """Empty when every witness agrees."""
    events, code, runner = reported.events, reported.execution.exit_code, reported.runner
    if why := reported.unfinished(lambda: _not_started(runner, reported.output, code)):
        return why
    if events.exit != code:
        return f"{runner} ended its session with exit code {events.exit}, the process with {code}"
    if doubt := deceived(events):
        return doubt
    if events.no_sentinels and reported.cases:
        return f"the run had no sentinel tests ({events.no_sentinels}), though it reported tests that ended"
    if code == NO_TESTS_RAN and not reported.cases and not reported.errors:
        return reported.hidden()
    return reported.hidden() or reported.unexplained()


def _not_started(runner: str, output: str, code: int) -> str:
    """One sentence for a run that ended before it began."""
    absent = re.search(r"No module named '?([\w.]+)'?\s*$", output, re.MULTILINE)
    if runner == "django" and ("Django can't be imported" in output or (absent and absent[1] == "django")):
        return "Django is not installed in the dependency image"
    return f"{runner} did not run (exit code {code}): {clip(last_line(output).strip(), 400)}"
