"""aurora dev, stop: the embedded Temporal server with a worker, in the foreground or as the daemon."""

import asyncio
from typing import Annotated

import typer

from aurora.bootstrap import lock
from aurora.bootstrap.installation import Installation
from aurora.bootstrap.supervisor import Supervisor
from aurora.cli import page
from aurora.cli.documents import Daemon, Stopped
from aurora.cli.ending import OK, err, out, perform, print_json
from aurora.cli.layout import say
from aurora.cli.options import AsJson
from aurora.errors import Refusal
from aurora.logs import configure

NEVER = float("inf")


def register(app: typer.Typer) -> None:
    app.command("dev")(dev)
    app.command("stop")(stop)


def dev(
    daemon: Annotated[bool, typer.Option("--daemon", help="Run in the background; `aurora stop` ends it.")] = False,
    ui: Annotated[bool, typer.Option("--ui", help="Open Temporal's web page while this command runs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run Temporal and a worker on this machine. Other commands start them when needed."""

    async def work() -> int:
        installation = Installation.found()
        if not installation.embedded:
            raise Refusal(
                "TEMPORAL_ADDRESS or a Temporal profile names a cluster, so no server is started here",
                "unset it, or start a worker for that cluster with `aurora worker`",
            )
        if ui and daemon:
            raise Refusal(
                "--ui and --daemon can't be combined: the web page is open only while a command runs",
                "start the daemon, then run `aurora dev --ui`",
            )
        if ui:
            await page.hold_open(installation)
            return OK
        if daemon:
            with err.status("starting Temporal and a worker"):
                endpoint = await installation.daemon.ensure()
            if as_json:
                print_json(Daemon(address=endpoint.address, ui=endpoint.ui or None, pid=endpoint.supervisor.pid))
            else:
                say(out, [f"Temporal is at {endpoint.address}; `aurora dev --ui` opens its web page"])
                say(out, [f"logs are in {installation.folder.logs}; `aurora stop` ends the daemon"])
            return OK
        installation.folder.prepared()
        if lock.held(installation.folder.daemon_lock):
            raise Refusal("a daemon is already running for this state folder", "use it, or end it with `aurora stop`")
        configure()
        await Supervisor(installation.folder, idle_seconds=NEVER).run()
        return OK

    perform(work, as_json=as_json)


def stop(as_json: AsJson = False) -> None:
    """Stop the daemon. Open tasks are kept and continue at the next start."""

    async def work() -> int:
        installation = Installation.found()
        with err.status("stopping the worker and the server"):
            ended = await asyncio.to_thread(installation.daemon.stop)
        if as_json:
            print_json(Stopped(stopped=ended))
        else:
            say(out, ["stopped" if ended else "nothing was running"])
        return OK

    perform(work, as_json=as_json)
