"""check_report: a report about a frozen test, checked as far as no model is needed for it.

The test must be frozen and red now, and the clause must stand where the specification stands. What can't be determined
here is the Architect's to say; what is plainly wrong the coder is told.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio import activity

from activities.checks.project_tools import ProjectTools
from activities.messages import CheckReportInput, CheckReportResult
from activities.turns.sources import sources
from aurora.domain.contradiction import TEST_BYTES, Contradiction, Reported, place_of
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import TestOutcome, TestRun
from aurora.domain.steps import Step
from aurora.errors import ToolRefusal
from aurora.ports import ArtifactStore, Box, Sandbox, TaskArtifacts
from aurora.stored_values import fetch, keep, workspace_of
from aurora.text import fit
from aurora.toolchains.runs.ids import function_of, name_of, path_of, within

SOURCE_BYTES = 1_200
NAMED = 5
_RED = (TestOutcome.FAILED, TestOutcome.ERROR)


@dataclass(frozen=True)
class CheckReportActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def check_report(self, order: CheckReportInput) -> CheckReportResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        if order.draft.frozen is None:
            return _refused("no test is frozen yet")
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests)
        test = resolved(order.reported.test, frozen)
        if test is None:
            return _refused(f"{_named(order.reported.test)} is not the id of one frozen test; {_some(frozen)}")
        tools = ProjectTools(artifacts, workspace, Step.CHECK_REPORT, frozen)
        async with self.sandbox.open(order.draft, workspace) as box:
            text = await _text(box, path_of(test), frozen)
            run = await tools.tests(box, [path_of(test)])
        if text is None:
            return _refused(f"{path_of(test)} is not as it was frozen", test)
        if why := not_red(run, test):
            return _refused(why, test)
        place = place_of(order.reported.clause, await sources(artifacts, order.draft, workspace))
        return await _case(artifacts, tools, frozen, order.reported, test, text, place)


async def _case(
    artifacts: TaskArtifacts,
    tools: ProjectTools,
    frozen: FrozenTests,
    reported: Reported,
    test: str,
    text: str,
    place: str,
) -> CheckReportResult:
    found = tools.language.find_test(text, within(test))
    case = Contradiction(
        test=test,
        path=path_of(test),
        name=within(test),
        clause=reported.clause,
        place=place,
        why=reported.why,
        before=text if found is None else found.source,
        rest="" if found is None else found.rest,
    )
    kept = await keep(artifacts, case)
    asks = []
    if not place:
        asks.append("the clause stands neither in the task, nor in an answer, nor in the contract, word for word")
    if found is None:
        asks.append("the test can't be told apart from the rest of its file, so the whole file would be rewritten")
    thawed = await keep(artifacts, frozen.model_copy(update={"thawed": kept}))
    summary = f"asks: {'; '.join(asks)}" if asks else f"{test} is frozen and red, its clause stands in {place}"
    return CheckReportResult(
        standing="asks" if asks else "stands",
        why=fit("; ".join(asks), 400),
        test=fit(test, TEST_BYTES),
        case=kept,
        thawed=thawed,
        source=fit(case.before, SOURCE_BYTES),
        place=fit(place, 200),
        summary=fit(summary, 300),
    )


def resolved(named: str, frozen: FrozenTests) -> str | None:
    """The frozen test that a report names, without parameters: by its id, or by a name that only one has."""
    functions = {function_of(one) for one in frozen.test_ids if path_of(one) in frozen.files}
    plain = named.strip().strip("`'\"").removeprefix("./")
    for candidate in (plain, function_of(plain)):
        if candidate in functions:
            return candidate
    # without its file; a bracket is a parameter's in Python, and just a word in Node
    for wanted in (plain, plain.split("[", 1)[0]):
        for name in (within, name_of):
            matching = [function for function in functions if wanted and name(function) == wanted]
            if len(matching) == 1:
                return matching[0]
    return None


def not_red(run: TestRun, test: str) -> str:
    """The reason why the run does not say that this test is red, or nothing."""
    if not run.valid:
        return f"the tests can't be run now ({fit(run.why_invalid, 150)}): fix that first"
    cases = [case for case in run.cases if function_of(case.test_id) == test]
    if not cases:
        return f"{test} was not run: its file must load first"
    if any(case.outcome in _RED for case in cases):
        return ""
    return f"{test} is green now: nothing contradicts it"


async def _text(box: Box, path: str, frozen: FrozenTests) -> str | None:
    """The file's text, if it is what was frozen."""
    try:
        content = await box.read(path)
    except ToolRefusal:
        return None
    same = hashlib.sha256(content).hexdigest() == frozen.files[path]
    try:
        return content.decode("utf-8") if same else None
    except UnicodeDecodeError:
        return None


def _refused(why: str, test: str = "") -> CheckReportResult:
    return CheckReportResult(
        standing="refused", why=fit(why, 400), test=fit(test, TEST_BYTES), summary=fit(f"refused: {why}", 300)
    )


def _named(test: str) -> str:
    return repr(fit(test, 100))


def _some(frozen: FrozenTests) -> str:
    functions: Iterable[str] = sorted({function_of(one) for one in frozen.test_ids})
    shown = ", ".join(fit(function, 60) for function in list(functions)[:NAMED])
    return f"the first ones are {shown}" if shown else "there are none"
