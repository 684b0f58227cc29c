"""Check whether what a run told can be believed, beyond its exit code: who told it, how often, and what became of
sentinels.

Code under test shares the runner's process, so nothing told from there is proof. What is seen here is that something
was altered; that nothing was altered is never seen. docs/design/tampering.md lists what gets through.
"""

from collections.abc import Iterator

from aurora.domain.runs import TestRun
from aurora.domain.workspace import Workspace
from aurora.ports import TestExecution
from aurora.toolchains import project_tests
from aurora.toolchains.runs.events import Events


def distrusted(execution: TestExecution, events: Events) -> str:
    """The reason why the events themselves can't be believed; empty when nothing speaks against them."""
    if execution.impostors:
        return f"{execution.impostors[0]} has the name of the judge's own plugin and may replace it"
    if execution.planted:
        return f"{execution.planted[0]} was made while the tests ran and could be loaded in the place of theirs"
    for path, made in events.plugins.items():
        if made:
            return f"{path} was made while the tests ran and was loaded as a plugin of theirs"
    if events.forged:
        return f"{events.forged} lines on the pipe of the results bear no seal of this run: something else wrote them"
    if events.begins > 1 or events.sessions > 1:
        return f"the run told of {events.begins} beginnings and {events.sessions} ends; it has one of each"
    if events.after_end:
        return f"the run told {events.after_end} events after its end"
    if events.strangers:
        return f"results came of {len(events.strangers)} tests that were never collected, first {events.strangers[0]}"
    return ""


def unknown_plugin(run: TestRun, workspace: Workspace) -> str:
    """The reason why a run can't be believed: the runner loaded a module of the repository as a plugin that is neither
    one of its tests nor one that it loaded at the base commit."""
    before = workspace.baseline.plugins
    if before is None:
        return ""
    for path in run.plugins:
        if path not in before and not project_tests.is_test(workspace.toolchain, path):
            return f"{path} was loaded as a plugin of the runner, which the base commit does not do"
    return ""


def deceived(events: Events) -> str:
    """The reason why results can't be believed although all witnesses agree: the test that must fail did not."""
    by_outcome = {sentinel.must: sentinel for sentinel in events.sentinels}
    if not events.sentinels:
        return "" if events.no_sentinels else "the run reported nothing about the sentinel tests at its end"
    if len(events.sentinels) != 2 or set(by_outcome) != {"failed", "passed"}:
        return f"the run told of {len(events.sentinels)} sentinel tests; it has one that fails and one that passes"
    outcome = by_outcome["failed"].outcome
    if outcome not in ("failed", "error"):
        return (
            f"a sentinel test that must fail was reported as {outcome}: something in this process changes how tests "
            "run or what they report"
        )
    return ""


def notes(events: Events) -> Iterator[str]:
    """The witnesses that the judge had to do without."""
    if events.no_sentinels:
        yield f"no sentinel tests: {events.no_sentinels}"
    for sentinel in events.sentinels:
        if sentinel.outcome != sentinel.must:
            said = " ".join(sentinel.message.split())[-200:]
            yield f"the sentinel test that must be {sentinel.must} was reported as {sentinel.outcome}: {said}"
