"""Findings that say the same, told once: tests that fail for one cause with the tests, a rule that is broken in many
places with the places."""

import re
from collections.abc import Iterable

from aurora.domain.findings import Finding
from aurora.text import clip, counted

LISTED = 12
"""Tests that are named beside the first."""
NAME_CHARS = 120
PLACES = 40
"""Places that are named beside the first."""
_NUMBER = re.compile(r"\b\d+\b")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_MARKS = ("::", " > ")
"""Marks between a test's file and its name, as the runners have it."""


def grouped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Group findings in the order of their first: of each kind the first finding, whose message names the other tests
    or places."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_cause(finding) if finding.test_id else _rule(finding), []).append(finding)
    return tuple(_one(group[0], group[1:]) for group in alike.values())


def _one(first: Finding, others: list[Finding]) -> Finding:
    if not others:
        return first
    if not first.test_id:
        return _in_places(first, others)
    file = _split(first.test_id)[0]
    names = [_name(one.test_id, file) for one in others[:LISTED]]
    more = f" and {len(others) - LISTED} more" if len(others) > LISTED else ""
    head, mark, rest = first.message.partition("\n")
    does = "So does" if len(others) == 1 else "So do"
    said = f"({does} {counted(len(others), 'other test')}: {', '.join(names)}{more})"
    return first.model_copy(update={"message": clip(f"{head}\n{said}{mark}{rest}", 4_000), "also": len(others)})


def _in_places(first: Finding, others: list[Finding]) -> Finding:
    """`aurora/a.py:3, 8 and 12; app/b.py:4`: as many as there is room for."""
    lines: dict[str, list[str]] = {}
    for one in others[:PLACES]:
        lines.setdefault(one.path, []).append(str(one.line))
    said = "; ".join(f"{path}:{', '.join(dict.fromkeys(numbers))}" for path, numbers in lines.items())
    more = f"; and {len(others) - PLACES} more" if len(others) > PLACES else ""
    fixable = first.fixable and all(one.fixable for one in others)
    message = clip(f"{first.message}\n(The same at {said}{more})", 4_000)
    return first.model_copy(update={"message": message, "also": len(others), "fixable": fixable})


def _rule(finding: Finding) -> tuple[str, ...]:
    """Numbers that stand alone, of columns and lengths, make no message another one, nor does the file's own name."""
    said = finding.message.replace(finding.path, "") if finding.path else finding.message
    return "rule", finding.check, finding.weight, finding.hint, _NUMBER.sub("#", said)


def _cause(finding: Finding) -> tuple[str, ...]:
    file, name = _split(finding.test_id)
    own = re.split(r"[\[ ]", name)[0].rpartition("::")[2]
    lines = [line.strip() for line in finding.message.splitlines() if line.strip()] or [""]
    marked = [line for line in lines if re.match(r"E\s", line)]  # as pytest marks the error in a longer text
    said = _ADDRESS.sub("", (marked or lines)[0])
    if own:
        said = re.sub(rf"\b{re.escape(own)}\b", "", said)
    elsewhere = f"{finding.path}:{finding.line}" if finding.path != file else ""
    return finding.check, finding.hint, said, elsewhere


def _split(test_id: str) -> tuple[str, str]:
    """(its file, its name)."""
    parts = [test_id.partition(mark) for mark in _MARKS]
    file, _, name = min(parts, key=lambda one: len(one[0]))
    return file, name


def _name(test_id: str, file: str) -> str:
    here, name = _split(test_id)
    return clip(name if here == file and name else test_id, NAME_CHARS)
