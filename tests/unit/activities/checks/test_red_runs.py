"""After a refusal only what changed runs again; whatever else may have a part in an outcome makes everything run."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from temporalio.testing import ActivityEnvironment

from activities import run_tests
from activities.messages import CheckInput, CheckResult
from aurora import ports
from aurora.domain.frozen_tests import FrozenTests
from aurora.domain.runs import ExecEnd
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.settings.repository import BackendSettings
from aurora.stored_values import fetch, keep
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.memory_box import MemoryBox, MemorySandbox
from tests.support.workspaces import DIGEST, SHA, workspace

A, B, C = "tests/test_a.py", "tests/test_b.py", "tests/test_c.py"
RIGHT, WRONG, SKIPPED = "def test_one(): assert route()\n", "def test_one(): no_such_name\n", "def test_one(): skip\n"


class Suite(MemorySandbox):
    """Runs the files that it is told to run: each has one test, whose outcome its text says."""

    def __init__(self) -> None:
        super().__init__(tests__test_a=RIGHT, tests__test_b=RIGHT, tests__test_c=WRONG, app=("x = 1\n"))
        self.changed = {A, B, C}
        self.ran: list[list[str]] = []
        self.everything = False

    @asynccontextmanager
    async def open(self, draft: Draft, workspace: Workspace) -> AsyncIterator[MemoryBox]:
        yield _Box(self, draft)


class _Box(MemoryBox):
    async def run_tests(self, command: ports.TestCommand) -> ports.TestExecution:
        suite = self.sandbox
        assert isinstance(suite, Suite)
        reported = [path for path in command.argv if path.startswith("tests/")]
        suite.ran.append(reported)
        events = [{"t": "begin"}]
        for path in sorted(suite.changed) if suite.everything else reported:
            node, text = f"{path}::test_one", suite.tree[path].decode()
            kind = "test_code" if "no_such" in text else "assertion"
            said = {"outcome": "skipped"} if "skip" in text else {"outcome": "failed", "kind": kind, "message": text}
            events += [{"t": "collected", "node": node}, {"t": "result", "node": node, "when": "whole", **said}]
        events += [{"t": "no_sentinels", "message": "none here"}, {"t": "session", "exit": 1}]  # type: ignore[list-item]
        numbered = tuple({**event, "seq": seq} for seq, event in enumerate(events))
        return ports.TestExecution(end=ExecEnd.EXITED, exit_code=1, stdout="", stderr="", events=numbered)


class Played:
    def __init__(self, reruns: int = 1) -> None:
        self.artifacts, self.suite = MemoryArtifacts(), Suite()
        self.mine = self.artifacts.of(workspace().task.ref)
        self.space = workspace(settings=BackendSettings.model_validate({"flaky": {"reruns": reruns}}))
        self.before: str | None = None

    async def red(self, number: int) -> CheckResult:
        """The red run of an attempt."""
        kept = await keep(self.mine, self.space)
        draft = Draft(
            task=self.space.task.ref, workspace=kept, base=SHA, base_pack=DIGEST, commit=f"{number:040x}", bundle=DIGEST
        )
        order = CheckInput(draft=draft, mode="red", before=self.before)
        tester = run_tests.RunTestsActivity(self.artifacts, self.suite)
        seen: CheckResult = await ActivityEnvironment().run(tester.run_tests, order)
        self.before = seen.run
        return seen


async def test_only_the_refused_file_runs_again_and_what_is_frozen_was_seen_whole() -> None:
    played = Played()
    first = await played.red(1)
    assert [f.test_id for f in first.report.findings] == [f"{C}::test_one"]
    played.suite.tree[C] = RIGHT.encode()
    second = await played.red(2)
    assert played.suite.ran == [[A, B, C], [C], [A, B, C]]
    assert second.report.passed and "2 unchanged files not run again" in second.report.summary
    frozen = await fetch(played.mine, second.draft.frozen or "", FrozenTests)
    assert frozen.red == frozen.test_ids == (f"{A}::test_one", f"{B}::test_one", f"{C}::test_one")
    assert set(frozen.reasons) == set(frozen.red) and all(frozen.reasons.values()), "what the evidence shows of each"
    assert frozen.files == await MemoryBox(played.suite, second.draft).digests([A, B, C])


async def test_where_nothing_is_run_once_more_before_it_is_frozen_everything_runs() -> None:
    """A changed file can turn another one green, by what it does when it is loaded."""
    played = Played(reruns=0)
    await played.red(1)
    played.suite.tree[C] = RIGHT.encode()
    seen = await played.red(2)
    assert seen.report.passed and played.suite.ran == [[A, B, C], [A, B, C]]


async def test_the_same_refusal_again_has_the_same_summary_although_less_was_run() -> None:
    played = Played()
    first = await played.red(1)
    played.suite.tree[C] += b"# another try\n"
    second = await played.red(2)
    assert played.suite.ran[-1] == [C]
    assert first.summary == second.summary and first.report.fingerprint == second.report.fingerprint


async def test_a_file_that_was_refused_runs_again_although_another_one_was_changed() -> None:
    played = Played()
    played.suite.tree[B] = SKIPPED.encode()
    await played.red(1)
    played.suite.tree[C] = RIGHT.encode()
    seen = await played.red(2)
    assert played.suite.ran[-1] == [B, C] and [f.path for f in seen.report.findings] == [B]


async def test_a_third_run_stands_on_the_second_one() -> None:
    played = Played()
    played.suite.tree[B] = WRONG.encode()
    await played.red(1)
    played.suite.tree[B] = RIGHT.encode()
    await played.red(2)
    played.suite.tree[C] = RIGHT.encode()
    seen = await played.red(3)
    assert played.suite.ran == [[A, B, C], [B, C], [C], [A, B, C]] and seen.report.passed
    assert seen.report.counts is not None and (seen.report.counts.failed, seen.report.counts.collected) == (3, 3)


def _support(played: Played) -> None:
    played.suite.tree["tests/conftest.py"] = b"x = 1\n"
    played.suite.changed.add("tests/conftest.py")


def _code(played: Played) -> None:
    played.suite.changed.add("app.py")


def _nothing(played: Played) -> None:
    played.suite.tree[C] = WRONG.encode()


def _image(played: Played) -> None:
    played.space = played.space.model_copy(update={"files": 2})


def _imported(played: Played) -> None:
    played.suite.tree[A] = b"from tests.test_c import route\n" + RIGHT.encode()
    played.suite.tree[B] = RIGHT.encode()


def _another(played: Played) -> None:
    played.suite.tree["tests/test_d.py"] = RIGHT.encode()
    played.suite.changed.add("tests/test_d.py")


def _gone(played: Played) -> None:
    del played.suite.tree[A]
    played.suite.changed.discard(A)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param(_support, [A, B, C], id="support of the tests"),
        pytest.param(_code, [A, B, C], id="a stub"),
        pytest.param(_nothing, [A, B, C], id="nothing"),
        pytest.param(_image, [A, B, C], id="the workspace"),
        pytest.param(_gone, [B, C], id="a file removed"),
        pytest.param(_another, [C, "tests/test_d.py"], id="a new file"),
    ],
)
async def test_everything_runs_where_more_than_a_test_file_changed(
    change: Callable[[Played], None], again: list[str]
) -> None:
    played = Played()
    await played.red(1)
    played.suite.tree[C] = RIGHT.encode()
    change(played)
    await played.red(2)
    assert played.suite.ran[1] == again


async def test_everything_runs_where_a_file_names_the_changed_one() -> None:
    played = Played()
    _imported(played)
    await played.red(1)
    played.suite.tree[C] = RIGHT.encode()
    await played.red(2)
    assert played.suite.ran[-1] == [A, B, C]


async def test_a_command_that_runs_everything_is_believed_as_it_ran() -> None:
    played = Played()
    await played.red(1)
    played.suite.tree[C] = RIGHT.encode()
    played.suite.tree[A] = RIGHT.encode()
    played.suite.everything = True
    seen = await played.red(2)
    assert seen.report.passed and "not run again" not in seen.report.summary
    assert seen.report.counts is not None and seen.report.counts.failed == 3
