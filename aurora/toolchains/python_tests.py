"""Running a Python project's tests: the command, what its events mean together, and what that says of a draft.

`parse` trusts no single witness: the runner's exit code, the tests it collected, their results and the session's end
must agree, else the run is invalid and never a pass.
"""

import posixpath
from collections.abc import Sequence

from aurora.executions import ExecEnd, TestCase, TestOutcome, TestRun
from aurora.ports import TestCommand, TestExecution
from aurora.settings import BackendSettings
from aurora.toolchains.events import Events
from aurora.toolchains.python_trust import PLUGINS, deceived, distrusted, notes
from aurora.toolchains.python_usage import conftest_error, usage_error
from aurora.toolchains.red import red_reasons
from aurora.toolchains.test_census import census, in_flight, last_line
from aurora.toolchains.test_report import report
from aurora.tools.output import cut, normalise
from aurora.workspace import Toolchain

__all__ = ["command", "parse", "red_reasons", "report"]

OUTPUT_CHARS = 20_000
# a project's addopts may stop early or cut tracebacks; these come after them and win
OPTIONS = ("-p", PLUGINS[0], "--tb=short", "--color=no", "--maxfail=0", "--continue-on-collection-errors")


def command(toolchain: Toolchain, settings: BackendSettings, selection: Sequence[str] = ()) -> TestCommand:
    """`selection`: paths or node ids relative to the repository's root; empty runs the whole suite.

    A test command that is not pytest itself (`make test`) gets our options by PYTEST_ADDOPTS and runs whole."""
    env = {
        "AURORA_REPOSITORY": posixpath.relpath(".", toolchain.root or "."),
        "AURORA_TEST_ROOTS": ":".join(toolchain.test_roots),
        "NO_COLOR": "1",
        "PY_COLORS": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "dumb",
    }
    argv = toolchain.test
    if any(posixpath.basename(part) in ("pytest", "py.test") for part in argv):
        argv = (*argv, *OPTIONS, *(_from_root(toolchain, node) for node in selection))
    else:
        env["PYTEST_ADDOPTS"] = " ".join(OPTIONS)
    return TestCommand(
        argv=argv,
        cwd=toolchain.root,
        env=env,
        seconds=settings.budget.test_seconds,
        sealed=True,
        reserved=PLUGINS,
    )


def _from_root(toolchain: Toolchain, node: str) -> str:
    path, mark, rest = node.partition("::")
    path = posixpath.relpath(path, toolchain.root or ".")
    return (f"./{path}" if path.startswith("-") else path) + mark + rest


def parse(execution: TestExecution, toolchain: Toolchain) -> TestRun:
    events = Events.of(execution.events)
    output = "\n".join(part.strip("\n") for part in (execution.stdout, execution.stderr) if part.strip())
    if events.base:
        output = output.replace(events.base.rstrip("/") + "/", "")
    cases = tuple(events.cases())
    errors = tuple(events.collection_errors)
    stopped = conftest_error(output, toolchain) if execution.exit_code and not cases and not errors else None
    if stopped is not None:
        errors = (stopped,)
    why = "" if stopped is not None else _why_invalid(execution, events, cases, errors, output)
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
    execution: TestExecution, events: Events, cases: Sequence[TestCase], errors: Sequence[TestCase], output: str
) -> str:
    """Empty when every witness agrees."""
    told, code = events.exit, execution.exit_code
    progress = f"{len(cases)} of {len(events.collected)} tests had ended"
    while_ran = f", {events.in_flight[0]} was running" if events.in_flight else ""
    red = [c for c in (*cases, *errors) if c.outcome in (TestOutcome.FAILED, TestOutcome.ERROR)]
    if execution.end is not ExecEnd.EXITED:
        return f"the tests ended {execution.end.value.replace('_', ' ')} when {progress}{while_ran}"
    if code == 4 or not events.begun:
        return usage_error(output, code)
    if events.cut:
        return "the run told more events than anybody reads: something floods the pipe that its results come by"
    if doubt := distrusted(execution, events):
        return doubt
    if events.gap:
        return f"events of the run were lost after number {events.gap}"
    if events.internal_error:
        return f"pytest failed internally: {events.internal_error.strip().splitlines()[-1]}"
    if told is None:
        return f"the process ended with exit code {code} in the middle of the run: {progress}{while_ran}"
    if told != code:
        return f"pytest ended its session with exit code {told}, the process with {code}"
    if doubt := deceived(events):
        return doubt
    if code == 5 and not cases:
        return ""
    if events.missing:
        return f"{len(events.missing)} of {len(events.collected)} tests gave no result, first {events.missing[0]}"
    if code == 0 and red:
        return f"the exit code is 0 although {len(red)} tests are red: something hides failures from pytest"
    if code != 0 and not red:
        return f"the exit code is {code} although no test is red: {last_line(output)}"
    if code not in (0, 1, 5):
        return f"pytest was interrupted (exit code {code}): {last_line(output)}"
    return ""
