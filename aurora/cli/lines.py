"""How a task's life is told, a line an event: `12:01:05  write_code 3  asks edit_file app/x.py   $0.012`."""

import time
from collections.abc import Sequence

from aurora.cli.layout import span
from aurora.client.events import Event
from aurora.domain.outcome import Outcome
from aurora.domain.view import TaskView
from aurora.text import counted
from aurora.text import money as money

_QUIET = {"close_task", "record_answers"}


def line_of(event: Event) -> str | None:
    """None for events that only a spinner tells (`began`; of `progress` see `Pace`) and for book-keeping."""
    if event.kind in ("began", "changed", "progress") or event.what in _QUIET:
        return None
    if event.activity == "notify" and event.text.startswith("no webhook"):
        return None  # nobody asked to be told
    text = {
        "submitted": "handed in",
        "failed": f"failed: {event.text}",
        "retries": event.text,
        "told": f"heard  {event.text}",
        "ended": event.text,
    }.get(event.kind, event.text or "done")
    if event.activity == "use_tools" and event.kind == "did":
        if text.startswith(("finish ", "report_blocked ", "disagree ")):
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


class Pace:
    """Which news of a long step is worth a line where no spinner shows it: a stage that lasts, then once a minute."""

    FIRST, AGAIN = 10.0, 60.0

    def __init__(self) -> None:
        self._stage, self._due = ("", ""), 0.0

    def line_of(self, event: Event) -> str | None:
        """Of an event of kind `progress`."""
        if (event.activity, event.stage) != self._stage:
            self._stage, self._due = (event.activity, event.stage), event.at + self.FIRST
        if event.at < self._due:
            return None
        self._due = event.at + self.AGAIN
        return f"{clock(event.at)}  {event.what}  {event.text}"


def view_lines(view: TaskView) -> list[str]:
    """Everything of a task but its bounds (`bounds_lines`) and its steps (`steps_table`)."""
    where = view.phase if view.outcome is None else view.outcome.kind.value
    step = f"  {view.step} {view.turn or ''}".rstrip() if view.outcome is None else ""
    rounds = f"  round {view.round} of {view.max_rounds}" if view.round else ""
    lines = [
        f"{view.task_id}  {view.repository}  {where}{step}{rounds}",
        f"  {view.title}" if view.title else "",
        f"  {told}" if (told := str(view.progress)) else "",
        f"  {view.doing}" if view.doing else "",
        f"  trouble: {view.error}" if view.error else "",
        *(f"  note: {warning}" for warning in view.warnings),
        *(f"  {line}" for line in (outcome_lines(view.outcome) if view.outcome else [])),
    ]
    return [line for line in lines if line]


def bounds_lines(view: TaskView) -> list[str]:
    """Money, tokens, time and turns: what is used, what is left."""
    rows = [("money", money_line(view))]
    if used := tokens(view):
        rows.append(("tokens", f"{used:,}" + (f" of {view.max_tokens:,}" if view.max_tokens else "")))
    if view.wall_seconds or view.max_wall_seconds:
        most = f" of {span(view.max_wall_seconds)}" if view.max_wall_seconds else ""
        rows.append(("at work", f"{span(view.wall_seconds)}{most}; waiting and pauses are not counted"))
    if view.turns or view.max_turns:
        rows.append(("turns", f"{view.turns}" + (f" of {view.max_turns}" if view.max_turns else "")))
    return [f"{name:<8} {text}" for name, text in rows]


def money_line(view: TaskView) -> str:
    """`$0.42 spent, $0.05 reserved, $9.53 left of $10.00`."""
    parts = [f"{money(view.usage.microdollars)} spent"]
    if view.reserved_microdollars:
        parts.append(f"{money(view.reserved_microdollars)} reserved")
    if view.open_microdollars:
        parts.append(f"at most {money(view.open_microdollars)} unknown")
    if view.budget_microdollars:
        parts.append(f"{money(view.left_microdollars)} left of {money(view.budget_microdollars)}")
    return ", ".join(parts)


def tokens(view: TaskView) -> int:
    """Sent and received, cached ones counted, as the bound counts them."""
    used = view.usage
    return used.input_tokens + used.output_tokens + used.cache_read_tokens + used.cache_write_tokens


def steps_table(view: TaskView) -> tuple[Sequence[str], list[Sequence[str]], Sequence[int]]:
    """Heads, rows and the columns that are numbers."""
    rows: list[Sequence[str]] = [
        (spend.step, str(spend.visits), str(spend.turns or ""), money(spend.usage.microdollars) if spend.turns else "")
        for spend in view.steps
    ]
    return ("step", "visits", "turns", "cost"), rows, (1, 2, 3)


def said_lines(view: TaskView) -> list[str]:
    """What the model said at the end of each step, marked as its words."""
    said = [f"{spend.step}: {' '.join(spend.said.split())}" for spend in view.steps if spend.said]
    return ["the model said when it finished (not verified):", *said] if said else []


def outcome_lines(outcome: Outcome) -> list[str]:
    lines = [f"{outcome.kind.value}: {outcome.summary}" if outcome.summary else outcome.kind.value]
    if outcome.commit:
        lines.append(f"commit {outcome.commit[:12]} on {outcome.branch}")
    if delivery := outcome.delivery:
        where = f" to {delivery.where}" if delivery.where else ""
        behind = f"; the base has gained {counted(delivery.behind_by, 'commit')} since" if delivery.behind_by else ""
        why = f": {delivery.why}" if delivery.why else ""
        lines.append(f"{delivery.state.replace('_', ' ')}{where}{behind}{why}")
    if outcome.kept:
        lines.append(f"the work so far is kept as {outcome.kept}")
    return lines


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
