"""The reports of a runner on the host, in a format of its own: an outcome for each test, by a name both sides can
make."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aurora.domain.findings import TestCounts
from aurora.toolchains.runs.ids import STEP, same_name

_JUNIT = {"error": "error", "failure": "failed", "skipped": "skipped"}
"""Outcomes by a test case's child elements."""
_XPASS = re.compile(r"(?m)^XPASS (\S+)")
_UNITTEST = re.compile(
    r"^(\w+) \(([\w.]+)\)(?:\n.*)??(?: \.\.\. )(ok|FAIL|ERROR|skipped|expected failure|unexpected success)", re.M
)
_UNITTEST_OUTCOMES = {
    "ok": "passed",
    "FAIL": "failed",
    "ERROR": "error",
    "expected failure": "xfailed",
    "unexpected success": "xpassed",
}


@dataclass(frozen=True)
class HostReport:
    outcomes: tuple[tuple[str, str], ...]
    """(name, outcome) of each test, in the runner's order; of one name the second is numbered, as it is inside."""

    @classmethod
    def of(cls, results: Iterable[tuple[str, str]]) -> "HostReport":
        seen: Counter[str] = Counter()
        numbered = []
        for name, outcome in results:
            seen[name] += 1
            numbered.append((same_name(name, seen[name]), outcome))
        return cls(tuple(numbered))

    @property
    def counts(self) -> TestCounts:
        count = Counter(outcome for _, outcome in self.outcomes)
        return TestCounts(
            collected=len(self.outcomes),
            passed=count["passed"],
            failed=count["failed"],
            errors=count["error"],
            skipped=count["skipped"],
            xfailed=count["xfailed"],
            xpassed=count["xpassed"],
        )

    def names(self, *outcomes: str) -> set[str]:
        return {name for name, outcome in self.outcomes if outcome in outcomes}


# ── Python ──


def python_name(test_id: str) -> str:
    """`tests/test_a.py::TestB::test_c` as JUnit has it: `tests.test_a.TestB.test_c`; of a module that did not load the
    module's."""
    path, _, rest = test_id.partition("::")
    module = path.removesuffix(".py").replace("/", ".")
    return ".".join((module, *rest.split("::"))) if rest else module


def junit(report: Path, printed: str) -> HostReport:
    """pytest's. To it an unexpected pass is a pass; which those are is `printed` (`-rX`)."""
    unexpected = {python_name(test_id) for test_id in _XPASS.findall(printed)}
    results = []
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = [child.tag for child in case if child.tag in _JUNIT]
        outcome = _JUNIT[kinds[0]] if kinds else "passed"
        skipped = case.find("skipped")
        if skipped is not None and skipped.get("type") == "pytest.xfail":
            outcome = "xfailed"
        name = ".".join(filter(None, (case.get("classname"), case.get("name"))))
        results.append((name, "xpassed" if outcome == "passed" and name in unexpected else outcome))
    return HostReport.of(results)


def unittest_lines(printed: str) -> HostReport:
    """The results of `--verbosity 2`: unittest's and Django's."""
    results = []
    for name, where, said in _UNITTEST.findall(printed):
        whole = where if where.endswith(f".{name}") else f"{where}.{name}"
        results.append((whole, _UNITTEST_OUTCOMES.get(said, "skipped")))
    return HostReport.of(results)


# ── Node ──


def node_test(lines: Iterable[str], root: Path) -> HostReport:
    """The results of `host_node_reporter.mjs`. A test is told after those within it, so names are put in front of what
    waits.

    A file that ran and holds no test is one to Node and none here; a suite whose hook failed is an error. Raises
    `ValueError` where the tests told are not as many as Node counted."""
    results: list[tuple[str, str]] = []
    waiting: list[tuple[int, str, str, str]] = []
    counted: Mapping[str, int] = {}
    suites = 0
    for line in lines:
        event = json.loads(line)
        if "counts" in event:
            counted = event["counts"]
            continue
        file, nesting, name = event["file"] or "", event["nesting"], event["name"]
        inner = [one for one in waiting if one[0] > nesting and one[1] == file]
        waiting = [one for one in waiting if one not in inner]
        waiting += [(nesting, file, f"{name}{STEP}{below}", outcome) for _, _, below, outcome in inner]
        broken = event["suite"] and not event["passed"] and event["why"] != "subtestsFailed"
        suites += broken
        if broken or not event["suite"]:
            waiting.append((nesting, file, name, "error" if broken else _node_outcome(event)))
        if nesting == 0:
            done = [one for one in waiting if one[0] == 0 and one[1] == file]
            results += [(f"{_below(file, root)}{STEP}{below}", outcome) for _, _, below, outcome in done]
            waiting = [one for one in waiting if one not in done]
    whole = [(name, outcome) for name, outcome in results if outcome != "passed" or len(set(name.split(STEP))) > 1]
    if counted and counted["tests"] != len(results) - suites:
        raise ValueError(f"Node counted {counted['tests']} tests and told of {len(results) - suites}")
    return HostReport.of(whole)


def _node_outcome(event: Mapping[str, Any]) -> str:
    if event["skip"]:
        return "skipped"
    if event["todo"]:
        return "skipped" if event["passed"] else "xfailed"
    if event["passed"]:
        return "passed"
    return "error" if event["why"] == "cancelledByParent" else "failed"


def _below(file: str, root: Path) -> str:
    path = Path(file)
    return str(path.relative_to(root)) if path.is_relative_to(root) else file


def mocha_name(test_id: str) -> str:
    """mocha joins the titles of suites and test by spaces."""
    path, _, rest = test_id.partition(STEP)
    return f"{path}: {rest.replace(STEP, ' ')}"


def mocha(report: Path, root: Path) -> HostReport:
    """The results of mocha's reporter `json`. A hook that failed stands among the failures alone."""
    document = json.loads(report.read_text(encoding="utf-8"))
    results = []
    for key, outcome in (("passes", "passed"), ("failures", "failed"), ("pending", "skipped")):
        tests = document[key]
        results += [(f"{_below(test.get('file') or '', root)}: {test['fullTitle']}", outcome) for test in tests]
    return HostReport.of(results)


def jest(report: Path, root: Path) -> HostReport:
    """The results of `--json`, which vitest has, too. A file that did not load is one error."""
    document = json.loads(report.read_text(encoding="utf-8"))
    results = []
    for file in document["testResults"]:
        path = _below(file["name"], root)
        for test in file["assertionResults"]:
            outcome = {"pending": "skipped", "todo": "skipped"}.get(test["status"], test["status"])
            results.append((STEP.join((path, *test["ancestorTitles"], test["title"])), outcome))
        if not file["assertionResults"] and file["status"] == "failed":
            results.append((path, "error"))
    return HostReport.of(results)
