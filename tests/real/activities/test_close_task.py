"""The end of a task on real git: the work is kept, the ledger is true, nothing can keep a task from ending."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.close_task import CloseTaskActivity
from activities.messages import CloseTaskInput, CloseTaskResult
from activities.record_task import audit
from aurora.domain.notices import Notice, Reception
from aurora.domain.outcome import Outcome, OutcomeKind, Usage
from aurora.domain.questions import AuditEntry
from aurora.domain.task import Draft, Task, TaskRef, Uploaded
from aurora.domain.view import TaskView
from aurora.drivers.git.repositories import GitRepositories
from aurora.errors import EngineError
from aurora.names import RECORD
from tests.support.git_fixtures import draft_bundle, git, repository
from tests.support.memory_artifacts import MemoryArtifacts
from tests.support.workspaces import DIGEST


class Boxes:
    """Only what closing asks of a sandbox."""

    def __init__(self, error: EngineError | None = None) -> None:
        self.released: list[TaskRef] = []
        self.error = error

    async def release(self, task: TaskRef) -> None:
        self.released.append(task)
        if self.error is not None:
            raise self.error


class Quiet:
    """A notifier with nobody to tell but of outcomes, if at all."""

    def __init__(self, *events: str) -> None:
        self.events = events

    def webhooks(self, notice: Notice) -> Sequence[str]:
        return ()

    async def tell(self, webhook: str, notice: Notice, *, attempt: int) -> Reception:
        return Reception(webhook=webhook, taken=True)

    def tells(self, event: str) -> bool:
        return event in self.events


class House:
    def __init__(self, folder: Path) -> None:
        self.work = repository(folder / "shop")
        self.artifacts = MemoryArtifacts()
        self.boxes = Boxes()
        self.base = git(self.work, "rev-parse", "HEAD")
        self.events: tuple[str, ...] = ()

    def activity(self) -> CloseTaskActivity:
        sandbox: object = self.boxes
        return CloseTaskActivity(self.artifacts, sandbox, GitRepositories(self.artifacts), Quiet(*self.events))  # type: ignore[arg-type]

    @property
    def task(self) -> Task:
        source = Uploaded(base=self.base, pack=DIGEST, label="shop", path=str(self.work))
        return Task(id="t1", text="x", source=source, submitted_at=0)

    async def draft(self) -> Draft:
        commit, bundle = draft_bundle(self.work, self.base)
        kept = await self.artifacts.of(self.task.ref).put(bundle)
        given = {"workspace": DIGEST, "base": self.base, "base_pack": DIGEST, "commit": commit, "bundle": kept}
        return Draft(task=self.task.ref, **given)

    async def order(self, kind: OutcomeKind = OutcomeKind.CANCELLED, **more: object) -> CloseTaskInput:
        outcome = Outcome(kind=kind, summary="cancelled by ann", draft=await self.draft())
        view = TaskView(task_id="t1", audit=(AuditEntry(at=1, what="control", about="cancel", who="ann"),))
        return CloseTaskInput(view=view, outcome=outcome.model_copy(update=more), task=self.task)

    async def close(self, order: CloseTaskInput) -> CloseTaskResult:
        closed: CloseTaskResult = await ActivityEnvironment().run(self.activity().close_task, order)
        return closed

    def record(self) -> TaskView:
        return TaskView.model_validate_json(self.artifacts.of(self.task.ref).named[RECORD])


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_the_work_of_a_task_without_a_commit_is_a_ref_to_fetch(house: House, tmp_path: Path) -> None:
    order = await house.order()
    closed = await house.close(order)
    assert closed.outcome.kept == "refs/aurora/t1"
    git(tmp_path, "init", "-q", "mine")
    git(tmp_path / "mine", "fetch", "-q", str(house.work), closed.outcome.kept)
    assert order.outcome.draft is not None
    assert git(tmp_path / "mine", "rev-parse", "FETCH_HEAD") == order.outcome.draft.commit
    assert git(house.work, "branch", "--list", "aurora*") == ""
    assert house.record().outcome == closed.outcome


async def test_a_committed_task_needs_no_such_ref(house: House) -> None:
    assert (await house.close(await house.order(OutcomeKind.COMMITTED))).outcome.kept == ""
    assert git(house.work, "for-each-ref", "refs/aurora") == ""


async def test_closing_twice_changes_nothing(house: House) -> None:
    order = await house.order()
    assert await house.close(order) == await house.close(order)
    assert [entry.about for entry in await audit(house.artifacts.of(house.task.ref))] == ["cancel"]


async def test_a_repository_that_is_gone_is_a_note_and_no_failure(house: House) -> None:
    order = await house.order()
    house.work.rename(house.work.with_name("moved"))
    closed = await house.close(order)
    assert closed.outcome.kept == ""
    assert closed.outcome.summary.startswith("cancelled by ann; the work is in the artifacts, no ref was made: ")
    assert house.record().outcome == closed.outcome


async def test_a_bundle_that_is_gone_is_a_note_and_no_failure(house: House) -> None:
    order = await house.order()
    house.artifacts.of(house.task.ref).blobs.clear()
    assert "no ref was made" in (await house.close(order)).outcome.summary


async def test_an_engine_that_is_away_keeps_nothing_from_being_written(house: House) -> None:
    order = await house.order()
    house.boxes.error = EngineError("the engine does not answer")
    with pytest.raises(EngineError):
        await house.close(order)
    assert house.record().phase == "ended"
    house.boxes.error = None
    assert (await house.close(order)).outcome == house.record().outcome
    assert house.boxes.released == [house.task.ref] * 2


async def test_calls_that_came_to_no_end_are_in_the_last_word(house: House) -> None:
    calls = house.artifacts.of(house.task.ref)
    await calls.create("calls/a/intent-0001.json", b'{"microdollars": 900}')
    reply = b'{"try": 1, "reply": {"usage": {"microdollars": 700, "input_tokens": 70, "calls": 1}}}'
    await calls.create("calls/a/reply.json", reply)
    await calls.create("calls/b/intent-0001.json", b'{"microdollars": 50}')
    outcome = (await house.close(await house.order(usage=Usage(microdollars=100, input_tokens=10, calls=1)))).outcome
    assert (outcome.usage.microdollars, outcome.open_microdollars) == (700, 50)
    assert (house.record().usage, house.record().open_microdollars) == (outcome.usage, 50)


async def test_usage_never_shrinks_against_what_the_workflow_says(house: House) -> None:
    said = Usage(microdollars=100, input_tokens=10, output_tokens=3, calls=1)
    assert (await house.close(await house.order(usage=said))).outcome.usage == said


@pytest.mark.parametrize("events", [(), ("on_question",), ("on_outcome", "on_question")])
async def test_somebody_is_told_only_if_somebody_wants_to_hear_of_outcomes(house: House, events: tuple[str]) -> None:
    house.events = events
    assert (await house.close(await house.order())).tell is ("on_outcome" in events)
