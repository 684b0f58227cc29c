"""Check whether tests that were just written are red for the right reason.

Right: an assertion, an absent route's status, a stub's own error, what the code lacks (`absent`: a field of a
response, a URL, a template, a column, and a symbol where the plan names it), and an exception out of the application's
own code (`application`): "it raises KeyError where ValidationError is due" is how a crash is reproduced, and it is the
code under test that fails there. Wrong: whatever the test itself is to blame for.
"""

import re
from collections.abc import Collection

from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.plan import Plan
from aurora.domain.runs import FailureKind, TestCase, TestOutcome, TestRun
from aurora.text import clip
from aurora.toolchains.runs.ids import name_of, path_of
from aurora.toolchains.runs.report import finding, invalid
from aurora.toolchains.wording import Wording

CHECK = "red"
RIGHT = (
    FailureKind.ASSERTION,
    FailureKind.NOT_IMPLEMENTED,
    FailureKind.HTTP_STATUS,
    FailureKind.ABSENT,
    FailureKind.APPLICATION,
)
_NAME = re.compile(r"[^\W\d]\w*")


def planned_names(plan: Plan | None) -> frozenset[str]:
    """Every name that a plan uses: an attribute or a keyword among them is to be added, not misspelt."""
    if plan is None:
        return frozenset()
    files = (text for file in plan.files for text in (*file.symbols, file.purpose))
    tests = (test.behaviour for test in plan.tests)
    return frozenset(name for text in (plan.summary, *files, *tests) for name in _NAME.findall(text))


def red_reasons(run: TestRun, new_tests: Collection[str], wording: Wording, planned: Collection[str] = ()) -> Report:
    """`new_tests`: paths of the test files just written; `planned`: names that the plan uses. Passes when at least one
    test is red, all red ones are for a right reason, none is skipped, and every file gave a test; green ones are
    counted in the summary."""
    if not run.valid:
        return invalid(run, CHECK)
    new = [_by_plan(case, planned) for case in run.cases if path_of(case.test_id) in new_tests]
    red = [case for case in new if case.outcome in (TestOutcome.FAILED, TestOutcome.ERROR)]
    wrong = [*run.collection_errors, *(case for case in red if case.kind not in RIGHT)]
    skipped = [case for case in new if case.outcome in (TestOutcome.SKIPPED, TestOutcome.XFAILED)]
    green = [case for case in new if case.outcome in (TestOutcome.PASSED, TestOutcome.XPASSED)]
    findings = [finding(case, CHECK, wording.red.get(case.kind or FailureKind.TEST_CODE, "")) for case in wrong]
    findings += [_skipped(case, wording) for case in skipped]
    observed = {path_of(case.test_id) for case in (*new, *run.collection_errors)}
    findings += [
        Finding(
            check=CHECK,
            path=path,
            message="No test was collected from this file.",
            hint=wording.naming,
        )
        for path in sorted(set(new_tests) - observed)
    ]
    if new and not red and not findings:
        names = ", ".join(case.test_id for case in green[:5])
        findings.append(
            Finding(
                check=CHECK,
                path=path_of(green[0].test_id),
                message=clip(f"Every new test is green before the code exists: {names}", 3000),
                hint="Assert on behaviour the task asks for and the code does not have yet.",
            )
        )
    return Report(
        checker=CHECK,
        status=ReportStatus.FAILED if findings else ReportStatus.PASSED,
        summary=clip(_summary(red, wrong, green)),
        findings=tuple(findings),
        fingerprint=fingerprint(f.key for f in findings),
        total=len(findings),
        counts=run.counts,
    )


def _by_plan(case: TestCase, planned: Collection[str]) -> TestCase:
    if case.kind in (FailureKind.TEST_CODE, FailureKind.FIXTURE) and case.lacks and case.lacks in planned:
        return case.model_copy(update={"kind": FailureKind.ABSENT})
    return case


def _skipped(case: TestCase, wording: Wording) -> Finding:
    return Finding(
        check=CHECK,
        path=path_of(case.test_id),
        test_id=case.test_id,
        message=clip(f"This new test was {case.outcome.value}: {case.message or 'no reason given'}", 1000),
        hint=wording.running,
    )


def _summary(red: list[TestCase], wrong: list[TestCase], green: list[TestCase]) -> str:
    kinds = {kind: sum(case.kind is kind for case in red) for kind in RIGHT}
    right = ", ".join(f"{n} {kind.value}" for kind, n in kinds.items() if n)
    said = [f"{sum(kinds.values())} fail for the right reason" + (f" ({right})" if right else "")]
    if wrong:
        said.append(f"{len(wrong)} for a wrong reason")
    if green:
        first = name_of(green[0].test_id)
        said.append(f"{len(green)} pass already, such as {first}")
    return "; ".join(said)
