"""aurora cancel, pause, resume, budget, retry: steering a running task."""

from typing import Annotated

import typer

from aurora.cli.documents import Steered
from aurora.cli.ending import OK, out, perform, print_json
from aurora.cli.layout import say
from aurora.cli.opened import opened
from aurora.cli.options import AsJson, By, TaskId
from aurora.cli.watching import user
from aurora.domain.view import Control

_ACCEPTED = {
    "cancel": "cancelling",
    "pause": "pausing after the current activity",
    "resume": "resumed",
    "retry": "trying again",
    "raise_budget": "budget raised",
}


def register(app: typer.Typer) -> None:
    for command in (cancel, pause, resume, budget, retry):
        app.command()(command)


def cancel(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Cancel a task; its work is kept. Not possible once the commit is being delivered."""
    _say(task_id, Control(verb="cancel", by=by or user()), as_json)


def pause(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Pause after the current activity. Nothing is called or paid for until the task is resumed."""
    _say(task_id, Control(verb="pause", by=by or user()), as_json)


def resume(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Resume a paused task."""
    _say(task_id, Control(verb="resume", by=by or user()), as_json)


def retry(task_id: TaskId, by: By = None, as_json: AsJson = False) -> None:
    """Try again now during an outage, instead of waiting for the next automatic try."""
    _say(task_id, Control(verb="retry", by=by or user()), as_json)


def budget(
    task_id: TaskId,
    dollars: Annotated[float, typer.Argument(help="US dollars to add to the budget.", min=0.01, max=10_000)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Raise a task's budget. This also answers an open question about a limit."""
    _say(task_id, Control(verb="raise_budget", amount=dollars, by=by or user()), as_json)


def _say(task_id: str, control: Control, as_json: bool) -> None:
    async def work() -> int:
        phase = await (await opened()).control(task_id, control)
        if as_json:
            # only what was cancelled before takes a word after its end
            state = "cancelled" if phase == "ended" else phase
            print_json(Steered(task_id=task_id, verb=control.verb, by=control.by, state=state))
        else:
            # cancelling takes as long as the current activity needs to stop: the phase of this instant would mislead
            then = "its work is kept" if control.verb == "cancel" else f"the task is now {phase}"
            say(out, [f"{task_id}: {_ACCEPTED[control.verb]}; {then}"])
        return OK

    perform(work, as_json=as_json)
