"""aurora watch: follow a task that runs, from its beginning. Writes nothing to its history."""

import sys
from typing import Annotated

import typer

from aurora.cli.ending import perform
from aurora.cli.opened import opened
from aurora.cli.options import STAY, AsJson, TaskId
from aurora.cli.watching import Watch


def register(app: typer.Typer) -> None:
    app.command("watch")(watch)


def watch(
    task_id: TaskId,
    stay: Annotated[bool, typer.Option("--stay", help=STAY)] = False,
    as_json: AsJson = False,
) -> None:
    """Follow a task live: stages, tool calls, test results, cost. At a terminal you can answer its questions."""

    async def work() -> int:
        desk = await opened()
        ask = sys.stdin.isatty() and sys.stdout.isatty()
        return await Watch(desk, task_id, ask=ask, as_json=as_json, stay=stay).run()

    perform(work, as_json=as_json, on_interrupt=lambda: f"it keeps running; to follow it again: aurora watch {task_id}")
