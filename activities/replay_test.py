"""replay_test: what a rewritten test is worth: alone in what changed, red against the bare interfaces, no weaker.

What is wrong with it goes back to its writer. What may be right and asks for less is shown to the Architect. What holds
is frozen again, with the proof of the other tests kept as it is.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio import activity

from activities.checks.project_tools import ProjectTools
from activities.messages import ReplayTestInput, ReplayTestResult
from aurora.domain.contradiction import Contradiction
from aurora.domain.findings import Finding, Report, ReportStatus
from aurora.domain.frozen_tests import FrozenTests, Rewrite
from aurora.domain.runs import FailureKind, TestCase, TestOutcome, TestRun
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.errors import AuroraError
from aurora.ports import ArtifactStore, Box, Sandbox
from aurora.stored_values import fetch, keep, workspace_of
from aurora.text import clip, fit
from aurora.toolchains.ranges import weaker
from aurora.toolchains.runs.ids import function_of, missing, path_of
from aurora.toolchains.runs.red import RIGHT

CHECK = "replay_test"
AFTER_BYTES = 1_200
_RED = (TestOutcome.FAILED, TestOutcome.ERROR)
_BROKEN = (FailureKind.SYNTAX, FailureKind.IMPORT, FailureKind.FIXTURE)


@dataclass(frozen=True)
class _Rewritten:
    """A rewritten test in its file, and what runs of it told."""

    case: Contradiction
    frozen: FrozenTests
    text: str
    source: str
    """Its new text."""
    run: TestRun
    """Of its file on the draft."""

    def mine(self, test_id: str) -> bool:
        return function_of(test_id) == self.case.test if self.case.rest else path_of(test_id) == self.case.path

    def beside(self, test_ids: Iterable[str]) -> tuple[str, ...]:
        """The nodes of the same file that are not this test's."""
        return tuple(test_id for test_id in test_ids if path_of(test_id) == self.case.path and not self.mine(test_id))


@dataclass(frozen=True)
class ReplayTestActivity:
    artifacts: ArtifactStore
    sandbox: Sandbox

    @activity.defn
    async def replay_test(self, order: ReplayTestInput) -> ReplayTestResult:
        artifacts = self.artifacts.of(order.draft.task)
        workspace = await workspace_of(artifacts, order.draft)
        assert order.draft.frozen is not None
        frozen = await fetch(artifacts, order.draft.frozen, FrozenTests)
        assert frozen.thawed is not None
        case = await fetch(artifacts, frozen.thawed, Contradiction)
        tools = ProjectTools(artifacts, workspace, Step.REPLAY_TEST, frozen, case)
        async with self.sandbox.open(order.draft, workspace) as box:
            draft, text = await _fixed(tools, box, order.draft, case)
            wrong = await _elsewhere(box, order.before, case)
            source = _source(tools, case, text)
            wrong += _unchanged(case, source)
            if wrong or source is None:
                return await _refused(tools, draft, wrong)
            report = await tools.lint(box, [case.path])
            run = await tools.tests(box, [case.path])
        rewritten = _Rewritten(case, frozen, text, source, run)
        wrong = [*report.findings, *_not_running(rewritten)]
        if wrong:
            return await _refused(tools, draft, wrong)
        red_draft, instead = _bare(draft, rewritten)
        bare = None
        if red_draft is not None:
            async with self.sandbox.open(red_draft, workspace) as box:
                bare = await tools.tests(box, [case.path], instead=instead)
            if wrong := _wrongly_red(rewritten, bare):
                return await _refused(tools, draft, wrong)
        doubts = [*_less(tools, rewritten), *_not_red(rewritten, bare)]
        if doubts and not order.accepted:
            why = "; ".join(doubts)
            return ReplayTestResult(
                standing="asks",
                draft=draft,
                why=fit(why, 400),
                after=fit(source, AFTER_BYTES),
                summary=fit(f"asks: {why}", 300),
            )
        record = refrozen(rewritten, bare, "architect" if order.accepted else order.decided_by)
        return ReplayTestResult(
            standing="holds",
            draft=draft.frozen_as(await keep(artifacts, record)),
            after=fit(source, AFTER_BYTES),
            summary=fit(f"{case.test} is rewritten, red against the bare interfaces, and frozen again", 300),
        )


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _fixed(tools: ProjectTools, box: Box, draft: Draft, case: Contradiction) -> tuple[Draft, str]:
    """The draft with the test formatted, if that touches nothing beside it; and the file's text."""
    text = (await box.read(case.path)).decode("utf-8", "replace")
    await tools.fix(box, [case.path])
    content = await box.read(case.path)
    fixed = content.decode("utf-8", "replace")
    if fixed == text:
        return draft, text
    if case.rest and _source(tools, case, fixed) is None:
        await box.write(case.path, text.encode())
        return draft, text
    sealed, _ = await tools.sealed(box, Step.REPLAY_TEST, [case.path])
    return sealed.frozen_as(draft.frozen), fixed


