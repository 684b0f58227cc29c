"""Guards: new tests that are green before the code, because they say what stays as it is. They are named as such; any
other green one may be a test that can't be red."""

from collections.abc import Collection, Sequence

from activities.checks.covering import among
from aurora.domain.findings import Finding, Report, ReportStatus, fingerprint
from aurora.domain.runs import TestCase, TestOutcome, TestRun
from aurora.text import counted, fit
from aurora.toolchains.runs.ids import function_of, path_of

CHECK = "red"
MOST = 20
_RED = (TestOutcome.FAILED, TestOutcome.ERROR)
HINT = (
    "If it says that something stays as it is, call finish again and name it in `guards`. Otherwise make it assert "
    "what the code does not do yet, or remove it."
)


def unnamed(
    run: TestRun, modules: Collection[str], guards: Sequence[str], green_at_base: Collection[str]
) -> list[TestCase]:
    """The first case of each new test that passed in every case and that no guard names."""
    red = {function_of(case.test_id) for case in run.cases if case.outcome in _RED}
    found: dict[str, TestCase] = {}
    for case in run.cases:
        function = function_of(case.test_id)
        new = path_of(case.test_id) in modules and case.test_id not in green_at_base
        if new and case.outcome is TestOutcome.PASSED and function not in red:
            found.setdefault(function, case)
    return [case for case in found.values() if not any(among(guard, [case.test_id]) for guard in guards)]


def with_unnamed(
    report: Report, run: TestRun, modules: Collection[str], guards: Sequence[str], green_at_base: Collection[str]
) -> Report:
    """The red report with a finding for each of them. Where all are green that is said already."""
    if report.status is ReportStatus.INVALID or not any(case.outcome in _RED for case in run.cases):
        return report
    cases = unnamed(run, modules, guards, green_at_base)
    if not cases:
        return report
    findings = tuple(
        Finding(
            check=CHECK,
            path=path_of(case.test_id),
            test_id=case.test_id,
            message="It passes before the code exists, and is not named as a guard.",
            hint=HINT,
        )
        for case in cases[:MOST]
    )
    everything = (*report.findings, *findings)
    return report.model_copy(
        update={
            "status": ReportStatus.FAILED,
            "findings": everything,
            "total": report.total + len(cases),
            "fingerprint": fingerprint(finding.key for finding in everything),
            "summary": fit(f"{report.summary}; {counted(len(cases), 'green test')} not named as a guard", 400),
        }
    )
