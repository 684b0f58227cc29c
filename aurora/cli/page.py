"""Temporal's web page, open for as long as a command runs."""

import asyncio
import signal
from collections.abc import Sequence

from aurora.bootstrap import lock
from aurora.bootstrap.endpoint import Endpoint, Processes
from aurora.bootstrap.installation import Installation
from aurora.cli.ending import err
from aurora.cli.layout import say
from aurora.client.network_namespace import lives_apart

LOOK_SECONDS = 0.2


def exposed(endpoint: Endpoint, *, apart: bool) -> Sequence[str]:
    """The meaning of an open page, in words for whoever opened it."""
    who = "every process of yours" if apart else "every process on this machine"
    return (
        f"Temporal's web page is open at {endpoint.ui} until you press Ctrl-C; the server was restarted for it",
        f"while it is open, {who} and any web page in your browser that guesses its address can end, cancel or reset "
        "tasks; the contents of tasks and answers stay encrypted",
    )


async def hold_open(installation: Installation) -> None:
    """Until Ctrl-C; the daemon is started when it is not there, also when it is stopped meanwhile."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    installation.folder.prepared()
    shown = ""
    with lock.shared(installation.folder.ui_lock):
        while not stop.is_set():
            endpoint = await installation.daemon.ensure()
            if endpoint.ui and endpoint.ui != shown:
                shown = endpoint.ui
                server = Processes.read(installation.folder.processes).server
                say(err, exposed(endpoint, apart=server is not None and lives_apart(server.pid)))
            try:
                await asyncio.wait_for(stop.wait(), 5 if shown else LOOK_SECONDS)
            except TimeoutError:
                continue