async def _elsewhere(box: Box, before: Draft, case: Contradiction) -> list[Finding]:
    run = await box.execute(["git", "diff", "--name-only", "-z", "--no-renames", before.commit, "HEAD"])
    if run.exit_code != 0:
        raise AuroraError(f"what the rewrite changed can't be determined: {run.stderr[:300]}")
    others = sorted({path for path in run.stdout.split("\0") if path} - {case.path})
    return [_finding(path, "This file may not change while a test is rewritten.", "Restore it.") for path in others]


def _source(tools: ProjectTools, case: Contradiction, text: str) -> str | None:
    """The test's text, if the rest of its file is what it was."""
    if not case.rest:
        return text
    found = tools.language.find_test(text, case.name)
    return found.source if found is not None and found.rest == case.rest else None


def _unchanged(case: Contradiction, source: str | None) -> list[Finding]:
    if source is None:
        said = f"{case.path} differs outside of {case.name}, or has no single test of that name any more."
        return [_finding(case.path, said, "Restore every other line: only this test may change.")]
    if source == case.before:
        return [_finding(case.path, f"{case.name} was not changed.", "Rewrite it, or call disagree and say why.")]
    return []


# ── the runs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _not_running(rewritten: _Rewritten) -> list[Finding]:
    """Code exists by now, so the test may be green or red here; but it runs, and so do its neighbours."""
    run, case = rewritten.run, rewritten.case
    if not run.valid:
        return [_finding(case.path, f"The run can't be trusted: {run.why_invalid}", "The tests of the file must run.")]
    found = [_of(error, "Its file must load.") for error in run.collection_errors]
    mine = [one for one in run.cases if rewritten.mine(one.test_id)]
    if not mine and not found:
        found.append(_finding(case.path, f"{case.test} was not run.", "Keep its name, and let it be collected."))
    for one in mine:
        if one.outcome not in (TestOutcome.PASSED, *_RED):
            found.append(_of(one, "It must run: no skip and no expected failure."))
        elif one.outcome in _RED and one.kind in _BROKEN:
            found.append(_of(one, "The test itself must run."))
    ran = {one.test_id for one in run.cases if one.outcome in (TestOutcome.PASSED, *_RED)}
    gone = missing(rewritten.beside(rewritten.frozen.test_ids), ran)
    return found + [
        _finding(case.path, f"{test_id} does not run any more.", "Leave the other tests alone.") for test_id in gone
    ]


def _bare(draft: Draft, rewritten: _Rewritten) -> tuple[Draft | None, dict[str, str]]:
    """The interfaces without code, and the texts that their tests' copy has instead."""
    frozen, path = rewritten.frozen, rewritten.case.path
    stubs, seen_red = frozen.bare(path)
    if seen_red is not None:  # stubs and tests: as they were red
        return draft.at(seen_red.commit, seen_red.bundle), {path: rewritten.text}
    if stubs is not None:
        return draft.at(stubs.commit, stubs.bundle), {**frozen.texts, path: rewritten.text}
    return None, {}


def _wrongly_red(rewritten: _Rewritten, bare: TestRun) -> list[Finding]:
    """The new test against the bare interfaces: red for an error of its own, or with a neighbour that is green all at
    once."""
    hint = "It must fail there because the behaviour is missing, not because of an error in the test."
    found = [
        _of(one, hint)
        for one in (*bare.collection_errors, *bare.cases)
        if rewritten.mine(one.test_id) and one.outcome in _RED and one.kind not in RIGHT
    ]
    frozen = rewritten.frozen
    green = {function_of(test_id) for test_id in frozen.green_before}
    red = {function_of(test_id) for test_id in rewritten.beside(frozen.red)} - green
    turned = sorted({function_of(one.test_id) for one in bare.cases if one.outcome is TestOutcome.PASSED} & red)
    return found + [
        _finding(
            rewritten.case.path, f"{function} passes without code now.", "The rewritten test may not alter others."
        )
        for function in turned
    ]


