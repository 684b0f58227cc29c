"""pause, resume, cancel, retry, approve, raise_budget: in every step, in any order, each once however often sent."""

from temporalio.exceptions import ApplicationError

from aurora import names
from aurora.domain.questions import Answer, AuditEntry, Question, QuestionKind
from aurora.domain.view import Control
from aurora.text import fit
from workflows.clock import now
from workflows.task_context import TaskContext

LARGEST_RAISE = 10_000
"""Dollars."""


def check(context: TaskContext, control: Control) -> None:
    """Raises what the sender is told."""
    if context.state.knows(_identity(control)):
        return
    if context.closing and control.verb != "cancel":
        raise _refused("the task has ended")
    if control.verb == "cancel" and context.state.delivering:
        raise _refused("the commit is already being delivered: the task can't be cancelled any more")
    if control.verb == "raise_budget" and context.state.bounds is None:
        raise _refused("the task has not read its settings yet; try again once its workspace is open")
    if control.verb == "approve" and _plan(context) is None:
        raise _refused("no plan waits for approval")
    if control.verb in ("approve", "raise_budget"):
        allowed = context.architect.settings.answered_by
        if allowed and control.by not in allowed:
            who = fit(control.by, 60) or "an unnamed sender"
            said = f"{who!r} may not {control.verb.replace('_', ' ')}; allowed: {', '.join(allowed)}"
            raise _refused(said, names.NOT_PERMITTED)
    if control.verb == "raise_budget":
        _check_raise(context, control)


def _check_raise(context: TaskContext, control: Control) -> None:
    if not 0 < control.amount <= LARGEST_RAISE:  # NaN is refused, too
        raise _refused(f"the amount must be above 0 and at most {LARGEST_RAISE} dollars")
    ledger = context.ledger
    if ledger.most is not None and ledger.budget + micro(control.amount) > ledger.most:
        room = (ledger.most - ledger.budget) / 1e6
        raise _refused(f"the worker allows at most ${ledger.most / 1e6:.2f} per task: raise by ${room:.2f} at most")


def apply(context: TaskContext, control: Control) -> None:
    """Apply a checked control."""
    state = context.state
    if not state.first_time(_identity(control)):
        return
    note = f"${control.amount:.2f}" if control.verb == "raise_budget" else fit(control.note, 120)
    by = fit(control.by, 60)
    context.architect.add_to_audit(AuditEntry(at=now(), what="control", about=control.verb, who=by, note=note))
    match control.verb:
        case "pause":
            state.paused = True
        case "resume":
            state.paused = False
        case "retry":
            context.probe_now = True
        case "cancel":
            state.cancelled = state.cancelled or not context.closing
        case "approve":
            plan = _plan(context)
            assert plan is not None
            context.architect.record(Answer(question_id=plan.id, text="approve", by=by))
        case "raise_budget":
            context.ledger.raise_by(micro(control.amount), seconds=context.state.worked)
            for question in _open(context, QuestionKind.BUDGET):
                answer = Answer(question_id=question.id, text=f"raised by {note}", by=by)
                context.architect.record(answer)


def _identity(control: Control) -> str:
    """The identity by which it is the same act however often it is sent; nothing when its sender gave no id."""
    return f"{control.verb} {fit(control.id, 64)}" if control.id else ""


def micro(dollars: float) -> int:
    return round(dollars * 1_000_000)


def _open(context: TaskContext, kind: QuestionKind) -> tuple[Question, ...]:
    return tuple(q for q in context.architect.open.values() if q.kind is kind)


def _plan(context: TaskContext) -> Question | None:
    return next(iter(_open(context, QuestionKind.PLAN)), None)


def _refused(why: str, kind: str = "ControlRefused") -> ApplicationError:
    return ApplicationError(why, type=kind, non_retryable=True)
