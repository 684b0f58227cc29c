"""Running tests of unittest or Django's runner: the command, and what its events mean together.

`parse` trusts no single witness: exit code, collected tests, their results, the session's end and the two sentinel
tests must agree, else the run is invalid and never a pass.
"""

import posixpath
import re
from collections.abc import Sequence

from aurora.domain import clip
from aurora.executions import ExecEnd, TestCase, TestOutcome, TestRun
from aurora.ports import TestCommand, TestExecution
from aurora.settings import BackendSettings
from aurora.toolchains.events import Events
from aurora.toolchains.python_trust import PLUGINS, deceived, distrusted, notes
from aurora.toolchains.test_census import census, in_flight, last_line
from aurora.tools.output import cut, normalise
from aurora.workspace import Toolchain

MODULES = {"unittest": "aurora_unittest_events", "django": "aurora_django_events"}
OUTPUT_CHARS = 20_000


def command(toolchain: Toolchain, settings: BackendSettings, selection: Sequence[str] = ()) -> TestCommand:
    """`selection`: paths or node ids relative to the repository's root; empty runs the whole suite."""
    env = {
        "AURORA_REPOSITORY": posixpath.relpath(".", toolchain.root or "."),
        "AURORA_TEST_ROOTS": ":".join(toolchain.test_roots),
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "dumb",
    }
    python, *rest = toolchain.test
    only = tuple(word for node in selection for word in ("--only", node))
    if toolchain.runner == "unittest":
        argv = (python, "-m", MODULES["unittest"], *rest[2:], *only)  # without -m unittest
    else:
        argv = (python, "-m", MODULES["django"], *only, *rest)
    return TestCommand(
        argv=argv,
        cwd=toolchain.root,
        env=env,
        seconds=settings.budget.test_seconds,
        sealed=True,
        reserved=PLUGINS,
    )


def parse(execution: TestExecution, toolchain: Toolchain) -> TestRun:
    events = Events.of(execution.events)
    output = "\n".join(part.strip("\n") for part in (execution.stdout, execution.stderr) if part.strip())
    if events.base:
        output = output.replace(events.base.rstrip("/") + "/", "")
    cases, errors = tuple(events.cases()), tuple(events.collection_errors)
    why = _why_invalid(execution, events, cases, errors, output, toolchain.runner)
    if why:
        cases += tuple(in_flight(node, execution) for node in events.in_flight)
    return TestRun(
        cases=cases,
        census=census(events, cases, errors),
        end=execution.end,
        exit_code=execution.exit_code,
        # cut first: a megabyte of escape sequences takes seconds, in which nothing heartbeats
        output=cut(normalise(cut(output, 10 * OUTPUT_CHARS)), OUTPUT_CHARS),
        collection_errors=errors,
        valid=not why,
        why_invalid=why,
        notes=tuple(notes(events)),
    )


def _why_invalid(
    execution: TestExecution,
    events: Events,
    cases: Sequence[TestCase],
    errors: Sequence[TestCase],
    output: str,
    runner: str,
) -> str:
    """Empty when every witness agrees."""
    told, code = events.exit, execution.exit_code
    progress = f"{len(cases)} of {len(events.collected)} tests had ended"
    while_ran = f", {events.in_flight[0]} was running" if events.in_flight else ""
    red = [c for c in (*cases, *errors) if c.outcome in (TestOutcome.FAILED, TestOutcome.ERROR)]
    if execution.end is not ExecEnd.EXITED:
        return f"the tests ended {execution.end.value.replace('_', ' ')} when {progress}{while_ran}"
    if not events.begun:
        return _not_started(runner, output, code)
    if events.cut:
        return "the run told more events than anybody reads: something floods the pipe that its results come by"
    if doubt := distrusted(execution, events):
        return doubt
    if events.gap:
        return f"events of the run were lost after number {events.gap}"
    if events.internal_error:
        return clip(f"{runner} could not finish: {events.internal_error.strip()}", 600)
    if told is None:
        return f"the process ended with exit code {code} in the middle of the run: {progress}{while_ran}"
    if told != code:
        return f"{runner} ended its session with exit code {told}, the process with {code}"
    if doubt := deceived(events):
        return doubt
    if events.no_sentinels and cases:
        return f"the run had no sentinel tests ({events.no_sentinels}), though it told of tests that ended"
    if events.missing:
        return f"{len(events.missing)} of {len(events.collected)} tests gave no result, first {events.missing[0]}"
    if code == 0 and red:
        return f"the exit code is 0 although {len(red)} tests are red: something hides failures from {runner}"
    if code != 0 and not red:
        return f"the exit code is {code} although no test is red: {last_line(output)}"
    return ""


def _not_started(runner: str, output: str, code: int) -> str:
    """One sentence for a run that ended before it began."""
    absent = re.search(r"No module named '?([\w.]+)'?\s*$", output, re.MULTILINE)
    if runner == "django" and ("Django can't be imported" in output or (absent and absent[1] == "django")):
        return "Django is not installed in the dependency image"
    return f"{runner} did not run (exit code {code}): {clip(last_line(output).strip(), 400)}"
