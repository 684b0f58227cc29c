"""aurora list, status, diff, audit: reading about tasks, running and ended ones."""

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
    """List all tasks, running and ended, newest first."""

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
            out.print("no tasks yet; hand one in with: aurora run TEXT --repo PATH", markup=False)
        elif not views:
            of = f" of {repository}" if repository else ""
            out.print(f"no matching tasks{of}; `aurora list` without options shows all", markup=False)
        return OK

    perform(work, as_json=as_json)


def status(
    task_id: Annotated[str | None, typer.Argument(help="The task's id; the newest task when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one task: how far it is, open questions, cost. Exit code 4 when a question waits."""

    async def work() -> int:
        desk = await opened()
        view = await desk.view(task_id) if task_id else await desk.newest()
        if view is None:
            hint = "hand one in with: aurora run TEXT --repo PATH"
            raise Refusal("there are no tasks yet", hint, code=RefusalCode.NOT_FOUND)
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
    """Print the commit as a unified diff, or the work so far when there is no commit."""

    async def work() -> int:
        change = await (await opened()).change(task_id)
        if as_json:
            print_json(documents.diff(task_id, change))
            return OK
        shown = reveal(change.text) if out.is_terminal else change.text
        out.out(shown, end="" if change.text.endswith("\n") else "\n", highlight=False)
        if not change.committed:
            say(err, ["this is work in progress, not a commit; a long diff is cut"])
            if change.range:
                say(err, [f"to see all of it, in your repository: git log -p {change.range}"])
        return OK

    perform(work, as_json=as_json)


def audit(task_id: TaskId, as_json: AsJson = False) -> None:
    """Show who was asked, reminded and told, who answered what, and when. Names are not verified."""

    async def work() -> int:
        entries = await (await opened()).audit(task_id)
        if as_json:
            print_json(documents.audit(task_id, entries))
            return OK
        for entry in entries:
            say(out, entry_lines(entry), hang=4)
        if not entries:
            out.print("nothing has been asked or said yet", markup=False)
        return OK

    perform(work, as_json=as_json)


_DONE = {
    "asked": "{who} was asked {about}",
    "told": "notice of {about} for {who}",
    "reminded": "reminder of {about} for {who}",
    "escalated": "{about} went on to {who}",
    "answered": "{who} answered {about}",
    "defaulted": "nobody answered {about}: its default was taken",
    "withdrawn": "{about} was withdrawn",
    "refused": "a message of {who} was refused",
    "control": "{who}: {about}",
}


def entry_lines(entry: AuditEntry) -> list[str]:
    """Return what happened, and below it the words that were said."""
    said = _DONE[entry.what].format(who=entry.who or "somebody", about=entry.about.replace("_", " "))
    return [f"{moment(entry.at)}  {said}", *(f"    {line}" for line in entry.note.splitlines() if line.strip())]
