"""The events that a runner's plugin in `in_box/` tells over its pipe, folded into one case a test.

They are untrusted: code under test could reach the pipe, so every field is read as if anybody had written it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from aurora.domain.runs import (
    Exchange,
    FailureKind,
    MeasuredFile,
    TestCase,
    TestOutcome,
    Watched,
    Witness,
    WitnessKind,
)
from aurora.text import clip
from aurora.toolchains.runs import ids

MESSAGE_CHARS = 4096
MAX_TEXT = 1_000_000
MAX_SECONDS = 1e6
MAX_LINES = 100_000
MAX_FILES = 1_000
MAX_VIA = 20
MAX_BODY, MAX_BODIES = 64_000, 8_000_000
"""Characters of one body of a response, and of all."""
_WEIGHT = (
    TestOutcome.PASSED,
    TestOutcome.SKIPPED,
    TestOutcome.XFAILED,
    TestOutcome.XPASSED,
    TestOutcome.ERROR,
    TestOutcome.FAILED,
)
"""Of several reports on one test (set-up, call, tear-down, subtests) the last of these is its outcome."""


@dataclass(frozen=True)
class Sentinel:
    must: str
    outcome: str
    message: str = ""


@dataclass
class Events:
    begins: int = 0
    base: str = ""
    collected: dict[str, None] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    results: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    collection_errors: dict[str, TestCase] = field(default_factory=dict)
    """Collection errors by node: each worker of xdist tells of the same module."""
    internal_error: str = ""
    exit: int | None = None
    cut: bool = False
    """True if more was told than anybody reads."""
    gap: int = 0
    """The number after which one is missing; 0 when none is."""
    forged: int = 0
    """Lines without the seal of this run."""
    sessions: int = 0
    after_end: int = 0
    """Events after the session's end."""
    sentinels: list[Sentinel] = field(default_factory=list)
    no_sentinels: str = ""
    """The reason why the run had none."""
    measured: dict[str, MeasuredFile] = field(default_factory=dict)
    unmeasured: str = ""
    witnesses: list[Witness] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    bodies: int = 0
    """Characters of them all."""
    watched: Watched | None = None
    unwatched: str = ""
    plugins: dict[str, bool] = field(default_factory=dict)
    """Path of a module that was loaded as a plugin -> whether it was made during the run."""

    @classmethod
    def of(cls, events: Sequence[Mapping[str, Any]]) -> "Events":
        self = cls()
        for expected, event in enumerate(events):
            if event.get("seq") != expected and not self.gap:
                self.gap = max(expected, 1)
            self._take(event)
        return self

    def _take(self, event: Mapping[str, Any]) -> None:
        test_id = ids.bounded(_text(event, "node", MAX_TEXT))
        self.after_end += self.sessions > 0
        match event.get("t"):
            case "begin":
                self.begins, self.base = self.begins + 1, _text(event, "base", 2000)
            case "collected":
                self.collected[test_id] = None
            case "start":
                self.started.append(test_id)
            case "result":
                self.results.setdefault(test_id, []).append(event)
            case "collect_error":
                self.collection_errors.setdefault(test_id, _case(test_id, TestOutcome.ERROR, event, 0.0))
            case "internal_error":
                self.internal_error = _text(event, "message", MESSAGE_CHARS) or "it did not say how"
            case "session":
                code = event.get("exit")
                self.exit = code if isinstance(code, int) else None
                self.sessions += 1
            case "sentinel":
                self.sentinels.append(Sentinel(*(_text(event, key, 400) for key in ("must", "outcome", "message"))))
            case "no_sentinels":
                self.no_sentinels = _text(event, "message", 400) or "it did not say why"
            case "plugin":
                if len(self.plugins) < MAX_FILES:
                    self.plugins[_text(event, "path", 2000)] = event.get("made") is not False
            case "coverage":
                if len(self.measured) < MAX_FILES:
                    file = _measured(event)
                    self.measured[file.path] = file
            case "no_coverage":
                self.unmeasured = _text(event, "message", 400) or "it did not say why"
            case "witness":
                if len(self.witnesses) < MAX_FILES and (witness := _witness(event)):
                    self.witnesses.append(witness)
            case "exchange":
                if len(self.exchanges) < MAX_FILES and (exchange := _exchange(event)):
                    self.bodies += len(exchange.body or "")
                    if self.bodies <= MAX_BODIES:
                        self.exchanges.append(exchange)
            case "watched":
                self.watched = _watched(event)
            case "not_watched":
                self.unwatched = _text(event, "message", 400) or "it did not say why"
            case "forged":
                self.forged += 1
            case "cut":
                self.cut = True
            case _:
                pass

    def _ended(self, test_id: str) -> bool:
        # "whole" is a test told in one event; "???" is how xdist reports a test whose worker died
        return any(r.get("when") in ("teardown", "whole", "???") for r in self.results.get(test_id, ()))

    @property
    def begun(self) -> bool:
        return self.begins > 0

    @property
    def strangers(self) -> list[str]:
        """Tests with results that were never collected."""
        return [test_id for test_id in self.results if test_id not in self.collected]

    @property
    def in_flight(self) -> list[str]:
        """Tests that began and did not end; with one process at most one."""
        return [test_id for test_id in dict.fromkeys(self.started) if not self._ended(test_id)]

    @property
    def missing(self) -> list[str]:
        return [test_id for test_id in self.collected if not self._ended(test_id)]

    def cases(self) -> Iterator[TestCase]:
        """Tests that ended, in the order of their first report."""
        for test_id, reports in self.results.items():
            if self._ended(test_id):
                yield _folded(test_id, reports)


