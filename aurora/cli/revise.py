"""aurora revise: a reviewer's words on a delivered commit, as a task that starts from it."""

from typing import Annotated

import typer

from aurora.bootstrap.installation import Installation
from aurora.cli.handing_in import hand_in
from aurora.cli.opened import opened
from aurora.cli.options import REPO_PATH, STAY, AsJson, TaskId
from aurora.cli.run import words
from aurora.cli.watching import user
from aurora.client import revising
from aurora.client.submit import TaskRequest


def register(app: typer.Typer) -> None:
    app.command("revise")(revise)


def revise(
    task_id: TaskId,
    text: Annotated[str, typer.Argument(help="What the commit should have otherwise; `-` reads stdin.")],
    repo: Annotated[str, typer.Option("--repo", help=REPO_PATH)] = ".",
    amend: Annotated[
        bool, typer.Option("--amend", help="Deliver one commit in place of the first; else a second one on it.")
    ] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Hand the task in and return at once.")] = False,
    stay: Annotated[bool, typer.Option("--stay", help=STAY)] = False,
    as_json: AsJson = False,
) -> None:
    """Change a delivered commit as a reviewer asks. The new task starts from that commit and knows how it was made."""

    async def asked(_: Installation) -> TaskRequest:
        desk = await opened()
        return await revising.request(desk, task_id, words(text), repo, amends=amend, submitted_by=user())

    hand_in(asked, detach=detach, stay=stay, as_json=as_json)
