"""The events that a run needs in order to be believed."""

import pytest

from aurora import ports
from aurora.domain import runs
from aurora.toolchains.python import pytest_runs
from tests.support.projects import detected

SENT = [
    {"t": "begin"}, {"t": "collected", "node": "a.py::t"}, {"t": "start", "node": "a.py::t"},
    {"t": "result", "node": "a.py::t", "when": "call", "outcome": "passed"},
    {"t": "result", "node": "a.py::t", "when": "teardown", "outcome": "passed"},
    {"t": "sentinel", "must": "failed", "outcome": "failed"}, {"t": "sentinel", "must": "passed", "outcome": "passed"},
    {"t": "session", "exit": 0},
]  # fmt: skip
STRANGER = {"t": "result", "node": "b.py::t", "when": "teardown", "outcome": "passed"}
ALTERED = {
    "two beginnings": ([SENT[0], *SENT], "2 beginnings"),
    "two ends": ([*SENT, SENT[-1]], "2 ends"),
    "after the end": ([*SENT, SENT[2]], "after its end"),
    "a line without seal": ([*SENT[:-1], {"t": "forged"}, SENT[-1]], "no seal"),
    "a stranger": ([*SENT[:-1], STRANGER, SENT[-1]], "never collected"),
    "no sentinels": ([*SENT[:5], SENT[-1]], "nothing about the sentinel"),
    "one sentinel": ([*SENT[:6], SENT[-1]], "1 sentinel"),
    "a sentinel that lies": ([*SENT[:5], {**SENT[5], "outcome": "passed"}, *SENT[6:]], "must fail was reported"),
    "a sentinel that is skipped": ([*SENT[:5], {**SENT[5], "outcome": "skipped"}, *SENT[6:]], "reported as skipped"),
}  # fmt: skip


async def judged(events, **more):
    numbered = tuple({"seq": number, **event} for number, event in enumerate(events))
    run = ports.TestExecution(end=runs.ExecEnd.EXITED, exit_code=0, stdout="", stderr="", events=numbered, **more)
    return pytest_runs.parse(run, await detected({"a.py": "", "requirements.txt": ""}))


@pytest.mark.parametrize(("events", "said"), ALTERED.values(), ids=ALTERED)
async def test_a_run_that_tells_what_no_run_tells_is_not_believed(events, said):
    assert (await judged(SENT)).valid
    run = await judged(events)
    assert not run.valid and said in run.why_invalid


async def test_a_file_in_the_plugins_place_makes_the_run_invalid():
    run = await judged(SENT, impostors=("src/aurora_pytest_events.py",))
    assert not run.valid and "src/aurora_pytest_events.py" in run.why_invalid