def _folded(test_id: str, reports: Sequence[Mapping[str, Any]]) -> TestCase:
    best, outcome = reports[0], TestOutcome.PASSED
    for report in reports:
        said = _outcome(report)
        if report.get("sub") and said not in (TestOutcome.FAILED, TestOutcome.ERROR):
            continue  # a skipped subtest does not skip its test
        if _WEIGHT.index(said) > _WEIGHT.index(outcome):
            best, outcome = report, said
    seconds = sum(_seconds(report) for report in reports)
    return _case(test_id, outcome, best, seconds)


def _outcome(report: Mapping[str, Any]) -> TestOutcome:
    said = report.get("outcome")
    if report.get("when") in ("setup", "teardown"):
        if said == "failed":
            return TestOutcome.ERROR
        if said == "xpassed":  # a plugin marked the whole test: whether it passed is told by its call
            return TestOutcome.PASSED
    return TestOutcome(said) if said in tuple(TestOutcome) else TestOutcome.ERROR


def _case(test_id: str, outcome: TestOutcome, event: Mapping[str, Any], seconds: float) -> TestCase:
    red = outcome in (TestOutcome.FAILED, TestOutcome.ERROR)
    kind = event.get("kind")
    frame, line = _text(event, "frame", 600), _text(event, "line_text", 400)
    return TestCase(
        test_id=test_id,
        outcome=outcome,
        kind=(FailureKind(kind) if kind in tuple(FailureKind) else FailureKind.TEST_CODE) if red else None,
        message=_text(event, "message", MESSAGE_CHARS),
        frame=f"{frame}\n    {line}" if frame and line else frame,
        lacks=_text(event, "lacks", 200) if red else "",
        output=_text(event, "output", 2200),
        seconds=round(seconds, 4),
    )


def _text(event: Mapping[str, Any], key: str, limit: int) -> str:
    value = event.get(key)
    # half a surrogate pair is JSON, but no text that could be stored
    return clip(value.encode("utf-8", "backslashreplace").decode(), limit) if isinstance(value, str) else ""


def _measured(event: Mapping[str, Any]) -> MeasuredFile:
    spans = [span for found in _list(event.get("spans")) if len(span := _lines(found)) == 2]
    within = ((line, first) for first, last in spans for line in range(first + 1, last + 1))
    statements = frozenset(_lines(event.get("statements")))
    return MeasuredFile(
        path=_text(event, "path", 2000),
        tool=_text(event, "tool", 60),
        statements=statements,
        missing=statements & frozenset(_lines(event.get("missing"))),
        within=dict(islice(within, MAX_LINES)),
    )


def _witness(event: Mapping[str, Any]) -> Witness | None:
    kind = event.get("kind")
    if kind not in tuple(WitnessKind):
        return None
    return Witness(
        kind=WitnessKind(kind),
        what=_text(event, "what", MESSAGE_CHARS),
        path=_text(event, "path", 2000),
        line=next(iter(_lines([event.get("line")])), 0),
        function=_text(event, "function", 200),
        certain=event.get("certain") is True,
        count=_number(event, "count"),
        test_id=ids.bounded(_text(event, "node", MAX_TEXT)),
        via=tuple(clip(str(one), 400) for one in _list(event.get("via"))[:MAX_VIA]),
    )


def _exchange(event: Mapping[str, Any]) -> Exchange | None:
    method, path, status = _text(event, "method", 20), _text(event, "path", 1_001), event.get("status")
    if not method.isalpha() or not path.startswith("/") or len(path) > 1_000:
        return None
    if type(status) is not int or not 100 <= status <= 599:
        return None
    body = event.get("body")
    cut = isinstance(body, str) and len(body) > MAX_BODY
    return Exchange(
        method=method.upper(),
        path=path,
        status=status,
        content_type=_text(event, "type", 200),
        body=_text(event, "body", MAX_BODY) if isinstance(body, str) and not cut else None,
        whole=event.get("whole") is True and not cut,
        filled=event.get("filled") is True,
        part=event.get("part") is True,
        test_id=ids.bounded(_text(event, "node", MAX_TEXT)),
    )


def _watched(event: Mapping[str, Any]) -> Watched:
    named = tuple(clip(str(one), 60) for one in _list(event.get("libraries"))[:MAX_VIA])
    return Watched(
        calls=_number(event, "calls"),
        statements=_number(event, "statements"),
        libraries=named,
        exchanges=_number(event, "exchanges"),
    )


def _number(event: Mapping[str, Any], key: str) -> int:
    value = event.get(key)
    return value if type(value) is int and 0 <= value <= MAX_TEXT * 1_000 else 0


def _list(value: object) -> list[Any]:
    return value[:MAX_LINES] if isinstance(value, list) else []


def _lines(value: object) -> list[int]:
    return [line for line in _list(value) if type(line) is int and 0 < line <= MAX_LINES]


def _seconds(report: Mapping[str, Any]) -> float:
    value = report.get("seconds")
    return float(value) if isinstance(value, int | float) and 0 <= value <= MAX_SECONDS else 0.0
