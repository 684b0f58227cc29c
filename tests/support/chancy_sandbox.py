"""A sandbox in memory whose tests come out, run by run, as a script says, told as pytest's plugin tells it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.ports import TestCommand, TestExecution
from aurora.toolchains.runs.ids import path_of
from tests.support.memory_box import MemoryBox, MemorySandbox


class ChancySandbox(MemorySandbox):
    """`outcomes`: of each test by its id, one letter a run in which it takes part, the last one from then on: `FP`
    fails once and passes then."""

    def __init__(self, outcomes: Mapping[str, str], changed: Sequence[str] = ()) -> None:
        super().__init__()
        self.tree = {path_of(test_id): b"def test_it(): ...\n" for test_id in outcomes}
        self.changed = set(changed)
        self.left = dict(outcomes)
        self.selections: list[tuple[str, ...]] = []

    @asynccontextmanager
    async def open(self, draft: Draft, workspace: Workspace) -> AsyncIterator[MemoryBox]:
        yield _ChancyBox(self, draft)

    def run(self, selection: Sequence[str]) -> TestExecution:
        self.selections.append(tuple(selection))
        chosen = [n for n in self.left if not selection or n in selection or path_of(n) in selection]
        reported: list[dict[str, object]] = [{"t": "begin"}, *({"t": "collected", "node": n} for n in chosen)]
        failed = 0
        for test_id in chosen:
            letter, rest = self.left[test_id][0], self.left[test_id][1:]
            self.left[test_id] = rest or letter
            failed += letter == "F"
            facts = {"outcome": "failed", "kind": "assertion"} if letter == "F" else {"outcome": "passed"}
            reported.append({"t": "result", "node": test_id, "when": "whole", **facts})
        reported += [{"t": "no_sentinels", "message": "none here"}, {"t": "session", "exit": int(bool(failed))}]
        events = tuple({**event, "seq": seq} for seq, event in enumerate(reported))
        return TestExecution(end=ExecEnd.EXITED, exit_code=int(bool(failed)), stdout="", stderr="", events=events)


class _ChancyBox(MemoryBox):
    async def run_tests(self, command: TestCommand) -> TestExecution:
        assert isinstance(self.sandbox, ChancySandbox)
        return self.sandbox.run([word for word in command.argv if word.startswith("tests/")])
