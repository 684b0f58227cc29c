"""aurora run: look at everything first, hand the task in, follow it."""

import sys
from typing import Annotated

import typer

from aurora.bootstrap.opening import Installation
from aurora.cli import line_documents
from aurora.cli.ending import OK, err, out, perform, print_json, print_line
from aurora.cli.layout import say
from aurora.cli.options import REPO_PATH, STAY, AsJson
from aurora.cli.watching import Watch, user
from aurora.client.submit import Local, TaskRequest


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
    handed_in: list[str] = []

    async def work() -> int:
        installation = Installation.found()
        said = sys.stdin.read() if text == "-" else text
        quiet = as_json or not err.is_terminal
        with err.status("checking the repository, Docker and the API key") as status:
            request = TaskRequest(said, Local(repo, base), spec, key, user())
            validated = await installation.validator().validate(request)
            if not quiet:
                status.update("starting the daemon, if it is not running yet")
            client = await installation.client()
            status.update("handing the task in")
            submitted = await validated.submit(client)
        task_id, branch = submitted.task_id, submitted.branch
        handed_in.append(task_id)
        for note in submitted.notes if not as_json else ():
            say(err, [f"note: {note}"])
        if detach:
            if as_json:
                print_json(line_documents.handed_in(submitted))
            else:
                say(out, [task_id])
                say(err, [f"follow it: aurora watch {task_id}"])
            return OK
        if as_json:
            print_line(line_documents.handed_in_line(submitted))
        else:
            endpoint = installation.endpoint()
            page = [f"Temporal's web page: {endpoint.ui}"] if endpoint and endpoint.ui else []
            say(out, [f"the commit will be on branch {branch}", *page])
        ask = sys.stdin.isatty() and sys.stdout.isatty()
        return await Watch(client, task_id, ask=ask, as_json=as_json, stay=stay).run()

    def later() -> str:
        if not handed_in:
            return "no task was handed in"
        return f"task {handed_in[0]} keeps running; to follow it again: aurora watch {handed_in[0]}"

    perform(work, as_json=as_json, on_interrupt=later)
