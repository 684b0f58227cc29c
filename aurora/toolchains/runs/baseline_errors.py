"""What keeps a run at the base commit from being a baseline: nothing to hold the work against, or nothing that loads.

Single red tests are no trouble: they are listed, may not grow, and do not block. A project without any test is none,
either. What is told here is asked about before a model is called.
"""

import re
from collections.abc import Sequence

from aurora.domain.runs import FailureKind, TestCase, TestOutcome, TestRun
from aurora.text import clip, counted

WORDS_CHARS = 2_400
"""Of what the runner printed, its end."""
SHOWN = 3
MANY = 3
"""Tests that fail alike from this number on fail for a reason outside them."""
_CHANGING = re.compile(r"0x[0-9a-f]+|[0-9]+")
"""Addresses and numbers, which differ between tests that fail for one reason."""
_WORKING = (TestOutcome.PASSED, TestOutcome.XFAILED, TestOutcome.XPASSED)
_OUTSIDE = (FailureKind.IMPORT, FailureKind.FIXTURE, FailureKind.ENVIRONMENT)
_NOTHING = "'NoneType' object"
_MISSING_BEHAVIOUR = (FailureKind.ASSERTION, FailureKind.NOT_IMPLEMENTED, FailureKind.HTTP_STATUS)


def error(run: TestRun, likely: Sequence[str] = ()) -> str:
    """One paragraph for a person, or nothing. `likely`: files that look like tests, where none was collected."""
    if not run.valid:
        return f"their run can't be judged: {run.why_invalid}"
    if errors := run.collection_errors:
        return f"{counted(len(errors), 'test file')} can't be loaded: {_first(errors)}"
    if not run.cases:
        if not likely:
            return ""
        listed = ", ".join(likely[:SHOWN]) + (", …" if len(likely) > SHOWN else "")
        looks = "looks like one" if len(likely) == 1 else "look like some"
        return f"no test was collected, although {counted(len(likely), 'file')} {looks}: {listed}"
    return _none_works(run)


def remark(run: TestRun) -> str:
    """What is no reason to ask and yet no baseline to lean on."""
    if run.cases and all(case.outcome is TestOutcome.SKIPPED for case in run.cases):
        why = clip(run.cases[0].message.strip().splitlines()[0], 160) if run.cases[0].message.strip() else "no reason"
        return f"every one of {counted(len(run.cases), 'test')} was skipped, the first for: {why}"
    outside = [case for case in run.red if case.outcome is TestOutcome.ERROR or case.kind in _OUTSIDE]
    ran = [case for case in run.cases if case.outcome is not TestOutcome.SKIPPED]
    if len(outside) >= MANY and len(outside) * 2 >= len(ran):
        return f"{len(outside)} of {counted(len(ran), 'test')} could not begin: {_first(outside[:1])}"
    return ""


def flaky(test_ids: Sequence[str]) -> str:
    """Tests that were red by chance, as a sentence's end; nothing without any."""
    if not test_ids:
        return ""
    listed = ", ".join(clip(test_id, 160) for test_id in test_ids[:SHOWN])
    more = f" and {len(test_ids) - SHOWN} more" if len(test_ids) > SHOWN else ""
    return f"red, and green when run again (flaky): {listed}{more}"


def words(run: TestRun) -> str:
    """The runner's own, bounded: the end of what it printed, or what it told of the first tests that are red."""
    printed = run.output.strip()
    if len(printed) > WORDS_CHARS:
        kept = printed[-WORDS_CHARS:]
        printed = "[… cut …]\n" + (kept.split("\n", 1)[1] if "\n" in kept else kept)
    return printed or clip(
        "\n".join(f"{case.test_id}: {case.message.strip()}" for case in run.red[:SHOWN]), WORDS_CHARS
    )


def _none_works(run: TestRun) -> str:
    """Every test that ran is red, and not because the behaviour it asks for is missing."""
    if not run.red or any(case.outcome in _WORKING for case in run.cases):
        return ""
    if all(case.outcome is TestOutcome.ERROR or case.kind in _OUTSIDE for case in run.red):
        return f"none of {counted(len(run.red), 'test')} could begin: {_first(run.red)}"
    alike = {(case.kind, _CHANGING.sub("#", _said(case))) for case in run.red}
    if len(run.red) >= MANY and len(alike) == 1 and not _to_be_written(run.red[0]):
        return f"all {counted(len(run.red), 'test')} fail for one reason: {_first(run.red)}"
    return ""


def _to_be_written(case: TestCase) -> bool:
    """Whether the code is a stub: it says so, or gave None where something was due."""
    return case.kind in _MISSING_BEHAVIOUR or _NOTHING in _said(case)


def _first(red: Sequence[TestCase]) -> str:
    shown = "; ".join(f"{clip(case.test_id, 200)}: {_said(case)}" for case in red[:SHOWN])
    return shown + (f"; and {len(red) - SHOWN} more" if len(red) > SHOWN else "")


def _said(case: TestCase) -> str:
    """The line of its message that names the error: of a traceback the last one, else the first."""
    lines = [line.strip() for line in case.message.strip().splitlines() if line.strip()]
    if not lines:
        return "it did not say why"
    return clip(lines[-1] if "Traceback" in lines[0] or len(lines) > 3 else lines[0], 240)
