"""The way a task's life is told, a line an event: `12:01:05  write_code 3  edited app/users.py   $0.012`."""

from collections.abc import Sequence

from aurora.cli.layout import clock as clock
from aurora.cli.layout import span
from aurora.client.events import Event
from aurora.domain.outcome import Delivery, Outcome
from aurora.domain.view import TaskView
from aurora.text import counted
from aurora.text import money as money

_QUIET = {"close_task", "record_answers"}


class Lines:
    """Tells events, each in a line. What a reply asks of the tools is told once, when it was done."""

    def __init__(self) -> None:
        self._owed = 0
        """Microdollars of a reply whose tools are at work."""

    def line_of(self, event: Event) -> str | None:
        """None for events that only a spinner tells (`began`; of `progress` see `Pace`) and for book-keeping."""
        if event.kind in ("began", "changed", "progress", "ended") or event.what in _QUIET:
            return None  # of `ended` the whole result is told
        if event.activity == "notify" and event.text.startswith("no webhook"):
            return None  # nobody asked to be told
        if event.kind == "did" and event.calls:
            self._owed += event.microdollars or 0
            return None
        spent = event.microdollars
        if event.activity == "use_tools" and event.kind == "did":
            spent, self._owed = self._owed or None, 0
        cost = f"   {money(spent)}" if spent is not None else ""
        return f"{clock(event.at)}  {_worded(event)}{cost}"


def _worded(event: Event) -> str:
    text = " ".join(event.text.split())
    match event.kind:
        case "submitted":
            return "task handed in"
        case "told":
            return text
        case "failed":
            return f"{event.what}  failed: {text}"
    return f"{event.what}  {text or 'done'}"


def style_of(event: Event) -> str:
    """The colour of an event's line; none for what is as it should be."""
    if event.kind == "ended":
        return "bold green" if event.what == "committed" else "bold red"
    if event.kind in ("failed", "retries") or event.text.startswith("failed:"):
        return "yellow"
    return "cyan" if event.kind == "told" else ""


class Pace:
    """The progress of a long step that is worth a line where no spinner shows it: a stage that lasts, then once a
    minute."""

    FIRST, AGAIN = 10.0, 60.0

    def __init__(self) -> None:
        self._stage, self._due = ("", ""), 0.0

    def line_of(self, event: Event) -> str | None:
        """The line of an event of kind `progress`."""
        if (event.activity, event.stage) != self._stage:
            self._stage, self._due = (event.activity, event.stage), event.at + self.FIRST
        if event.at < self._due:
            return None
        self._due = event.at + self.AGAIN
        return f"{clock(event.at)}  {event.what}  {event.text}"


def header_lines(view: TaskView) -> list[str]:
    """Return what is being built, and where."""
    where = f"repository {view.repository}" if view.repository else ""
    by = f"handed in by {view.submitted_by}" if view.submitted_by else ""
    lines = [f"task {view.task_id}: {view.title}" if view.title else f"task {view.task_id}"]
    return [*lines, *([f"  {said}"] if (said := ", ".join(filter(None, (where, by)))) else [])]


def view_lines(view: TaskView) -> list[str]:
    """Everything of a task but its bounds (`bounds_lines`) and its steps (`steps_table`)."""
    where = view.phase if view.outcome is None else view.outcome.kind.value
    step = f"  {view.step} {view.turn or ''}".rstrip() if view.outcome is None else ""
    rounds = f"  round {view.round} of {view.max_rounds}" if view.round else ""
    lines = [
        f"{view.task_id}  {view.repository}  {where}{step}{rounds}",
        f"  {view.title}" if view.title else "",
        f"  {progress}" if (progress := str(view.progress)) else "",
        f"  {view.doing}" if view.doing else "",
        f"  error: {view.error}" if view.error and view.outcome is None else "",
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
        rows.append(("at work", f"{span(view.wall_seconds)}{most}; time spent waiting is not counted"))
    if view.turns or view.max_turns:
        rows.append(("turns", f"{view.turns}" + (f" of {view.max_turns}" if view.max_turns else "")))
    return [f"{name:<8} {text}" for name, text in rows]


def money_line(view: TaskView) -> str:
    """`$0.42 spent, $0.05 reserved, $9.53 left of $10.00`."""
    parts = [f"{money(view.usage.microdollars)} spent"]
    if view.reserved_microdollars:
        parts.append(f"{money(view.reserved_microdollars)} reserved")
    if view.open_microdollars:
        parts.append(f"up to {money(view.open_microdollars)} may have been billed")
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
    """The model's message at the end of each step, marked as its words."""
    said = [f"{spend.step}: {' '.join(spend.said.split())}" for spend in view.steps if spend.said]
    return ["the model's own summary of each step (not verified):", *said] if said else []


def outcome_lines(outcome: Outcome) -> list[str]:
    """The way a task ended, and where its work is."""
    kind = outcome.kind.value.replace("_", " ")
    lines = [f"{kind}: {outcome.summary}" if outcome.summary else kind]
    delivery = outcome.delivery
    if outcome.commit:
        lines.append(f"commit {outcome.commit[:12]} on branch {outcome.branch}" + _delivered(delivery))
    if delivery is not None and delivery.why:
        lines.append(delivery.why)
    if delivery is not None and delivery.behind_by:
        lines.append(f"the base branch has gained {counted(delivery.behind_by, 'commit')} since")
    if outcome.kept:
        lines.append(f"the work so far is kept as {outcome.kept}")
    return lines


def _delivered(delivery: Delivery | None) -> str:
    match delivery.state if delivery is not None else "":
        case "delivered":
            said = "delivered to"
        case "already_delivered":
            said = "already delivered to"
        case "held":
            return ", held until it is fetched"
        case "refused":
            said = "not delivered to"
        case _:
            return ""
    assert delivery is not None
    return f", {said} {delivery.where or 'its repository'}"
