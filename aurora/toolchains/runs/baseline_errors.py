"""The errors that keep a run at the base commit from being a baseline: nothing to hold the work against, or nothing
that loads.

Single red tests are no trouble: they are listed, may not grow, and do not block. A project without any test is none,
either. What is told here is asked about before a model is called.
"""

import re
from collections.abc import Sequence

from aurora.domain.runs import FailureKind, TestCase, TestOutcome, TestRun
from aurora.text import clip, counted
from aurora.toolchains.runs.environment_signs import Signs

NO_SIGNS = Signs()
WORDS_CHARS = 2_400
"""Characters of what the runner printed, its end."""
NOTHING_COLLECTED = 5
"""The exit code of pytest, and of unittest from Python 3.12 on."""
SHOWN = 3
MANY = 3
"""Tests that fail alike from this number on fail for a reason outside them."""
_CHANGING = re.compile(r"0x[0-9a-f]+|[0-9]+")
"""Addresses and numbers, which differ between tests that fail for one reason."""
_ERROR = re.compile(r"(?:\[\w+\] )?(?:\w+\.)*\w*(?:Error|Exception|Exit|Failed)\b[:\s]|fixture '")
_VALIDATION = re.compile(r"\d+ validation errors? for \S+")
_FIELD = re.compile(r"(?m)^E?[ \t]*([\w.]+)\nE?[ \t]+([^\s\[(][^\n\[(]*)")
"""Field below pydantic's headline: a line with the field, then one with what is wrong with it."""
_WORKING = (TestOutcome.PASSED, TestOutcome.XFAILED, TestOutcome.XPASSED)
_OUTSIDE = (FailureKind.IMPORT, FailureKind.FIXTURE, FailureKind.ENVIRONMENT)
_NOTHING = "'NoneType' object"
_MISSING_BEHAVIOUR = (FailureKind.ASSERTION, FailureKind.NOT_IMPLEMENTED, FailureKind.HTTP_STATUS)


def error(run: TestRun, likely: Sequence[str] = (), signs: Signs = NO_SIGNS) -> str:
    """One paragraph for a person, or nothing. `likely`: files that look like tests, where none was collected."""
    said = _error(run, likely, signs)
    return "; ".join((*signs.preparations, said)) if said else ""


def _error(run: TestRun, likely: Sequence[str], signs: Signs) -> str:
    if not run.valid:
        return f"their run can't be judged: {run.why_invalid}"
    if errors := run.collection_errors:
        return f"{counted(len(errors), 'test file')} can't be loaded: {_first(errors)}"
    if not run.cases:
        if not likely:
            return ""
        listed = ", ".join(likely[:SHOWN]) + (", …" if len(likely) > SHOWN else "")
        looks = "looks like one" if len(likely) == 1 else "look like some"
        why = _ended(run)
        return f"no test was collected, although {counted(len(likely), 'file')} {looks}: {listed}{why}"
    return _none_works(run) or _lacking(run, signs)


def remark(run: TestRun, signs: Signs = NO_SIGNS) -> str:
    """A remark on a baseline that is no reason to ask and yet can't be leant on."""
    prepared = signs.preparations if run.red and not _error(run, (), signs) else ()  # an error tells them itself
    said = (*prepared, _no_baseline(run), _left_out(signs), _unset(run, signs))
    return "; ".join(one for one in said if one)


def _ended(run: TestRun) -> str:
    """The runner's message on its end, where it ended for another reason than that it found nothing."""
    if run.exit_code in (0, NOTHING_COLLECTED):
        return ""
    named = [line.strip() for line in run.output.splitlines() if _ERROR.match(line.strip())]
    return f"; the runner ended with exit code {run.exit_code}: {clip(named[0], 240)}" if named else ""


def _lacking(run: TestRun, signs: Signs) -> str:
    """A package that the project's people have, or their tests would be red, too."""
    if not signs.lacking:
        return ""
    names = ", ".join(dict.fromkeys(one.what for one in signs.absent[:SHOWN]))
    ran = counted(len([case for case in run.cases if case.outcome is not TestOutcome.SKIPPED]), "test")
    return f"{len(signs.lacking)} of {ran} need {names}, which is not installed: {_first(signs.lacking)}"


def _left_out(signs: Signs) -> str:
    names = ", ".join(dict.fromkeys(one.what for one in signs.skipped[:SHOWN]))
    return f"tests were skipped because {names} is not installed" if names else ""


def _unset(run: TestRun, signs: Signs) -> str:
    """The variables that red tests beside others that pass may lack: those that died while they were loaded are an
    error, told elsewhere."""
    if not signs.variables or run.collection_errors or not run.red:
        return ""
    return f"red tests ask for environment variables that are not set: {', '.join(signs.variables[:SHOWN])}"


def _no_baseline(run: TestRun) -> str:
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
    """Return whether the code is a stub: it says so, or gave None where something was due."""
    return case.kind in _MISSING_BEHAVIOUR or _NOTHING in _said(case)


def _first(red: Sequence[TestCase]) -> str:
    shown = "; ".join(f"{clip(case.test_id, 200)}: {_said(case)}" for case in red[:SHOWN])
    return shown + (f"; and {len(red) - SHOWN} more" if len(red) > SHOWN else "")


def _said(case: TestCase) -> str:
    """The line of its message that names the error: of a traceback the last one, else the first."""
    if headline := _VALIDATION.search(case.message):
        fields = _FIELD.findall(case.message[headline.end() :][:2_000])
        return clip(f"{headline[0]}: {', '.join(f'{name} ({why.strip()})' for name, why in fields)}", 240)
    lines = [line.removeprefix("E  ").strip() for line in case.message.strip().splitlines() if line.strip()]
    if not lines:
        return "it did not say why"
    if named := [line for line in lines if _ERROR.match(line)]:
        return clip(named[-1], 240)
    return clip(lines[-1] if "Traceback" in lines[0] or len(lines) > 3 else lines[0], 240)