def _not_red(rewritten: _Rewritten, bare: TestRun | None) -> list[str]:
    if bare is None:
        return ["the interfaces that the tests were red against were not kept, so it can't be replayed there"]
    if not bare.valid:
        return [f"it can't be replayed against the bare interfaces: {bare.why_invalid}"]
    red = sum(rewritten.mine(one.test_id) and one.outcome in _RED for one in bare.cases)
    due = sum(map(rewritten.mine, rewritten.frozen.red))
    if red and red >= due:
        return []
    return [f"against the bare interfaces {red} of its cases are red, where {due} were: it may pass without any code"]


def _less(tools: ProjectTools, rewritten: _Rewritten) -> list[str]:
    case = rewritten.case
    cases = sum(rewritten.mine(one.test_id) for one in rewritten.run.cases)
    before = sum(map(rewritten.mine, rewritten.frozen.test_ids))
    doubts = [f"{cases} test cases instead of {before}"] if cases < before else []
    if not case.rest:
        return [*doubts, "its whole file was open"]
    find = tools.language.find_test
    after = find(rewritten.text, case.name)
    assert after is not None
    first = find(after.head + case.before + after.tail, case.name)
    return doubts + (weaker(first, after) if first is not None else ["its old text can't be read"])


# ── the record ───────────────────────────────────────────────────────────────────────────────────────────────────


def refrozen(rewritten: _Rewritten, bare: TestRun | None, decided_by: str) -> FrozenTests:
    """The frozen record with this test's new text; what was seen of the others stays as it was seen."""
    frozen, case = rewritten.frozen, rewritten.case
    test_ids = [one.test_id for one in rewritten.run.cases if rewritten.mine(one.test_id)]
    cases = bare.cases if bare is not None and bare.valid else ()
    red = [one.test_id for one in cases if rewritten.mine(one.test_id) and one.outcome in _RED]
    green = [one.test_id for one in cases if rewritten.mine(one.test_id) and one.outcome is TestOutcome.PASSED]

    def with_mine(there: Iterable[str], mine: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({*(test_id for test_id in there if not rewritten.mine(test_id)), *mine}))

    earlier = next((one.before for one in frozen.rewrites if one.test == case.test), case.before)
    rewrite = Rewrite.model_validate(
        {
            "test": case.test,
            "clause": case.clause,
            "why": case.why,
            "decided_by": decided_by,
            "before": earlier,
            "after": rewritten.source,
        }
    )
    return frozen.model_copy(
        update={
            "files": {**frozen.files, case.path: hashlib.sha256(rewritten.text.encode()).hexdigest()},
            "texts": {**frozen.texts, case.path: rewritten.text},
            "test_ids": with_mine(frozen.test_ids, test_ids),
            "red": with_mine(frozen.red, red),
            "green_before": with_mine(frozen.green_before, green),
            "rewrites": (*(one for one in frozen.rewrites if one.test != case.test), rewrite),
            "thawed": None,
        }
    )


async def _refused(tools: ProjectTools, draft: Draft, findings: list[Finding]) -> ReplayTestResult:
    report = await tools.keep(
        Report(
            checker=CHECK,
            status=ReportStatus.FAILED,
            summary=fit(f"the rewritten test does not hold: {findings[0].message}", 400),
            findings=tuple(findings),
            total=len(findings),
        )
    )
    why = fit(findings[0].message, 400)
    return ReplayTestResult(
        standing="refused", draft=draft, why=why, whole=report.whole, summary=fit(f"refused: {why}", 300)
    )


def _finding(path: str, message: str, hint: str) -> Finding:
    return Finding(check=CHECK, path=path, message=clip(message, 3_000), hint=hint)


def _of(case: TestCase, hint: str) -> Finding:
    return Finding(
        check=CHECK,
        path=path_of(case.test_id),
        test_id=case.test_id,
        message=clip(case.message or "no reason", 3_000),
        hint=hint,
    )
