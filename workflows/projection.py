"""What a task shows of itself: search attributes, the details in Temporal's UI, the view, and messages to people."""

from typing import TYPE_CHECKING, Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from aurora import names
from aurora.domain.notices import Notice, NoticeQuestion
from aurora.domain.view import TaskView
from aurora.text import clip, fit
from workflows.architect import Due
from workflows.clock import now

if TYPE_CHECKING:
    from workflows.task_context import TaskContext

_PHASE = SearchAttributeKey.for_keyword(names.PHASE)
_WAITS_FOR = SearchAttributeKey.for_keyword_list(names.WAITS_FOR)
_ASKS = SearchAttributeKey.for_keyword_list(names.ASKS)

SHOWN_AUDIT = 20


def attributes(context: "TaskContext") -> list[SearchAttributeUpdate[Any]]:
    questions = context.architect.open.values()
    return [
        _PHASE.value_set(context.phase),
        _WAITS_FOR.value_set(sorted({q.kind.value for q in questions})),
        _ASKS.value_set(sorted({q.asked[-1] for q in questions if q.asked and q.asked[-1]})),
    ]


def details(context: "TaskContext") -> str:
    state, ledger = context.state, context.ledger
    lines = [f"**{state.step.value}**" + (f", turn {state.turn}" if state.turn else "") + f" ({context.phase})"]
    if state.round:
        lines.append(f"reflexion round {state.round} of {state.max_rounds}")
    lines.append(f"{ledger.turns} turns, ${ledger.settled.dollars:.4f}")
    lines += [f"- waits for an answer to {q.id} ({q.kind.value}): {q.text}" for q in context.architect.open.values()]
    if state.error:
        lines.append(f"trouble: {state.error}")
    return "\n\n".join(lines)[:4_000]


def title(context: "TaskContext") -> str:
    text = context.task.text.strip()
    return clip(text.splitlines()[0] if text else "", 120)


def view(context: "TaskContext") -> TaskView:
    state, ledger, architect = context.state, context.ledger, context.architect
    refusals = (f"an answer was refused: {r}" for r in architect.refusals)
    return TaskView(
        task_id=context.task.id,
        tenant=context.task.tenant,
        repository=state.repository,
        title=title(context),
        phase=context.phase,
        step=state.step.value,
        turn=state.turn,
        round=state.round,
        max_rounds=state.max_rounds,
        commit=state.draft.commit if state.draft else None,
        draft=state.draft,
        questions=tuple(architect.open.values()),
        usage=ledger.settled,
        open_microdollars=ledger.open,
        budget_microdollars=ledger.budget,
        turns=ledger.turns,
        max_turns=ledger.max_turns,
        max_tokens=ledger.max_tokens,
        wall_seconds=int(context.worked),
        max_wall_seconds=ledger.max_seconds,
        steps=tuple(ledger.by_step.values()),
        error=state.error,
        warnings=(*state.warnings, *refusals),
        audit=architect.audit[-SHOWN_AUDIT:],
        submitted_at=context.task.submitted_at,
        submitted_by=context.task.submitted_by,
        run=state.run,
        outcome=context.outcome,
    )


def notice(context: "TaskContext", due: Due) -> Notice:
    """All that is still open of what this person is to be told, in one message."""
    open_ones = [context.architect.open[q] for q in due.questions if q in context.architect.open]
    return Notice(
        key=f"{context.task.id}.{due.key}",
        event=due.event,
        to=due.to,
        task_id=context.task.id,
        tenant=context.task.tenant,
        repository=context.state.repository,
        title=title(context),
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


def outcome_notice(context: "TaskContext") -> Notice:
    outcome = context.outcome
    assert outcome is not None
    return Notice(
        key=f"{context.task.id}.outcome",
        event="on_outcome",
        to=context.architect.first,
        task_id=context.task.id,
        tenant=context.task.tenant,
        repository=context.state.repository,
        title=title(context),
        at=now(),
        outcome=outcome.kind,
        summary=outcome.summary,
        branch=outcome.branch,
        commit=outcome.commit or "",
    )
