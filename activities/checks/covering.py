"""The plan's tests and the written ones, matched: by the files when write_tests finishes, and by what was collected
when they run."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from activities.checks.project_tools import ProjectTools, changed_paths
from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.plan import CoveredBehaviour, CoveredBehaviours, PartTest, Plan, PlannedTest
from aurora.domain.runs import TestOutcome, TestRun
from aurora.errors import ToolRefusal
from aurora.ports import Box
from aurora.text import clip, fit
from aurora.toolchains.runs.ids import STEP, function_of, name_of, path_of, within, without_number

CHECK = "planned"
MOST_TESTS = 40
"""Ids for one planned test."""
MOST_GUARDS = 2_000
"""Half of a service's tests may be guards: where the framework refuses a bad body, no code of the task does."""
ID_BYTES = 300
REASON_BYTES = 300
SHOWN = 12
_PLACEHOLDER = re.compile(r"%[sdifjoOp#%]|\$\{[^}]*\}|\$[\w.]+")
"""In the name of a test that is written once for many cases: `adds %i`, `adds $a`."""


async def covered(
    box: Box,
    tools: ProjectTools,
    plan: Plan,
    given: object,
    before: CoveredBehaviours | None,
    guards: object = None,
) -> CoveredBehaviours | str:
    """The tests that cover each test of the plan, or the refusal of `finish`. `given`: its `covers`. `before`: what an
    earlier `finish` gave, which stands where this one says nothing. `guards`: as given."""
    written = {path for path in await changed_paths(box, tools.workspace.base) if tools.is_test_module(path)}
    said = {one.planned: one for one in before.behaviours} if before else {}
    wrong: list[str] = []
    for one in given if isinstance(given, list) else ():
        entry = _entry(one, plan)
        if isinstance(entry, str):
            wrong.append(entry)
        else:
            resolved = tuple(_resolved(test, written) for test in entry.tests)
            said[entry.planned] = entry.model_copy(update={"tests": resolved})
    missing = [n for n in range(1, len(plan.tests) + 1) if n not in said]
    wrong += [f"{n} ({fit(plan.tests[n - 1].behaviour, 120)}) is not in `covers`." for n in missing]
    texts: dict[str, str] = {}
    for entry in said.values():
        for test in entry.tests:
            if why := await _unwritten(box, test, written, texts):
                wrong.append(f"{entry.planned}: {why}")
    if not wrong:
        named = (
            [_resolved(fit(str(one), ID_BYTES).strip(), written) for one in guards if one]
            if isinstance(guards, list)
            else []
        )
        kept = tuple(dict.fromkeys((*(before.guards if before else ()), *named)))[:MOST_GUARDS]
        return CoveredBehaviours(behaviours=tuple(said[n] for n in sorted(said)), guards=kept)
    more = [f"and {len(wrong) - SHOWN} more."] if len(wrong) > SHOWN else []
    return "\n- ".join(
        [
            "Not finished yet. Call finish again with `covers`: for each numbered test of the plan the ids of the "
            "tests that check it, or in `left_out` why none does.",
            *wrong[:SHOWN],
            *more,
        ]
    )


def _entry(given: Any, plan: Plan) -> CoveredBehaviour | str:
    number = given.get("planned") if isinstance(given, dict) else None
    if type(number) is not int or not 1 <= number <= len(plan.tests):
        return f"`planned` is the number of one of the plan's {len(plan.tests)} tests, not {fit(str(number), 40)}."
    ids, reason = given.get("tests"), fit(str(given.get("left_out") or ""), REASON_BYTES).strip()
    tests = [fit(str(one), ID_BYTES).strip() for one in ids] if isinstance(ids, list) else []
    tests = [one for one in dict.fromkeys(tests) if one][:MOST_TESTS]
    if not tests and not reason:
        return f"{number}: give `tests` or, in `left_out`, why no test checks it."
    planned = plan.tests[number - 1]
    return CoveredBehaviour(
        planned=number,
        path=fit(planned.path, ID_BYTES),
        behaviour=fit(planned.behaviour, REASON_BYTES),
        tests=tuple(tests),
        left_out="" if tests else reason,
    )


def _resolved(test: str, written: set[str]) -> str:
    """The id with its file's path from the repository's root: a runner started in a folder prints it from there."""
    path = path_of(test)
    rest, path = test[len(path) :], path.removeprefix("./")
    below = [one for one in written if one.endswith(f"/{path}")]
    return (below[0] if path not in written and len(below) == 1 else path) + rest


