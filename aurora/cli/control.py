"""aurora cancel, pause, resume, budget, retry: steering a task that runs."""

from typing import Annotated

import typer

from aurora.cli.ending import OK, perform, print_json
from aurora.cli.opened import opened
from aurora.cli.options import AsJson, By, TaskId
from aurora.cli.saying import say
from aurora.cli.watching import user
from aurora.view import Control


def register(app: typer.Typer) -> None:
    for command in (cancel, pause, resume, budget, retry):
        app.command()(command)


def cancel(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """End a task; its work is kept. Refused once delivery has begun."""
    _say(task_id, Control(verb="cancel", by=by or user()), as_json)


def pause(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Let it rest after what runs now; nothing is called or paid until it is resumed."""
    _say(task_id, Control(verb="pause", by=by or user()), as_json)


def resume(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Go on after a pause."""
    _say(task_id, Control(verb="resume", by=by or user()), as_json)


def retry(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """In an outage: try again now instead of after the next pause."""
    _say(task_id, Control(verb="retry", by=by or user()), as_json)


def budget(
    task_id: TaskId,
    dollars: Annotated[float, typer.Argument(help="How many US dollars more it may spend.", min=0.01, max=10_000)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Raise a task's budget; a question about it is answered by that."""
    _say(task_id, Control(verb="raise_budget", amount=dollars, by=by or user()), as_json)


def _say(task_id: str, control: Control, as_json: bool) -> None:
    async def work() -> int:
        async with opened() as desk:
            phase = await desk.control(task_id, control)
        if as_json:
            print_json({"task_id": task_id, "phase": phase})
        else:
            then = "it ends once what runs now has stopped" if control.verb == "cancel" else f"it is now {phase}"
            say(f"{task_id}: {control.verb.replace('_', ' ')} taken; {then}")
        return OK

    perform(work, as_json=as_json)
