"""aurora list, status, diff, audit: looking, while a task runs and long after."""

from enum import StrEnum
from typing import Annotated

import typer

from aurora.bootstrap.named_repository import name_of
from aurora.cli import documents
from aurora.cli.ending import OK, err, out, perform, print_json
from aurora.cli.layout import moment, say, table
from aurora.cli.lines import bounds_lines, money, said_lines, steps_table, view_lines
from aurora.cli.opened import opened
from aurora.cli.options import HERE_OR_NAMED, AsJson, TaskId
from aurora.cli.question_words import how_to_answer, question_lines
from aurora.cli.watching import exit_code
from aurora.domain.questions import AuditEntry
from aurora.domain.view import TaskView
from aurora.errors import Refusal, RefusalCode
from aurora.output import reveal


class StateFilter(StrEnum):
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    ENDED = "ended"
    COMMITTED = "committed"
    ABANDONED = "abandoned"
    EXHAUSTED = "exhausted"
    OUT_OF_BUDGET = "out_of_budget"
    CANCELLED = "cancelled"
    FAILED = "failed"


PHASES = (StateFilter.RUNNING, StateFilter.WAITING, StateFilter.PAUSED, StateFilter.ENDED)
"""The others are ends."""


def register(app: typer.Typer) -> None:
    app.command("list")(list_tasks)
    for command in (status, diff, audit):
        app.command()(command)


def list_tasks(
    state: Annotated[
        StateFilter | None, typer.Option("--state", "--phase", help="Only tasks in this state; `ended` is any end.")
    ] = None,
    repo: Annotated[str | None, typer.Option("--repo", "--repository", help=HERE_OR_NAMED)] = None,
    as_json: AsJson = False,
) -> None:
    """All tasks, newest first, the ended ones too."""

    async def work() -> int:
        repository = await name_of(repo) if repo else None
        phase = None if state is None else state.value if state in PHASES else "ended"
        views = await (await opened()).list(phase=phase, repository=repository)
        views = [view for view in views if state in (None, *PHASES) or documents.state_of(view) == state]
        if as_json:
            print_json(documents.TaskList(tasks=tuple(map(documents.task, views))))
            return OK
        rows = []
        for view in views:
            where = "" if view.outcome else f"{view.step} {view.turn or ''}".strip()
            since = moment(view.submitted_at, "%Y-%m-%d %H:%M") if view.submitted_at else ""
            cost = money(view.usage.microdollars)
            rows.append((view.task_id, since, view.repository, documents.state_of(view), where, cost, view.title))
        table(out, ("task", "handed in", "repository", "state", "where", "cost", "title"), rows, right=(5,))
        if not views and state is None and repo is None:
            out.print("no task yet; hand one in with: aurora run TEXT --repo PATH", markup=False)
        elif not views:
            of = f" of {repository}" if repository else ""
            out.print(f"no such task{of}; `aurora list` alone shows all", markup=False)
        return OK

    perform(work, as_json=as_json)


def status(
    task_id: Annotated[str | None, typer.Argument(help="The task's id; the newest task when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """One task: where it is, what it waits for, what it cost. Exit code 4 when a question waits."""

    async def work() -> int:
        desk = await opened()
        view = await desk.view(task_id) if task_id else await desk.newest()
        if view is None:
            hint = "hand one in with: aurora run TEXT --repo PATH"
            raise Refusal("there is no task yet", hint, code=RefusalCode.NOT_FOUND)
        if as_json:
            print_json(documents.task(view))
        else:
            _print_status(view)
        return exit_code(view)

    perform(work, as_json=as_json)


def _print_status(view: TaskView) -> None:
    say(out, view_lines(view), hang=2)
    say(out, bounds_lines(view), indent=2, hang=9)
    if view.steps:
        out.print()
        heads, rows, right = steps_table(view)
        table(out, heads, rows, right=right, indent=2)
    if said := said_lines(view):
        out.print()
        say(out, said, indent=2, hang=2)
    for question in view.questions:
        out.print()
        say(out, question_lines(question), indent=2, hang=2)
        say(out, how_to_answer(view.task_id, question), indent=4, hang=4)


def diff(task_id: TaskId, as_json: AsJson = False) -> None:
    """The commit as a unified diff; without a commit, the work so far."""

    async def work() -> int:
        change = await (await opened()).change(task_id)
        if as_json:
            print_json(documents.diff(task_id, change))
            return OK
        shown = reveal(change.text) if out.is_terminal else change.text
        out.out(shown, end="" if change.text.endswith("\n") else "\n", highlight=False)
        if not change.committed:
            say(err, ["this is the work so far, not a commit; a long one is cut"])
            if change.range:
                say(err, [f"the whole of it, in your repository: git log -p {change.range}"])
        return OK

    perform(work, as_json=as_json)


def audit(task_id: TaskId, as_json: AsJson = False) -> None:
    """Who was asked, reminded, answered, said what, and when. Names are claimed, not proved."""

    async def work() -> int:
        entries = await (await opened()).audit(task_id)
        if as_json:
            print_json(documents.audit(task_id, entries))
            return OK
        table(out, ("when", "what", "about", "who", "note"), [_row(entry) for entry in entries])
        if not entries:
            out.print("nothing was asked or said yet", markup=False)
        return OK

    perform(work, as_json=as_json)


_DONE = {
    "told": "was told",
    "escalated": "passed on to",
    "defaulted": "assumed on silence",
    "refused": "refused an answer",
    "control": "steered",
}


def _row(entry: AuditEntry) -> tuple[str, ...]:
    return (moment(entry.at), _DONE.get(entry.what, entry.what), entry.about, entry.who, entry.note)
