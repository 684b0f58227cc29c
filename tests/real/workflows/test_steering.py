"""Anything may be said to a task at any time, in any order, twice, and by several at once: nothing is lost or done
twice, nothing gets stuck, no handler raises. Random sequences against a small model, on the dev server, by the
client's side; a task may be continued as new at any moment of it.

`make property` plays 2,000 sequences; `make test` a part of them.
"""

import asyncio
import os
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.messages import Asked
from aurora import names
from aurora.client import send
from aurora.client.send import HasEnded
from aurora.domain.outcome import Outcome, OutcomeKind
from aurora.domain.questions import Answer, QuestionDraft, QuestionKind, Receipt
from aurora.domain.view import Clarification, Control, TaskView
from aurora.errors import Refusal
from aurora.settings.repository import ArchitectSettings
from tests.support.replaying import replay, runs
from tests.support.routed import Gate, Router, working
from tests.support.scripted_steps import Steps, red, result, task, tools
from tests.support.steering_model import MOST, START, Model
from workflows.backend_task import BackendTask
from workflows.state import State

SEQUENCES = int(os.environ.get("AURORA_SEQUENCES", "30"))
TASK_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
BY = ("ada", "bob", "")
Handle = WorkflowHandle[BackendTask, Outcome]


# ── what a task is, and what may be said to it ──


@dataclass(frozen=True)
class Play:
    """A task: which of its steps ask, fail or take their time."""

    asks: int
    approves: bool
    outage: bool
    held: str
    turns: int
    answered_by: tuple[str, ...]
    replayed: bool
    """True if its histories are played again afterwards by a worker that remembers nothing."""
    most_events: int | None

    def steps(self, gate: Gate) -> Steps:
        asked = QuestionDraft(kind=QuestionKind.MISSING_SPEC, text="Which?", options=("this", "that"))
        plan = QuestionDraft(kind=QuestionKind.PLAN, text="This plan?", options=("approve", "abandon"))
        inside = Asked(tool_use_id="t1", question=QuestionDraft(kind=QuestionKind.DECISION, text="Soft delete?"))
        out = ApplicationError("the key was revoked", type="CredentialsRefused", non_retryable=True)
        script: dict[str, list[Any]] = {
            "check_context": [result(questions=(asked,) * self.asks)] if self.asks else [],
            "draft_plan": [result(questions=(plan,))] if self.approves else [],
            "write_code": [tools(asks=(inside,)), *([out] if self.outage else [])],
            "run_tests": [red("a")],
        }
        if self.held:
            value = result() if self.held in ("check_context", "reflect") else tools()
            script[self.held] = [*script.get(self.held, []), lambda _: gate.through(value)]
        steps = Steps(**script)
        steps.bounds = steps.bounds.model_copy(
            update={
                "max_turns": self.turns,
                "most_microdollars": MOST,
                "architect": ArchitectSettings(approve_plan=self.approves, answered_by=self.answered_by),
            }
        )
        return steps


plays = st.builds(
    Play,
    asks=st.integers(0, 2),
    approves=st.booleans(),
    outage=st.booleans(),
    held=st.sampled_from(["", "check_context", "define_interfaces", "write_code", "fix_code"]),
    turns=st.sampled_from([3, 120]),
    answered_by=st.sampled_from([(), ("ada",)]),
    replayed=st.booleans(),
    most_events=st.sampled_from([None, 40, 70]),
)


class Long(str):
    """A text whose failing example can be read."""

    def __repr__(self) -> str:
        return f"Long({len(self)})"


AT_MOST, TOO_LONG = Long("x" * 20_000), Long("x" * 20_001)
ids = st.sampled_from(["i1", "i2", "i3", "i4"])
by = st.sampled_from(BY)
texts = st.sampled_from(["this", "approve", "go on", "raise", AT_MOST, TOO_LONG, "", "  ", "\x00ü😀"])
controls = st.builds(
    Control,
    verb=st.sampled_from(["pause", "resume", "retry", "approve", "raise_budget"]),
    amount=st.sampled_from([1.0, 2.5, 0.0, -1.0, 1e9, float("nan"), float("inf")]),
    by=by,
    id=ids,
)
cancels = st.builds(Control, verb=st.just("cancel"), by=by, id=ids)
answers = st.tuples(st.just("answer"), st.integers(0, 3), texts, by, st.booleans())
clarifications = st.tuples(st.just("clarify"), ids, st.sampled_from(["note one", "note two", TOO_LONG, " "]), by)
garbage = st.tuples(st.just("garbage"), st.sampled_from([names.ANSWER_SIGNAL, names.CLARIFY]))
pauses = st.tuples(st.just("let"), st.sampled_from(["go", "wait"]))
acts = st.one_of(controls, answers, clarifications, garbage, pauses, controls, answers)
sequences = st.lists(st.lists(acts, min_size=1, max_size=3), min_size=1, max_size=7)
ends = st.one_of(st.none(), st.none(), cancels)


