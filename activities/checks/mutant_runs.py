"""Checks before acceptance: test mutants of the frozen tests, whose outcome is known. A test that can't fail proves
nothing.

The judge sees only what a runner tells that shares its process with the code under test. Test mutants ask the runner a
question whose answer is known: docs/design/tampering.md says what they catch and what they don't.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from activities.checks.project_tools import ProjectTools
from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import ExecEnd, TestCase, TestOutcome, TestRun
from aurora.errors import OutOfBounds
from aurora.ports import Box
from aurora.text import clip, counted, fit
from aurora.toolchains import registry
from aurora.toolchains.mutation import SAID, Maker, Mutation, TestMutant
from aurora.toolchains.runs.ids import function_of, path_of, within
from aurora.toolchains.runs.mutant_making import mutant_of
from aurora.toolchains.runs.report import BOUND

CHECK = "mutants"
KINDS = 8
"""Kinds of comparison that are altered in one test, each in a run of its own; few tests make more than three."""
HINT = (
    "Remove what changes how tests run or what they report: a patched runner or assertion, a hook, an exit, an object "
    "that equals everything. A test that can't fail is no test."
)
_RED = (TestOutcome.FAILED, TestOutcome.ERROR)


@dataclass
class _Put:
    """The outcomes of the frozen tests that had passed and were altered to fail."""

    red: set[str] = field(default_factory=set)
    wrong: dict[str, Mutation] = field(default_factory=dict)
    """Function -> the way in which its outcome was not the one that is due."""
    unloaded: set[str] = field(default_factory=set)
    """Functions whose file did not load when it was altered so that they must fail."""
    broken: str = ""
    """The reason why a run of test mutants itself can't be trusted."""
    hint: str = HINT


async def with_mutants(tools: ProjectTools, box: Box, frozen: FrozenTests, run: TestRun, report: Report) -> Report:
    """The report of a whole run that passed, after every frozen test was seen to fail where it must.

    `run` is what the report is of; `box` should be a fresh one."""
    language = registry.language(tools.workspace.toolchain)
    if language.mutant is None:
        return _noted(report, f"no test mutants are made in {language.title}, so nothing shows that the tests can fail")
    outcomes: defaultdict[str, set[TestOutcome]] = defaultdict(set)
    for case in run.cases:
        if path_of(case.test_id) in frozen.files:
            outcomes[function_of(case.test_id)].add(case.outcome)
    # skipped in part, or expected to fail in part: no evidence, and no outcome that would be due
    expected = {function for function, seen in outcomes.items() if seen == {TestOutcome.PASSED}}
    paths = sorted({path_of(function) for function in expected})
    texts = {path: (await box.read(path)).decode("utf-8", "replace") for path in paths}
    put = _Put()
    rounds = [(mutation, nth) for mutation in Mutation for nth in range(KINDS if mutation is Mutation.EXPECTED else 1)]
    for mutation, nth in rounds:
        await _judge(tools, language.mutant, box, mutation, nth, texts, expected, put)
        if put.broken:
            what = f"a run of mutants of the frozen tests can't be trusted: {put.broken}"
            return _invalid(report, what, (), put.hint)
        if put.wrong:
            findings = tuple(_wrong(test_id, mutation) for test_id, mutation in sorted(put.wrong.items()))
            return _invalid(report, f"the outcome of {counted(len(findings), 'frozen test')} is not its own", findings)
    unproved = sorted(expected - put.red)
    said = f"{counted(len(put.red), 'frozen test')} shown to be able to fail"
    if unproved:
        said += f", {len(unproved)} without a test mutant, such as {unproved[0]}"
    if put.unloaded:
        said += f", {len(put.unloaded)} in a file that did not load with a mutant, such as {min(put.unloaded)}"
    return _noted(report, said)


async def _judge(
    tools: ProjectTools,
    maker: Maker,
    box: Box,
    mutation: Mutation,
    nth: int,
    texts: Mapping[str, str],
    expected: set[str],
    put: _Put,
) -> None:
    names = {within(function) for function in expected}
    altered: dict[str, TestMutant] = {}
    for path, text in texts.items():
        try:
            made = await mutant_of(maker, path, text, names, mutation, nth)
        except OutOfBounds as error:
            put.broken = error.what
            return
        # none: newer than this interpreter, said as without a test mutant
        if made is not None and (made.altered or made.likely):
            altered[path] = made
    if not altered:
        return
    instead = {path: made.text for path, made in altered.items()}
    run = await tools.tests(box, sorted(altered), instead=instead, made_to_fail=mutation is not Mutation.SAME)
    if run.end is ExecEnd.OUT_OF_TIME and len(altered) > 1:
        # the suite passed in that time, on a machine that was quicker then: each half has the whole time
        paths = sorted(altered)
        for half in (paths[: len(paths) // 2], paths[len(paths) // 2 :]):
            await _judge(tools, maker, box, mutation, nth, {path: texts[path] for path in half}, expected, put)
            if put.broken or put.wrong:
                return
        return
    if not run.valid:
        put.broken, put.hint = run.why_invalid, _late(run) or HINT
        return
    seen: defaultdict[str, list[TestCase]] = defaultdict(list)
    for case in run.cases:
        seen[function_of(case.test_id)].append(case)
    unloaded = _unloaded(run, altered) if mutation is not Mutation.SAME else set()
    for function in expected:
        path, name = path_of(function), within(function)
        if path not in altered or name not in altered[path].altered | altered[path].likely:
            continue
        if path in unloaded:
            put.unloaded.add(function)
        else:
            cases, due = seen[function], (TestOutcome.PASSED,) if mutation is Mutation.SAME else _RED
            if not cases or any(case.outcome not in due for case in cases):
                if name in altered[path].altered:
                    put.wrong.setdefault(function, mutation)
            elif mutation is not Mutation.SAME:
                put.red.add(function)


def _late(run: TestRun) -> str:
    """Return what to do about a run of test mutants that ended out of time, which a slow suite does as well as a forged
    one."""
    return f"{run.end.hint} {BOUND}" if run.end is ExecEnd.OUT_OF_TIME else ""


def _unloaded(run: TestRun, paths: Iterable[str]) -> set[str]:
    """Files that ended in an error before any test: a type checker in the runner may refuse what is altered.

    Neither proof nor forgery: what knows such a test mutant could as well be red in it, and `same` must load."""
    loaded = {path_of(case.test_id) for case in run.cases}
    broken = {path_of(error.test_id) for error in run.collection_errors}
    if not loaded and broken:  # mocha leaves all files out for one
        return set(paths)
    return {path for path in paths if path in broken - loaded}


def _wrong(function: str, mutation: Mutation) -> Finding:
    did = "did not pass again" if mutation is Mutation.SAME else "does not fail"
    return Finding(
        check=CHECK,
        path=path_of(function),
        test_id=function,
        message=f"This test {did} although {SAID[mutation]}: what it reports says nothing about the code.",
        hint=HINT,
    )


def _invalid(report: Report, why: str, findings: tuple[Finding, ...], hint: str = HINT) -> Report:
    first = Finding(check=CHECK, message=clip(f"The green run is not accepted: {why}", 3_000), hint=hint)
    every = (first, *findings)
    return report.model_copy(
        update={
            "status": ReportStatus.INVALID,
            "summary": fit(f"{why}; {report.summary}", 400),
            "findings": every,
            "total": len(every),
            "fingerprint": fingerprint(finding.key for finding in every),
        }
    )


def _noted(report: Report, said: str) -> Report:
    return report.model_copy(update={"summary": fit(f"{report.summary}; {said}", 400)})
