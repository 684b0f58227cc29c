"""aurora list, status, diff, evidence: looking, while a task runs and long after."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from aurora.cli.ending import OK, perform, print_json
from aurora.cli.lines import money, view_lines
from aurora.cli.opened import opened
from aurora.cli.options import AsJson, TaskId
from aurora.cli.saying import out, say
from aurora.cli.watching import exit_code
from aurora.errors import Refusal
from aurora.tools.output import reveal


def register(app: typer.Typer) -> None:
    for name, command in (("list", list_tasks), ("status", status), ("diff", diff), ("evidence", evidence)):
        app.command(name)(command)


def list_tasks(
    phase: Annotated[str | None, typer.Option("--phase", help="running, waiting, paused or ended.")] = None,
    repository: Annotated[str | None, typer.Option("--repository", help="Only tasks of this repository.")] = None,
    as_json: AsJson = False,
) -> None:
    """All tasks, newest first, the ended ones too."""

    async def work() -> int:
        if phase not in (None, "running", "waiting", "paused", "ended"):
            raise Refusal(f"there is no phase {phase!r}", "it is one of running, waiting, paused, ended")
        async with opened() as desk:
            views = await desk.list(phase=phase, repository=repository)
        if as_json:
            print_json([view.model_dump(mode="json") for view in views])
            return OK
        table = Table("task", "repository", "state", "where", "cost", "title", box=None, pad_edge=False)
        for view in views:
            state = view.outcome.kind.value if view.outcome else view.phase
            where = "" if view.outcome else f"{view.step} {view.turn or ''}".strip()
            cells = (view.task_id, view.repository, state, where, money(view.usage.microdollars), view.title)
            table.add_row(*(Text(reveal(cell)) for cell in cells))
        if views:
            out.print(table)
        else:
            say("no task yet; hand one in with: aurora run TEXT --repo PATH")
        return OK

    perform(work, as_json=as_json)


def status(
    task_id: Annotated[str | None, typer.Argument(help="The task's id; the newest task when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """One task: where it is, what it waits for, what it cost. Exit code 4 when a question waits."""

    async def work() -> int:
        async with opened() as desk:
            named = task_id
            if named is None:
                views = await desk.list()
                if not views:
                    raise Refusal("there is no task yet", "hand one in with: aurora run TEXT --repo PATH")
                named = views[0].task_id
            view = await desk.view(named)
        if as_json:
            print_json(view.model_dump(mode="json"))
        else:
            for line in view_lines(view):
                say(line)
        return exit_code(view)

    perform(work, as_json=as_json)


def diff(task_id: TaskId, as_json: AsJson = False) -> None:
    """The commit as a unified diff."""

    async def work() -> int:
        async with opened() as desk:
            text = await desk.diff(task_id)
        if as_json:
            print_json({"task_id": task_id, "diff": text})
        else:
            out.out(reveal(text) if out.is_terminal else text, end="", highlight=False)
        return OK

    perform(work, as_json=as_json)


def evidence(task_id: TaskId) -> None:
    """What a reviewer may check, as JSON: plan, answers, red and green tests, reports, cost."""

    async def work() -> int:
        async with opened() as desk:
            text = await desk.evidence(task_id)
        out.out(text, highlight=False)
        return OK

    perform(work)