# ── playing it ──


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def router(server: Client) -> AsyncIterator[Router]:
    one = Router()
    async with working(server, one):
        yield one


@dataclass
class Table:
    """One task being played."""

    client: Client
    handle: Handle
    steps: Steps
    gate: Gate
    model: Model
    refused: Counter[str] = field(default_factory=Counter)

    async def view(self) -> TaskView:
        return await self.handle.query(BackendTask.view)

    async def act(self, act: Any, together: set[str]) -> None:
        match act:
            case Control():
                await self.control(act, together)
            case ("answer", nth, text, who, by_signal):
                await self.answer(nth, text, who, by_signal=by_signal)
            case ("clarify", said_id, text, who):
                if await self.signal(names.CLARIFY, Clarification(text=text, by=who, id=said_id)):
                    self.model.clarify(text, said_id)
            case ("garbage", name):
                await self.signal(name, {"nonsense": [1, 2]})
            case ("let", what):
                self.gate.opened.set() if what == "go" else await asyncio.sleep(0.01)

    async def control(self, control: Control, together: set[str]) -> None:
        taken = await self.update(names.CONTROL, control)
        if taken is not None:
            self.model.control(control, taken, together)

    async def answer(self, nth: int, text: str, who: str, *, by_signal: bool) -> None:
        """The nth open question, or one that there is not; remembered when it was accepted."""
        open_ones = (await self.view()).questions
        question = open_ones[nth].id if nth < len(open_ones) else f"q{nth + 7}"
        answer = Answer.model_construct(question_id=question, text=text, by=who)
        if by_signal:
            await self.signal(names.ANSWER_SIGNAL, answer)
        elif await self.update(names.ANSWER, answer):
            before = self.model.answers.setdefault(question, text)
            assert before == text, f"{question} was answered twice, differently"
            assert not self.model.answered_by or who in self.model.answered_by

    async def update(self, name: str, value: Any) -> bool | None:
        """Return whether it was accepted; none when the task has ended meanwhile."""
        task_id = self.handle.id.removeprefix(names.workflow_id(""))
        kind: Any = Receipt if name == names.ANSWER else str
        try:
            await send.tell(self.client, task_id, name, value, kind, uuid.uuid4().hex)
        except HasEnded:
            return None
        except Refusal as refusal:
            self.refused[refusal.what.split(":")[-1].strip()[:60]] += 1
            return False
        return True

    async def signal(self, name: str, value: Any) -> bool:
        try:
            await self.handle.signal(name, value)
        except RPCError as gone:
            assert gone.status is RPCStatusCode.NOT_FOUND, gone
            return False
        return True

    async def to_its_end(self) -> Outcome:
        """As a patient Architect would: let go, resume, answer whatever is asked."""
        self.gate.opened.set()
        while (seen := await self.view()).outcome is None:
            if seen.phase != "running":
                await self.update(names.CONTROL, Control(verb="resume", id=uuid.uuid4().hex))
            for question in seen.questions:
                text = {"plan": "approve", "budget": "raise", "outage": "retry"}.get(question.kind, "this")
                answer = Answer(question_id=question.id, text=text, by="ada")
                if await self.update(names.ANSWER, answer):
                    self.model.answers[question.id] = text
            await asyncio.sleep(0.005)
        return await asyncio.wait_for(self.handle.result(), 30)


