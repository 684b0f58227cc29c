"""The judgement of a draft by a run of the tests, against the baseline of its base commit."""

import re
from collections.abc import Collection, Sequence

from aurora.domain.findings import Finding, Report, ReportStatus, TestCounts, fingerprint
from aurora.domain.runs import ExecEnd, TestCase, TestOutcome, TestRun
from aurora.domain.workspace import Baseline
from aurora.text import clip, fit
from aurora.toolchains.runs import circular
from aurora.toolchains.runs.ids import missing, path_of

CHECK = "tests"
MESSAGE_CHARS = 3900
BOUND = "It is `budget.test_seconds` of aurora.yaml that bounds a run."
SHOWN_FLAKY, SAID_FLAKY = 10, 2
"""Flaky tests by name: in a report, and in its summary."""
_LEFT_OUT = (TestOutcome.SKIPPED, TestOutcome.XFAILED)


def finding(case: TestCase, check: str = CHECK, hint: str = "") -> Finding:
    """A red test as a finding: message, last frame in the repository, captured output."""
    at = re.match(r"(.+?):(\d+) in ", case.frame)
    kind = f"[{case.kind.value}] " if case.kind else ""
    parts = [f"{kind}{case.message.strip()}", f"at {case.frame}" if case.frame else "", case.output.strip()]
    return Finding(
        check=check,
        path=at.group(1) if at else path_of(case.test_id),
        line=int(at.group(2)) if at else 0,
        message=clip("\n".join(part for part in parts if part), MESSAGE_CHARS),
        hint=circular.hint(case.message) or hint,
        test_id=case.test_id,
    )


def invalid(run: TestRun, checker: str = CHECK, whole_took: float = 0.0) -> Report:
    """A run that can't be trusted always says why in its first finding; red tests it did see follow.

    `whole_took`: seconds of the whole suite at the base commit, which tell a slow suite from a test that hangs."""
    tail = run.output[-2500:].strip()
    late = run.end is ExecEnd.OUT_OF_TIME
    known = f"At the base commit the whole suite took {whole_took:.0f} seconds." if late and whole_took else ""
    bound = f" {BOUND}" if late else ""
    first = Finding(
        check=checker,
        message=clip("\n".join(part for part in (run.why_invalid, known, tail) if part), MESSAGE_CHARS),
        hint=run.end.hint + bound
        or "The tests must run to their end: no test may end the process, hang, or ask for what is not installed.",
    )
    findings = (first, *(finding(case, checker) for case in run.red))
    return Report(
        checker=checker,
        status=ReportStatus.INVALID,
        summary=clip(run.why_invalid),
        findings=findings,
        fingerprint=fingerprint(f.key for f in findings),
        total=len(findings),
        counts=run.counts,
    )


def report(run: TestRun, baseline: Baseline | None, *, whole: bool = False, flaky: Collection[str] = ()) -> Report:
    """Findings are the red tests that were not red at the base commit; those that were are counted in the summary.

    `flaky`: tests that were red in this run and green when they were run again. They, and those that were so at the
    base commit, are neither a finding nor counted as red.

    `whole`: the run was of the whole suite, so a test that passed at the base commit and is gone or skipped
    is a finding.
    """
    if not run.valid:
        return invalid(run, whole_took=baseline.seconds if baseline else 0.0)
    if not run.cases and not run.collection_errors:
        return invalid(run.model_copy(update={"valid": False, "why_invalid": "no test was collected"}))
    chance = {case.test_id for case in run.red} & {*flaky, *(baseline.flaky if baseline else ())}
    reds = [case for case in run.red if case.test_id not in chance]
    fresh_ids = set(missing([case.test_id for case in reds], baseline.red if baseline else ()))
    fresh = [case for case in reds if case.test_id in fresh_ids]
    old = len(reds) - len(fresh)
    counts = without_flaky(run, chance)
    findings = [finding(case) for case in fresh]
    gone = _gone(run, baseline) if whole and baseline else []
    findings += [
        Finding(
            check=CHECK,
            path=path_of(test_id),
            test_id=test_id,
            message="This test passed at the base commit and does not run any more.",
            hint="Restore it: a test of the project may not be deleted, renamed or skipped to make the suite pass.",
        )
        for test_id in gone
    ]
    said = [str(counts)]
    if old:
        said.append(f"{old} red as at the base commit")
    if gone:
        said.append(f"{len(gone)} gone")
    if chance:
        said.append(f"flaky (red, and green when run again): {_some(sorted(chance))}")
    said += run.notes
    return Report(
        checker=CHECK,
        status=ReportStatus.FAILED if findings else ReportStatus.PASSED,
        summary=clip("; ".join(said)),
        findings=tuple(findings),
        fingerprint=fingerprint(f.key for f in findings),
        total=len(findings),
        counts=counts,
        # first those that the base commit did not know as such
        flaky=tuple(fit(n, 400) for n in sorted(chance, key=lambda n: (n not in flaky, n))[:SHOWN_FLAKY]),
    )


def without_flaky(run: TestRun, flaky: Collection[str]) -> TestCounts:
    """The run's counts, with these red tests counted as flaky alone."""
    outcomes = [case.outcome for case in run.cases if case.test_id in flaky]
    failed, errors = outcomes.count(TestOutcome.FAILED), outcomes.count(TestOutcome.ERROR)
    update = {"failed": run.counts.failed - failed, "errors": run.counts.errors - errors, "flaky": failed + errors}
    return run.counts.model_copy(update=update)


def _some(test_ids: Sequence[str]) -> str:
    more = f" and {len(test_ids) - SAID_FLAKY} more" if len(test_ids) > SAID_FLAKY else ""
    return ", ".join(clip(test_id, 120) for test_id in test_ids[:SAID_FLAKY]) + more


def _gone(run: TestRun, baseline: Baseline) -> list[str]:
    broken = {case.test_id for case in run.collection_errors}  # their tests are gone because of a finding already made
    ran = {case.test_id for case in run.cases if case.outcome not in _LEFT_OUT}
    return [test_id for test_id in missing(baseline.green, ran) if path_of(test_id) not in broken]
