"""aurora run: look at everything first, hand the task in, follow it."""

import sys
from typing import Annotated

import typer

from aurora.bootstrap.installation import Installation
from aurora.cli.handing_in import hand_in
from aurora.cli.options import REPO_PATH, STAY, AsJson
from aurora.cli.watching import user
from aurora.client.submit import LocalSource, TaskRequest


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    text: Annotated[str, typer.Argument(help="What the backend should do, up to 20,000 characters; `-` reads stdin.")],
    repo: Annotated[str, typer.Option("--repo", help=REPO_PATH)] = ".",
    base: Annotated[str | None, typer.Option("--base", help="Branch, tag or commit to start from; else HEAD.")] = None,
    spec: Annotated[str | None, typer.Option("--spec", help="Path of the OpenAPI document in the repository.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Hand the task in and return at once.")] = False,
    key: Annotated[
        str | None, typer.Option("--key", help="Names the request: handed in again with it, it is the same task.")
    ] = None,
    stay: Annotated[bool, typer.Option("--stay", help=STAY)] = False,
    as_json: AsJson = False,
) -> None:
    """Hand in a task and follow it. Ctrl-C stops following; the task keeps running."""

    async def asked(_: Installation) -> TaskRequest:
        return TaskRequest(words(text), LocalSource(repo, base), spec, key, user())

    hand_in(asked, detach=detach, stay=stay, as_json=as_json)


def words(text: str) -> str:
    """Return what was typed, or what stdin holds."""
    return sys.stdin.read() if text == "-" else text
