"""The last look before the commit: the reviewer's structured output, and which of its findings count."""

import re
from collections.abc import Iterable
from enum import StrEnum

from aurora.domain.contradiction import place_of
from aurora.domain.findings import Finding, Weight
from aurora.domain.value import Value
from aurora.text import clip, fit

CHECK = "review"
MOST = 8
"""Findings of one review: more is a matter of taste."""
LEAST_CHARS = 8
"""The fewest characters of a quoted line of code: less stands in any diff."""


class ReviewKind(StrEnum):
    NEEDLESS_CODE = "needless_code"
    """Code that could be removed with every rule of the task still kept."""
    UNNAMED_RULE = "unnamed_rule"
    """A rule of the task, an answer or the contract that no test checks. Told, and not sent back: who fixes code may
    not write tests."""
    BEYOND_TASK = "beyond_task"
    """Behaviour that nobody asked for."""
    FAULT = "fault"
    """Code that breaks a rule of the task, an answer or the contract, although every test is green."""


class ReviewFinding(Value):
    """One finding, as the model gives it."""

    kind: ReviewKind
    path: str
    """The changed file that it is about; empty for a rule that no code and no test is about."""
    quote: str
    """Word for word: the line of the diff; of an unnamed rule the sentence of the task, an answer or the contract."""
    problem: str
    change: str
    """The change, in one sentence."""


class Review(Value):
    """Structured output of `review`."""

    findings: tuple[ReviewFinding, ...]
    summary: str
    """One sentence on the whole."""


def grounded(
    review: Review, diff: str, sources: Iterable[tuple[str, str]], changed: Iterable[str]
) -> tuple[tuple[Finding, ...], int]:
    """The findings that quote what stands there, and how many do not: those are a model's guess and count for nothing.

    `diff`: unified, from the base. `sources`: (place, text) of what a rule may stand in. `changed`: paths."""
    lines = [(path, line) for path, line in _lines(diff)]
    places, paths = list(sources), set(changed)
    found: list[Finding] = []
    unfounded = 0
    for said in review.findings:
        finding = _of_rule(said, places) if said.kind is ReviewKind.UNNAMED_RULE else _of_code(said, lines, paths)
        if finding is None:
            unfounded += 1
        elif len(found) < MOST:
            found.append(finding)
    return tuple(found), unfounded


def _of_rule(said: ReviewFinding, sources: list[tuple[str, str]]) -> Finding | None:
    place = place_of(said.quote, sources)
    return _finding(said, f'{place} says "{fit(said.quote, 300)}": ') if place else None


def _of_code(said: ReviewFinding, lines: list[tuple[str, str]], changed: set[str]) -> Finding | None:
    path = said.path.removeprefix("./")
    quoted = [folded for line in said.quote.splitlines() if (folded := _folded(line.lstrip("+")))]
    if path not in changed or not quoted or len("".join(quoted)) < LEAST_CHARS:
        return None
    there = {_folded(line) for where, line in lines if where == path}
    # a quote may begin or end in the middle of a line
    if not all(any(part in line for line in there) for part in quoted):
        return None
    return _finding(said, f'"{fit(said.quote.strip(), 200)}": ')


def _finding(said: ReviewFinding, about: str) -> Finding:
    return Finding(
        check=f"{CHECK}: {said.kind.value.replace('_', ' ')}",
        path=fit(said.path, 200),
        message=clip(f"{about}{said.problem}", 2_000),
        hint=clip(said.change, 500),
        weight=Weight.ADVICE if said.kind is ReviewKind.UNNAMED_RULE else Weight.BLOCKS,
    )


def _lines(diff: str) -> Iterable[tuple[str, str]]:
    """(path, text) of each line that the diff adds."""
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            path = line[4:].removeprefix("b/").rstrip("\t")
        elif line.startswith("+") and path:
            yield path, line[1:]


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
