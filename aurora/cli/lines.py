"""How a task's life is told, a line an event: `12:01:05  write_code 3  asks edit_file app/x.py   $0.012`."""

import time

from aurora.domain import Outcome, Question, counted
from aurora.following import Event
from aurora.tools.output import reveal
from aurora.view import TaskView

_QUIET = {"close_task", "record_answers"}


def line_of(event: Event) -> str | None:
    """None for events that only a spinner tells (`began`) and for book-keeping."""
    if event.kind in ("began", "changed") or event.what in _QUIET:
        return None
    text = {
        "submitted": "handed in",
        "failed": f"failed: {event.text}",
        "retries": event.text,
        "told": f"heard  {event.text}",
        "ended": event.text,
    }.get(event.kind, event.text or "done")
    if event.activity == "use_tools" and event.kind == "did":
        if text.startswith(("finish ", "report_blocked ")):
            return None  # the reply's own line said it already
        return f"{clock(event.at)}  ↳ {' '.join(text.split())}"
    what = f"ended: {event.what}" if event.kind == "ended" else event.what
    cost = f"   {money(event.microdollars)}" if event.microdollars is not None else ""
    return f"{clock(event.at)}  {what}  {' '.join(text.split())}{cost}"


def style_of(event: Event) -> str:
    """The colour of an event's line; none for what is as it should be."""
    if event.kind == "ended":
        return "bold green" if event.what == "committed" else "bold red"
    if event.kind in ("failed", "retries") or event.text.startswith("failed:"):
        return "yellow"
    return "cyan" if event.kind == "told" else ""


def question_lines(question: Question) -> list[str]:
    lines = [f"?  {question.id}  ({question.kind.value}, {question.step.value})"]
    lines += [f"   {line}" for line in question.text.splitlines()]
    lines += [f"   {number}. {option}" for number, option in enumerate(question.options, 1)]
    if question.assumed:
        lines.append(f"   assumed meanwhile: {question.assumed}")
    return [reveal(line) for line in lines]


def view_lines(view: TaskView) -> list[str]:
    where = view.phase if view.outcome is None else view.outcome.kind.value
    step = f"  {view.step} {view.turn or ''}".rstrip() if view.outcome is None else ""
    rounds = f"  round {view.round} of {view.max_rounds}" if view.round else ""
    budget = f" of {money(view.budget_microdollars)}" if view.budget_microdollars else ""
    unknown = f" (+ at most {money(view.open_microdollars)} not yet known)" if view.open_microdollars else ""
    lines = [
        f"{view.task_id}  {view.repository}  {where}{step}{rounds}",
        f"   {view.title}" if view.title else "",
        f"   {money(view.usage.microdollars)}{budget}{unknown}, {view.turns} of {view.max_turns or '?'} turns",
        f"   trouble: {view.trouble}" if view.trouble else "",
        *(f"   note: {warning}" for warning in view.warnings),
    ]
    for question in view.questions:
        lines += [f"   {line}" for line in question_lines(question)]
    lines += [f"   {line}" for line in outcome_lines(view.outcome)] if view.outcome else []
    return [line for line in lines if line]


def outcome_lines(outcome: Outcome) -> list[str]:
    lines = [f"{outcome.kind.value}: {outcome.summary}"]
    if outcome.commit:
        lines.append(f"commit {outcome.commit[:12]} on {outcome.branch}")
    if delivery := outcome.delivery:
        where = f" to {delivery.where}" if delivery.where else ""
        behind = f"; the base has gained {counted(delivery.behind_by, 'commit')} since" if delivery.behind_by else ""
        why = f": {delivery.why}" if delivery.why else ""
        lines.append(f"{delivery.state}{where}{behind}{why}")
    return lines


def money(microdollars: int) -> str:
    """Cents from a dollar on, below it hundredths of a cent: $3.50, $0.0120."""
    dollars = microdollars / 1_000_000
    return f"${dollars:.2f}" if dollars >= 1 or microdollars == 0 else f"${dollars:.4f}"


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
