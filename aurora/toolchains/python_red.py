"""Whether tests that were just written are red for the right reason.

Right: an assertion, an absent route's status, a stub's NotImplementedError, and an exception out of the application's
own code (`application`): "it raises KeyError where ValidationError is due" is how a crash is reproduced, and it is the
code under test that fails there. Wrong: whatever the test itself is to blame for.
"""

from collections.abc import Collection

from aurora.domain import Finding, Report, ReportStatus, clip, fingerprint
from aurora.executions import FailureKind, TestCase, TestOutcome, TestRun
from aurora.toolchains.python_test_report import SHOWN, finding, invalid

CHECK = "red"
RIGHT = (FailureKind.ASSERTION, FailureKind.NOT_IMPLEMENTED, FailureKind.HTTP_STATUS, FailureKind.APPLICATION)
_MEND = {
    FailureKind.IMPORT: "Import only what exists: the declared interfaces, their modules, declared packages.",
    FailureKind.SYNTAX: "Mend the syntax of the file named in the frame.",
    FailureKind.FIXTURE: "Use fixtures that exist (in this file or a conftest.py) and set up without an error.",
    FailureKind.TEST_CODE: "The test's own lines raise: check names, signatures and keys it uses, and assert on what "
    "comes back before taking it apart (first the status, then the body).",
    FailureKind.TIMEOUT: "A test must end by itself within seconds, before the code exists too.",
}


def red_reasons(run: TestRun, new_tests: Collection[str]) -> Report:
    """`new_tests`: paths of the test files just written. Passes when at least one test is red, all red ones are for a
    right reason, none is skipped, and every file gave a test; green ones are counted in the summary."""
    if not run.valid:
        return invalid(run, CHECK)
    new = [case for case in run.cases if case.node.partition("::")[0] in new_tests]
    red = [case for case in new if case.outcome in (TestOutcome.FAILED, TestOutcome.ERROR)]
    wrong = [*run.collection_errors, *(case for case in red if case.kind not in RIGHT)]
    skipped = [case for case in new if case.outcome in (TestOutcome.SKIPPED, TestOutcome.XFAILED)]
    green = [case for case in new if case.outcome in (TestOutcome.PASSED, TestOutcome.XPASSED)]
    findings = [finding(case, CHECK, _MEND.get(case.kind or FailureKind.TEST_CODE, "")) for case in wrong]
    findings += [_skipped(case) for case in skipped]
    heard = {case.node.partition("::")[0] for case in (*new, *run.collection_errors)}
    findings += [
        Finding(
            check=CHECK,
            path=path,
            message="No test was collected from this file.",
            mend="Name test functions test_*, and do not deselect them by a marker that the project leaves out.",
        )
        for path in sorted(set(new_tests) - heard)
    ]
    if new and not red and not findings:
        names = ", ".join(case.node for case in green[:5])
        findings.append(
            Finding(
                check=CHECK,
                path=green[0].node.partition("::")[0],
                message=clip(f"Every new test is green before the code exists: {names}", 3000),
                mend="Assert on behaviour the task asks for and the code does not have yet.",
            )
        )
    return Report(
        checker=CHECK,
        status=ReportStatus.FAILED if findings else ReportStatus.PASSED,
        summary=clip(_summary(red, wrong, green)),
        findings=tuple(findings[:SHOWN]),
        fingerprint=fingerprint(f.key for f in findings),
        total=len(findings),
        census=run.census,
    )


def _skipped(case: TestCase) -> Finding:
    return Finding(
        check=CHECK,
        path=case.node.partition("::")[0],
        node=case.node,
        message=clip(f"This new test was {case.outcome.value}: {case.message or 'no reason given'}", 1000),
        mend="A new test must run: no skip, no xfail, and async tests marked for the project's async plugin.",
    )


def _summary(red: list[TestCase], wrong: list[TestCase], green: list[TestCase]) -> str:
    kinds = {kind: sum(case.kind is kind for case in red) for kind in RIGHT}
    right = ", ".join(f"{n} {kind.value}" for kind, n in kinds.items() if n)
    said = [f"{sum(kinds.values())} red for the right reason" + (f" ({right})" if right else "")]
    if wrong:
        said.append(f"{len(wrong)} for a wrong one")
    if green:
        first = green[0].node.rpartition("::")[2]
        said.append(f"{len(green)} green already, first {first}")
    return "; ".join(said)