async def _unwritten(box: Box, test: str, written: set[str], texts: dict[str, str]) -> str:
    """The reason why this is no test of the files written, as far as their text tells; pytest's names stand there as
    words."""
    path = path_of(test)
    if path not in written:
        return f"{test}: {path} is no test file that this task wrote; say of an old one in `left_out`."
    if path not in texts:
        try:
            texts[path] = (await box.read(path)).decode("utf-8", "replace")
        except ToolRefusal:
            texts[path] = ""
    if not within(test):
        return f"{test}: name a test of it, as `{path}::name`."
    # a class's name is enough: the method may be inherited, and what was collected is compared later
    names = [name for name in within(function_of(test)).split("::") if name.isidentifier()]
    if names and not any(re.search(rf"\b{re.escape(name)}\b", texts[path]) for name in names):
        return f"{test}: {path} has no {names[-1]}."
    return ""


def operations_done(plan: Plan, covers: CoveredBehaviours, run: TestRun) -> set[str]:
    """The plan's operations that have a test, and whose planned tests all passed in this run."""
    passed = [case.test_id for case in run.cases if case.outcome is TestOutcome.PASSED]
    by_path: dict[str, list[str]] = {}
    for test_id in passed:
        by_path.setdefault(path_of(test_id), []).append(test_id)
    done: dict[str, bool] = {}
    for one in covers.behaviours:
        if one.planned > len(plan.tests) or not one.tests:
            continue
        good = all(among(test, by_path.get(path_of(test), ())) for test in one.tests)
        for operation in _operations_of(plan.tests[one.planned - 1], plan.operations):
            done[operation] = done.get(operation, True) and good
    return {operation for operation, good in done.items() if good}


def _operations_of(test: PlannedTest, operations: Sequence[str]) -> list[str]:
    """Those it is said to be about; else those that its sentence names."""
    if isinstance(test, PartTest) and test.operation in operations:
        return [test.operation]
    return [one for one in operations if re.search(rf"{_named(one)}(?![\w/{{-])", test.behaviour)]


def _named(operation: str) -> str:
    """A pattern of how a sentence names it. A field of GraphQL stands most often without its type: `addUser`, but
    `user` alone is a word like any other."""
    kind, dot, name = operation.partition(".")
    if not dot or not (kind + name).isidentifier() or name.islower():
        return re.escape(operation)
    return rf"\b(?:{kind}\.)?{name}"


def left_out(covers: CoveredBehaviours) -> tuple[str, ...]:
    """A list for a person: each planned test that was left out, and why."""
    return tuple(fit(f"{b.behaviour} (the model's reason: {b.left_out})", 230) for b in covers.behaviours if b.left_out)


def with_uncollected(report: Report, covers: CoveredBehaviours, collected: Sequence[str]) -> Report:
    """The red report with a finding for each id in `covers` that names no test which was collected."""
    findings = tuple(
        Finding(
            check=CHECK,
            path=path_of(test),
            message=clip(
                f"The plan's test {b.planned} is said to be checked by {test}, which was not collected.", 1_000
            ),
            hint="Write that test, or call finish with the ids that the runner prints in `covers`.",
        )
        for b in covers.behaviours
        for test in b.tests
        if not among(test, collected)
    )
    if not findings or report.status is ReportStatus.INVALID:
        return report
    everything = (*report.findings, *findings)
    return report.model_copy(
        update={
            "status": ReportStatus.FAILED,
            "findings": everything,
            "total": report.total + len(findings),
            "fingerprint": fingerprint(finding.key for finding in everything),
            "summary": fit(f"{report.summary}; {len(findings)} tests of the plan's were not collected", 400),
        }
    )


def among(test: str, collected: Iterable[str]) -> bool:
    """Return whether an id as a model writes it names one of those collected: whole, without parameters, by the test's
    own name, or a class or suite that holds it."""
    path, wanted = path_of(test), within(function_of(test))
    if not wanted:
        return False
    parts = _PLACEHOLDER.split(wanted)
    return any(path_of(one) == path and _names(parts, wanted, one) for one in collected)


def _names(parts: Sequence[str], wanted: str, one: str) -> bool:
    whole = within(without_number(function_of(one)))
    if any(_fits(parts, name) for name in (whole, name_of(without_number(function_of(one))))):
        return True
    return whole.startswith((f"{wanted}::", f"{wanted}{STEP}")) or whole.endswith((f"::{wanted}", f"{STEP}{wanted}"))


def _fits(parts: Sequence[str], name: str) -> bool:
    """Return whether a name consists of these parts with something between each two. No regular expression: the parts
    are a model's, and one with many gaps tries for hours."""
    first, *rest = parts
    if not rest:
        return name == first
    if not name.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        if (found := name.find(part, at + 1)) < 0:
            return False
        at = found + len(part)
    return len(name) - len(rest[-1]) > at and name.endswith(rest[-1])
