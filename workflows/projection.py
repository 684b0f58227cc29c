"""The view of a task: search attributes, the details in Temporal's UI, the view, and messages to people."""

from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from aurora import names
from aurora.domain.notices import Notice, NoticeQuestion
from aurora.domain.outcome import Outcome
from aurora.domain.task import Task
from aurora.domain.view import Phase, TaskView
from aurora.text import clip, fit
from workflows.architect import Due
from workflows.clock import now
from workflows.state import State

_PHASE = SearchAttributeKey.for_keyword(names.PHASE)
_WAITS_FOR = SearchAttributeKey.for_keyword_list(names.WAITS_FOR)
_ASKS = SearchAttributeKey.for_keyword_list(names.ASKS)

SHOWN_AUDIT = 20


def phase(state: State, outcome: Outcome | None) -> Phase:
    if outcome is not None:
        return "ended"
    if state.architect.open:
        return "waiting"
    return "paused" if state.paused else "running"


def attributes(state: State, outcome: Outcome | None) -> list[SearchAttributeUpdate[Any]]:
    questions = state.architect.open.values()
    return [
        _PHASE.value_set(phase(state, outcome)),
        _WAITS_FOR.value_set(sorted({q.kind.value for q in questions})),
        _ASKS.value_set(sorted({q.asked[-1] for q in questions if q.asked and q.asked[-1]})),
    ]


def details(state: State, outcome: Outcome | None) -> str:
    ledger, shown = state.ledger, phase(state, outcome)
    lines = [f"**{state.step.value}**" + (f", turn {state.turn}" if state.turn else "") + f" ({shown})"]
    if reported := str(state.progress):
        lines.append(reported)
    if state.round:
        lines.append(f"reflexion round {state.round} of {state.max_rounds}")
    lines.append(f"{ledger.turns} turns, ${ledger.settled.dollars:.4f}")
    lines += [f"- waits for an answer to {q.id} ({q.kind.value}): {q.text}" for q in state.architect.open.values()]
    if state.error:
        lines.append(f"trouble: {state.error}")
    return "\n\n".join(lines)[:4_000]


def title(task: Task) -> str:
    text = task.text.strip()
    return clip(text.splitlines()[0] if text else "", 120)


def view(state: State, outcome: Outcome | None, *, closing: bool = False) -> TaskView:
    """`closing`: the task is about to end, so that nothing lasts that only matters while it runs."""
    task, ledger, architect = state.task, state.ledger, state.architect
    lasting = (*state.warnings, *(f"an answer was refused: {r}" for r in architect.refusals))
    passing = () if closing else (*ledger.warnings(state.worked), *architect.undelivered)
    return TaskView(
        task_id=task.id,
        tenant=task.tenant,
        repository=state.repository,
        title=title(task),
        phase=phase(state, outcome),
        step=state.step.value,
        turn=state.turn,
        round=state.round,
        max_rounds=state.max_rounds,
        progress=state.progress,
        commit=state.draft.commit if state.draft else None,
        draft=state.draft,
        questions=tuple(architect.open.values()),
        usage=ledger.settled,
        open_microdollars=ledger.open,
        budget_microdollars=ledger.budget,
        turns=ledger.turns,
        max_turns=ledger.max_turns,
        max_tokens=ledger.max_tokens,
        wall_seconds=int(state.worked),
        max_wall_seconds=ledger.max_seconds,
        steps=tuple(ledger.by_step.values()),
        error="" if closing else state.error,
        warnings=(*lasting, *passing),
        audit=architect.audit[-SHOWN_AUDIT:],
        submitted_at=task.submitted_at,
        submitted_by=task.submitted_by,
        run=state.run,
        outcome=outcome,
    )


def notice(state: State, due: Due) -> Notice:
    """All that is still open of what this person is to be told, in one message."""
    open_ones = [state.architect.open[q] for q in due.questions if q in state.architect.open]
    return Notice(
        key=f"{state.task.id}.{due.key}",
        event=due.event,
        to=due.to,
        task_id=state.task.id,
        tenant=state.task.tenant,
        repository=state.repository,
        title=title(state.task),
        at=due.at,
        questions=tuple(
            NoticeQuestion(
                id=q.id,
                kind=q.kind,
                text=fit(q.text, 1_000),
                options=q.options,
                assumed=q.assumed,
                asked_at=q.asked_at,
                rung=q.rung,
                deadline=q.deadline,
            )
            for q in open_ones
        ),
    )


def outcome_notice(state: State, outcome: Outcome) -> Notice:
    return Notice(
        key=f"{state.task.id}.outcome",
        event="on_outcome",
        to=state.architect.first,
        task_id=state.task.id,
        tenant=state.task.tenant,
        repository=state.repository,
        title=title(state.task),
        at=now(),
        outcome=outcome.kind,
        summary=outcome.summary,
        branch=outcome.branch,
        commit=outcome.commit or "",
    )
