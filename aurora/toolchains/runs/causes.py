"""Red tests grouped by their cause: one mistake in the code often fails many tests in the same way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aurora.domain.runs import FailureKind, TestCase
from aurora.text import clip
from aurora.toolchains.runs.ids import path_of

HEADLINE_CHARS = 300
_PYTEST = re.compile(r"^E\s+(\S.*)$", re.M)
_RAISED = re.compile(
    r"^(?:[\w$]+\.)*[\w$]*(?:Error|Exception|Warning|Failure|Failed|Exit|Timeout|Interrupt|DoesNotExist)\b"
)
_PLACE = re.compile(r"^(.+?):\d+ in ")
_VARIES = re.compile(r"0x[0-9a-fA-F]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|<(?:timestamp|duration|address|port|tmp)>")


@dataclass(frozen=True)
class Cause:
    """Tests that fail alike. The first case stands for all of them."""

    headline: str
    """The error in one line."""
    cases: tuple[TestCase, ...]

    @property
    def example(self) -> TestCase:
        return self.cases[0]


def grouped(cases: Sequence[TestCase]) -> tuple[Cause, ...]:
    """The causes in the order in which they were first met, with the largest first where many tests share one."""
    found: dict[tuple[FailureKind | None, str, str], list[TestCase]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    causes = [Cause(headline(members[0]), tuple(members)) for members in found.values()]
    return tuple(sorted(causes, key=lambda cause: -len(cause.cases)))


def key(case: TestCase) -> tuple[FailureKind | None, str, str]:
    """The common part of cases with one cause: kind, error, and the place where it is not the test's own file."""
    frame = case.frame.partition("\n")[0]
    place = _PLACE.match(frame)
    own = place is not None and place[1] == path_of(case.test_id)
    return case.kind, _VARIES.sub("…", headline(case)), "" if own else frame


def headline(case: TestCase) -> str:
    """The line of a failure's message that names the error."""
    message = case.message.strip()
    if found := _PYTEST.search(message):
        return clip(found[1].strip(), HEADLINE_CHARS)
    lines = [line[: HEADLINE_CHARS + 1] for line in message.split("\n") if line.strip()]
    raised = next((line for line in reversed(lines) if _RAISED.match(line)), "")
    return clip((raised or next(iter(lines), "")).strip(), HEADLINE_CHARS)
