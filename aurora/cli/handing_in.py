"""A task handed in and followed: what `run` and `revise` share."""

import sys
from collections.abc import Awaitable, Callable

from aurora.bootstrap.installation import Installation
from aurora.cli import line_documents
from aurora.cli.ending import OK, err, out, perform, print_json, print_line
from aurora.cli.layout import say
from aurora.cli.watching import Watch
from aurora.client.submit import TaskRequest

Asked = Callable[[Installation], Awaitable[TaskRequest]]


def hand_in(asked: Asked, *, detach: bool, stay: bool, as_json: bool) -> None:
    """Look at the request that `asked` makes, start its task, and follow it to its end or its first question."""
    handed_in: list[str] = []

    async def work() -> int:
        installation = Installation.found()
        quiet = as_json or not err.is_terminal
        with err.status("checking the repository, Docker and the API key") as status:
            validated = await installation.validator().validate(await asked(installation))
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