async def played(
    server: Client, router: Router, play: Play, sequence: list[list[Any]], end: Control | None
) -> tuple[Table, Outcome]:
    gate, task_id = Gate(), uuid.uuid4().hex[:12]
    steps = router.steps[task_id] = play.steps(gate)
    given: Any = task(task_id)
    if play.most_events is not None:
        given = State.of(given).model_copy(update={"most_events": play.most_events})
    handle = await server.start_workflow(
        BackendTask.run,
        given,
        id=names.workflow_id(task_id),
        task_queue=names.WORKFLOW_QUEUE,
    )
    table = Table(server, handle, steps, gate, Model(answered_by=play.answered_by))
    try:
        for group in [*sequence, *([[end]] if end else [])]:
            together = {a.verb for a in group if isinstance(a, Control)}
            await asyncio.gather(*(table.act(act, together) for act in group))
            _phase_is_true(await table.view(), table.model)
        return table, await table.to_its_end()
    finally:
        gate.opened.set()
        del router.steps[task_id]


def _phase_is_true(seen: TaskView, model: Model) -> None:
    if seen.outcome is not None:
        assert seen.phase == "ended"
    elif seen.questions:
        assert seen.phase == "waiting"
    elif model.paused is not None and not model.cancelled:
        assert seen.phase == ("paused" if model.paused else "running")


async def _checked(table: Table, outcome: Outcome, final: TaskView) -> None:
    model, steps = table.model, table.steps
    abandoned = {OutcomeKind.ABANDONED, OutcomeKind.EXHAUSTED, OutcomeKind.OUT_OF_BUDGET}
    if model.cancelled:
        assert outcome.kind in {OutcomeKind.CANCELLED, OutcomeKind.COMMITTED, *abandoned}
        assert outcome.kind is OutcomeKind.CANCELLED or "deliver" in steps.ran or outcome.kind in abandoned
    else:
        assert outcome.kind is OutcomeKind.COMMITTED or outcome.kind in abandoned, outcome
    # each accepted clarification once: heard by the flow, or said to have come too late
    observed = Counter(t for t in steps.answers() if t.startswith("note "))
    # two texts under one id in one instant: whichever came first was taken
    said = len([t for t in model.clarified.values() if t.startswith("note ")])
    late = sum(int(w.split()[0]) for w in final.warnings if w.endswith("too late to be used"))
    assert set(observed) <= {"note one", "note two"} and observed.total() + late == said, (
        observed,
        said,
        final.warnings,
    )
    # the money: what was given, once for each id; a budget question's `raise` gives half as much again
    if final.max_turns == 120:  # nobody was asked for more
        assert final.budget_microdollars == START + model.raised
    if final.max_turns:  # none while the workspace is not open yet
        assert final.budget_microdollars >= START + model.raised or final.budget_microdollars == MOST
    assert final.budget_microdollars <= MOST
    replies = [name for name in steps.ran if name in steps.replying]
    assert final.turns <= len(replies) and final.usage.calls == final.turns
    # the audit names every answer and every control that was taken
    audit = [e for o in (*steps.orders["record_task"], steps.orders["close_task"][0]) for e in o.view.audit]
    answered = {e.about for e in audit if e.what == "answered"}
    assert set(model.answers) <= answered
    controls = Counter(e.about for e in audit if e.what == "control")
    assert controls["raise_budget"] == len(model.raises)
    assert await _failed_tasks(table.handle) == [], "a handler or the flow raised in workflow code"


async def _failed_tasks(handle: Handle) -> list[str]:
    history = await handle.fetch_history()
    failed = [e.workflow_task_failed_event_attributes for e in history.events if e.event_type == TASK_FAILED]
    # something was said in the instant the task ended: Temporal has the workflow look at it first
    return [str(f) for f in failed if f.cause != WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND]


@pytest.mark.server
@pytest.mark.timeout(SEQUENCES * 10)
@settings(max_examples=SEQUENCES, suppress_health_check=list(HealthCheck), print_blob=True)
@given(play=plays, sequence=sequences, end=ends)
async def test_whatever_is_said_in_whatever_order_is_done_once_and_nothing_is_stuck(
    server: Client, router: Router, play: Play, sequence: list[list[Any]], end: Control | None
) -> None:
    table, outcome = await asyncio.wait_for(played(server, router, play, sequence, end), 60)
    await _checked(table, outcome, await table.view())
    if play.replayed:
        await replay(*await runs(server, table.handle))
